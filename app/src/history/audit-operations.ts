import {
  type AuditEntry,
  type AuditFilter,
  auditActorKinds,
  listAuditEntries,
  requirePermission,
  verifyAudit,
} from '@plantel/team'
import { z } from 'zod'

import { csvFormOf, csvFormShape } from '../csv/csv-form.ts'
import { writeCsv } from '../csv/write-csv.ts'
import type { Operation } from '../operations/operation.ts'
import { pageSize } from '../operations/page-size.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { writeJsonLines } from './write-json-lines.ts'

/** Whoever manages members sees what was done to them. */
const permission = 'members:manage'
const exportPage = 1_000

const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .optional()

const filterShape = {
  actorKind: z.enum(auditActorKinds).optional(),
  actor: z.uuid().optional().meta({ description: 'Id of the member, connection or host key.' }),
  action: z
    .string()
    .regex(/^[a-z_]+\.[a-z_]*$/, 'must be an action, or its beginning with a dot')
    .optional()
    .meta({
      description: '`member.suspended`, or `member.` for all that begin so.',
      example: 'member.',
    }),
  member: z.uuid().optional().meta({ description: 'Entries about this member.' }),
  request: z.string().max(200).optional().meta({ description: 'A request id.' }),
  since: moment,
  until: moment,
}

const reference = z.object({
  kind: z.string(),
  id: z.uuid().nullable(),
  name: z.string().nullable().meta({ description: "Today's; null for what is gone." }),
})

const content = z.record(z.string(), z.unknown()).nullable()

