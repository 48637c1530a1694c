import { createLinkTokens } from '../invitations/link-token.ts'

/** Who gives the workspace away, and who takes it. */
export type OwnershipParty = 'from' | 'to'

/** The link of one of the two. */
export interface OwnershipLink {
  id: string
  party: OwnershipParty
}

/** Writes and reads what stands behind `/ownership/`. */
export interface OwnershipTokens {
  issue(link: OwnershipLink): string
  /** Undefined for a text that this installation did not issue. */
  read(token: string): OwnershipLink | undefined
}

const numbers: Readonly<Record<OwnershipParty, number>> = { from: 1, to: 2 }

/** `secret` is the installation's; every replica has the same links. */
export function createOwnershipTokens(secret: string): OwnershipTokens {
  const tokens = createLinkTokens(secret, 'ownership transfer')
  return {
    issue: ({ id, party }) => tokens.issue({ id, number: numbers[party] }),
    read(token) {
      const subject = tokens.read(token)
      if (subject === undefined) return undefined
      return { id: subject.id, party: subject.number === numbers.from ? 'from' : 'to' }
    },
  }
}
