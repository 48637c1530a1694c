import type { WorkspaceTransaction } from '@plantel/db'
import {
  type AcceptedProfile,
  acceptInvitation,
  type InvitationLink,
  type InvitationState,
  TeamError,
} from '@plantel/team'

import { SignInError, type SignInErrorCode } from './sign-in-error.ts'

/** What the state of a link means to whoever follows it. */
export const errorOfInvitation: Readonly<
  Record<Exclude<InvitationState, 'open'>, SignInErrorCode>
> = {
  accepted: 'link-used',
  cancelled: 'link-withdrawn',
  expired: 'link-expired',
  superseded: 'link-replaced',
}

/** Accepts an invitation and answers whose it is; throws the `link-…` errors. */
export async function takeInvitation(
  trx: WorkspaceTransaction,
  invitation: InvitationLink & { profile?: AcceptedProfile | undefined },
): Promise<string> {
  try {
    return await acceptInvitation(trx, invitation)
  } catch (cause) {
    if (!(cause instanceof TeamError)) throw cause
    throw new SignInError(codeOf(cause), { workspaceId: trx.workspaceId, cause })
  }
}

function codeOf({ code, subject }: TeamError): SignInErrorCode {
  if (code !== 'invitation-closed') return 'link-unknown'
  return errorOfInvitation[subject as keyof typeof errorOfInvitation]
}
