import type { WorkspaceTransaction } from '@plantel/db'
import { type AuditEntry, type AuditFilter, listAuditEntries } from '@plantel/team'

const pageSize = 1_000

/** Runs something in a reading transaction of one workspace. */
export type ReadWorkspace = <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>

/** Each page in a transaction of its own: nobody waits while the reader does. */
export async function* readHistory(
  read: ReadWorkspace,
  filter: AuditFilter,
): AsyncGenerator<AuditEntry[]> {
  let after: string | undefined
  do {
    const page = await read((trx) => listAuditEntries(trx, filter, { after, limit: pageSize }))
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

/** The same as rows of a table, below their names. */
export async function* historyTable(
  pages: AsyncIterable<readonly AuditEntry[]>,
): AsyncGenerator<string[][]> {
  yield [columns.map(([name]) => name)]
  for await (const entries of pages) {
    yield entries.map((entry) => columns.map(([, of]) => of(entry) ?? ''))
  }
}
