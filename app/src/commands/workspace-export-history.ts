import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { readInWorkspace } from '@plantel/db'
import { z } from 'zod'

import { csvTexts } from '../csv/write-csv.ts'
import { historyFilterOf, historyFilterShape } from '../history/history-filter.ts'
import { historyTable, readHistory } from '../history/history-pages.ts'
import { jsonLines } from '../history/write-json-lines.ts'
import { parseRequest } from '../parse-request.ts'
import { requireWorkspace, withInstallation } from './with-installation.ts'

const request = z.strictObject({
  ...historyFilterShape,
  format: z.enum(['csv', 'jsonl']).default('csv'),
})

/** `plantel workspace export-history`: who did what, the newest first, to the file or to the standard output. */
export async function workspaceExportHistory({
  workspace: idOrSlug,
  output,
  ...asked
}: {
  workspace: string
  output?: string
  format?: string
  actor?: string
  actorKind?: string
  action?: string
  member?: string
  request?: string
  since?: string
  until?: string
}): Promise<void> {
  const { format, ...filter } = parseRequest(request, asked)
  await withInstallation(async ({ db, actor }) => {
    const workspace = await requireWorkspace(db, idOrSlug)
    const pages = readHistory(
      (work) => readInWorkspace(db, workspace.id, actor, work),
      historyFilterOf(filter),
    )
    const texts =
      format === 'csv'
        ? csvTexts({ delimiter: 'comma', bom: false }, historyTable(pages))
        : eachPage(pages, jsonLines)
    if (output === undefined) await pipeline(Readable.from(texts), process.stdout, { end: false })
    else await pipeline(Readable.from(texts), createWriteStream(output))
  })
}

async function* eachPage<Page>(
  pages: AsyncIterable<Page>,
  toText: (page: Page) => string,
): AsyncGenerator<string> {
  for await (const page of pages) yield toText(page)
}
