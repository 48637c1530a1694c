import {
  createId,
  type Database,
  type HandoverPart,
  type HandoverState,
  type HandoversTable,
  type WorkspaceTransaction,
} from '@plantel/db'
import { type RawBuilder, type Selectable, sql } from 'kysely'

import { type Change, recordChanges } from '../history/record-change.ts'
import type { Candidate, HandoverSituation } from './plan-handover.ts'

/** Somebody is here who was active within this time. */
const onlineMinutes = 3
/** What the host said longer ago is not known any more. */
const workloadHours = 24

/** A handover as everybody sees it: names are those of today. */
export interface HandoverView {
  id: string
  member: HandoverPerson
  cause: string
  state: HandoverState
  parts: {
    department: { id: string; name: string } | null
    to: HandoverTarget
    by: string
  }[]
  /** How often the host was asked. */
  attempts: number
  /** When it is asked again. */
  nextAttemptAt: Date | null
  moved: number
  /** Null until the host has said. */
  remaining: number | null
  requestedAt: Date
  endedAt: Date | null
}

interface HandoverPerson {
  id: string
  displayName: string
  email: string | null
  hostUserId: string | null
}

export type HandoverTarget =
  | { kind: 'member'; member: HandoverPerson }
  | { kind: 'department'; department: { id: string; name: string } }
  | { kind: 'unassigned' }

type HandoverRow = Selectable<HandoversTable>

/** Named one by one, because statements are prepared: another replica may add a column. */
const columns: RawBuilder<unknown> = sql.raw(
  (
    [
      'workspace_id',
      'id',
      'member_id',
      'cause',
      'cause_position',
      'plan',
      'state',
      'attempts',
      'due_at',
      'moved',
      'remaining',
      'requested_at',
      'ended_at',
    ] as const satisfies readonly (keyof HandoverRow)[]
  ).join(', '),
)

/** Whose handover is planned, with the departments that they were in. */
export interface Leaver {
  memberId: string
  departmentNames: readonly string[]
}

/** What planning the handovers of leavers needs to know, of each in their order. */
export async function readSituations(
  trx: WorkspaceTransaction,
  leavers: readonly Leaver[],
): Promise<HandoverSituation[]> {
  const { workspaceId } = trx
  const names = [...new Set(leavers.flatMap(({ departmentNames }) => departmentNames))]
  const [{ rows: departments }, { rows: rules }] = await Promise.all([
    sql<{ id: string; name: string; leadMemberId: string | null }>`
      select id, name, lead_member_id as "leadMemberId" from departments
      where workspace_id = ${workspaceId} and name = any((select ${names}::text[])::text[])
      order by name_key`.execute(trx.prepared),
    sql<HandoverSituation['rules'][number]>`
      select department_id as "departmentId", kind, member_id as "memberId" from handover_rules
      where workspace_id = ${workspaceId}`.execute(trx.prepared),
  ])
  const candidates = await findCandidates(trx, departments, rules)
  return leavers.map(({ memberId, departmentNames }) => ({
    leaverId: memberId,
    departments: departments.filter(({ name }) => departmentNames.includes(name)),
    rules,
    candidates,
  }))
}

/** Whom a rule can mean, of a hundred thousand members: whoever is named, and where it shares out, who is here. */
async function findCandidates(
  trx: WorkspaceTransaction,
  departments: readonly { id: string; leadMemberId: string | null }[],
  rules: HandoverSituation['rules'],
): Promise<Candidate[]> {
  const { workspaceId } = trx
  const named = [
    ...departments.map(({ leadMemberId }) => leadMemberId),
    ...rules.map(({ memberId }) => memberId),
  ].filter((id) => id !== null)
  const departmentIds = departments.map(({ id }) => id)
  const sharing = rules.flatMap(({ departmentId, kind }) =>
    kind === 'least-loaded' && (departmentId === null || departmentIds.includes(departmentId))
      ? [departmentId]
      : [],
  )
  if (named.length === 0 && sharing.length === 0) return []
  const { rows } = await sql<{
    id: string
    online: boolean
    open_conversations: number | null
    department_ids: string[]
  }>`
    with meant as materialized (
      select unnest(${named}::uuid[]) as id
      union
      select here.id from online_members(${sharing.length === 0 ? null : onlineMinutes}::integer) as here (id)
      where ${sharing.includes(null)} or exists (
        select from grants g where g.workspace_id = ${workspaceId} and g.member_id = here.id
          and g.kind = 'department' and g.effective and g.department_id = any(${sharing.filter((id) => id !== null)}::uuid[]))
    )
    select m.id, coalesce(m.last_active_at > now() - make_interval(mins => ${onlineMinutes}), false) as online,
      case when l.reported_at > now() - make_interval(hours => ${workloadHours}) then l.open_conversations end
        as open_conversations,
      array(select g.department_id from grants g where g.workspace_id = m.workspace_id and g.member_id = m.id
        and g.kind = 'department' and g.effective and g.department_id = any(${departmentIds}::uuid[])) as department_ids
    from meant join members m on m.workspace_id = ${workspaceId} and m.id = meant.id
    left join workloads l on l.workspace_id = m.workspace_id and l.member_id = m.id
    where m.state = 'active' and m.role_id is not null`.execute(trx.query)
  return rows.map((row) => ({
    memberId: row.id,
    departmentIds: row.department_ids,
    isOnline: row.online,
    openConversations: row.open_conversations ?? undefined,
  }))
}

