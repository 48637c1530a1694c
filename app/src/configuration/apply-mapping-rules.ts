import { isDeepStrictEqual } from 'node:util'

import type { WorkspaceTransaction } from '@plantel/db'
import type { ScimConnectionView } from '@plantel/scim-server'
import {
  listMappingRules,
  type MappingRuleDraft,
  type MappingRuleView,
  peopleOfHash,
  previewMappingRules,
  saveMappingRules,
} from '@plantel/team'

import type { FieldChange } from './change.ts'
import type { Scope } from './scope.ts'

/** Replaces the rules of a connection, and says of whom that changes what. */
export async function applyMappingRules(
  trx: WorkspaceTransaction,
  scope: Scope,
  connection: ScimConnectionView,
  rules: readonly MappingRuleDraft[],
): Promise<void> {
  const before = await rulesOf(trx, connection.id)
  const { hash, changed, gainAccess, loseAccess } = await previewMappingRules(
    trx,
    connection.id,
    rules,
  )
  // Whether this is what was shown is for the whole plan to say.
  await saveMappingRules(trx, connection.id, rules)
  const fields = describeDifference(before, await rulesOf(trx, connection.id))
  if (fields.length === 0) return
  scope.changes.push({
    kind: 'update',
    what: `mapping rules of ${connection.name}`,
    fields,
    // What is decided is in the fields; its ids are others every time that a new workspace is rehearsed.
    effect: { changed, gainAccess, loseAccess, hash: peopleOfHash(hash) },
  })
}

async function rulesOf(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<MappingRuleView[]> {
  return (await listMappingRules(trx)).filter((rule) => rule.connectionId === connectionId)
}

function describeDifference(
  before: readonly MappingRuleView[],
  after: readonly MappingRuleView[],
): FieldChange[] {
  const former = new Map(before.map((rule) => [rule.id, rule]))
  const written = after.flatMap((rule): FieldChange[] => {
    const known = former.get(rule.id)
    former.delete(rule.id)
    if (isDeepStrictEqual(known, rule)) return []
    const change = { name: conditionInWords(rule), after: givenInWords(rule) }
    return [known === undefined ? change : { ...change, before: givenInWords(known) }]
  })
  const removed = [...former.values()].map((rule) => ({
    name: conditionInWords(rule),
    before: givenInWords(rule),
    after: undefined,
  }))
  return [...written, ...removed]
}

function conditionInWords({ when }: MappingRuleView): string {
  switch (when.kind) {
    case 'group':
      return `group "${when.group.displayName}"`
    case 'group-pattern':
      return `groups like ${when.pattern}`
    case 'attribute': {
      const { attribute, kind: _, ...test } = when
      return `${attribute} ${Object.values(test).flat().join(' ')}`
    }
    default:
      return when satisfies never
  }
}

function givenInWords(rule: MappingRuleView): string {
  const parts = [
    ...(rule.role === null ? [] : [`role ${rule.role}`]),
    ...rule.departments.map((name) => `department ${name}`),
    ...rule.channels.map((key) => `channel ${key}`),
    ...(rule.supervisor ? ['supervisor'] : []),
    ...rule.named.map((kind) => `${kind} by name`),
    ...(rule.priority === 0 ? [] : [`priority ${rule.priority}`]),
  ]
  return parts.length === 0 ? 'nothing' : parts.join(', ')
}
