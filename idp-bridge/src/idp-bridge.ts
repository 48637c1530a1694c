import { hkdfSync } from 'node:crypto'

import type { Database, Sealer } from '@plantel/db'
import {
  createEmailChangeTokens,
  createInvitationTokens,
  createOwnershipTokens,
} from '@plantel/team'
import express, { type Router } from 'express'
import { errors } from 'jose'

import { createBrandRoutes } from './http/brand/brand-routes.ts'
import { createEmailChangeRoutes } from './http/email-change-routes.ts'
import { createErrorPage } from './http/error-page.ts'
import { createInboxEntry } from './http/inbox-entry.ts'
import { createInteractions } from './http/interactions.ts'
import { createInvitationRoutes } from './http/invitation-routes.ts'
import { createOwnershipRoutes } from './http/ownership-routes.ts'
import { createPasswordRoutes } from './http/password-routes.ts'
import { createRevocationRoutes } from './http/revocation-routes.ts'
import { createBridgeRouter } from './http/router.ts'
import { createSignInRoutes } from './http/sign-in-routes.ts'
import { createSsoRoutes, signedOutPath } from './http/sso-routes.ts'
import { createAttemptLimit, createRefusalLimit, sweepAttempts } from './limits/attempt-limit.ts'
import type { IdpBridgeLog } from './log.ts'
import { createDiscoveryCache } from './oidc/discovery-cache.ts'
import { createOidcLogout } from './oidc/oidc-logout.ts'
import { createOidcProtocol } from './oidc/oidc-protocol.ts'
import { createGuardedFetch } from './outgoing/guarded-fetch.ts'
import { createPasswordReset } from './passwords/password-reset.ts'
import { createPasswordSignIn } from './passwords/password-sign-in.ts'
import { createProvider } from './provider/create-provider.ts'
import { sendLogout, sweepEndedAccess } from './provider/end-access.ts'
import { type CodeToRedeem, type RedeemedSignIn, redeemSignIn } from './provider/redeem-sign-in.ts'
import { completeSignOut } from './provider/sign-out.ts'
import { createKeySets } from './revocation/key-sets.ts'
import { createSamlLogout } from './saml/logout/saml-logout.ts'
import { createIdpMetadataReader } from './saml/metadata/idp-metadata-reader.ts'
import { refreshDueMetadata } from './saml/metadata/refresh-due-metadata.ts'
import { createSamlProtocol } from './saml/saml-protocol.ts'
import { createWorkspaceSessions } from './sessions/workspace-sessions.ts'
import { createAdmissions } from './sign-in/admissions.ts'
import { SignInError } from './sign-in/sign-in-error.ts'
import { followSigningKeys } from './tokens/follow-signing-keys.ts'
import { createWidgetTokens, type WidgetToken } from './tokens/widget-tokens.ts'

