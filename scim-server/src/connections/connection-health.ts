import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { readScimConnection } from './scim-connection-queries.ts'

/** What is wrong, by what somebody has to do about it. */
export const scimTroubles = [
  'credential-refused',
  'name-taken',
  'value-refused',
  'not-found',
  'changed-meanwhile',
  'too-large',
  'too-fast',
  'server-failed',
  'request-refused',
  'adoption-pending',
  'email-taken',
  'unknown-member',
  'unknown-role',
  'operation-refused',
] as const

export type ScimTroubleCode = (typeof scimTroubles)[number]

/** Something that the directory asked for and did not get, and that no later request has mended. */
export interface ScimTrouble {
  code: ScimTroubleCode
  /** Whom it is about, where the request named somebody. */
  person: { directoryUserId: string; displayName: string; memberId: string | null } | null
  /** The directory group that it is about. */
  group: { id: string; displayName: string } | null
  method: string
  path: string
  status: number
  /** What a warning is about: an attribute, an id. */
  subjects: string[]
  /** How often, among the requests that are looked at. */
  times: number
  lastAt: Date
}

/** How a connection is doing, by its newest twenty thousand requests. */
export interface ScimHealth {
  /** Fresh to ten seconds. */
  lastRequestAt: Date | null
  /** The last time that the directory changed something here. */
  lastSyncAt: Date | null
  users: number
  groups: number
  /** Of the last day. */
  requests: { total: number; refused: number }
  /** The newest hundred, the newest first. */
  troubles: ScimTrouble[]
}

const newestRequests = 20_000

interface TroubleRow extends Omit<ScimTrouble, 'code' | 'person' | 'group'> {
  warning: string | null
  scimType: string | null
  userId: string | null
  userName: string | null
  memberId: string | null
  groupId: string | null
  groupName: string | null
}

