/**
 * When a resource changes that is locked: after its change before, although the transaction that waited for it may have
 * begun earlier. RFC 7643 §3.1.
 */
import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

/** Of a row by its alias, as PostgreSQL computes it. */
export function modifiedNow(alias: string): RawBuilder<Date> {
  return sql`greatest(now(), ${sql.ref(`${alias}.last_modified_at`)} + interval '1 millisecond')`
}

/** The same of a row that was read, to the millisecond, which is all that is shown. */
export function modifiedAt(trx: WorkspaceTransaction, current: { last_modified_at: Date }): Date {
  return new Date(Math.max(trx.now.getTime(), current.last_modified_at.getTime() + 1))
}
