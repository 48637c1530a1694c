import type { OwnAccount, OwnershipTransfer } from '../contract/index.ts'
import { hoursAgo } from './account-data.ts'
import type { ChangeAnswer, ChangeRequest, Handler, InMemoryTeam } from './in-memory-team.ts'

/** Operations on one's own account. */
export const accountRoutes: readonly [method: string, path: RegExp, Handler][] = [
  ['GET', /^me$/, ({ store }) => ({ body: store.own.account })],
  ['PUT', /^me\/availability$/, setAvailability],
  ['PUT', /^me\/password$/, changePassword],
  ['POST', /^me\/recovery-codes$/, makeCodes],
  ['GET', /^me\/sessions$/, ({ store }) => ({ body: { sessions: store.own.sessions } })],
  ['DELETE', /^me\/sessions\/([^/]+)$/, endSession],
  ['GET', /^ownership-transfers$/, ({ store }) => ({ body: { transfers: store.own.transfers } })],
  ['POST', /^ownership-transfers$/, beginTransfer],
  ['DELETE', /^ownership-transfers\/([^/]+)$/, cancelTransfer],
]

function setAvailability({ store }: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const { availability } = body as Pick<OwnAccount, 'availability'>
  const awaySince = availability === 'away' ? hoursAgo(0) : null
  Object.assign(store.own.account, { availability, awaySince })
  return { body: store.own.account }
}

function changePassword({ store: { own } }: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const { currentPassword, newPassword } = body as Record<string, string>
  if (currentPassword !== own.password) {
    return { refusal: 'invalid-request', problem: { reason: 'password-wrong' } }
  }
  if ((newPassword ?? '').length < 10) {
    return { refusal: 'invalid-request', problem: { reason: 'password-too-short' } }
  }
  own.password = newPassword ?? ''
  own.account.password.changedAt = hoursAgo(0)
  own.sessions = []
  return {}
}

function makeCodes({ store }: InMemoryTeam): ChangeAnswer {
  const codes = Array.from({ length: 10 }, (_, index) => `k7m2-${1000 + index}-x9q4`)
  store.own.account.recoveryCodes.left = codes.length
  return { body: { codes } }
}

function endSession(
  { store }: InMemoryTeam,
  { ids: [id] }: ChangeRequest & { ids: string[] },
): ChangeAnswer {
  store.own.sessions = store.own.sessions.filter((session) => session.id !== id)
  return {}
}

function beginTransfer(team: InMemoryTeam, { body }: ChangeRequest): ChangeAnswer {
  const { to } = body as { to: string }
  const person = team.members().find(({ id }) => id === to)
  if (person === undefined) return { refusal: 'not-found', problem: { reason: 'member-not-found' } }
  const { viewer } = team.workspace
  const delivery = { state: 'sent', error: null } as const
  const transfer: OwnershipTransfer = {
    id: 'transfer-1',
    state: 'open',
    from: {
      id: viewer.memberId,
      displayName: viewer.displayName,
      hasConfirmed: true,
      delivery,
    },
    to: { id: person.id, displayName: person.displayName, hasConfirmed: false, delivery },
    formerOwnerRole: { key: 'administrator', name: 'Administrator' },
    createdAt: hoursAgo(0),
    expiresAt: hoursAgo(-0.5),
  }
  team.store.own.transfers = [transfer]
  return { body: transfer }
}

function cancelTransfer({ store }: InMemoryTeam): ChangeAnswer {
  store.own.transfers = []
  return {}
}
