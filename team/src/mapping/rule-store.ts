import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import type { FindGroup, MappingRuleDraft } from './mapping-rule-draft.ts'
import { type MappingRule, patternOf } from './mapping-rule.ts'
import { areOffered } from './retired-value-store.ts'
import { ruleContent } from './rule-content.ts'
import { compilePattern } from './rule-pattern.ts'
import { columnsOf } from './rule-set-store.ts'
import type { RuleTargets } from './touched-members.ts'

/** Two people who save rules of a connection at once take turns. Throws `connection-not-found`. */
export async function lockConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<void> {
  const row = await trx.query
    .selectFrom('scim_connections')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', connectionId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('connection-not-found', connectionId)
}

/** Looks up every group that the drafts name, in one round trip. A deleted group may keep the rule it has. */
export async function loadGroupFinder(
  trx: WorkspaceTransaction,
  connectionId: string,
  drafts: readonly MappingRuleDraft[],
  current: readonly MappingRule[],
): Promise<FindGroup> {
  const references = drafts.flatMap(({ when }) => (when.kind === 'group' ? [when.group] : []))
  const ids = references.flatMap((group) => ('id' in group ? [group.id] : []))
  const keys = references.flatMap((group) => ('id' in group ? [] : [fold(group.displayName)]))
  const rows = await trx.query
    .selectFrom('directory_groups')
    .select(['id', 'display_key'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('connection_id', '=', connectionId)
    .where('deleted_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('id', '=', sql<string>`any(${ids}::uuid[])`),
        eb('display_key', '=', sql<string>`any(${keys}::text[])`),
      ]),
    )
    .execute()
  const known = new Set(rows.map((row) => row.id))
  for (const { connectionId: owner, condition } of current) {
    if (owner === connectionId && condition.kind === 'group') known.add(condition.groupId)
  }
  return (group) => {
    if ('id' in group) {
      if (known.has(group.id)) return group.id
      throw new TeamError('group-not-found', group.id)
    }
    const named = rows.filter((row) => row.display_key === fold(group.displayName))
    const [found] = named
    if (found === undefined || named.length > 1) {
      throw new TeamError('group-not-found', group.displayName)
    }
    return found.id
  }
}

/** What is other about two sets of rules. */
export interface RuleChanges {
  removed: MappingRule[]
  /** New ones, and those that give something else now. */
  written: MappingRule[]
}

/** The rules of one connection before and after. */
export function compareRules(
  before: readonly MappingRule[],
  after: readonly MappingRule[],
): RuleChanges {
  const former = new Map(before.map((rule) => [rule.id, ruleContent(rule)]))
  const kept = new Set(after.map((rule) => rule.id))
  return {
    removed: before.filter((rule) => !kept.has(rule.id)),
    written: after.filter((rule) => former.get(rule.id) !== ruleContent(rule)),
  }
}

/** Whom these rules concern: whoever fits them now. */
export async function findTouched(
  trx: WorkspaceTransaction,
  rules: readonly MappingRule[],
): Promise<RuleTargets> {
  const groupIds = new Set<string>()
  const connectionIds = new Set<string>()
  const patterns: { connectionId: string; pattern: string }[] = []
  for (const { connectionId, condition } of rules) {
    if (condition.kind === 'group') groupIds.add(condition.groupId)
    if (condition.kind === 'attribute') connectionIds.add(connectionId)
    const pattern = condition.kind === 'group-pattern' ? patternOf(condition) : undefined
    if (pattern !== undefined) patterns.push({ connectionId, pattern })
  }
  if (patterns.length > 0) {
    for (const id of await findMatchingGroups(trx, patterns)) groupIds.add(id)
  }
  return { groupIds: [...groupIds], connectionIds: [...connectionIds] }
}

async function findMatchingGroups(
  trx: WorkspaceTransaction,
  patterns: readonly { connectionId: string; pattern: string }[],
): Promise<string[]> {
  const wanted = patterns.map(({ connectionId, pattern }) => ({
    connectionId,
    compiled: compilePattern(pattern),
  }))
  const groups = await trx.query
    .selectFrom('directory_groups')
    .select(['id', 'connection_id', 'display_name'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('deleted_at', 'is', null)
    .execute()
  return groups
    .filter((group) =>
      wanted.some(
        ({ connectionId, compiled }) =>
          connectionId === group.connection_id && compiled.match(group.display_name) !== undefined,
      ),
    )
    .map((group) => group.id)
}

/**
 * The departments and channels that come to be the directory's to give, or cease to be, and `supervisor` for that right:
 * what people decided about them counts no longer, or counts again.
 */
export function findTurned(
  before: readonly MappingRule[],
  after: readonly MappingRule[],
): readonly string[] {
  const [former, next] = [ruledValues(before), ruledValues(after)]
  return [...former, ...next].filter((value) => former.has(value) !== next.has(value))
}

function ruledValues(rules: readonly MappingRule[]): Set<string> {
  const given = rules.flatMap(({ gives }) => gives.filter(({ kind }) => kind !== 'role'))
  return new Set(given.map(({ kind, valueId }) => valueId ?? kind))
}

/** Writes rules and nothing of what follows from them. */
export async function writeRules(
  trx: WorkspaceTransaction,
  { removed, written }: RuleChanges,
): Promise<void> {
  const { workspaceId } = trx
  await deleteRules(trx, removed)
  if (written.length === 0) return
  await trx.query
    .insertInto('mapping_rules')
    .values(
      written.map((rule) => ({
        workspace_id: workspaceId,
        id: rule.id,
        connection_id: rule.connectionId,
        priority: rule.priority,
        ...columnsOf(rule.condition),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'id'])
        .doUpdateSet((eb) => ({ priority: eb.ref('excluded.priority') })),
    )
    .execute()
  await trx.query
    .deleteFrom('mapping_rule_grants')
    .where('workspace_id', '=', workspaceId)
    .where('rule_id', '=', anyOf(written))
    .execute()
  const none = { role_id: null, department_id: null, channel_id: null, named: false }
  const grants = written.flatMap((rule) => [
    ...rule.gives.map(({ kind, valueId }) => ({
      ...none,
      rule_id: rule.id,
      kind,
      ...(kind === 'supervisor' ? {} : { [`${kind}_id`]: valueId }),
    })),
    ...rule.named.map((kind) => ({ ...none, rule_id: rule.id, kind, named: true })),
  ])
  // 65,535 parameters are PostgreSQL's limit for one statement.
  for (let start = 0; start < grants.length; start += 5_000) {
    await trx.query
      .insertInto('mapping_rule_grants')
      .values(
        grants
          .slice(start, start + 5_000)
          .map((grant) => ({ workspace_id: workspaceId, ...grant })),
      )
      .execute()
  }
}

/** What rules give may have been deleted before they were locked: then the transaction runs again, and sees it. */
export async function requireOffered(
  trx: WorkspaceTransaction,
  rules: readonly MappingRule[],
): Promise<void> {
  const isOffered = await areOffered(
    trx,
    rules.flatMap((rule) => rule.gives),
  )
  if (isOffered) return
  throw Object.assign(new Error('What the rules give was deleted.'), { code: '40001' })
}

async function deleteRules(
  trx: WorkspaceTransaction,
  rules: readonly MappingRule[],
): Promise<void> {
  if (rules.length === 0) return
  await trx.query
    .deleteFrom('mapping_rules')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', anyOf(rules))
    .execute()
}

function anyOf(rules: readonly MappingRule[]): ReturnType<typeof sql<string>> {
  return sql<string>`any(${rules.map((rule) => rule.id)}::uuid[])`
}
