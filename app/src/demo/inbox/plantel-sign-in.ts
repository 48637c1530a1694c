import { createRemoteJWKSet } from 'jose'
import * as client from 'openid-client'

import type { Company } from '../companies/company.ts'
import type { HostRegistration } from '../seed/host-registration.ts'
import { accessOf, memberClaims } from './access.ts'
import type { InboxSession, SignedIn } from './inbox-sessions.ts'
import { createLogoutTokenVerifier, type Logout } from './logout-token.ts'

/** Whether a signed-in person still may come in, asked of Plantel. */
type StandingCheck = 'current' | 'ended' | 'unavailable'

/** The inbox as relying party of Plantel, its one OpenID provider. */
export interface PlantelSignIn {
  /** Where to send the browser; `again` asks who it is even where Plantel still knows. */
  start: (session: InboxSession, company: Company, again: boolean) => Promise<URL>
  /** Undefined when this browser began no such sign-in, or Plantel said no. */
  finish: (
    session: InboxSession,
    callback: URL,
  ) => Promise<{ company: Company; signedIn: SignedIn } | undefined>
  /** Reads userinfo with the access token, renewed when it expired, and takes over what changed. */
  check: (signedIn: SignedIn) => Promise<StandingCheck>
  signOutUrl: (signedIn: SignedIn) => Promise<URL | undefined>
  verifyLogoutToken: (token: string) => Promise<Logout>
}

export function createPlantelSignIn(
  registration: HostRegistration,
  demoUrl: string,
): PlantelSignIn {
  const { issuer, clientId, clientSecret } = registration
  const callbackUrl = `${demoUrl}/inbox/callback`
  const running = new WeakMap<SignedIn, Promise<StandingCheck>>()
  let configured: Promise<client.Configuration> | undefined

  function configure(): Promise<client.Configuration> {
    configured ??= client
      .discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(clientSecret), {
        // The demo's Plantel is on this machine and speaks http.
        execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
      })
      .catch((error: unknown) => {
        configured = undefined
        throw error
      })
    return configured
  }

  async function verifier(): Promise<(token: string) => Promise<Logout>> {
    const { jwks_uri: jwksUri } = (await configure()).serverMetadata()
    if (jwksUri === undefined) throw new Error(`${issuer} publishes no keys.`)
    return createLogoutTokenVerifier({
      issuer,
      clientId,
      keys: createRemoteJWKSet(new URL(jwksUri)),
    })
  }
  let verifying: ReturnType<typeof verifier> | undefined

  async function refresh(signedIn: SignedIn): Promise<StandingCheck> {
    if (signedIn.refreshToken === undefined) return 'ended'
    try {
      const tokens = await client.refreshTokenGrant(await configure(), signedIn.refreshToken)
      takeTokens(signedIn, tokens)
      return 'current'
    } catch (error) {
      return isRefusal(error) ? 'ended' : 'unavailable'
    }
  }

  async function readUserInfo(signedIn: SignedIn): Promise<StandingCheck> {
    try {
      const claims = memberClaims.parse(
        await client.fetchUserInfo(await configure(), signedIn.accessToken, signedIn.subject),
      )
      signedIn.name = claims.name
      signedIn.email = claims.email
      signedIn.access = accessOf(claims)
      return 'current'
    } catch (error) {
      return isRefusal(error) ? 'ended' : 'unavailable'
    }
  }

  async function check(signedIn: SignedIn): Promise<StandingCheck> {
    if (signedIn.accessTokenExpiresAt - Date.now() < 10_000) {
      const renewed = await refresh(signedIn)
      if (renewed !== 'current') return renewed
    }
    const standing = await readUserInfo(signedIn)
    if (standing !== 'ended') return standing
    // The token may be gone although the person is not: one renewal tells.
    const renewed = await refresh(signedIn)
    return renewed === 'current' ? readUserInfo(signedIn) : renewed
  }

  return {
    async start(session, company, again) {
      const configuration = await configure()
      const state = client.randomState()
      const nonce = client.randomNonce()
      const codeVerifier = client.randomPKCECodeVerifier()
      for (const oldest of session.pending.keys()) {
        if (session.pending.size >= 5) session.pending.delete(oldest)
      }
      session.pending.set(state, { company, nonce, codeVerifier })
      return client.buildAuthorizationUrl(configuration, {
        redirect_uri: callbackUrl,
        scope: 'openid profile email',
        workspace: company.slug,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(again && { prompt: 'login' }),
      })
    },
    async finish(session, callback) {
      const state = callback.searchParams.get('state') ?? ''
      const pending = session.pending.get(state)
      session.pending.delete(state)
      if (pending === undefined) return undefined
      try {
        const tokens = await client.authorizationCodeGrant(await configure(), callback, {
          expectedState: state,
          expectedNonce: pending.nonce,
          pkceCodeVerifier: pending.codeVerifier,
          idTokenExpected: true,
        })
        const idClaims = tokens.claims()
        const claims = memberClaims.parse(idClaims)
        const signedIn: SignedIn = {
          kind: 'signed-in',
          subject: claims.sub,
          sid: typeof idClaims?.['sid'] === 'string' ? idClaims['sid'] : undefined,
          name: claims.name,
          email: claims.email,
          access: accessOf(claims),
          idToken: tokens.id_token ?? '',
          accessToken: '',
          refreshToken: undefined,
          accessTokenExpiresAt: 0,
        }
        takeTokens(signedIn, tokens)
        return { company: pending.company, signedIn }
      } catch (error) {
        if (error instanceof client.AuthorizationResponseError || isRefusal(error)) return undefined
        throw error
      }
    },
    check(signedIn) {
      // One at a time: a refresh token that is used twice ends the grant.
      const present = running.get(signedIn)
      if (present !== undefined) return present
      const checking = check(signedIn).finally(() => running.delete(signedIn))
      running.set(signedIn, checking)
      return checking
    },
    async signOutUrl({ idToken }) {
      const configuration = await configure()
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined
      return client.buildEndSessionUrl(configuration, {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${demoUrl}/inbox`,
      })
    },
    async verifyLogoutToken(token) {
      verifying ??= verifier().catch((error: unknown) => {
        verifying = undefined
        throw error
      })
      return (await verifying)(token)
    },
  }
}

function takeTokens(
  signedIn: SignedIn,
  tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
): void {
  signedIn.accessToken = tokens.access_token
  signedIn.refreshToken = tokens.refresh_token ?? signedIn.refreshToken
  signedIn.accessTokenExpiresAt = Date.now() + (tokens.expires_in ?? 60) * 1000
}

/** Plantel answered, and the answer is no: 400 `invalid_grant` or 401. Anything else may pass. */
function isRefusal(error: unknown): boolean {
  if (error instanceof client.ResponseBodyError) return error.status < 500
  return error instanceof client.WWWAuthenticateChallengeError && error.status < 500
}
