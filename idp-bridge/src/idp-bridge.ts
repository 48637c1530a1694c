import { hkdfSync } from 'node:crypto'

import type { Database, Sealer } from '@plantel/db'
import type { Router } from 'express'

import { createErrorPage } from './http/error-page.ts'
import { createBridgeRouter } from './http/router.ts'
import { createSignInRoutes } from './http/sign-in-routes.ts'
import { createSsoRoutes } from './http/sso-routes.ts'
import type { IdpBridgeLog } from './log.ts'
import { createDiscoveryCache } from './oidc/discovery-cache.ts'
import { createOidcProtocol } from './oidc/oidc-protocol.ts'
import { createGuardedFetch } from './outgoing/guarded-fetch.ts'
import { createProvider } from './provider/create-provider.ts'
import { sendLogout, sweepEndedAccess } from './provider/end-access.ts'
import { completeSignOut } from './provider/sign-out.ts'
import { createWorkspaceSessions } from './sessions/workspace-sessions.ts'
import { loadSigningKeys } from './tokens/signing-keys.ts'
import { createWidgetTokens, type WidgetToken } from './tokens/widget-tokens.ts'

export interface IdpBridgeOptions {
  db: Database
  sealer: Sealer
  /** The installation's secret, from which the keys that sign cookies are derived; the same on every replica. */
  secret: string
  /** Where browsers reach Plantel, without a trailing slash. Every URL and cookie is made from it. */
  publicUrl: string
  /** Origins of identity providers and hosts that may be http or at private addresses; looked at for every request. */
  allowPrivateNetwork: readonly string[]
  log?: IdpBridgeLog
}

/** Sign-in for people, an OpenID provider for hosts, tokens for the widget. */
export interface IdpBridge {
  /** `/oidc`, `/sso` and `/sign-in`; at the root of the public origin, before any body parser. */
  router: Router
  /** Throws `SignInError` `member-not-found`, or `access-refused` with the reason as `adminDetail`. */
  mintWidgetToken: (
    workspaceId: string,
    memberId: string,
  ) => Promise<{ token: string; expiresAt: Date }>
  /** Throws `SignInError` `token-invalid` or `token-expired`; compare `issuedAt` by `mayEnter`. */
  verifyWidgetToken: (token: string) => Promise<WidgetToken>
  /** Deletes what was issued to a member before the moment from which it counts; contacts nobody. */
  sweepEndedAccess: (memberId: string) => Promise<void>
  /**
   * Tells one client that the member's access has ended; nobody, when there is nothing to tell.
   * Throws `LogoutNotDeliveredError` when it was not accepted: call it again later.
   */
  sendLogout: (clientId: string, memberId: string) => Promise<void>
}

/** Opens the bridge over a migrated database; makes the signing keys the first time. */
export async function createIdpBridge(options: IdpBridgeOptions): Promise<IdpBridge> {
  const { db, sealer, publicUrl, allowPrivateNetwork, log = () => undefined } = options
  const fetch = createGuardedFetch({ allowPrivateNetwork })
  const keys = await loadSigningKeys(db, sealer)
  const sessions = createWorkspaceSessions({
    db,
    publicUrl,
    cookieKey: deriveKey(options.secret, 'plantel session cookies'),
  })
  const provider = createProvider({
    db,
    sealer,
    publicUrl,
    keys,
    cookieKey: deriveKey(options.secret, 'plantel provider cookies'),
    fetch,
    log,
  })
  completeSignOut(provider, db, sessions)
  const oidc = createOidcProtocol(publicUrl, createDiscoveryCache({ fetch, allowPrivateNetwork }))
  const widgetTokens = await createWidgetTokens(db, publicUrl, keys)
  return {
    router: createBridgeRouter({
      db,
      publicUrl,
      provider,
      sso: createSsoRoutes({ db, sealer, publicUrl, oidc, sessions, log }),
      signIn: createSignInRoutes({ db, provider, sessions }),
      errorPage: createErrorPage(db, log),
    }),
    mintWidgetToken: widgetTokens.mint,
    verifyWidgetToken: widgetTokens.verify,
    sweepEndedAccess: (memberId) => sweepEndedAccess(db, memberId),
    sendLogout: (clientId, memberId) => sendLogout({ db, provider, log }, clientId, memberId),
  }
}

function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
}
