import type { Database, Sealer } from '@plantel/db'
import type { Grant, KoaContextWithOIDC, Session } from 'oidc-provider'

import {
  createProviderErrorPage,
  createSignOutPage,
  renderSignedOut,
} from '../http/provider-pages.ts'
import { describeError, type IdpBridgeLog } from '../log.ts'
import type { GuardedFetch } from '../outgoing/guarded-fetch.ts'
import type { SigningKey } from '../tokens/signing-keys.ts'
import { createArtifactAdapters, findArtifactTime } from './artifact-store.ts'
import { createClientAdapter, hostIdMetadata } from './client-adapter.ts'
import { createInteractionPolicy } from './interaction-policy.ts'
import { claimsByScope, createFindAccount, type MemberAccount } from './member-account.ts'
import { providerCookie, WorkspaceProvider } from './workspace-provider.ts'

const sessionSeconds = 24 * 60 * 60
const refreshTokenSeconds = 14 * 24 * 60 * 60

export interface ProviderOptions {
  db: Database
  sealer: Sealer
  publicUrl: string
  keys: readonly SigningKey[]
  cookieKey: Buffer
  fetch: GuardedFetch
  log: IdpBridgeLog
}

/** Plantel as the one OpenID provider of the hosts, to be mounted at `/oidc`. OpenID Connect Core. */
export function createProvider(options: ProviderOptions): WorkspaceProvider {
  const { db, sealer, publicUrl, keys, fetch } = options
  const artifacts = createArtifactAdapters(db)
  const clients = createClientAdapter(db, sealer)

  const provider = new WorkspaceProvider(`${publicUrl}/oidc`, {
    adapter: (model) => (model === 'Client' ? clients : artifacts(model)),
    jwks: { keys: keys.map((key) => key.privateJwk) },
    findAccount: createFindAccount(db),
    loadExistingGrant: (ctx) => loadGrant(db, ctx),
    claims: Object.fromEntries(
      Object.entries(claimsByScope).map(([scope, claims]) => [scope, [...claims]]),
    ),
    // Hosts read what they need from the ID token; few of them call userinfo.
    conformIdTokenClaims: false,
    scopes: ['openid', 'offline_access'],
    responseTypes: ['code'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] },
    extraClientMetadata: { properties: [hostIdMetadata] },
    extraParams: ['workspace', 'connection'],
    interactions: {
      policy: createInteractionPolicy(),
      url: (_ctx, interaction) => `/sign-in/${interaction.uid}`,
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    cookies: {
      keys: [options.cookieKey],
      // Other providers may live on this origin.
      names: {
        session: 'plantel-op-session',
        interaction: 'plantel-op-interaction',
        resume: 'plantel-op-resume',
      },
      long: providerCookie,
      short: providerCookie,
    },
    ttl: {
      AccessToken: 15 * 60,
      AuthorizationCode: 60,
      Grant: refreshTokenSeconds,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      RefreshToken: refreshTokenSeconds,
      // Counted from the sign-in, however often the session is used.
      Session: (_ctx, session) => {
        if (session.loginTs === undefined) return 60 * 60
        return Math.max(1, Math.ceil(session.loginTs + sessionSeconds - Date.now() / 1000))
      },
    },
    features: {
      backchannelLogout: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      // The workspace is read from the address of a request.
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: createSignOutPage(db),
        postLogoutSuccessSource: renderSignedOut,
      },
    },
    clientBasedCORS: () => false,
    renderError: createProviderErrorPage(options.log),
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : String(input)
      return fetch(url, {
        method: init?.method,
        headers: init?.headers,
        body: init?.body,
        signal: init?.signal,
      })
    },
  })

  provider.Session.prototype.authTime = wholeSeconds
  // Its URLs come from the request, which the router makes say what the configuration says.
  provider.proxy = true

  provider.on('backchannel.error', (_ctx, error, client, memberId) => {
    const { clientId } = client
    options.log({
      level: 'warn',
      event: 'backchannel-logout.failed',
      clientId,
      memberId,
      error: describeError(error),
    })
  })
  return provider
}

/**
 * Sign-ins are remembered to the millisecond, because they are compared with the moment from which
 * they count; as `auth_time` hosts get whole seconds.
 */
function wholeSeconds(this: Session): number | undefined {
  return this.loginTs === undefined ? undefined : Math.floor(this.loginTs)
}

/** Every client belongs to a host, so the member's grant is given without a question. */
async function loadGrant(db: Database, ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { provider, client, session } = ctx.oidc
  const account = ctx.oidc.account as MemberAccount | undefined
  if (client === undefined || session === undefined || account === undefined) return undefined
  const { clientId } = client
  const known = await provider.Grant.find(session.grantIdFor(clientId) ?? '')
  const grantedAt = known && (await findArtifactTime(db, 'Grant', known.jti))
  const isUsable =
    known?.accountId === account.accountId &&
    grantedAt !== undefined &&
    grantedAt >= account.accessValidFrom
  const grant = isUsable ? known : new provider.Grant({ accountId: account.accountId, clientId })
  grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes])
  await grant.save()
  return grant
}
