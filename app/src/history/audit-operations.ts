import { listAuditEntries, requirePermission, verifyAudit } from '@plantel/team'
import { z } from 'zod'

import { csvFormOf, csvFormShape } from '../csv/csv-form.ts'
import { writeCsv } from '../csv/write-csv.ts'
import type { Operation } from '../operations/operation.ts'
import { pageSize } from '../operations/page-size.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { historyFilterOf, historyFilterShape } from './history-filter.ts'
import { historyTable, readHistory, type ReadWorkspace } from './history-pages.ts'
import { writeJsonLines } from './write-json-lines.ts'

/** Whoever manages members sees what was done to them. */
const permission = 'members:manage'

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
      ...historyFilterShape,
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
        return listAuditEntries(trx, historyFilterOf(filter), { after: cursor, limit })
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
      ...historyFilterShape,
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
            historyTable(readHistory(reading(caller), historyFilterOf(filter))),
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
    query: z.strictObject(historyFilterShape),
    answers: { 200: { description: 'The entries.', stream: 'application/jsonl' } },
    refusals: ['forbidden'],
    async handle(caller, { query }) {
      await caller.read((trx) => requirePermission(trx, permission))
      return {
        status: 200,
        stream: (response) =>
          writeJsonLines(
            response,
            'history.jsonl',
            readHistory(reading(caller), historyFilterOf(query)),
          ),
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
      const body = await verifyAudit(reading(caller), query.anchor)
      return { status: 200, body }
    },
  }),
]

const reading =
  (caller: WorkspaceCaller): ReadWorkspace =>
  (work) =>
    caller.read((trx) => work(trx))