/** How long ago the signing keys may have been looked at, before something is signed or verified. */
const keysMaxAgeMs = 10_000

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
  /** `/oidc`, `/sso`, `/sign-in`, `/reset`, `/invitation`, `/ownership` and `/email`; at the root of the public origin, before any body parser. */
  router: Router
  /** Throws `SignInError` `member-not-found`, or `access-refused` with the reason as `adminDetail`. */
  mintWidgetToken: (
    workspaceId: string,
    memberId: string,
  ) => Promise<{ token: string; expiresAt: Date }>
  /** Throws `SignInError` `token-invalid` or `token-expired`; compare `issuedAt` by `mayEnter`. */
  verifyWidgetToken: (token: string) => Promise<WidgetToken>
  /** For hosts without an OpenID library: who a code says has signed in, once. */
  redeemSignIn: (hostId: string, code: CodeToRedeem) => Promise<RedeemedSignIn | undefined>
  /** The address that the mail of a `password.reset_requested` event holds. */
  passwordResetUrl: (resetId: string) => string
  /** Forgets attempts that no longer count; answers how many. */
  sweepAttempts: () => Promise<number>
  /** Reads the metadata of SAML identity providers that is a day old; answers how many were read. */
  refreshSamlMetadata: () => Promise<number>
  /** Deletes what was issued to members before the moment from which it counts; contacts nobody. */
  sweepEndedAccess: (workspaceId: string, memberIds: readonly string[]) => Promise<void>
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
  const cookieKey = deriveKey(options.secret, 'plantel session cookies')
  const providerCookieKey = deriveKey(options.secret, 'plantel provider cookies')
  const sessions = createWorkspaceSessions({ db, publicUrl, cookieKey })
  const providers = createDiscoveryCache({ fetch, allowPrivateNetwork })
  const oidc = createOidcProtocol(publicUrl, providers)
  const oidcLogout = createOidcLogout({
    db,
    sealer,
    publicUrl,
    providers,
    allowPrivateNetwork,
    log,
  })
  const keySetAt = createKeySets(fetch)
  const revocations = createRevocationRoutes({ db, sealer, publicUrl, providers, keySetAt, log })
  const samlLogout = createSamlLogout({ db, publicUrl, log, signedOutPath })
  const invitationTokens = createInvitationTokens(options.secret)
  const sso = createSsoRoutes({
    db,
    sealer,
    publicUrl,
    oidc,
    oidcLogout,
    saml: createSamlProtocol(publicUrl),
    samlLogout,
    sessions,
    invitations: invitationTokens,
    log,
  })
  const readMetadata = createIdpMetadataReader(allowPrivateNetwork)
  const errorPage = createErrorPage(db, log)
  const passwordSignIn = createPasswordSignIn(db, log)
  const passwordReset = createPasswordReset({ db, secret: options.secret, publicUrl })
  const inboxEntry = createInboxEntry(db, publicUrl)
  const passwords = createPasswordRoutes({ db, reset: passwordReset, inboxEntry })
  const invitations = createInvitationRoutes({
    db,
    invitations: invitationTokens,
    sessions,
    inboxEntry,
    log,
  })
  const ownership = createOwnershipRoutes(db, createOwnershipTokens(options.secret))
  const emailChanges = createEmailChangeRoutes(db, createEmailChangeTokens(options.secret))
  const brand = createBrandRoutes(
    db,
    createGuardedFetch({ allowPrivateNetwork, maxResponseBytes: 300_000 }),
  )
  const attemptLimit = createAttemptLimit(db)
  const refusalLimit = createRefusalLimit(db)
  const admissions = createAdmissions(db)

  const parts = await followSigningKeys(db, sealer, async (keys) => {
    const provider = createProvider({
      db,
      sealer,
      publicUrl,
      keys,
      cookieKey: providerCookieKey,
      fetch,
      log,
    })
    completeSignOut(provider, { db, sealer, sessions, samlLogout, oidcLogout, publicUrl })
    const signIn = createSignInRoutes({
      db,
      interactions: createInteractions(db, provider),
      sessions,
      passwords: passwordSignIn,
      inboxEntry,
    })
    return {
      provider,
      widgetTokens: await createWidgetTokens(admissions, publicUrl, keys),
      router: createBridgeRouter({
        db,
        publicUrl,
        provider,
        sso,
        signIn,
        passwords,
        invitations,
        ownership,
        emailChanges,
        brand,
        revocations,
        attemptLimit,
        refusalLimit,
        errorPage,
      }),
    }
  })

  return {
    router: express.Router().use(async (req, res, next) => {
      const { router } = await parts(keysMaxAgeAt(req.path))
      router(req, res, next)
    }),
    async mintWidgetToken(workspaceId, memberId) {
      const { widgetTokens } = await parts(keysMaxAgeMs)
      return widgetTokens.mint(workspaceId, memberId)
    },
    async verifyWidgetToken(token) {
      const { widgetTokens } = await parts(keysMaxAgeMs)
      try {
        return await widgetTokens.verify(token)
      } catch (error) {
        const isKeyUnknown =
          error instanceof SignInError && error.cause instanceof errors.JWKSNoMatchingKey
        if (!isKeyUnknown) throw error
      }
      // Another replica may have seen a new key first.
      return (await parts(0)).widgetTokens.verify(token)
    },
    async redeemSignIn(hostId, code) {
      const { provider } = await parts(keysMaxAgeMs)
      return redeemSignIn({ db, provider }, hostId, code)
    },
    passwordResetUrl: passwordReset.url,
    sweepAttempts: () => sweepAttempts(db),
    refreshSamlMetadata: () => refreshDueMetadata({ db, read: readMetadata, log }),
    sweepEndedAccess: (workspaceId, memberIds) => sweepEndedAccess(db, workspaceId, memberIds),
    async sendLogout(clientId, memberId) {
      const { provider } = await parts(keysMaxAgeMs)
      await sendLogout({ db, provider, log }, clientId, memberId)
    },
  }
}

/** Whoever asks for the keys may have seen a signature by one that is new. */
function keysMaxAgeAt(path: string): number {
  if (path === '/oidc/jwks') return 0
  return path.startsWith('/oidc/') ? keysMaxAgeMs : Infinity
}

function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
}
