import { ask } from '../../api/ask.ts'
import { type Invitation, resendInvitation } from '../../api/people-api.ts'
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

/**
 * Does it and says so, with the way back where there is one. Answers a link that the page may not copy by itself: the
 * person takes it. Rejects with what the server said.
 */
export async function doDeed(
  deed: Deed,
  { id, displayName }: Pick<MemberRow, 'id' | 'displayName'>,
  desk: Desk,
  words: PersonMessages,
  key: string,
): Promise<string | undefined> {
  const change = deed === 'cancel-invitation' || deed === 'suspend' ? 'revoke' : 'update'
  const about = { memberId: id, action: deed }
  if (deed !== 'reveal-link' && !desk.before(change, about)) return undefined
  const { api } = desk
  const path = `members/${encodeURIComponent(id)}/`
  if (deed === 'reveal-link') {
    const { url } = await ask<{ url: string }>(api, 'POST', `${path}invitation/link`)
    try {
      await navigator.clipboard.writeText(url)
    } catch {
      return url
    }
    desk.toast(desk.common.copied)
    return undefined
  }
  const said = {
    suspend: words.suspended,
    reactivate: words.reactivated,
    'sign-out': words.signedOut,
    resend: words.resent,
    'cancel-invitation': words.cancelled,
  }[deed]
  const undo =
    deed === 'suspend'
      ? {
          run: async () => {
            await ask(api, 'POST', `${path}reactivate`, { key: crypto.randomUUID() })
            desk.after('update', { memberId: id, action: 'reactivate' })
          },
        }
      : undefined
  if (deed === 'cancel-invitation') await ask(api, 'DELETE', `${path}invitation`)
  else if (deed === 'resend') await resendInvitation(api, id, key)
  else await ask(api, 'POST', path + deed, { key })
  desk.toast(said(displayName), undo)
  desk.after(change, about)
  return undefined
}
