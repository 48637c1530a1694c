import type { Database, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import type { Presence } from './presence.ts'

/** Somebody says that they are here, for so long. */
export interface Heartbeat {
  memberId: string
  state: Presence
  ttlSeconds: number
}

/** How much longer somebody counts as here. */
export interface PresenceRow {
  memberId: string
  onlineMs: number
  awayMs: number
}

/**
 * Takes heartbeats down, and when people were last active. Who is away in one window stays online as long as another one
 * says so; whoever says of themselves that they are away is; whoever can not come in is not here.
 */
export async function writeHeartbeats(
  trx: WorkspaceTransaction,
  beats: readonly Heartbeat[],
): Promise<void> {
  await sql`
    with told as (
      select t."memberId" as member_id, make_interval(secs => t."ttlSeconds") as ttl,
        case when t.state = 'online' and m.away_since is not null then 'away' else t.state end as state
      from jsonb_to_recordset(${JSON.stringify(beats)}::jsonb) as t ("memberId" uuid, state text, "ttlSeconds" float8)
      join members m on m.workspace_id = ${trx.workspaceId} and m.id = t."memberId" and m.state = 'active'
      order by t."memberId"
    ), active as (
      update members m set last_active_at = now() from told
      where m.workspace_id = ${trx.workspaceId} and m.id = told.member_id and told.state = 'online'
        and (m.last_active_at is null or m.last_active_at < now() - interval '1 minute')
    )
    insert into presences as p (workspace_id, member_id, online_until, away_until, changed_at)
    select ${trx.workspaceId}::uuid, member_id, case when state = 'online' then now() + ttl else now() end,
      case when state = 'offline' then now() else now() + ttl end, clock_timestamp()
    from told
    on conflict (workspace_id, member_id) do update set
      online_until = case when excluded.away_until > now()
        then greatest(p.online_until, excluded.online_until) else excluded.online_until end,
      away_until = case when excluded.away_until > now()
        then greatest(p.away_until, excluded.away_until) else excluded.away_until end,
      changed_at = excluded.changed_at`.execute(trx.query)
}

/** Rows commit later than their time says, by this much at most. */
const overlapSeconds = 3

/** Who is here, or has come or gone since a moment that an earlier call answered. */
export async function readPresences(
  trx: WorkspaceTransaction,
  since: Date | undefined,
): Promise<{ presences: PresenceRow[]; readAt: Date }> {
  const { rows } = await sql<PresenceRow>`
    select member_id as "memberId", ${remaining}
    from presences
    where workspace_id = ${trx.workspaceId} and ${
      since === undefined
        ? sql`away_until > now()`
        : sql`changed_at > ${since}::timestamptz - make_interval(secs => ${overlapSeconds})`
    }`.execute(trx.query)
  return { presences: rows, readAt: trx.now }
}

/** Of these members; who is not among them is offline. */
export async function readPresencesOf(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<PresenceRow[]> {
  const { rows } = await sql<PresenceRow>`
    select member_id as "memberId", ${remaining}
    from presences
    where workspace_id = ${trx.workspaceId} and member_id = any(${[...memberIds]}::uuid[])`.execute(
    trx.query,
  )
  return rows
}

const remaining = sql`
  extract(epoch from online_until - now())::float8 * 1000 as "onlineMs",
  extract(epoch from away_until - now())::float8 * 1000 as "awayMs"`

/** Forgets who is long gone; answers how many. */
export async function sweepPresences(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select sweep_presences() as count`.execute(db.query)
  return rows[0]?.count ?? 0
}
