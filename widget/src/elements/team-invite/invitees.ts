import { toApiError } from '../../api/api-error.ts'
import { ask } from '../../api/ask.ts'
import type { TeamApi } from '../../api/team-api.ts'
import type { RefusedInvitee } from '../../contract/index.ts'
import { everybody } from '../../controllers/members-controller.ts'
import type { AddressCheck, CheckedAddress } from '../team-addresses/team-addresses.ts'

/** Somebody to add, as the Team API takes them. */
export interface Invitee {
  email: string
  displayName?: string
  givenName?: string
  familyName?: string
  jobTitle?: string
  phone?: string
  language?: string
  role?: string
  departments?: readonly string[]
  channels?: readonly string[]
  supervisor?: boolean
}

/** What an invitation of many answers. */
export interface InvitationAnswer {
  invited: { email: string; memberId: string; cameBack: boolean }[]
  refused: RefusedInvitee[]
}

/** Invites them; when the server refuses all of them with reasons, that is an answer too. */
export async function invite(
  api: TeamApi,
  people: readonly Invitee[],
  message: string,
  key: string,
): Promise<InvitationAnswer> {
  const body = { people, ...(message.trim() === '' ? {} : { message: message.trim() }) }
  try {
    return await ask(api, 'POST', 'invitations', { body, key })
  } catch (cause) {
    const { problem } = toApiError(cause)
    if (problem.refused !== undefined) return { invited: [], refused: [...problem.refused] }
    throw cause
  }
}

/** Adds one person who signs in with this password. */
export function createWithPassword(
  api: TeamApi,
  person: Invitee & { password: string },
  key: string,
): Promise<{ memberId: string }> {
  return ask(api, 'POST', 'members', { body: person, key })
}

/** So many addresses are looked up before they are sent; the server looks at all of them anyway. */
const MOST_LOOKUPS = 25

/** Looks up who is here already; an address that can't be looked up counts as fine. */
export async function checkAddresses(
  api: TeamApi,
  addresses: readonly CheckedAddress[],
  signal: AbortSignal,
): Promise<Map<string, AddressCheck>> {
  const found = new Map<string, AddressCheck>()
  const unknown = addresses.filter(({ check }) => check === undefined).slice(-MOST_LOOKUPS)
  for (const { text } of unknown) {
    const email = text.toLowerCase()
    const query = { ...everybody, search: email }
    try {
      const { members } = await api.listMembers(query, { cursor: null, limit: 5 }, signal)
      const member = members.find((one) => one.email?.toLowerCase() === email)
      if (member !== undefined) found.set(email, member.state === 'invited' ? 'invited' : 'member')
    } catch {
      signal.throwIfAborted()
    }
  }
  return found
}
