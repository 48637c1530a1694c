import {
  type Database,
  inWorkspace,
  type RevocationReason,
  type WorkspaceTransaction,
} from '@plantel/db'
import { fold, signOutMember, isVerifiedAddress } from '@plantel/team'
import { sql } from 'kysely'

import { systemActor } from '../system-actor.ts'

/** Whom an identity provider means: by what it calls the person, their session, or their address. */
export type RevokedSubject =
  | { kind: 'subject'; issuer: string; subject: string }
  | { kind: 'session'; session: string }
  | { kind: 'email'; email: string }

/** An identity provider's wish that somebody's access ends. */
export interface Revocation {
  workspaceId: string
  connectionId: string
  subject: RevokedSubject
  reason: RevocationReason
}

/**
 * The one way in which an identity provider ends access: everything that was issued to the person counts no longer, on
 * every replica, and their host is told. They may sign in again if the identity provider lets them. Answers whom it was.
 */
export async function revoke(
  db: Database,
  { workspaceId, connectionId, subject, reason }: Revocation,
): Promise<string[]> {
  return inWorkspace(db, workspaceId, systemActor(), async (trx) => {
    const memberIds = await findMembers(trx, connectionId, subject)
    for (const memberId of memberIds) {
      await signOutMember(trx, memberId)
      await noteReason(trx, memberId, reason, connectionId)
    }
    return memberIds
  })
}

/** Beside the moment from which nothing counts. */
async function noteReason(
  { query, workspaceId }: WorkspaceTransaction,
  memberId: string,
  reason: RevocationReason,
  connectionId: string,
): Promise<void> {
  await query
    .insertInto('revocations')
    .columns(['workspace_id', 'member_id', 'ended_at', 'reason', 'connection_id'])
    .expression((eb) =>
      eb
        .selectFrom('members')
        .select([
          'workspace_id',
          'id',
          'access_valid_from',
          sql<RevocationReason>`${reason}`.as('reason'),
          sql<string>`${connectionId}::uuid`.as('connection_id'),
        ])
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', memberId),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Those who can be signed out; whoever is suspended or removed is out already. */
async function findMembers(
  trx: WorkspaceTransaction,
  connectionId: string,
  subject: RevokedSubject,
): Promise<string[]> {
  const { query, workspaceId } = trx
  if (subject.kind === 'email' && !(await isVerifiedAddress(trx, subject.email))) return []
  const rows = await query
    .selectFrom('members as member')
    .select('member.id')
    .where('member.workspace_id', '=', workspaceId)
    .where('member.state', '=', 'active')
    .where((eb) => {
      const sessions = eb
        .selectFrom('sessions as session')
        .select('session.member_id')
        .whereRef('session.workspace_id', '=', 'member.workspace_id')
        .whereRef('session.member_id', '=', 'member.id')
        .where('session.connection_id', '=', connectionId)
      switch (subject.kind) {
        case 'email':
          return eb('member.email_key', '=', fold(subject.email))
        case 'session':
          return eb.exists(sessions.where('session.sso_session', '=', subject.session))
        case 'subject':
          return eb.or([
            eb.exists(sessions.where('session.sso_subject', '=', subject.subject)),
            eb.exists(
              eb
                .selectFrom('sso_links as link')
                .select('link.member_id')
                .whereRef('link.workspace_id', '=', 'member.workspace_id')
                .whereRef('link.member_id', '=', 'member.id')
                .where('link.connection_id', '=', connectionId)
                .where('link.issuer', '=', subject.issuer)
                .where('link.subject', '=', subject.subject),
            ),
          ])
        default:
          return subject satisfies never
      }
    })
    .orderBy('member.id')
    .execute()
  return rows.map(({ id }) => id)
}

/** False when the token was here before, on whichever replica. */
export async function markTokenSeen(
  db: Database,
  place: { workspaceId: string; connectionId: string },
  token: { hash: Buffer; expiresAt: Date },
): Promise<boolean> {
  const { workspaceId, connectionId } = place
  return inWorkspace(db, workspaceId, systemActor(), async ({ query }) => {
    await query
      .deleteFrom('seen_security_tokens')
      .where('workspace_id', '=', workspaceId)
      .where('connection_id', '=', connectionId)
      .where('expires_at', '<', sql<Date>`now()`)
      .execute()
    const inserted = await query
      .insertInto('seen_security_tokens')
      .values({
        workspace_id: workspaceId,
        connection_id: connectionId,
        token_hash: token.hash,
        expires_at: token.expiresAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('token_hash')
      .executeTakeFirst()
    return inserted !== undefined
  })
}
