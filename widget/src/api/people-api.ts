import type { EditableMember, MemberEdit, MemberPage, RoleList } from '../contract/index.ts'
import { everybody } from '../controllers/members-controller.ts'
import { ask } from './ask.ts'
import type { TeamApi } from './team-api.ts'

/** An invitation as `GET /team/v1/invitations` lists it. */
export interface Invitation {
  id: string
  memberId: string
  displayName: string
  email: string | null
  state: 'open' | 'accepted' | 'cancelled' | 'expired'
  expiresAt: string
  delivery: { state: 'queued' | 'sent' | 'failed'; error: string | null }
  can: { actions: ('resend' | 'reveal-link' | 'cancel')[] }
}

const pathOf = (memberId: string): string => `members/${encodeURIComponent(memberId)}`

export const editMember = (
  api: TeamApi,
  { id, version }: Pick<EditableMember, 'id' | 'version'>,
  edit: MemberEdit,
): Promise<EditableMember> => ask(api, 'PATCH', pathOf(id), { body: edit, version })

/** Who gets the conversations of somebody who leaves. */
export type HandoverTarget =
  | { kind: 'rules' | 'unassigned' }
  | { kind: 'member'; memberId: string }
  | { kind: 'department'; departmentId: string }

/** Ends the membership and hands the conversations over, both or neither. */
export const revokeMember = (
  api: TeamApi,
  id: string,
  to: HandoverTarget,
  key: string,
): Promise<void> => ask(api, 'POST', `${pathOf(id)}/revoke`, { body: { end: 'remove', to }, key })

/** How many conversations somebody has open, as the host said last; null is unknown. */
export const readWorkload = (
  api: TeamApi,
  id: string,
  signal: AbortSignal,
): Promise<{ openConversations: number | null }> =>
  ask(api, 'GET', `${pathOf(id)}/workload`, { signal })

export const setPassword = (api: TeamApi, id: string, password: string): Promise<void> =>
  ask(api, 'PUT', `${pathOf(id)}/password`, { body: { password } })

/** Roles with what each allows, highest first. */
export const listRoles = (api: TeamApi, signal?: AbortSignal): Promise<RoleList> =>
  ask(api, 'GET', 'roles', signal === undefined ? {} : { signal })

/** The invitation of one member that can still be acted on, if there is one. */
export async function findInvitation(
  api: TeamApi,
  memberId: string,
  signal: AbortSignal,
): Promise<Invitation | undefined> {
  const path = `invitations?${new URLSearchParams({ member: memberId, limit: '1' })}`
  const { invitations } = await ask<{ invitations: Invitation[] }>(api, 'GET', path, { signal })
  return invitations[0]
}

export const resendInvitation = (api: TeamApi, memberId: string, key: string): Promise<void> =>
  ask(api, 'POST', `${pathOf(memberId)}/invitation/resend`, { body: {}, key })

/** Invitations that ran out before anybody came, and that may be sent again; the newest. */
export async function listExpired(api: TeamApi, signal: AbortSignal): Promise<Invitation[]> {
  const path = 'invitations?state=expired&limit=100'
  const { invitations } = await ask<{ invitations: Invitation[] }>(api, 'GET', path, { signal })
  return invitations.filter(({ can }) => can.actions.includes('resend'))
}

/** Active people whose name or address begins or holds the text; a handful. */
export async function findPeople(
  api: TeamApi,
  search: string,
  signal: AbortSignal,
): Promise<MemberPage['members']> {
  const query = { ...everybody, search, state: 'active' } as const
  const { members } = await api.listMembers(query, { cursor: null, limit: 8 }, signal)
  return members
}
