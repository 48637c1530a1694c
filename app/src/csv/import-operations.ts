import type { WorkspaceTransaction } from '@plantel/db'
import {
  countOutcomes,
  createImport,
  type ImportResultRow,
  importColumns,
  listImportResults,
  type Locale,
  type MemberImport as TeamImport,
  readImport,
  startImport,
} from '@plantel/team'
import type { MemberImport } from '@plantel/widget/contract'
import { z } from 'zod'

import { jobSchema, showJob } from '../jobs/job-operations.ts'
import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { sentenceOf } from '../problem.ts'
import { csvFormOf, csvFormShape } from './csv-form.ts'
import { csvHeaders, outcomeWords, type ResultColumn } from './csv-words.ts'
import { workspaceLanguage } from './export-operation.ts'
import { readPeople } from './read-people.ts'
import { writeCsv } from './write-csv.ts'

/** Enough for a hundred thousand people. */
const maxBytes = 16 * 1024 * 1024
const resultPage = 2_000

const outcomes = z.object({
  created: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  refused: z.int(),
})

const importSchema: z.ZodType<MemberImport> = z
  .object({
    id: z.uuid(),
    way: z.enum(['invite', 'create']),
    hash: z.string().nullable().meta({ description: 'Null until the check is done.' }),
    check: jobSchema.meta({ description: 'Its results say what each row would do.' }),
    outcomes: outcomes.meta({ description: 'How many rows would come, or came, to what.' }),
    job: jobSchema.nullable().meta({ description: 'Null until the import is started.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'MemberImport' })

/** Tables of people: sent, looked at, applied exactly as they were shown, and given back with what became of each row. */
export const importOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'post',
    path: '/member-imports',
    id: 'createMemberImport',
    tag: 'Members',
    summary: 'Send a CSV of people',
    description:
      'Nobody is added or changed yet: a job says of each row what importing it would do. Columns: ' +
      `${importColumns.join(', ')}, in English, Spanish or Portuguese; only the email is needed. ` +
      'Several departments or channels of one cell stand between `;` or `|`. `supervisor` is yes or no. An empty cell changes nothing. People who are here already, by their email, are changed; others are invited, or made without an invitation by `way=create`.',
    query: z.strictObject({ way: z.enum(['invite', 'create']).default('invite') }),
    body: {
      mediaType: 'text/csv',
      maxBytes,
      description: 'UTF-8 with commas, semicolons or tabs; the first row is the header.',
    },
    answers: {
      201: {
        description: 'It is looked at.',
        body: z.object({
          import: importSchema,
          ignoredColumns: z
            .array(z.string())
            .meta({ description: 'Headers that mean nothing to us.' }),
        }),
      },
    },
    refusals: ['conflict'],
    async handle(caller, { query: { way }, body }) {
      const table = await readPeople(body)
      const created = await caller.write((trx) => createImport(trx, way, table.batches()))
      const { ignoredColumns } = table
      const nothing = { created: 0, changed: 0, unchanged: 0, refused: 0 }
      return { status: 201, body: { import: show(created, nothing), ignoredColumns } }
    },
  }),
  workspaceOperation({
    method: 'get',
    path: '/member-imports/{import}',
    id: 'readMemberImport',
    tag: 'Members',
    summary: 'Read an import',
    answers: { 200: { description: 'How far it is.', body: importSchema } },
    handle: async (caller, { params }) => ({
      status: 200,
      body: await caller.read(async (trx) =>
        showCounted(trx, await readImport(trx, params.import)),
      ),
    }),
  }),
  workspaceOperation({
    method: 'post',
    path: '/member-imports/{import}/start',
    id: 'startMemberImport',
    tag: 'Members',
    summary: 'Apply an import',
    description:
      'Exactly what the check has shown: a row whose member or rules changed since is refused and says so.',
    body: z.strictObject({ hash: z.string().min(1).max(100) }),
    answers: { 202: { description: 'A job has begun.', body: importSchema } },
    refusals: ['conflict'],
    handle: async (caller, { params, body: { hash } }) => ({
      status: 202,
      body: await caller.write(async (trx) =>
        showCounted(trx, await startImport(trx, params.import, hash)),
      ),
    }),
  }),
  workspaceOperation({
    method: 'get',
    path: '/member-imports/{import}/results',
    id: 'exportImportResults',
    tag: 'Members',
    summary: 'What became of each row, as CSV',
    description:
      'Before the start: what would become of it. Rows that were refused have their cells, so that they can be mended and sent again.',
    query: z.strictObject({
      ...csvFormShape,
      refused: z.enum(['true', 'false']).default('false').meta({
        description: '`true` for those that were refused only.',
      }),
    }),
    answers: { 200: { description: 'The table.', stream: 'text/csv' } },
    async handle(caller, { params, query: { refused, ...request } }) {
      const form = csvFormOf(request)
      const rows = readResults(caller, params.import, refused === 'true', form.language)
      return {
        status: 200,
        stream: (response) => writeCsv(response, 'results.csv', form, rows),
      }
    },
  }),
]

async function showCounted(trx: WorkspaceTransaction, found: TeamImport): Promise<MemberImport> {
  return show(found, await countOutcomes(trx, (found.job ?? found.check).id))
}

function show(
  { id, way, hash, check, job, createdAt }: TeamImport,
  counts: MemberImport['outcomes'],
): MemberImport {
  return {
    id,
    way,
    hash,
    check: showJob(check),
    outcomes: counts,
    job: job === null ? null : showJob(job),
    createdAt: createdAt.toISOString(),
  }
}

const resultColumns: readonly ResultColumn[] = ['row', 'outcome', 'code', 'about', 'advice']

async function* readResults(
  caller: WorkspaceCaller,
  importId: string,
  refusedOnly: boolean,
  wanted: Locale | undefined,
): AsyncGenerator<string[][]> {
  const language = wanted ?? (await workspaceLanguage(caller))
  const words = csvHeaders[language]
  const header = [...importColumns, ...resultColumns].map((column) => words[column])
  let after = 0
  for (;;) {
    const page = { after, limit: resultPage, refusedOnly }
    const results = await caller.read((trx) => listImportResults(trx, importId, page))
    const rows = results.map((result) => resultCells(result, language))
    yield after === 0 ? [header, ...rows] : rows
    const last = results.at(-1)
    if (last === undefined || results.length < resultPage) return
    after = last.number
  }
}

function resultCells(result: ImportResultRow, language: Locale): string[] {
  const { number, outcome, code, detail, cells } = result
  return [
    ...importColumns.map((column) => cells[column] ?? ''),
    String(number),
    outcomeWords[language][outcome],
    code ?? '',
    detail ?? '',
    code === null ? '' : sentenceOf(code, detail),
  ]
}
