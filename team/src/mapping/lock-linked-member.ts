import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { type MemberWithFacts, selectFacts } from './member-facts-store.ts'
import type { RuleSet } from './rule-set-store.ts'

/**
 * Locks the member whom a directory user is linked to, as `lockMembersWithFacts` does, and reads what is known of them with
 * rules that the transaction holds: in one flight with whatever is sent before it.
 */
export async function lockLinkedMember(
  trx: WorkspaceTransaction,
  directoryUserId: string,
  rules: RuleSet,
): Promise<MemberWithFacts | undefined> {
  const locked = sql`
    with line as materialized (
      select l.workspace_id from seat_lines l where l.workspace_id = ${trx.workspaceId} for update)
    select m.id from members m left join line on true
    where m.workspace_id = ${trx.workspaceId} and m.directory_user_id = ${directoryUserId}
    for no key update of m`.execute(trx.prepared)
  const condition = sql`m.directory_user_id = ${directoryUserId}`
  const facts = selectFacts(trx, rules, condition, { grants: 'all', isKeyed: true })
  const [[member]] = await Promise.all([facts, locked])
  return member
}
