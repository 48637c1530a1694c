import type { MailDelivery, WorkspaceTransaction } from '@plantel/db'

import type { InvitationLink } from './invitation-token.ts'

/** An invitation whose mail is to be sent now. */
export interface InvitationToSend extends InvitationLink {
  expiresAt: Date
  recipient: string
  /** As one greets them; null while nobody has said their name. */
  name: string | null
  /** BCP 47; null where only the workspace's is known. */
  language: string | null
  inviterName: string | null
  roleName: string | null
  departments: string[]
  message: string | null
}

/** The member's invitation, while its present link waits for its mail; undefined when there is nothing to send any more. */
export async function readInvitationToSend(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<InvitationToSend | undefined> {
  const row = await trx.query
    .selectFrom('invitations as invitation')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'invitation.workspace_id')
        .onRef('member.id', '=', 'invitation.member_id'),
    )
    .leftJoin('roles as role', (join) =>
      join
        .onRef('role.workspace_id', '=', 'member.workspace_id')
        .onRef('role.id', '=', 'member.role_id'),
    )
    .leftJoin('members as inviter', (join) =>
      join
        .onRef('inviter.workspace_id', '=', 'invitation.workspace_id')
        .onRef('inviter.id', '=', 'invitation.invited_by')
        .on('inviter.state', '<>', 'removed'),
    )
    .select([
      'invitation.id',
      'invitation.generation',
      'invitation.expires_at',
      'invitation.message',
      'member.email',
      'member.given_name',
      'member.display_name',
      'member.language',
      'role.name as role_name',
      'inviter.display_name as inviter_name',
    ])
    .where('invitation.workspace_id', '=', trx.workspaceId)
    .where('invitation.member_id', '=', memberId)
    .where('invitation.state', '=', 'open')
    .where('invitation.delivery', '=', 'queued')
    .where('invitation.expires_at', '>', trx.now)
    .where('member.state', '=', 'invited')
    .executeTakeFirst()
  if (row === undefined || row.email === null) return undefined
  const departments = await trx.query
    .selectFrom('grants as held')
    .innerJoin('departments as department', (join) =>
      join
        .onRef('department.workspace_id', '=', 'held.workspace_id')
        .onRef('department.id', '=', 'held.department_id'),
    )
    .select('department.name')
    .distinct()
    .where('held.workspace_id', '=', trx.workspaceId)
    .where('held.member_id', '=', memberId)
    .where('held.effective', '=', true)
    .orderBy('department.name')
    .execute()
  const displayName = row.display_name === row.email ? null : row.display_name
  return {
    id: row.id,
    generation: row.generation,
    expiresAt: row.expires_at,
    recipient: row.email,
    name: row.given_name ?? displayName,
    language: row.language,
    inviterName: row.inviter_name,
    roleName: row.role_name,
    departments: departments.map(({ name }) => name),
    message: row.message,
  }
}

/** Notes how far the mail with this link has come; a mail with an older link says nothing about the new one. */
export async function recordInvitationDelivery(
  trx: WorkspaceTransaction,
  { id, generation }: InvitationLink,
  delivery: { state: MailDelivery; error: string | null },
): Promise<void> {
  await trx.query
    .updateTable('invitations')
    .set({
      delivery: delivery.state,
      delivery_error: delivery.error,
      delivered_at: delivery.state === 'sent' ? trx.now : null,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .where('generation', '=', generation)
    .execute()
}
