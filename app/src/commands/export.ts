import { writeFile } from 'node:fs/promises'

import { inWorkspace } from '@plantel/db'

import { exportWorkspace } from '../configuration/export-workspace.ts'
import { requireWorkspace, withInstallation } from './with-installation.ts'

/** `plantel export`: writes a plan of what there is, to the file or to the standard output. */
export async function exportPlan(idOrSlug: string, { output }: { output?: string }): Promise<void> {
  await withInstallation(async ({ db, actor }) => {
    const workspace = await requireWorkspace(db, idOrSlug)
    const text = await inWorkspace(db, workspace.id, actor, (trx) =>
      exportWorkspace(trx, workspace.host),
    )
    if (output === undefined) process.stdout.write(text)
    else await writeFile(output, text)
  })
}
