import { type Actor, createId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { sealContents } from './audit-content.ts'
import { type DirectoryEventType, directoryEventTypes } from './directory-event-types.ts'
import { DistinctDocuments } from './distinct-documents.ts'
import type { HostEventType } from './event-types.ts'

/** What has happened. Hosts are told of all but those in `internalEventTypes`. */
export type EventType =
  | HostEventType
  | DirectoryEventType
  | 'email_change.completed'
  | 'email_change.requested'
  | 'password.reset_requested'

export interface Change {
  /** What was done, past tense, e.g. `member.suspended` or `directory_user.created`. */
  action: string
  subject: {
    kind:
      | 'workspace'
      | 'member'
      | 'role'
      | 'department'
      | 'channel'
      | 'directory_user'
      | 'directory_group'
      | 'mapping_rules'
      | 'scim_connection'
      | 'sso_connection'
    id: string
  }
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  /** What the host is told; absent when a change concerns nobody outside. */
  event?: { type: EventType; memberId: string | null; payload: Record<string, unknown> }
  /** The request from which it follows, where that is not the transaction's own. */
  requestId?: string
}

const batchSize = 2_000

/**
 * Writes audit entries and outbox events of any number of changes, in their order, with one statement. It travels with
 * whatever the transaction does next: nobody waits for it.
 */
export function recordChanges(
  trx: WorkspaceTransaction,
  changes: readonly Change[],
): Promise<void> {
  const { actor } = trx
  for (const change of changes) {
    trx.gather('history', { ...change, actor }, (all) => {
      for (let start = 0; start < all.length; start += batchSize) {
        sendBatch(trx, all.slice(start, start + batchSize))
      }
    })
  }
  return Promise.resolve()
}

/** Of one request, or of several that share the transaction. */
function sendBatch(
  trx: WorkspaceTransaction,
  changes: readonly (Change & { actor: Actor })[],
): void {
  const { workspaceId } = trx
  const sealed = sealContents(changes)
  const documents = new DistinctDocuments()
  const entries = changes.map(({ actor, action, subject, before, after, requestId }, index) => ({
    id: createId(),
    actor_kind: actor.kind,
    actor_id: actor.id,
    request_id: requestId ?? actor.requestId,
    action,
    subject_kind: subject.kind,
    subject_id: subject.id,
    before: documents.place(before),
    after: documents.place(after),
    salt: sealed[index]?.content_salt.toString('hex'),
    digest: sealed[index]?.content_digest.toString('hex'),
  }))
  const events = changes.flatMap(({ actor, event, requestId }) => {
    if (event === undefined) return []
    const { type, memberId, payload } = event
    // Only the member differs from person to person.
    const { member, ...rest } = payload
    const own = member === undefined ? {} : { member }
    const request_id = requestId ?? actor.requestId
    return [{ type, member_id: memberId, own, rest: documents.place(rest), request_id }]
  })
  // Three documents instead of thousands of parameters. The workspace is held once, not by a foreign key of each row.
  trx.send(sql`
    with held as materialized (
      select id from workspaces where id = ${workspaceId}::uuid for key share
    ), documents as materialized (
      select ${documents.toJson()}::jsonb as list
    ), recorded as (
      insert into audit_entries (workspace_id, id, actor_kind, actor_id, request_id, action, subject_kind, subject_id,
        before, after, content_salt, content_digest)
      select held.id, a.id, a.actor_kind, a.actor_id, a.request_id, a.action, a.subject_kind,
        a.subject_id, d.list -> a.before, d.list -> a.after, decode(a.salt, 'hex'), decode(a.digest, 'hex')
      from held, documents d, jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as a (id uuid, actor_kind text, actor_id uuid, request_id text, action text,
        subject_kind text, subject_id uuid, before integer, after integer, salt text, digest text)
      returning workspace_id, id
    ), waiting as (
      insert into unsealed_audit_entries (workspace_id, entry_id) select r.workspace_id, r.id from recorded r
    )
    insert into outbox (workspace_id, type, member_id, payload, request_id)
    select held.id, e.type, e.member_id, e.own || (d.list -> e.rest), e.request_id
    from held, documents d, jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e (type text, member_id uuid, own jsonb,
      rest integer, request_id text)
    where not e.type = any(${[...directoryEventTypes]}::text[]) or exists (
      select from webhook_endpoints p join workspaces w on w.host_id = p.host_id
      where w.id = ${workspaceId}::uuid and p.format = 'scim-events' and coalesce(p.workspace_id, w.id) = w.id)`)
}
