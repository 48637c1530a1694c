import {
  cancelInvitation,
  type Invitation,
  reactivateMember,
  resendInvitation,
  revealInvitation,
  signOutMember,
  suspendMember,
} from '../../api/people-api.ts'
import type { MemberRow } from '../../contract/index.ts'
import type { PersonMessages } from '../../i18n/person/person-messages.ts'
import type { Desk } from '../../screens/desk.ts'

/** What is done with one press; everything else opens something first. */
export type Deed =
  | 'suspend'
  | 'reactivate'
  | 'sign-out'
  | 'resend'
  | 'reveal-link'
  | 'cancel-invitation'

/** One thing that can be done, as the server and the host allow it. */
export interface DeedOffer {
  deed: Deed
  label: string
  hint: string
  isDangerous: boolean
}

/** What the server offers for this member, in the order of a menu. */
export function deedsFor(
  member: Pick<MemberRow, 'can'>,
  invitation: Invitation | undefined,
  words: PersonMessages,
): DeedOffer[] {
  const { actions } = member.can
  const open = invitation?.can.actions ?? []
  const all: [boolean, DeedOffer][] = [
    [open.includes('resend'), offer('resend', words.resend, '')],
    [open.includes('reveal-link'), offer('reveal-link', words.copyLink, words.copyLinkHint)],
    [actions.includes('sign-out'), offer('sign-out', words.signOut, words.signOutHint)],
    [actions.includes('reactivate'), offer('reactivate', words.reactivate, words.reactivateHint)],
    [actions.includes('suspend'), offer('suspend', words.suspend, words.suspendHint)],
    [
      open.includes('cancel'),
      offer('cancel-invitation', words.cancelInvitation, words.cancelInvitationHint, true),
    ],
  ]
  return all.filter(([isOffered]) => isOffered).map(([, offered]) => offered)
}

function offer(deed: Deed, label: string, hint: string, isDangerous = false): DeedOffer {
  return { deed, label, hint, isDangerous }
}

/** Does it and says so, with the way back where there is one. Rejects with what the server said. */
export async function doDeed(
  deed: Deed,
  { id, displayName }: Pick<MemberRow, 'id' | 'displayName'>,
  desk: Desk,
  words: PersonMessages,
  key: string,
): Promise<void> {
  const change = deed === 'cancel-invitation' || deed === 'suspend' ? 'revoke' : 'update'
  const about = { memberId: id, action: deed }
  if (deed !== 'reveal-link' && !desk.before(change, about)) return
  switch (deed) {
    case 'suspend':
      await suspendMember(desk.api, id, key)
      desk.toast(words.suspended(displayName), {
        run: async () => {
          await reactivateMember(desk.api, id, crypto.randomUUID())
          desk.after('update', { memberId: id, action: 'reactivate' })
        },
      })
      break
    case 'reactivate':
      await reactivateMember(desk.api, id, key)
      desk.toast(words.reactivated(displayName))
      break
    case 'sign-out':
      await signOutMember(desk.api, id, key)
      desk.toast(words.signedOut(displayName))
      break
    case 'resend':
      await resendInvitation(desk.api, id, key)
      desk.toast(words.resent(displayName))
      break
    case 'reveal-link': {
      const { url } = await revealInvitation(desk.api, id)
      await navigator.clipboard.writeText(url)
      desk.toast(words.copied)
      return
    }
    case 'cancel-invitation':
      await cancelInvitation(desk.api, id)
      desk.toast(words.cancelled(displayName))
      break
    default:
      deed satisfies never
  }
  desk.after(change, about)
}
