import type { SignInErrorCode } from './sign-in/sign-in-error.ts'

/** What happened, for the operator's log: ids and codes, never a token, a secret or a query string. */
export interface IdpBridgeLogEntry {
  level: 'info' | 'warn' | 'error'
  event: 'sign-in.completed' | 'sign-in.refused' | 'provider.failed' | 'backchannel-logout.failed'
  /** What the person's error page shows, so that they can be helped. */
  reference?: string | undefined
  code?: SignInErrorCode | undefined
  adminDetail?: string | undefined
  workspaceId?: string | undefined
  connectionId?: string | undefined
  memberId?: string | undefined
  clientId?: string | undefined
  error?: unknown
}

export type IdpBridgeLog = (entry: IdpBridgeLogEntry) => void
