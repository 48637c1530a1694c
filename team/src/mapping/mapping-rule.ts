import type { GrantKind, Schema } from '@plantel/db'

import { fold } from '../fold.ts'
import { type DirectoryAttribute, maxMatchedLength } from './directory-attribute.ts'
import { type Captures, compilePattern, type NamedKind, type RulePattern } from './rule-pattern.ts'

/** When a rule applies. Closed: table, API and matching know these and no others. */
export type RuleCondition =
  | { kind: 'group'; groupId: string }
  /** Any group whose name matches. */
  | { kind: 'group-pattern'; pattern: string }
  | ({ kind: 'attribute'; attribute: DirectoryAttribute } & AttributeTest)

/** What some value of the attribute must be; case does not count. */
export type AttributeTest =
  | { operator: 'equals'; value: string }
  | { operator: 'one-of'; values: readonly string[] }
  | { operator: 'pattern'; pattern: string }
  | { operator: 'any' }

/** When a directory says this of somebody, then they get that. */
export interface MappingRule {
  id: string
  connectionId: string
  condition: RuleCondition
  /** Decides between roles where the workspace says so; the higher number wins. */
  priority: number
  gives: readonly { kind: GrantKind; valueId: string | null }[]
  /** What is given by the name in the match: a capture of the pattern, or the attribute's value. */
  named: readonly NamedKind[]
}

/** `interop` wants nothing changed here that is the directory's to say (IPSIE AL2). */
export function isRoleLockingProfile(profile: Schema['scim_connections']['profile']): boolean {
  return profile === 'interop'
}

/** What a directory says of a person, as far as rules look at it. */
export interface DirectoryFacts {
  connectionId: string
  /** Role for those to whom no rule gives one. */
  defaultRoleId: string | null
  /** Nobody here gives its people roles, whatever the workspace allows. */
  locksRoles: boolean
  deleted: boolean
  /** Every group the person belongs to, by whatever way. */
  groups: readonly { id: string; name: string }[]
  /** Those that some rule looks at are enough. */
  attributes: ReadonlyMap<DirectoryAttribute, readonly string[]>
}

/** Why a rule applies: the group or the value that fits it. */
export type MatchedBy =
  | { kind: 'group'; id: string; name: string }
  | { kind: 'attribute'; attribute: DirectoryAttribute; value: string }

/** A rule that applies to somebody, and what the match names. */
export interface RuleMatch {
  rule: MappingRule
  by: MatchedBy
  names: Captures
}

/** Finds the rules that apply to somebody. */
export type MatchRules = (directory: DirectoryFacts) => RuleMatch[]

/** Puts rules in a form in which looking for them costs by what a person has, not by how many rules there are. */
export function createRuleMatcher(rules: readonly MappingRule[]): MatchRules {
  const byGroup = new Map<string, MappingRule[]>()
  const patterns: { rule: MappingRule; match: (text: string) => Captures | undefined }[] = []
  const tests: {
    rule: MappingRule
    attribute: DirectoryAttribute
    match: (text: string) => Captures | undefined
  }[] = []
  for (const rule of rules) {
    const { condition } = rule
    switch (condition.kind) {
      case 'group':
        byGroup.set(condition.groupId, [...(byGroup.get(condition.groupId) ?? []), rule])
        break
      case 'group-pattern':
        patterns.push({ rule, match: matchPattern(condition.pattern) })
        break
      case 'attribute':
        tests.push({ rule, attribute: condition.attribute, match: matchValue(rule, condition) })
        break
      default:
        condition satisfies never
    }
  }
  return ({ connectionId, groups, attributes }) => {
    const matches: RuleMatch[] = []
    const add = (rule: MappingRule, by: MatchedBy, names: Captures | undefined): void => {
      if (names !== undefined && rule.connectionId === connectionId)
        matches.push({ rule, by, names })
    }
    for (const { id, name } of groups) {
      const by = { kind: 'group', id, name } as const
      for (const rule of byGroup.get(id) ?? []) add(rule, by, {})
      for (const { rule, match } of patterns) add(rule, by, match(name))
    }
    for (const { rule, attribute, match } of tests) {
      for (const value of attributes.get(attribute) ?? []) {
        add(rule, { kind: 'attribute', attribute, value }, match(value))
      }
    }
    return matches
  }
}

/** Compiled when it is needed first: most requests concern people without such a group. */
function matchPattern(pattern: string): (text: string) => Captures | undefined {
  let compiled: RulePattern | undefined
  return (text) => (compiled ??= compilePattern(pattern)).match(text)
}

function matchValue(
  { named }: MappingRule,
  test: AttributeTest,
): (value: string) => Captures | undefined {
  const namesOf = (value: string): Captures =>
    Object.fromEntries(named.map((kind) => [kind, value]))
  switch (test.operator) {
    case 'equals': {
      const wanted = fold(test.value)
      return (value) => (fold(value) === wanted ? namesOf(value) : undefined)
    }
    case 'one-of': {
      const wanted = new Set(test.values.map(fold))
      return (value) => (wanted.has(fold(value)) ? namesOf(value) : undefined)
    }
    case 'pattern':
      return matchPattern(test.pattern)
    case 'any':
      return (value) => (value.length > maxMatchedLength ? undefined : namesOf(value))
    default:
      return test satisfies never
  }
}

/** The same text for the same condition: what makes two rules one. */
export function conditionKey(connectionId: string, condition: RuleCondition): string {
  switch (condition.kind) {
    case 'group':
      return JSON.stringify([connectionId, 'group', condition.groupId])
    case 'group-pattern':
      return JSON.stringify([connectionId, 'group-pattern', condition.pattern])
    case 'attribute': {
      const { attribute, operator } = condition
      return JSON.stringify([connectionId, attribute, operator, ...operandsOf(condition)])
    }
    default:
      return condition satisfies never
  }
}

/** What the test compares with, as texts. */
function operandsOf(test: AttributeTest): readonly string[] {
  switch (test.operator) {
    case 'equals':
      return [test.value]
    case 'one-of':
      return test.values.toSorted()
    case 'pattern':
      return [test.pattern]
    case 'any':
      return []
    default:
      return test satisfies never
  }
}

/** What the pattern of a condition may name; undefined for a condition without one. */
export function patternOf(condition: RuleCondition): string | undefined {
  if (condition.kind === 'group-pattern') return condition.pattern
  if (condition.kind === 'attribute' && condition.operator === 'pattern') return condition.pattern
  return undefined
}
