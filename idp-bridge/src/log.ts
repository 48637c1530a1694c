import type { SignInErrorCode } from './sign-in/sign-in-error.ts'

/** What happened, for the operator's log: ids and codes, never a token, a secret or a query string. */
export interface IdpBridgeLogEntry {
  level: 'info' | 'warn' | 'error'
  event:
    | 'sign-in.completed'
    | 'sign-out.not-passed-on'
    | 'sign-in.refused'
    | 'sign-in.refusal-lost'
    | 'sign-in.password-wrong'
    | 'provider.failed'
    | 'saml-metadata.failed'
    | 'saml-metadata.refreshed'
    | 'backchannel-logout.failed'
    | 'access.revoked'
    | 'revocation.refused'
  /** What the person's error page shows, so that they can be helped. */
  reference?: string | undefined
  code?: SignInErrorCode | undefined
  adminDetail?: string | undefined
  workspaceId?: string | undefined
  connectionId?: string | undefined
  memberId?: string | undefined
  clientId?: string | undefined
  /** Stack traces of the error and of its causes. */
  error?: string | undefined
}

export type IdpBridgeLog = (entry: IdpBridgeLogEntry) => void

/**
 * The text of an error and of its causes. Only the text: what the libraries attach to their errors
 * are the very tokens and codes that were wrong.
 */
export function describeError(error: unknown): string | undefined {
  const texts: string[] = []
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    texts.push(cause.stack ?? String(cause))
  }
  return texts.length === 0 ? undefined : texts.join('\ncaused by ')
}
