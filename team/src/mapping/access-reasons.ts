import { isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { type RoleReference, roleReference } from '../roles/role-reference.ts'
import { listMappingRules, type MappingRuleView } from './mapping-rule-queries.ts'
import type { MatchedBy } from './mapping-rule.ts'
import { selectFacts } from './member-facts-store.ts'
import { grantKey, type InactiveReason, project, type ProjectedGrant } from './project.ts'
import { differs } from './projection-store.ts'
import type { NamedKind } from './rule-pattern.ts'
import { loadRuleSet, type RuleSet } from './rule-set-store.ts'

/** Where a grant comes from, in parts that a page puts into words. */
export type GrantOrigin =
  /** The rule, and every group or value of the person that fits it. */
  | { kind: 'mapping_rule'; rule: MappingRuleView; matchedBy: MatchedBy[] }
  | { kind: 'connection_default'; connection: { id: string; name: string } }
  /** A channel that comes with a department of theirs. */
  | { kind: 'department'; department: { id: string; name: string } }
  | { kind: 'local' | 'invitation'; by: { kind: string; id: string | null; name: string | null } }

/** Why somebody has a role, department, channel or the supervisor right, or has it without effect. */
export interface GrantReason {
  kind: ProjectedGrant['kind']
  /** Null for the supervisor right. */
  value: { id: string; name: string } | RoleReference | null
  origin: GrantOrigin
  effective: boolean
  /** Null exactly when it is effective. */
  inactiveBecause: InactiveReason | null
  since: Date
  /** The request that brought it; of a directory's the id is in the connection's request log. */
  requestId: string
}

/** Everything that decides about a member's access. */
export interface AccessReasons {
  grants: GrantReason[]
  /** Names in the directory that give nothing, because the workspace has nothing of this name. */
  unknownNames: { kind: NamedKind; name: string; ruleId: string }[]
  /** False while new rules have not reached this member yet: they will in a moment. */
  isUpToDate: boolean
}

/**
 * Why a member has what they have, as it is now: for themselves and for whoever manages members. Throws
 * `member-not-found` and `permission-missing`.
 */
export async function readAccessReasons(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<AccessReasons> {
  if (trx.actor.id !== memberId) await requirePermission(trx, 'members:manage')
  const rules = await loadRuleSet(trx)
  const [member] = isId(memberId)
    ? await selectFacts(trx, { ...rules, readsGroupNames: true }, sql`m.id = ${memberId}`, {
        grants: 'all',
      })
    : []
  if (member === undefined) throw new TeamError('member-not-found')
  const access = project(member.facts, rules)
  const stored = await readStored(trx, memberId)
  const views = new Map((await listMappingRules(trx)).map((rule) => [rule.id, rule]))
  const matches = member.facts.directory === null ? [] : rules.match(member.facts.directory)
  const originOf = (grant: ProjectedGrant, row: StoredRow): GrantOrigin | undefined => {
    switch (grant.source) {
      case 'mapping_rule': {
        const rule = views.get(grant.sourceId ?? '')
        if (rule === undefined) return undefined
        const fitting = matches.filter((match) => match.rule.id === rule.id)
        return { kind: 'mapping_rule', rule, matchedBy: fitting.map((match) => match.by) }
      }
      case 'connection_default':
        return {
          kind: 'connection_default',
          connection: { id: grant.sourceId ?? '', name: row.connection_name ?? '' },
        }
      case 'department': {
        const department = rules.departments.get(grant.sourceId ?? '')
        if (department === undefined) return undefined
        const { id, name } = department
        return { kind: 'department', department: { id, name } }
      }
      case 'local':
      case 'invitation':
        return {
          kind: grant.source,
          by: { kind: row.actor_kind ?? 'system', id: row.actor_id, name: row.actor_name },
        }
      default:
        return grant.source satisfies never
    }
  }
  const grants = access.grants.flatMap((grant): GrantReason[] => {
    const row = stored.get(grantKey(grant))
    const origin = row === undefined ? undefined : originOf(grant, row)
    if (row === undefined || origin === undefined) return []
    return [
      {
        kind: grant.kind,
        value: valueOf(grant, rules),
        origin,
        effective: grant.effective,
        inactiveBecause: grant.inactiveBecause,
        since: row.since,
        requestId: row.request_id,
      },
    ]
  })
  return {
    grants,
    unknownNames: access.unknownNames.map(({ kind, name, ruleId }) => ({ kind, name, ruleId })),
    isUpToDate: !differs(member, access, rules),
  }
}

interface StoredRow {
  since: Date
  request_id: string
  connection_name: string | null
  actor_kind: string | null
  actor_id: string | null
  actor_name: string | null
}

/** By `grantKey`. Who granted it is whose request it was. */
async function readStored(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<Map<string, StoredRow>> {
  const { rows } = await sql<
    StoredRow & {
      kind: ProjectedGrant['kind']
      value_id: string | null
      source: ProjectedGrant['source']
      source_id: string | null
    }
  >`
    select g.kind, coalesce(g.role_id, g.department_id, g.channel_id) as value_id, g.source, g.source_id,
      g.since, g.request_id, c.name as connection_name, a.actor_kind, a.actor_id, actor.display_name as actor_name
    from grants g
    left join scim_connections c on c.workspace_id = g.workspace_id and c.id = g.source_id
    left join lateral (
      select e.actor_kind, e.actor_id from audit_entries e
      where e.workspace_id = g.workspace_id and e.subject_kind = 'member' and e.subject_id = g.member_id
        and e.request_id = g.request_id limit 1
    ) a on true
    left join members actor on actor.workspace_id = g.workspace_id and actor.id = a.actor_id
    where g.workspace_id = ${trx.workspaceId} and g.member_id = ${memberId}`.execute(trx.query)
  return new Map(
    rows.map((row) => [
      grantKey({
        kind: row.kind,
        valueId: row.value_id,
        source: row.source,
        sourceId: row.source_id,
      }),
      row,
    ]),
  )
}

function valueOf({ kind, valueId }: ProjectedGrant, rules: RuleSet): GrantReason['value'] {
  if (valueId === null) return null
  const role = kind === 'role' ? rules.roles.get(valueId) : undefined
  if (role !== undefined) return roleReference({ id: role.id, key: role.key, name: role.name })
  const { name } = rules.departments.get(valueId) ?? rules.channels.get(valueId) ?? { name: '' }
  return { id: valueId, name }
}
