import type {
  Database,
  HandoverPart,
  HandoverState,
  HandoversTable,
  WorkspaceTransaction,
} from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { recordChanges } from '../history/record-change.ts'
import type { HandoverSituation } from './plan-handover.ts'

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

/** What planning a leaver's handover needs to know. */
export async function readSituation(
  trx: WorkspaceTransaction,
  leaverId: string,
  departmentNames: readonly string[],
): Promise<HandoverSituation> {
  const { workspaceId } = trx
  const ofDepartments = trx.query
    .selectFrom('departments')
    .select(['id', 'lead_member_id as leadMemberId'])
    .where('workspace_id', '=', workspaceId)
    .where('name', '=', sql<string>`any(${[...departmentNames]}::text[])`)
    .orderBy('name_key')
    .execute()
  const ofRules = trx.query
    .selectFrom('handover_rules')
    .select(['department_id as departmentId', 'kind', 'member_id as memberId'])
    .where('workspace_id', '=', workspaceId)
    .execute()
  const [departments, rules] = await Promise.all([ofDepartments, ofRules])
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
  if (named.length === 0 && sharing.length === 0) {
    return { leaverId, departments, rules, candidates: [] }
  }
  // Of a hundred thousand members only those whom a rule can mean.
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
  return {
    leaverId,
    departments,
    rules,
    candidates: rows.map((row) => ({
      memberId: row.id,
      departmentIds: row.department_ids,
      isOnline: row.online,
      openConversations: row.open_conversations ?? undefined,
    })),
  }
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
 * Lets nobody erase a member while something is written that names them: an erasure that comes later finds it, and after
 * one that came first there is no name to write.
 */
export async function holdName(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .forShare()
    .execute()
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
  const members = await trx.query
    .selectFrom('members')
    .select(['id', 'display_name as displayName', 'email', 'host_user_id as hostUserId'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${memberIds}::uuid[])`)
    .execute()
  const departments = await trx.query
    .selectFrom('departments')
    .select(['id', 'name'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${departmentIds}::uuid[])`)
    .execute()
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
  await holdName(trx, row.member_id)
  const [view] = await describeHandovers(trx, [row])
  if (view === undefined) throw new Error(`The handover ${row.id} has no view.`)
  const { nextAttemptAt: _, parts, ...about } = view
  // Of those who get something only the id: an event of the leaver must not outlive an erasure of somebody else.
  const handover = { ...about, parts: parts.map(withoutPeople) }
  await recordChanges(trx, [
    {
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
    },
  ])
  return view
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