const shownEntry = z
  .object({
    id: z.uuid(),
    occurredAt: z.date(),
    action: z.string(),
    actor: reference,
    subject: reference,
    requestId: z.string(),
    before: content,
    after: content,
    erased: z.boolean().meta({ description: 'Its content was erased with a person.' }),
    position: z.string().nullable().meta({
      description: 'Place in the chain; null for the last seconds.',
    }),
    hash: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' })

const verification = z
  .object({
    isIntact: z.boolean(),
    entries: z.int(),
    erased: z.int(),
    unsealed: z.int().meta({ description: 'Of the last seconds: not in the chain yet.' }),
    head: z.object({ position: z.string(), hash: z.string() }).nullable().meta({
      description: 'Keep it elsewhere, and give it as `anchor` later.',
    }),
    flaws: z.array(
      z.object({
        kind: z.enum(['altered', 'removed', 'inserted', 'head-differs', 'anchor-differs']),
        position: z.string().nullable(),
        entryId: z.uuid().nullable(),
        count: z.int(),
      }),
    ),
  })
  .meta({ id: 'AuditVerification' })

type FilterRequest = z.output<z.ZodObject<typeof filterShape>>

function filterOf(request: FilterRequest): AuditFilter {
  const { actorKind, actor, action, member, request: requestId, since, until } = request
  return { actorKind, actorId: actor, action, memberId: member, requestId, since, until }
}

/** Who did what in the workspace, as a list, as a file, and whether it is what was written. */
export const auditOperations: readonly Operation<WorkspaceCaller>[] = [
  workspaceOperation({
    method: 'get',
    path: '/audit-entries',
    id: 'listAuditEntries',
    tag: 'History',
    summary: 'Read the history',
    description: 'The newest first, page by page.',
    query: z.strictObject({
      ...filterShape,
      cursor: z.string().max(100).optional().meta({
        description: '`nextCursor` of the page before.',
      }),
      limit: pageSize(50, 200),
    }),
    answers: {
      200: {
        description: 'A page.',
        body: z.object({ entries: z.array(shownEntry), nextCursor: z.string().nullable() }),
      },
    },
    refusals: ['forbidden'],
    async handle(caller, { query: { cursor, limit, ...filter } }) {
      const body = await caller.read(async (trx) => {
        await requirePermission(trx, permission)
        return listAuditEntries(trx, filterOf(filter), { after: cursor, limit })
      })
      return { status: 200, body }
    },
  }),
  workspaceOperation({
    method: 'get',
    path: '/audit-export',
    id: 'exportAuditEntries',
    tag: 'History',
    summary: 'Export the history as CSV',
    description:
      'The newest first, of any length. A connection that is cut means that the table is not whole.',
    query: z.strictObject({
      ...filterShape,
      delimiter: csvFormShape.delimiter,
      bom: csvFormShape.bom,
    }),
    answers: { 200: { description: 'The table.', stream: 'text/csv' } },
    refusals: ['forbidden'],
    async handle(caller, { query: { delimiter, bom, ...filter } }) {
      await caller.read((trx) => requirePermission(trx, permission))
      return {
        status: 200,
        stream: (response) =>
          writeCsv(
            response,
            'history.csv',
            csvFormOf({ delimiter, bom }),
            readTable(caller, filterOf(filter)),
          ),
      }
    },
  }),
  workspaceOperation({
    method: 'get',
    path: '/audit-export.jsonl',
    id: 'exportAuditLines',
    tag: 'History',
    summary: 'Export the history as JSON lines',
    description: 'The same as the list, one entry a line.',
    query: z.strictObject(filterShape),
    answers: { 200: { description: 'The entries.', stream: 'application/jsonl' } },
    refusals: ['forbidden'],
    async handle(caller, { query }) {
      await caller.read((trx) => requirePermission(trx, permission))
      return {
        status: 200,
        stream: (response) =>
          writeJsonLines(response, 'history.jsonl', readPages(caller, filterOf(query))),
      }
    },
  }),
  workspaceOperation({
    method: 'get',
    path: '/audit-verification',
    id: 'verifyAudit',
    tag: 'History',
    summary: 'Verify the history',
    description:
      'Walks along the whole chain of hashes: an entry that was changed, taken out or put in is found, and with an `anchor` that you kept also a history that was written anew.',
    query: z.strictObject({
      anchor: z
        .string()
        .regex(/^\d{1,18}:[0-9a-f]{64}$/, 'must be position:hash of a head')
        .transform((text) => {
          const [position = '', hash = ''] = text.split(':')
          return { position, hash }
        })
        .optional()
        .meta({
          description: '`position:hash` of a former `head`.',
          example: `1:${'0'.repeat(64)}`,
        }),
    }),
    answers: { 200: { description: 'What was found.', body: verification } },
    refusals: ['forbidden'],
    async handle(caller, { query }) {
      await caller.read((trx) => requirePermission(trx, permission))
      const body = await verifyAudit((work) => caller.read((trx) => work(trx)), query.anchor)
      return { status: 200, body }
    },
  }),
]

/** Each page in a transaction of its own: nobody waits while the reader does. */
async function* readPages(
  caller: WorkspaceCaller,
  filter: AuditFilter,
): AsyncGenerator<AuditEntry[]> {
  let after: string | undefined
  do {
    const page = await caller.read((trx) =>
      listAuditEntries(trx, filter, { after, limit: exportPage }),
    )
    yield page.entries
    after = page.nextCursor ?? undefined
  } while (after !== undefined)
}

const columns: readonly (readonly [name: string, of: (entry: AuditEntry) => string | null])[] = [
  ['time', ({ occurredAt }) => occurredAt.toISOString()],
  ['action', ({ action }) => action],
  ['actor', ({ actor }) => actor.name],
  ['actor kind', ({ actor }) => actor.kind],
  ['actor id', ({ actor }) => actor.id],
  ['subject', ({ subject }) => subject.name],
  ['subject kind', ({ subject }) => subject.kind],
  ['subject id', ({ subject }) => subject.id],
  ['request', ({ requestId }) => requestId],
  ['before', ({ before }) => (before === null ? null : JSON.stringify(before))],
  ['after', ({ after }) => (after === null ? null : JSON.stringify(after))],
  ['id', ({ id }) => id],
  ['position', ({ position }) => position],
  ['hash', ({ hash }) => hash],
]

async function* readTable(
  caller: WorkspaceCaller,
  filter: AuditFilter,
): AsyncGenerator<string[][]> {
  yield [columns.map(([name]) => name)]
  for await (const entries of readPages(caller, filter)) {
    yield entries.map((entry) => columns.map(([, of]) => of(entry) ?? ''))
  }
}
