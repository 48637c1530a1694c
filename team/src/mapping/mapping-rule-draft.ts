import type { GrantKind } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import {
  type AttributeTest,
  conditionKey,
  type MappingRule,
  patternOf,
  type RuleCondition,
} from './mapping-rule.ts'
import { compilePattern, type NamedKind, namedKinds } from './rule-pattern.ts'
import type { RuleSetContent } from './rule-set-store.ts'

/** When a directory says this of somebody, then this. Roles and channels by key, departments by name. */
export interface MappingRuleDraft {
  when: ConditionDraft
  role?: string | undefined
  departments?: readonly string[] | undefined
  channels?: readonly string[] | undefined
  supervisor?: boolean | undefined
  /**
   * What the match itself names: for a pattern what it captures, which is the default; for another test of an attribute
   * its value.
   */
  named?: readonly NamedKind[] | undefined
  priority?: number | undefined
}

/** A condition as people write it: a group by id, or by a name that only one group has. */
export type ConditionDraft =
  | { kind: 'group'; group: GroupReference }
  | Exclude<RuleCondition, { kind: 'group' }>

export type GroupReference = { id: string } | { displayName: string }

/** More patterns than this would cost every person of every sync. */
const maxPatterns = 100

/** Finds the group a draft means; throws `group-not-found`. */
export type FindGroup = (reference: GroupReference) => string

/**
 * Drafts as rules of a connection. A rule whose condition stays keeps its id, so that what it gave before keeps its
 * date. Throws `group-not-found`, `pattern-invalid`, `role-unknown`, `role-not-mappable`, `department-unknown`,
 * `channel-unknown`, `rule-invalid` and `rule-repeated`.
 */
export function draftsToRules(
  connectionId: string,
  drafts: readonly MappingRuleDraft[],
  content: RuleSetContent,
  findGroup: FindGroup,
  createId: () => string,
): MappingRule[] {
  const former = new Map(
    content.rules.map((rule) => [conditionKey(rule.connectionId, rule.condition), rule.id]),
  )
  const rules = new Map<string, MappingRule>()
  for (const draft of drafts) {
    const condition = conditionOf(draft.when, findGroup)
    const key = conditionKey(connectionId, condition)
    if (rules.has(key)) throw new TeamError('rule-repeated', conditionInWords(draft.when))
    rules.set(key, {
      id: former.get(key) ?? createId(),
      connectionId,
      condition,
      priority: draft.priority ?? 0,
      gives: valuesOf(draft, content),
      named: namedBy(condition, draft.named),
    })
  }
  const patterns = [...rules.values()].filter(({ condition }) => patternOf(condition) !== undefined)
  if (patterns.length > maxPatterns) {
    throw new TeamError('rule-invalid', `there are more than ${maxPatterns} patterns`)
  }
  return [...rules.values()]
}

function conditionOf(draft: ConditionDraft, findGroup: FindGroup): RuleCondition {
  if (draft.kind === 'group') return { kind: 'group', groupId: findGroup(draft.group) }
  if (draft.kind === 'attribute' && draft.operator === 'one-of') {
    const byKey = new Map(draft.values.map((value) => [fold(value.trim()), value.trim()]))
    return { ...draft, values: [...byKey.values()].toSorted() }
  }
  return draft
}

/** What the match names. Throws `pattern-invalid` and `rule-invalid`. */
function namedBy(
  condition: RuleCondition,
  wanted: readonly NamedKind[] | undefined,
): readonly NamedKind[] {
  const pattern = patternOf(condition)
  const possible =
    pattern === undefined
      ? condition.kind === 'attribute'
        ? namedKinds
        : []
      : compilePattern(pattern).names
  const named = wanted ?? (pattern === undefined ? [] : possible)
  const impossible = named.find((kind) => !possible.includes(kind))
  if (impossible !== undefined) {
    throw new TeamError(
      'rule-invalid',
      pattern === undefined
        ? `a group by itself names no ${impossible}`
        : `the pattern has no capture (?<${impossible}>…)`,
    )
  }
  return namedKinds.filter((kind) => named.includes(kind))
}

/** Whether a directory may give this role at all: ownership is a person's decision. */
export function isMappableRole(key: string): boolean {
  return key !== ownerRoleKey
}

/** The id of a role that a directory may give; throws `role-unknown` and `role-not-mappable`. */
export function mappableRole(roles: Iterable<{ id: string; key: string }>, key: string): string {
  if (!isMappableRole(key)) throw new TeamError('role-not-mappable', key)
  for (const role of roles) if (role.key === key) return role.id
  throw new TeamError('role-unknown', key)
}

function valuesOf(draft: MappingRuleDraft, content: RuleSetContent): MappingRule['gives'] {
  const values: { kind: GrantKind; valueId: string | null }[] = []
  if (draft.role !== undefined) {
    values.push({ kind: 'role', valueId: mappableRole(content.roles.values(), draft.role) })
  }
  const departments = [...content.departments.values()]
  const departmentIds = (draft.departments ?? []).map((name) => {
    const found = departments.find((department) => fold(department.name) === fold(name))
    if (found === undefined) throw new TeamError('department-unknown', name)
    return found.id
  })
  for (const valueId of new Set(departmentIds)) values.push({ kind: 'department', valueId })
  const channels = [...content.channels.values()]
  for (const key of new Set(draft.channels)) {
    const found = channels.find((channel) => channel.key === key)
    if (found === undefined) throw new TeamError('channel-unknown', key)
    values.push({ kind: 'channel', valueId: found.id })
  }
  if (draft.supervisor === true) values.push({ kind: 'supervisor', valueId: null })
  return values
}

function conditionInWords(when: ConditionDraft): string {
  switch (when.kind) {
    case 'group':
      return 'id' in when.group ? when.group.id : when.group.displayName
    case 'group-pattern':
      return when.pattern
    case 'attribute':
      return [when.attribute, when.operator, ...testInWords(when)].join(' ')
    default:
      return when satisfies never
  }
}

function testInWords(test: AttributeTest): readonly string[] {
  switch (test.operator) {
    case 'equals':
      return [test.value]
    case 'one-of':
      return test.values
    case 'pattern':
      return [test.pattern]
    case 'any':
      return []
    default:
      return test satisfies never
  }
}
