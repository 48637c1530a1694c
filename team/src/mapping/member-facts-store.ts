import type { MembersTable, Schema, Seat, WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, type Selectable, sql } from 'kysely'

import { groupsOfUser } from '../directory/group-nesting.ts'
import { attributeValues, pathOfAttribute } from './directory-attribute.ts'
import { sendRulesHeld } from './hold-rules.ts'
import { isRoleLockingProfile } from './mapping-rule.ts'
import type { Grant, MemberFacts } from './project.ts'
import { heldRetired, settleRetired } from './retired-value.ts'
import { loadRuleSet, type RuleSet } from './rule-set-store.ts'
import { cameAt, needsSeat } from './seat-store.ts'

export interface StoredGrant extends Grant {
  id: string
  effective: boolean
}

const rowColumns = [
  'id',
  'display_name',
  'email',
  'host_user_id',
  'state',
  'role_id',
  'no_role_reason',
  'conversation_access',
  'rules_version',
  'version',
  'activated_at',
  'removed_at',
  'invited_at',
  'break_glass',
] as const

/** Text, because references would be compiled one by one for each statement. */
const ownColumns = sql.raw(rowColumns.map((column) => `m.${column}`).join(', '))

type MemberRow = Pick<Selectable<MembersTable>, (typeof rowColumns)[number]>

/** A member with what `project` needs to know and what is stored of the last projection. */
export interface MemberWithFacts {
  row: MemberRow
  /** Their place in the line of a workspace that has a limit of seats; null for who needs none. */
  seat: Seat | null
  /** Orders those who need a seat; microseconds, null for who needs none. */
  seatSince: number | null
  facts: MemberFacts
  /** All of them, or only those by people and of what is retired where no more was asked for. */
  grants: StoredGrant[]
}

/** Members whom the transaction has to its end, and the rules that hold as long. */
export interface LockedMembers {
  members: MemberWithFacts[]
  rules: RuleSet
}

/**
 * Locks the members in order of their ids, so that two projections never wait for each other in a circle, and reads the
 * rules that hold to the end of the transaction.
 */
