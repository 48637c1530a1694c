/** Signing out here signs out at the company's OpenID provider. OpenID Connect RP-Initiated Logout §2. */
import type { Database, Sealer } from '@plantel/db'
import { buildEndSessionUrl, randomState } from 'openid-client'

import { oidcAddresses, type OidcConnection } from '../connections/sso-connection.ts'
import { describeError, type IdpBridgeLog } from '../log.ts'
import { rememberLogout, takeLogout } from '../saml/logout/sso-logout-store.ts'
import type { DiscoveryCache } from './discovery-cache.ts'

/** Where the ID token of a session is sealed; it opens nowhere else. */
const idTokenPlace = 'sessions.data.id_token'

export interface OidcLogout {
  /** Seals the ID token for the session, where it will be needed to sign out. */
  keep: (connection: OidcConnection, idToken: string) => string | undefined
  /**
   * The address that ends the person's session there, and then leads to `returnTo`. Undefined where the connection wants
   * none, or its provider has none or is out of reach: here they are signed out all the same.
   */
  begin: (
    connection: OidcConnection,
    sealedIdToken: string,
    returnTo: string,
  ) => Promise<string | undefined>
  /** Where to send a browser that comes back; undefined when nobody of ours waits for this state. */
  finish: (connection: OidcConnection, state: unknown) => Promise<string | undefined>
}

export function createOidcLogout(options: {
  db: Database
  sealer: Sealer
  publicUrl: string
  providers: DiscoveryCache
  allowPrivateNetwork: readonly string[]
  log: IdpBridgeLog
}): OidcLogout {
  const { db, sealer, publicUrl, providers, log } = options

  /** People are sent there: neither in the clear nor to a script. */
  function isSafe({ protocol, origin }: URL): boolean {
    const isAllowed = protocol === 'http:' && options.allowPrivateNetwork.includes(origin)
    return protocol === 'https:' || isAllowed
  }

  return {
    keep: ({ singleLogout }, idToken) =>
      singleLogout ? sealer.seal(idToken, idTokenPlace) : undefined,

    async begin(connection, sealedIdToken, returnTo) {
      if (!connection.singleLogout) return undefined
      const { id: connectionId, workspaceId } = connection
      try {
        const configuration = await providers.load(connection)
        if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined
        const state = randomState()
        const location = buildEndSessionUrl(configuration, {
          id_token_hint: sealer.open(sealedIdToken, idTokenPlace),
          post_logout_redirect_uri: oidcAddresses(publicUrl, connectionId).postLogoutRedirectUri,
          state,
        })
        if (!isSafe(location)) return undefined
        await rememberLogout(db, { workspaceId, connectionId, requestId: state, returnTo })
        return location.href
      } catch (error) {
        providers.drop(connectionId)
        log({
          level: 'warn',
          event: 'sign-out.not-passed-on',
          workspaceId,
          connectionId,
          error: describeError(error),
        })
        return undefined
      }
    },

    async finish({ id: connectionId, workspaceId }, state) {
      if (typeof state !== 'string') return undefined
      return takeLogout(db, { workspaceId, connectionId }, state)
    },
  }
}