/** A handover that is to be requested. */
interface NewHandover {
  memberId: string
  cause: string
  /** Of the event that it follows from; null for one that a person chose. */
  causePosition: string | null
  plan: HandoverPart[]
}

/** The first pause before a host is asked again; it doubles. */
export const firstPauseMinutes = 10

/** Writes handovers, and answers those rows: whoever has an open one, or one of that event, gets no other. */
export async function insertHandovers(
  trx: WorkspaceTransaction,
  handovers: readonly NewHandover[],
): Promise<HandoverRow[]> {
  const { rows } = await sql<HandoverRow>`
    insert into handovers (workspace_id, id, member_id, cause, cause_position, plan, state, due_at)
    select ${trx.workspaceId}::uuid, n.*, 'requested', now() + make_interval(mins => ${firstPauseMinutes}::integer)
    from unnest(
      ${handovers.map(() => createId())}::uuid[],
      ${handovers.map(({ memberId }) => memberId)}::uuid[],
      ${handovers.map(({ cause }) => cause)}::text[],
      ${handovers.map(({ causePosition }) => causePosition)}::bigint[],
      ${handovers.map(({ plan }) => JSON.stringify(plan))}::jsonb[]
    ) as n
    on conflict do nothing
    returning ${columns}`.execute(trx.prepared)
  return rows
}

/** Those of members that are open, follow from one of these events, or were chosen since a moment. */
export async function findHandovers(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
  positions: readonly string[],
  since: Date,
): Promise<HandoverRow[]> {
  const { rows } = await sql<HandoverRow>`
    select ${columns} from handovers
    where workspace_id = ${trx.workspaceId} and member_id = any((select ${[...memberIds]}::uuid[])::uuid[])
      and (state = 'requested' or cause_position = any((select ${[...positions]}::bigint[])::bigint[])
        or (cause = 'chosen' and requested_at >= ${since}))`.execute(trx.prepared)
  return rows
}

/** Takes back those that are still open, and answers their rows. */
export async function cancelHandovers(
  trx: WorkspaceTransaction,
  ids: readonly string[],
): Promise<HandoverRow[]> {
  const { rows } = await sql<HandoverRow>`
    update handovers set state = 'cancelled', due_at = null, ended_at = now()
    where workspace_id = ${trx.workspaceId} and id = any((select ${[...ids]}::uuid[])::uuid[]) and state = 'requested'
    returning ${columns}`.execute(trx.prepared)
  return rows
}

