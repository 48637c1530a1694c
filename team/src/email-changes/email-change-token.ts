import { createLinkTokens } from '../invitations/link-token.ts'

/** Writes and reads what stands behind `/email/`. */
export interface EmailChangeTokens {
  issue(changeId: string): string
  /** The change; undefined for a text that this installation did not issue. */
  read(token: string): string | undefined
}

/** `secret` is the installation's; every replica has the same links. */
export function createEmailChangeTokens(secret: string): EmailChangeTokens {
  const tokens = createLinkTokens(secret, 'email change')
  return {
    issue: (id) => tokens.issue({ id, number: 1 }),
    read: (token) => tokens.read(token)?.id,
  }
}
