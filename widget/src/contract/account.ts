/** What the Team API answers about one's own account. Types only; the API must satisfy them. */

/** Whether somebody wants to be reached: `away` stays until they say otherwise. */
export type Availability = 'online' | 'away'

/** `GET /team/v1/me` */
export interface OwnAccount {
  memberId: string
  availability: Availability
  /** RFC 3339; null while online. */
  awaySince: string | null
  /** What one signs in with. */
  email: {
    address: string | null
    canChange: boolean
    /** Why it can not be changed. */
    reason: 'managed-by-directory' | null
    /** A change needs the present password. */
    asksPassword: boolean
    /** What waits for a yes from the new address. */
    pending: {
      email: string
      /** RFC 3339. */
      expiresAt: string
      delivery: { state: 'queued' | 'sent' | 'failed'; error: string | null }
    } | null
  }
  password: {
    isSet: boolean
    changedAt: string | null
    canChange: boolean
    /** Why it can not be changed. */
    reason: 'no-password' | 'sso-required' | null
  }
  /** Of break-glass owners. */
  recoveryCodes: { left: number; canMake: boolean }
}

/** One browser that somebody is signed in with, `GET /team/v1/me/sessions`. */
export interface OwnSession {
  id: string
  signedInAt: string
  lastSeenAt: string
  endsAt: string
  /** The company account; null for a password. */
  connection: { id: string; name: string } | null
}

/** One of the two of a transfer. */
export interface TransferPerson {
  id: string
  displayName: string
  hasConfirmed: boolean
  delivery: { state: 'queued' | 'sent' | 'failed'; error: string | null }
}

/** A change of ownership that waits for somebody, `GET /team/v1/ownership-transfers`. */
export interface OwnershipTransfer {
  id: string
  state: 'open' | 'completed' | 'cancelled' | 'expired'
  from: TransferPerson
  to: TransferPerson
  formerOwnerRole: { key: string; name: string }
  createdAt: string
  expiresAt: string
}
