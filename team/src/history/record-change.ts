import { createId, type WorkspaceTransaction } from '@plantel/db'

import { sealContent } from './audit-content.ts'

/** What has happened. Hosts are told of all but those in `internalEventTypes`. */
export type EventType =
  | 'workspace.created'
  | 'workspace.updated'
  | 'workspace.deleted'
  | 'member.invited'
  | 'member.activated'
  | 'member.changed'
  | 'member.access_changed'
  | 'member.suspended'
  | 'member.reactivated'
  | 'member.removed'
  | 'session.revoked'
  | 'password.reset_requested'
  | 'department.created'
  | 'department.changed'
  | 'department.deleted'
  | 'role.created'
  | 'role.changed'
  | 'role.deleted'
  | 'rules.changed'
  | 'connection.changed'
  | 'seats.exceeded'

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
    id: string
  }
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  /** What the host is told; absent when a change concerns nobody outside. */
  event?: { type: EventType; memberId: string | null; payload: Record<string, unknown> }
}

/** Writes audit entries and outbox events of any number of changes, in their order, with two statements. */
export async function recordChanges(
  trx: WorkspaceTransaction,
  changes: readonly Change[],
): Promise<void> {
  if (changes.length === 0) return
  // 65,535 parameters are PostgreSQL's limit for one statement.
  for (let start = 0; start < changes.length; start += 2_000) {
    await recordBatch(trx, changes.slice(start, start + 2_000))
  }
}

async function recordBatch(trx: WorkspaceTransaction, changes: readonly Change[]): Promise<void> {
  const { actor, workspaceId } = trx
  await trx.query
    .insertInto('audit_entries')
    .values(
      changes.map((change) => ({
        workspace_id: workspaceId,
        id: createId(),
        actor_kind: actor.kind,
        actor_id: actor.id,
        request_id: actor.requestId,
        action: change.action,
        subject_kind: change.subject.kind,
        subject_id: change.subject.id,
        before: change.before === null ? null : JSON.stringify(change.before),
        after: change.after === null ? null : JSON.stringify(change.after),
        ...sealContent(change),
      })),
    )
    .execute()
  const events = changes.flatMap((change) => (change.event === undefined ? [] : [change.event]))
  if (events.length === 0) return
  await trx.query
    .insertInto('events')
    .values(
      events.map((event) => ({
        workspace_id: workspaceId,
        type: event.type,
        member_id: event.memberId,
        payload: JSON.stringify(event.payload),
        request_id: actor.requestId,
      })),
    )
    .execute()
}
