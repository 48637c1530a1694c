import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { recordChanges } from '../history/record-change.ts'

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
  await lockLine(trx)
  await writeClaims(trx, claims)
  const moved = await moveLine(trx, limit)
  await noteExceeded(trx, limit)
  return moved
}

/** Lets everybody who waits have a seat: after the limit went. */
export async function endWaiting(trx: WorkspaceTransaction): Promise<void> {
  await lockLine(trx)
  await trx.query
    .updateTable('members')
    .set({ seat: 'held' })
    .where('workspace_id', '=', trx.workspaceId)
    .where('seat', '=', 'waiting')
    .execute()
  // Without a row nobody takes turns.
  await trx.query.deleteFrom('seat_lines').where('workspace_id', '=', trx.workspaceId).execute()
}

async function lockLine(trx: WorkspaceTransaction): Promise<void> {
  await trx.query
    .insertInto('seat_lines')
    .values({ workspace_id: trx.workspaceId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await trx.query
    .selectFrom('seat_lines')
    .select('workspace_id')
    .where('workspace_id', '=', trx.workspaceId)
    .forUpdate()
    .execute()
}

async function writeClaims(trx: WorkspaceTransaction, claims: readonly SeatClaim[]): Promise<void> {
  // The clock and not the beginning of the transaction: whoever holds the line comes after all who held it before.
  // Read once: those who come together are in order of their ids.
  await sql`
    update members m set
      seat = case p.claim when 'owner' then 'owner' when 'seat' then coalesce(nullif(m.seat, 'owner'), 'waiting') end,
      seat_since = case when p.claim is not null then coalesce(m.seat_since, (select clock_timestamp())) end
    from unnest(
      ${claims.map(({ memberId }) => memberId)}::uuid[], ${claims.map(({ claim }) => claim)}::text[]
    ) as p (id, claim)
    where m.workspace_id = ${trx.workspaceId} and m.id = p.id`.execute(trx.query)
}

/** Nobody beyond the first so many can come before them: only as many of those who wait are looked at. */
async function moveLine(trx: WorkspaceTransaction, limit: number): Promise<string[]> {
  const { workspaceId } = trx
  const { rows } = await sql<{ id: string }>`
    with free as (
      select greatest(0, ${limit} - count(*)) as seats from members
      where workspace_id = ${workspaceId} and seat = 'owner'
    ), candidates as (
      (select id, seat, seat_since from members where workspace_id = ${workspaceId} and seat = 'held')
      union all
      (select id, seat, seat_since from members where workspace_id = ${workspaceId} and seat = 'waiting'
        order by seat_since, id limit ${limit})
    ), placed as (
      select id, seat, case when row_number() over (order by seat_since, id) <= (select seats from free)
        then 'held' else 'waiting' end as next
      from candidates
    )
    update members m set seat = p.next from placed p
    where m.workspace_id = ${workspaceId} and m.id = p.id and p.seat <> p.next
    returning m.id`.execute(trx.query)
  return rows.map((row) => row.id)
}

/** The host hears of it when the first has to wait, and again only after nobody had to. */
async function noteExceeded(trx: WorkspaceTransaction, limit: number): Promise<void> {
  const { rows } = await sql<{ exceeded: boolean }>`
    with now_waiting as (
      select exists (select 1 from members where workspace_id = ${trx.workspaceId} and seat = 'waiting') as any
    )
    update seat_lines l set exceeded_since = case when w.any then clock_timestamp() end
    from now_waiting w
    where l.workspace_id = ${trx.workspaceId} and w.any <> (l.exceeded_since is not null)
    returning w.any as exceeded`.execute(trx.query)
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
