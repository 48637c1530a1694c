import { idFloor, isId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'

export const auditActorKinds = ['directory', 'member', 'host', 'system'] as const

/** Which entries to list. */
export interface AuditFilter {
  actorKind?: (typeof auditActorKinds)[number] | undefined
  actorId?: string | undefined
  /** Exactly, or all that begin so when it ends with a dot: `member.`. */
  action?: string | undefined
  /** About this member, also as a person of a directory. */
  memberId?: string | undefined
  requestId?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
}

/** Somebody or something that an entry names; the name is that of today, null for one that is gone. */
export interface AuditReference {
  kind: string
  id: string | null
  name: string | null
}

/** Who did what. */
export interface AuditEntry {
  id: string
  occurredAt: Date
  action: string
  actor: AuditReference
  subject: AuditReference
  requestId: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  erased: boolean
  /** Place in the chain; null for the last seconds. */
  position: string | null
  hash: string | null
}

interface Row {
  id: string
  occurred_at: Date
  action: string
  actor_kind: string
  actor_id: string | null
  actor_name: string | null
  subject_kind: string
  subject_id: string
  subject_name: string | null
  request_id: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  erased_at: Date | null
  position: string | null
  chain_hash: Buffer | null
}

/** An entry's id is made within its transaction, by another clock than the database's. */
const beforeTransactionMs = 5 * 60_000
const afterTransactionMs = 30 * 60_000

/** A page of the history, the newest first. Throws `invalid-cursor`. */
export async function listAuditEntries(
  trx: WorkspaceTransaction,
  filter: AuditFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
  if (after !== undefined && !isId(after)) throw new TeamError('invalid-cursor')
  const { actorKind, actorId, action, memberId, requestId, since, until } = filter
  const prefix = action?.endsWith('.') === true ? `${action}%` : undefined
  const conditions = [
    sql`a.workspace_id = ${trx.workspaceId}`,
    ...(after === undefined ? [] : [sql`a.id < ${after}`]),
    ...(actorKind === undefined ? [] : [sql`a.actor_kind = ${actorKind}`]),
    ...(actorId === undefined ? [] : [sql`a.actor_id = ${actorId}`]),
    ...(requestId === undefined ? [] : [sql`a.request_id = ${requestId}`]),
    ...(action === undefined || prefix !== undefined ? [] : [sql`a.action = ${action}`]),
    ...(prefix === undefined ? [] : [sql`a.action like ${prefix}`]),
    ...(memberId === undefined
      ? []
      : [
          sql`(a.subject_kind = 'member' and a.subject_id = ${memberId} or a.subject_kind = 'directory_user'
            and a.subject_id = (select directory_user_id from members where workspace_id = ${trx.workspaceId} and id = ${memberId}))`,
        ]),
    ...(since === undefined
      ? []
      : [
          sql`a.occurred_at >= ${since} and a.id >= ${idFloor(since.getTime() - beforeTransactionMs)}`,
        ]),
    ...(until === undefined
      ? []
      : [
          sql`a.occurred_at < ${until} and a.id < ${idFloor(until.getTime() + afterTransactionMs)}`,
        ]),
  ]
  const { rows } = await sql<Row>`
    with page as materialized (
      select a.* from audit_entries a where ${sql.join(conditions, sql` and `)}
      order by a.id desc limit ${limit + 1}
    )
    select p.id, p.occurred_at, p.action, p.actor_kind, p.actor_id, p.subject_kind, p.subject_id, p.request_id,
      p.before, p.after, p.erased_at, seal.position, seal.chain_hash,
      case p.actor_kind when 'member' then actor.display_name when 'directory' then connection.name
        when 'host' then key.name end as actor_name,
      case p.subject_kind when 'member' then subject.display_name when 'directory_user' then person.display_name
        when 'role' then role.name when 'department' then department.name when 'channel' then channel.name
        when 'directory_group' then directory_group.display_name end as subject_name
    from page p
    left join audit_seals seal on seal.workspace_id = p.workspace_id and seal.entry_id = p.id
    left join members actor on p.actor_kind = 'member'
      and actor.workspace_id = p.workspace_id and actor.id = p.actor_id
    left join scim_connections connection on p.actor_kind = 'directory'
      and connection.workspace_id = p.workspace_id and connection.id = p.actor_id
    left join host_keys key on p.actor_kind = 'host' and key.id = p.actor_id
    left join members subject on p.subject_kind = 'member'
      and subject.workspace_id = p.workspace_id and subject.id = p.subject_id
    left join members person on p.subject_kind = 'directory_user'
      and person.workspace_id = p.workspace_id and person.directory_user_id = p.subject_id
    left join roles role on p.subject_kind = 'role'
      and role.workspace_id = p.workspace_id and role.id = p.subject_id
    left join departments department on p.subject_kind = 'department'
      and department.workspace_id = p.workspace_id and department.id = p.subject_id
    left join channels channel on p.subject_kind = 'channel'
      and channel.workspace_id = p.workspace_id and channel.id = p.subject_id
    left join directory_groups directory_group on p.subject_kind = 'directory_group'
      and directory_group.workspace_id = p.workspace_id and directory_group.id = p.subject_id
    order by p.id desc`.execute(trx.query)
  const shown = rows.slice(0, limit)
  return {
    entries: shown.map(toEntry),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

function toEntry(row: Row): AuditEntry {
  return {
    id: row.id,
    occurredAt: row.occurred_at,
    action: row.action,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    requestId: row.request_id,
    before: row.before,
    after: row.after,
    erased: row.erased_at !== null,
    position: row.position,
    hash: row.chain_hash?.toString('hex') ?? null,
  }
}
