import type { OwnAccount, OwnershipTransfer, OwnSession } from '../contract/index.ts'

/** What is the viewer's own, and the transfers of ownership. */
export interface InMemoryAccount {
  account: OwnAccount
  password: string
  sessions: OwnSession[]
  transfers: OwnershipTransfer[]
}

/** How long ago, as the API writes a time. */
export const hoursAgo = (hours: number): string =>
  new Date(Date.now() - hours * 3_600_000).toISOString()

/** The account that every test begins with. */
export function createAccount(): InMemoryAccount {
  return {
    account: {
      memberId: 'member-2',
      availability: 'online',
      awaySince: null,
      email: {
        address: 'lia@acme.example',
        canChange: true,
        reason: null,
        asksPassword: true,
        pending: null,
      },
      password: { isSet: true, changedAt: hoursAgo(2_000), canChange: true, reason: null },
      recoveryCodes: { left: 7, canMake: true },
    },
    password: 'the old secret one',
    sessions: [
      {
        id: 'session-1',
        signedInAt: hoursAgo(30),
        lastSeenAt: hoursAgo(0),
        endsAt: hoursAgo(-40),
        connection: { id: 'okta', name: 'Okta' },
      },
      {
        id: 'session-2',
        signedInAt: hoursAgo(200),
        lastSeenAt: hoursAgo(90),
        endsAt: hoursAgo(-4),
        connection: null,
      },
    ],
    transfers: [],
  }
}