export async function lockMembersWithFacts(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<LockedMembers> {
  sendRulesHeld(trx)
  const isKeyed = memberIds.length <= fewMembers
  const locked = lockMembers(trx, sql`m.id = ${anyOf(memberIds)}`, isKeyed)
  // Later statements: they see what the transactions we waited for have committed.
  const [, rules] = await Promise.all([locked, loadRuleSet(trx)])
  return { members: await loadMembersWithFacts(trx, rules, memberIds), rules }
}

/**
 * The same of whoever the condition over a member `m` holds for, of which only those are read whom the newest rules have
 * not reached. `found` is how many there are with the others.
 */
export async function lockStaleWithFacts(
  trx: WorkspaceTransaction,
  condition: RawBuilder<unknown>,
): Promise<LockedMembers & { found: number }> {
  sendRulesHeld(trx)
  const [locked, rules] = await Promise.all([lockMembers(trx, condition, false), loadRuleSet(trx)])
  const stale = locked.filter((row) => row.is_stale).map((row) => row.id)
  const members = stale.length === 0 ? [] : await loadMembersWithFacts(trx, rules, stale)
  return { found: locked.length, members, rules }
}

/** In order of their ids, with what they are when the lock is there. */
async function lockMembers(
  { workspaceId, query, prepared }: WorkspaceTransaction,
  condition: RawBuilder<unknown>,
  isKeyed: boolean,
): Promise<{ id: string; is_stale: boolean }[]> {
  // The line of a workspace that has a limit of seats comes before its members: whoever moves it locks those who get one.
  const { rows } = await sql<{ id: string; is_stale: boolean }>`
    with line as materialized (
      select l.workspace_id from seat_lines l where l.workspace_id = ${workspaceId} for update)
    select m.id, m.rules_version < (select w.rules_version from workspaces w where w.id = ${workspaceId}) as is_stale
    from members m left join line on true
    where m.workspace_id = ${workspaceId} and ${condition}
    order by m.id for no key update of m`.execute(isKeyed ? prepared : query)
  return rows
}

const fewMembers = 10

/** The same without a lock, for looking only. In order of their ids. */
export async function loadMembersWithFacts(
  trx: WorkspaceTransaction,
  rules: RuleSet,
  memberIds: readonly string[],
): Promise<MemberWithFacts[]> {
  return selectFacts(trx, rules, sql`m.id = ${anyOf(memberIds)}`, {
    grants: 'all',
    // A plan that is kept from when a table was small is worth it for a few members only.
    isKeyed: memberIds.length <= fewMembers,
  })
}

interface FactsRow extends MemberRow {
  seat: Seat | null
  seat_since: number | null
  user_deleted: boolean
  connection_id: string | null
  default_role_id: string | null
  profile: Schema['scim_connections']['profile'] | null
  group_ids: string[]
  holds: MemberFacts['holds']
  grants: [string, Grant['kind'], string | null, Grant['source'], string | null, boolean][] | null
  attributes: unknown[] | null
}

/** What of people the rules look at. */
export type RuleReads = Pick<RuleSet, 'readsGroupNames' | 'attributes' | 'retired'>

interface FactsOptions {
  grants: 'all' | 'by-people'
  limit?: number
  isKeyed?: boolean
}

/**
 * Members `m` for whom the condition holds, in order of their ids, with what rules look at. What is retired has given way
 * to its successor in what is known about them, though not in the grants that are stored.
 */
export async function selectFacts(
  trx: WorkspaceTransaction,
  rules: RuleSet,
  condition: RawBuilder<unknown>,
  options: FactsOptions,
): Promise<MemberWithFacts[]> {
  const members = await selectUnsettledFacts(trx, rules, condition, options)
  if (rules.retired.size === 0) return members
  return members.map((member) => ({
    ...member,
    facts: settleRetired(member.facts, heldRetired(member.grants, rules), rules),
  }))
}

/** The same with what is retired as it is stored, for comparing two rule sets. */
export async function selectUnsettledFacts(
  trx: WorkspaceTransaction,
  rules: RuleReads,
  condition: RawBuilder<unknown>,
  options: FactsOptions,
): Promise<MemberWithFacts[]> {
  const ofPeople = options.grants === 'all' ? sql`true` : byPeopleOr(rules.retired)
  const { rows } = await sql<FactsRow>`
    select ${ownColumns}, s.seat,
      (extract(epoch from coalesce(s.since, case when ${needsSeat} then ${cameAt} end)) * 1000000)::float8 as seat_since,
      u.deleted_at is not null as user_deleted, u.connection_id, c.default_role_id, c.profile,
      ${groupIds(trx)} as group_ids,
      array(select h.source from member_holds h
        where h.workspace_id = m.workspace_id and h.member_id = m.id order by h.source) as holds,
      (select json_agg(json_build_array(g.id, g.kind, coalesce(g.role_id, g.department_id, g.channel_id),
          g.source, g.source_id, g.effective)) from grants g
        where g.workspace_id = m.workspace_id and g.member_id = m.id and ${ofPeople}) as grants,
      ${attributesOf(rules)} as attributes
    from members m
    left join seats s on s.workspace_id = m.workspace_id and s.member_id = m.id
    left join directory_users u on u.workspace_id = m.workspace_id and u.id = m.directory_user_id
    left join scim_connections c on c.workspace_id = u.workspace_id and c.id = u.connection_id
    where m.workspace_id = ${trx.workspaceId} and ${condition}
    order by m.id ${options.limit === undefined ? sql`` : sql`limit ${options.limit}`}`.execute(
    options.isKeyed === true ? trx.prepared : trx.query,
  )
  const names = rules.readsGroupNames
    ? await groupNames(
        trx,
        rows.flatMap((row) => row.group_ids),
      )
    : new Map<string, string>()
  return rows.map((row) => memberOf(row, rules, names))
}

function byPeopleOr(retired: RuleSet['retired']): RawBuilder<unknown> {
  const byPeople = sql`g.source in ('local', 'invitation')`
  if (retired.size === 0) return byPeople
  const ids = sql`${[...retired.keys()]}::uuid[]`
  return sql`(${byPeople} or coalesce(g.role_id, g.department_id, g.channel_id) = any(${ids}))`
}

/** Groups in groups cost a search per person; where there are none nobody pays for it. */
function groupIds({ workspaceId }: WorkspaceTransaction): RawBuilder<unknown> {
  const nested = groupsOfUser(sql`m.workspace_id`, sql`m.directory_user_id`)
  return sql`case
    when exists (select 1 from directory_group_children nested where nested.workspace_id = ${workspaceId})
    then array(select held.group_id from ${nested} as held order by held.group_id)
    else array(select d.group_id from directory_group_members d
      where d.workspace_id = m.workspace_id and d.user_id = m.directory_user_id order by d.group_id)
    end`
}

function attributesOf({ attributes }: RuleReads): RawBuilder<unknown> {
  if (attributes.length === 0) return sql`null`
  const values = attributes.map(
    (attribute) => sql`u.resource #> ${[...pathOfAttribute(attribute)]}::text[]`,
  )
  return sql`jsonb_build_array(${sql.join(values)})`
}

/** The names of groups by their ids. */
export async function groupNames(
  trx: WorkspaceTransaction,
  groupIds: readonly string[],
): Promise<Map<string, string>> {
  const ids = [...new Set(groupIds)]
  if (ids.length === 0) return new Map()
  const groups = await trx.query
    .selectFrom('directory_groups')
    .select(['id', 'display_name'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
  return new Map(groups.map(({ id, display_name }) => [id, display_name]))
}

/** Without a copy of the row: a hundred thousand of them would cost more than all else here. */
function memberOf(
  row: FactsRow,
  rules: RuleReads,
  names: ReadonlyMap<string, string>,
): MemberWithFacts {
  const { connection_id, profile, group_ids, holds, grants: grantRows, attributes } = row
  const grants = (grantRows ?? []).map(([id, kind, valueId, source, sourceId, effective]) => ({
    id,
    kind,
    valueId,
    source,
    sourceId,
    effective,
  }))
  return {
    row,
    seat: row.seat,
    seatSince: row.seat_since,
    grants,
    facts: {
      directory:
        connection_id === null
          ? null
          : {
              connectionId: connection_id,
              defaultRoleId: row.default_role_id,
              locksRoles: profile !== null && isRoleLockingProfile(profile),
              deleted: row.user_deleted,
              groups: group_ids.map((id) => ({ id, name: names.get(id) ?? '' })),
              attributes: new Map(
                rules.attributes.map((attribute, index) => [
                  attribute,
                  attributeValues(attributes?.[index]),
                ]),
              ),
            },
      holds,
      removed: row.removed_at !== null,
      invitationPending: row.invited_at !== null && row.activated_at === null,
      breakGlass: row.break_glass,
      waitsForSeat: row.seat === 'waiting',
      localGrants: grants
        .filter((grant) => grant.source === 'local' || grant.source === 'invitation')
        .map(({ kind, valueId, source, sourceId }) => ({ kind, valueId, source, sourceId })),
    },
  }
}

/** Of a few the planner does not see how many they are: one plan serves for all. */
function anyOf(ids: readonly string[]): RawBuilder<unknown> {
  const list = sql`${[...ids]}::uuid[]`
  return ids.length <= fewMembers ? sql`any((select ${list})::uuid[])` : sql`any(${list})`
}
