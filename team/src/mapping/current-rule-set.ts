import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { loadRuleSet, type RuleSet } from './rule-set-store.ts'

/**
 * The rule set of the workspace as `loadRuleSet` reads it, or as this process has read it before: the changes that it has
 * seen name a state that never comes again. The name is read first, so what is remembered under it is never older.
 * Whatever `loadRuleSet` comes to read needs the triggers that the rest has.
 */
export async function currentRuleSet(trx: WorkspaceTransaction): Promise<RuleSet> {
  const { rows } = await sql<{ name: string | null }>`select ${ruleSetName(trx)} as name`.execute(
    trx.prepared,
  )
  return ruleSetOf(trx, rows[0]?.name)
}

/** What names the rules of now, for a statement that reads more than that. */
export function ruleSetName({ workspaceId }: WorkspaceTransaction): RawBuilder<string | null> {
  return sql<string | null>`(
    select md5(string_agg(c.id::text, ' ' order by c.id)) from rule_set_changes c
    where c.workspace_id = ${workspaceId})`
}

/** The rule set of a name that this transaction has read. */
export async function ruleSetOf(
  trx: WorkspaceTransaction,
  name: string | null | undefined,
): Promise<RuleSet> {
  if (name === null || name === undefined) throw new Error('There is no such workspace.')
  return trx.remember(`rule set ${name}`, () => loadRuleSet(trx))
}