/** Locked; undefined when there is none. */
export async function lockHandover(
  trx: WorkspaceTransaction,
  id: string,
): Promise<HandoverRow | undefined> {
  return trx.query
    .selectFrom('handovers')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** Locked, the one of a member that is not over yet. */
export async function lockOpenHandover(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<HandoverRow | undefined> {
  return trx.query
    .selectFrom('handovers')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', memberId)
    .where('state', '=', 'requested')
    .forUpdate()
    .executeTakeFirst()
}

/**
 * Lets nobody erase members while something is written that names them: an erasure that comes later finds it, and after
 * one that came first there is no name to write. In order of their ids, as everybody locks members.
 */
export async function holdNames(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<void> {
  await sql`
    select m.id from members m
    where m.workspace_id = ${trx.workspaceId} and m.id = any((select ${[...memberIds]}::uuid[])::uuid[])
    order by m.id for share`.execute(trx.prepared)
}

/** With the names of today. */
export async function describeHandovers(
  trx: WorkspaceTransaction,
  rows: readonly HandoverRow[],
): Promise<HandoverView[]> {
  const parts = rows.flatMap(({ plan }) => plan)
  const memberIds = [
    ...rows.map((row) => row.member_id),
    ...parts.flatMap(({ to }) => (to.kind === 'member' ? [to.memberId] : [])),
  ]
  const departmentIds = parts.flatMap(({ departmentId, to }) => [
    ...(departmentId === null ? [] : [departmentId]),
    ...(to.kind === 'department' ? [to.departmentId] : []),
  ])
  const [{ rows: members }, { rows: departments }] = await Promise.all([
    sql<HandoverPerson>`
      select id, display_name as "displayName", email, host_user_id as "hostUserId" from members
      where workspace_id = ${trx.workspaceId} and id = any((select ${memberIds}::uuid[])::uuid[])`.execute(
      trx.prepared,
    ),
    sql<{ id: string; name: string }>`
      select id, name from departments
      where workspace_id = ${trx.workspaceId} and id = any((select ${departmentIds}::uuid[])::uuid[])`.execute(
      trx.prepared,
    ),
  ])
  const people = new Map(members.map((member) => [member.id, member]))
  const names = new Map(departments.map(({ id, name }) => [id, name]))
  const personOf = (id: string): HandoverPerson =>
    people.get(id) ?? { id, displayName: '', email: null, hostUserId: null }
  const departmentOf = (id: string): { id: string; name: string } => ({
    id,
    name: names.get(id) ?? '',
  })
  const targetOf = ({ to }: HandoverPart): HandoverTarget => {
    if (to.kind === 'member') return { kind: 'member', member: personOf(to.memberId) }
    if (to.kind === 'unassigned') return { kind: 'unassigned' }
    return { kind: 'department', department: departmentOf(to.departmentId) }
  }
  return rows.map((row) => ({
    id: row.id,
    member: personOf(row.member_id),
    cause: row.cause,
    state: row.state,
    parts: row.plan.map((part) => ({
      department: part.departmentId === null ? null : departmentOf(part.departmentId),
      to: targetOf(part),
      by: part.by,
    })),
    attempts: row.attempts,
    nextAttemptAt: row.due_at,
    moved: row.moved,
    remaining: row.remaining,
    requestedAt: row.requested_at,
    endedAt: row.ended_at,
  }))
}

/** Tells the host, and the history, of a step of a handover. */
export async function recordHandover(
  trx: WorkspaceTransaction,
  row: HandoverRow,
): Promise<HandoverView> {
  const [view] = await recordHandovers(trx, [row])
  if (view === undefined) throw new Error(`The handover ${row.id} has no view.`)
  return view
}

/** The same of several; `requestOf` names the request from which a member's follows, where it is not the transaction's. */
export async function recordHandovers(
  trx: WorkspaceTransaction,
  rows: readonly HandoverRow[],
  requestOf?: ReadonlyMap<string, string>,
): Promise<HandoverView[]> {
  if (rows.length === 0) return []
  await holdNames(
    trx,
    rows.map((row) => row.member_id),
  )
  const views = await describeHandovers(trx, rows)
  const changes = rows.flatMap((row, index): Change[] => {
    const view = views[index]
    return view === undefined ? [] : [changeOf(row, view, requestOf?.get(row.member_id))]
  })
  await recordChanges(trx, changes)
  return views
}

function changeOf(row: HandoverRow, view: HandoverView, requestId: string | undefined): Change {
  const { nextAttemptAt: _, parts, ...about } = view
  // Of those who get something only the id: an event of the leaver must not outlive an erasure of somebody else.
  const handover = { ...about, parts: parts.map(withoutPeople) }
  return {
    action: `handover.${row.state}`,
    subject: { kind: 'member', id: row.member_id },
    before: null,
    after: {
      handover: row.id,
      attempts: row.attempts,
      moved: row.moved,
      remaining: row.remaining,
      plan: row.plan,
    },
    event: {
      type: `handover.${row.state}`,
      memberId: row.member_id,
      payload: { handover },
    },
    ...(requestId === undefined ? {} : { requestId }),
  }
}

/** Handovers whose host has not answered in time. */
export async function dueHandovers(
  db: Database,
  limit: number,
): Promise<{ workspaceId: string; handoverId: string }[]> {
  const { rows } = await sql<{ workspaceId: string; handoverId: string }>`
    select workspace_id as "workspaceId", handover_id as "handoverId" from due_handovers(${limit}::integer)`.execute(
    db.query,
  )
  return rows
}

/** Where a handover is: exact key in, id out. */
export async function findHandoverWorkspace(
  db: Database,
  handoverId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string | null }>`
    select find_handover(${handoverId}::uuid) as id`.execute(db.query)
  return rows[0]?.id ?? undefined
}

function withoutPeople({ to, ...part }: HandoverView['parts'][number]): Record<string, unknown> {
  return {
    ...part,
    to: to.kind === 'member' ? { kind: to.kind, member: { id: to.member.id } } : to,
  }
}
