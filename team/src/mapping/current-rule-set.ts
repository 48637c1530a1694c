import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { loadRuleSet, type RuleSet } from './rule-set-store.ts'

/**
 * The rule set of the workspace as `loadRuleSet` reads it, or as this process has read it before: the changes that it has
 * seen name a state that never comes again. The name is read first, so what is remembered under it is never older.
 * Whatever `loadRuleSet` comes to read needs the triggers that the rest has.
 */
export async function currentRuleSet(trx: WorkspaceTransaction): Promise<RuleSet> {
  const { rows } = await sql<{ name: string | null }>`
    select md5(string_agg(id::text, ' ' order by id)) as name from rule_set_changes
    where workspace_id = ${trx.workspaceId}`.execute(trx.prepared)
  const name = rows[0]?.name ?? undefined
  if (name === undefined) throw new Error('There is no such workspace.')
  return trx.remember(`rule set ${name}`, () => loadRuleSet(trx))
}