/** Reads how a connection is doing. Throws `connection-not-found`. */
export async function readScimHealth(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<ScimHealth> {
  const { id } = await readScimConnection(trx, connectionId)
  const { rows } = await sql<Omit<ScimHealth, 'troubles' | 'requests'> & CountColumns>`
    with newest as materialized (${newestOf(trx.workspaceId, id)})
    select greatest(max(occurred_at), (
        select max(t.last_used_at) from scim_tokens t
        where t.workspace_id = ${trx.workspaceId} and t.connection_id = ${id})) as "lastRequestAt",
      max(occurred_at) filter (where status < 400 and not is_read) as "lastSyncAt",
      coalesce(sum(times) filter (where occurred_at > now() - interval '1 day'), 0)::int as total,
      count(*) filter (where occurred_at > now() - interval '1 day' and status >= 400)::int as refused,
      (select count(*)::int from directory_users u where u.workspace_id = ${trx.workspaceId}
        and u.connection_id = ${id} and u.deleted_at is null) as users,
      (select count(*)::int from directory_groups g where g.workspace_id = ${trx.workspaceId}
        and g.connection_id = ${id} and g.deleted_at is null) as groups
    from newest`.execute(trx.query)
  const { total, refused, ...counts } = rows[0] ?? nothing
  return { ...counts, requests: { total, refused }, troubles: await readTroubles(trx, id) }
}

interface CountColumns {
  total: number
  refused: number
}

const nothing = { lastRequestAt: null, lastSyncAt: null, users: 0, groups: 0, total: 0, refused: 0 }

async function readTroubles(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
): Promise<ScimTrouble[]> {
  const { rows } = await sql<TroubleRow>`
    with newest as materialized (${newestOf(workspaceId, connectionId)}),
    mended as (
      select target, max(id::text) as id from newest r
      where status < 400 and not is_read and target ~ '^/(Users|Groups)/[0-9a-f-]{36}$'
        and not exists (
          select from jsonb_array_elements(r.warnings) as w where w->>'code' = any(${troublingWarnings}))
      group by target
    ),
    told as (
      select r.method, r.path, r.status, r.scim_type, warning->>'code' as warning,
        count(*)::int as times, max(r.occurred_at) as last_at, max(r.id::text) as last_id,
        (array_agg(distinct warning->>'subject') filter (where warning is not null))[1:5] as subjects,
        case when r.target ~ '^/(Users|Groups)/[0-9a-f-]{36}' then substring(r.target from '[0-9a-f-]{36}')::uuid end as resource
      from newest r
      left join lateral (
        select w as warning from jsonb_array_elements(r.warnings) as w where w->>'code' = any(${troublingWarnings})
      ) as troubling on true
      where (r.status >= 400 or warning is not null)
        and not exists (select from mended m where m.target = r.target and m.id > r.id::text)
        -- Nobody can say later what became of somebody who was not even made.
        and (r.target <> r.path or r.path ~ '^/[A-Za-z]+/' or r.occurred_at > now() - interval '7 days')
        and not exists (
          select from members linked where linked.workspace_id = ${workspaceId}
            and linked.directory_user_id = case warning->>'code'
              when 'adoption_pending' then (warning->>'subject')::uuid end)
      group by r.method, r.path, r.target, r.status, r.scim_type, warning->>'code'
      order by max(r.id::text) desc limit 100
    )
    select t.method, t.path, t.status, t.scim_type as "scimType", t.warning, t.times, t.last_at as "lastAt",
      coalesce(t.subjects, '{}') as subjects,
      u.id as "userId", coalesce(u.display_name, u.user_name) as "userName", m.id as "memberId",
      g.id as "groupId", g.display_name as "groupName"
    from told t
    left join directory_users u on u.workspace_id = ${workspaceId} and u.connection_id = ${connectionId}
      and u.id = t.resource and u.deleted_at is null
    left join members m on m.workspace_id = ${workspaceId} and m.directory_user_id = u.id and m.is_listed
    left join directory_groups g on g.workspace_id = ${workspaceId} and g.connection_id = ${connectionId}
      and g.id = t.resource and g.deleted_at is null
    order by t.last_id desc, t.warning`.execute(query)
  return rows.map((row) => ({
    code: codeOf(row),
    person:
      row.userId === null || row.userName === null
        ? null
        : { directoryUserId: row.userId, displayName: row.userName, memberId: row.memberId },
    group:
      row.groupId === null || row.groupName === null
        ? null
        : { id: row.groupId, displayName: row.groupName },
    method: row.method,
    path: row.path,
    status: row.status,
    subjects: row.subjects,
    times: row.times,
    lastAt: row.lastAt,
  }))
}

function newestOf(workspaceId: string, connectionId: string) {
  // Who was made by a request is who it is about.
  return sql`
    select id, method, path, status, scim_type, warnings, details, occurred_at,
      path || coalesce('/' || (details->>'resourceId'), '') as target,
      details ? 'times' as is_read, coalesce((details->>'times')::int, 1) as times
    from scim_requests
    where workspace_id = ${workspaceId} and connection_id = ${connectionId}
    order by id desc limit ${newestRequests}`
}

const codeOfWarning: Readonly<Record<string, ScimTroubleCode>> = {
  adoption_pending: 'adoption-pending',
  email_taken: 'email-taken',
  'unknown-member': 'unknown-member',
  'unknown-role': 'unknown-role',
  'operation-refused': 'operation-refused',
  'operation-not-tried': 'operation-refused',
}

/** Every other warning says how a request was read, and that it was done. */
const troublingWarnings = Object.keys(codeOfWarning)

const codeOfStatus: Readonly<Record<number, ScimTroubleCode>> = {
  400: 'value-refused',
  401: 'credential-refused',
  403: 'credential-refused',
  404: 'not-found',
  409: 'name-taken',
  412: 'changed-meanwhile',
  413: 'too-large',
  429: 'too-fast',
}

function codeOf({ status, warning }: Pick<TroubleRow, 'status' | 'warning'>): ScimTroubleCode {
  if (status >= 500) return 'server-failed'
  if (status >= 400) return codeOfStatus[status] ?? 'request-refused'
  return codeOfWarning[warning ?? ''] ?? 'operation-refused'
}
