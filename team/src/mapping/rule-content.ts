import { createHash } from 'node:crypto'

import { conditionKey, type MappingRule } from './mapping-rule.ts'
import type { RuleSetContent } from './rule-set-store.ts'

/** What a rule says, whatever its id. */
export function ruleContent(rule: MappingRule): string {
  return JSON.stringify([
    conditionKey(rule.connectionId, rule.condition),
    rule.priority,
    rule.gives.map(({ kind, valueId }) => `${kind} ${valueId}`).toSorted(),
    rule.named,
  ])
}

/** The same for the same rules, in whatever order: whoever replaces them says by this which ones they had read. */
export function rulesVersion(rules: readonly MappingRule[]): string {
  const content = JSON.stringify(rules.map(ruleContent).toSorted())
  return createHash('sha256').update(content).digest('base64url').slice(0, 22)
}

/** Everything that people decided and a projection depends on. What a directory says is no part of it. */
export function decisionsText(content: RuleSetContent): string {
  const { roles, departments, channels, policies, seats, rules } = content
  return JSON.stringify([
    sorted(roles),
    sorted(departments),
    sorted(channels),
    [policies.localRoles, policies.roleStrategy, seats],
    rules.map(ruleContent).toSorted(),
  ])
}

function sorted(values: ReadonlyMap<string, object>): string[] {
  return [...values.values()].map((value) => JSON.stringify(value)).toSorted()
}
