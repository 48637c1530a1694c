import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

/**
 * Whoever gives members what the rules say holds the rules, shared, to the end of the transaction; whoever changes them
 * waits for all of those and lets nobody in meanwhile. So a member is never written with rules that were replaced before.
 * A lock of the lock manager and not of a row: it is fair, so that a sync that never pauses can not starve a change.
 */
function lockKey(workspaceId: string): RawBuilder<unknown> {
  return sql`hashtextextended(${`rules ${workspaceId}`}, 0)`
}

function rulesHeld({ workspaceId }: WorkspaceTransaction): RawBuilder<unknown> {
  return sql`pg_advisory_xact_lock_shared(${lockKey(workspaceId)})`
}

/** Holds the rules. Before row locks, or two transactions may wait for each other and one of them starts again. */
export async function holdRules(trx: WorkspaceTransaction): Promise<void> {
  await sql`select ${rulesHeld(trx)}`.execute(trx.query)
}

/** Holds the rules for the statements that are sent after it, in the same round trip. */
export function sendRulesHeld(trx: WorkspaceTransaction): void {
  trx.send(sql`select ${rulesHeld(trx)}`)
}

/** Takes the rules for a change of them: everybody else's projections are over or have not begun. */
export async function lockRules(trx: WorkspaceTransaction): Promise<void> {
  trx.hurry()
  await sql`select pg_advisory_xact_lock(${lockKey(trx.workspaceId)})`.execute(trx.query)
}
