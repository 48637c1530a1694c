import { type HandoverState, isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { describeHandovers, type HandoverView } from './handover-store.ts'

/** Whether anything is left with somebody who is gone. */
export interface HandoverReport {
  requested: number
  completed: number
  failed: number
  cancelled: number
  /** Conversations that the host moved. */
  moved: number
  /** Conversations of people who can not come in, as far as the host has said. */
  orphaned: number
  /** Leavers of whom nobody knows yet whether anything is left. */
  unknown: number
}

/** A page of handovers, the newest first. Throws `permission-missing` and `invalid-cursor`. */
export async function listHandovers(
  trx: WorkspaceTransaction,
  {
    state,
    memberId,
    after,
    limit,
  }: {
    state: HandoverState | undefined
    memberId: string | undefined
    after: string | undefined
    limit: number
  },
): Promise<{ handovers: HandoverView[]; nextCursor: string | null }> {
  await requirePermission(trx, 'members:manage')
  if (after !== undefined && !isId(after)) throw new TeamError('invalid-cursor')
  const rows = await trx.query
    .selectFrom('handovers')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'requested'))
    .$if(memberId !== undefined, (query) => query.where('member_id', '=', memberId ?? ''))
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    handovers: await describeHandovers(trx, shown),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

/** Counts what became of everybody's conversations. Throws `permission-missing`. */
export async function reportHandovers(trx: WorkspaceTransaction): Promise<HandoverReport> {
  await requirePermission(trx, 'members:manage')
  const { rows } = await sql<Record<keyof HandoverReport, string>>`
    with latest as (
      select distinct on (h.member_id) h.* from handovers h
      where h.workspace_id = ${trx.workspaceId} order by h.member_id, h.id desc
    )
    select
      (select count(*) from handovers where workspace_id = ${trx.workspaceId} and state = 'requested') as requested,
      (select count(*) from handovers where workspace_id = ${trx.workspaceId} and state = 'completed') as completed,
      (select count(*) from handovers where workspace_id = ${trx.workspaceId} and state = 'failed') as failed,
      (select count(*) from handovers where workspace_id = ${trx.workspaceId} and state = 'cancelled') as cancelled,
      (select coalesce(sum(moved), 0) from handovers where workspace_id = ${trx.workspaceId}) as moved,
      coalesce(sum(l.remaining) filter (where m.state in ('suspended', 'removed')), 0) as orphaned,
      count(*) filter (where l.remaining is null and l.state in ('requested', 'failed')
        and m.state in ('suspended', 'removed')) as unknown
    from latest l join members m on m.workspace_id = ${trx.workspaceId} and m.id = l.member_id`.execute(
    trx.query,
  )
  const [row] = rows
  const numberOf = (key: keyof HandoverReport): number => Number(row?.[key] ?? 0)
  return {
    requested: numberOf('requested'),
    completed: numberOf('completed'),
    failed: numberOf('failed'),
    cancelled: numberOf('cancelled'),
    moved: numberOf('moved'),
    orphaned: numberOf('orphaned'),
    unknown: numberOf('unknown'),
  }
}

/** How many open conversations a member has; null is unknown. */
export interface Workload {
  memberId: string
  openConversations: number | null
  reportedAt: Date | null
}

/** Takes down what the host counts; whom it names by a wrong id is named in the answer and stops nobody else. */
export async function reportWorkload(
  trx: WorkspaceTransaction,
  loads: readonly { member?: string | undefined; hostUser?: string | undefined; open: number }[],
): Promise<{ unknown: string[] }> {
  const { rows } = await sql<{ key: string; id: string | null }>`
    with told as (
      select t.key, m.id, t.open from jsonb_to_recordset(${JSON.stringify(
        loads.map(({ member, hostUser, open }) => ({
          key: member ?? hostUser ?? '',
          member: member ?? null,
          host_user: hostUser ?? null,
          open,
        })),
      )}::jsonb) as t (key text, member uuid, host_user text, open integer)
      left join members m on m.workspace_id = ${trx.workspaceId} and m.is_listed
        and (m.id = t.member or m.host_user_id = t.host_user)
    ), written as (
      insert into workloads (workspace_id, member_id, open_conversations, reported_at)
      select distinct on (id) ${trx.workspaceId}::uuid, id, open, now() from told where id is not null
      on conflict (workspace_id, member_id) do update
        set open_conversations = excluded.open_conversations, reported_at = excluded.reported_at
    )
    select key, id from told`.execute(trx.query)
  return { unknown: rows.filter(({ id }) => id === null).map(({ key }) => key) }
}

/** Throws `member-not-found`. */
export async function readWorkload(trx: WorkspaceTransaction, memberId: string): Promise<Workload> {
  const row = await trx.query
    .selectFrom('members as m')
    .leftJoin('workloads as w', (join) =>
      join.onRef('w.workspace_id', '=', 'm.workspace_id').onRef('w.member_id', '=', 'm.id'),
    )
    .select(['w.open_conversations', 'w.reported_at'])
    .where('m.workspace_id', '=', trx.workspaceId)
    .where('m.id', '=', memberId)
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('member-not-found')
  return {
    memberId,
    openConversations: row.open_conversations,
    reportedAt: row.reported_at,
  }
}
