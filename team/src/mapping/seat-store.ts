import type { Seat, WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { recordChanges } from '../history/record-change.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'

/** What a member needs now, where that is not what is stored. */
export interface SeatClaim {
  memberId: string
  claim: 'owner' | 'seat' | null
}

/**
 * Gives the seats of a workspace that has a limit: owners have one, the others in the order in which they came to need
 * one. Takes the claims, answers who has or has lost a seat by them, whoever it is. Whoever gives or frees a seat takes
 * turns with all others, on every replica.
 */
export async function settleSeats(
  trx: WorkspaceTransaction,
  limit: number,
  claims: readonly SeatClaim[],
): Promise<string[]> {
  await writeClaims(trx, claims, await lockLine(trx))
  const moved = await moveLine(trx, limit)
  await noteExceeded(trx, limit)
  return moved
}

/** Begins a line, when a workspace gets its first limit: in the order in which people came to it. */
export async function beginLine(trx: WorkspaceTransaction): Promise<void> {
  await lockLine(trx)
  await sql`
    insert into seats (workspace_id, member_id, seat, since)
    select m.workspace_id, m.id, case when r.key = ${ownerRoleKey} then 'owner' else 'held' end, ${cameAt}
    from members m join roles r on r.workspace_id = m.workspace_id and r.id = m.role_id
    where m.workspace_id = ${trx.workspaceId} and ${needsSeat}`.execute(trx.query)
}

/** What stands for the time since when a member `m` needs a seat, while seats are not limited. */
export const cameAt: RawBuilder<Date> = sql<Date>`coalesce(m.activated_at, m.created_at)`

/** Whether a member `m` needs a seat, while seats are not limited. */
export const needsSeat: RawBuilder<boolean> = sql<boolean>`
  (m.role_id is not null and m.state in ('active', 'invited'))`

/** Ends the line, and everybody who waits may have a seat: after the limit went. */
export async function endLine(trx: WorkspaceTransaction): Promise<void> {
  await lockLine(trx)
  for (const table of ['seats', 'seat_lines'] as const) {
    await trx.query.deleteFrom(table).where('workspace_id', '=', trx.workspaceId).execute()
  }
}

/** Answers when those come who come now: whoever holds the line comes after all who held it before. */
async function lockLine(trx: WorkspaceTransaction): Promise<string> {
  // The clock and not the beginning of the transaction, as far as the clock goes on.
  const { rows } = await sql<{ now: string }>`
    insert into seat_lines as l (workspace_id) values (${trx.workspaceId})
    on conflict (workspace_id) do update
      set came_at = greatest(clock_timestamp(), l.came_at + interval '1 microsecond')
    returning came_at::text as now`.execute(trx.query)
  const [line] = rows
  if (line === undefined) throw new Error('There is no such workspace.')
  return line.now
}

async function writeClaims(
  trx: WorkspaceTransaction,
  claims: readonly SeatClaim[],
  now: string,
): Promise<void> {
  // Those who come together are in order of their ids.
  await sql`
    with claimed as (
      select * from unnest(
        ${claims.map(({ memberId }) => memberId)}::uuid[], ${claims.map(({ claim }) => claim)}::text[]
      ) as p (id, claim)
    ), given_up as (
      delete from seats s using claimed p
      where s.workspace_id = ${trx.workspaceId} and s.member_id = p.id and p.claim is null
    )
    insert into seats as s (workspace_id, member_id, seat, since)
    select ${trx.workspaceId}::uuid, p.id, case p.claim when 'owner' then 'owner' else 'waiting' end,
      ${now}::timestamptz
    from claimed p where p.claim is not null
    on conflict (workspace_id, member_id) do update set
      seat = case excluded.seat when 'owner' then 'owner' else coalesce(nullif(s.seat, 'owner'), 'waiting') end`.execute(
    trx.query,
  )
}

/** Nobody beyond the first so many can come before them: only as many of those who wait are looked at. */
async function moveLine(trx: WorkspaceTransaction, limit: number): Promise<string[]> {
  const { workspaceId } = trx
  const { rows } = await sql<{ id: string }>`
    with free as (
      select greatest(0, ${limit} - count(*)) as seats from seats
      where workspace_id = ${workspaceId} and seat = 'owner'
    ), candidates as (
      (select member_id, seat, since from seats where workspace_id = ${workspaceId} and seat = 'held')
      union all
      (select member_id, seat, since from seats where workspace_id = ${workspaceId} and seat = 'waiting'
        order by since, member_id limit ${limit})
    ), placed as (
      select member_id, seat, case when row_number() over (order by since, member_id) <= (select seats from free)
        then 'held' else 'waiting' end as next
      from candidates
    )
    update seats s set seat = p.next from placed p
    where s.workspace_id = ${workspaceId} and s.member_id = p.member_id and p.seat <> p.next
    returning s.member_id as id`.execute(trx.query)
  return rows.map((row) => row.id)
}

/** The host hears of it when the first has to wait, and again only after nobody had to. */
async function noteExceeded(trx: WorkspaceTransaction, limit: number): Promise<void> {
  const { rows } = await sql<{ exceeded: boolean }>`
    with now_waiting as (
      select exists (select 1 from seats where workspace_id = ${trx.workspaceId} and seat = 'waiting') as has_some
    )
    update seat_lines l set exceeded_since = case when w.has_some then clock_timestamp() end
    from now_waiting w
    where l.workspace_id = ${trx.workspaceId} and w.has_some <> (l.exceeded_since is not null)
    returning w.has_some as exceeded`.execute(trx.query)
  if (rows[0]?.exceeded !== true) return
  await recordChanges(trx, [
    {
      action: 'seats.exceeded',
      subject: { kind: 'workspace', id: trx.workspaceId },
      before: null,
      after: { limit },
      event: { type: 'seats.exceeded', memberId: null, payload: { seats: { limit } } },
    },
  ])
}

/** What a place in the line is a claim to. */
export function claimOf(seat: Seat | null): SeatClaim['claim'] {
  if (seat === null) return null
  return seat === 'owner' ? 'owner' : 'seat'
}
