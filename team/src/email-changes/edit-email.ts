import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { readdressInvitation } from '../invitations/invitation-commands.ts'
import type { VersionedMember } from '../members/member-guard-store.ts'
import { refusalOf, type TeamActor } from '../members/member-guard.ts'
import { replaceEmail } from './email-change-commands.ts'

/**
 * Gives a locked member another address: whoever is invited is asked there instead, and a host says what it knows of
 * everybody else. Throws `managed-by-directory`, `email-needs-confirmation` for people who write the address of somebody
 * who has come in, what the guards say, and what `requireFreeEmail` does.
 */
export async function editEmail(
  trx: WorkspaceTransaction,
  actor: TeamActor,
  member: VersionedMember,
  email: string,
): Promise<void> {
  if (member.isDirectoryManaged) throw new TeamError('managed-by-directory', 'email')
  const isInvited = member.state === 'invited'
  const refusal = refusalOf(actor, isInvited ? 'remove' : 'edit-profile', member)
  if (refusal !== undefined) throw new TeamError(refusal, 'email')
  if (isInvited) {
    await readdressInvitation(trx, member.id, email)
  } else if (actor.kind === 'host') {
    await replaceEmail(trx, member, email)
  } else {
    throw new TeamError('email-needs-confirmation')
  }
}
