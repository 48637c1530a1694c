import { createLinkTokens } from './link-token.ts'

/** One link of an invitation; a link of an earlier generation is dead. */
export interface InvitationLink {
  id: string
  generation: number
}

/** Writes and reads what stands behind `/invitation/`. */
export interface InvitationTokens {
  issue(link: InvitationLink): string
  /** Undefined for a text that this installation did not issue. */
  read(token: string): InvitationLink | undefined
}

/** `secret` is the installation's; every replica has the same links. */
export function createInvitationTokens(secret: string): InvitationTokens {
  const tokens = createLinkTokens(secret, 'invitation')
  return {
    issue: ({ id, generation }) => tokens.issue({ id, number: generation }),
    read(token) {
      const subject = tokens.read(token)
      return subject === undefined ? undefined : { id: subject.id, generation: subject.number }
    },
  }
}
