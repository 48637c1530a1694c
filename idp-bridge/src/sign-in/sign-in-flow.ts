import type { OidcSecrets } from '../oidc/oidc-protocol.ts'

export const flowTtlSeconds = 600

/** What the answer will be held against. */
export type FlowMemory =
  | { protocol: 'oidc'; secrets: OidcSecrets }
  | { protocol: 'saml'; requestId: string }

/** A flow that one callback has claimed. */
export interface ClaimedFlow {
  id: string
  workspaceId: string
  secrets: OidcSecrets
  /** A path of our own origin. */
  returnTo: string
}

/**
 * A path of our own origin to come back to: `//host`, `/\host` and control characters, which
 * browsers read as another origin, are not.
 */
export function isOwnPath(path: string): boolean {
  return path.length <= 2048 && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path)
}
