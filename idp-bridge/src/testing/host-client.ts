import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
  type IDToken,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type TokenEndpointResponse,
} from 'openid-client'

import type { Browser } from './browser.ts'

/** A host's own OpenID client, as its developers would write it. */
export interface TestHostClient {
  configuration: Configuration
  redirectUri: string
  begin: (parameters?: Record<string, string>) => Promise<HostAttempt>
  /** The whole sign-in: to Plantel, wherever it leads, and back. */
  signIn: (browser: Browser, parameters?: Record<string, string>) => Promise<HostTokens>
}

interface HostAttempt {
  url: URL
  redeem: (callback: URL) => Promise<HostTokens>
}

interface HostTokens {
  accessToken: string
  refreshToken: string | undefined
  idToken: string
  claims: IDToken
}

export async function createTestHostClient(
  publicUrl: string,
  client: { clientId: string; clientSecret: string; redirectUri: string },
): Promise<TestHostClient> {
  const configuration = await discovery(
    new URL(`${publicUrl}/oidc`),
    client.clientId,
    { id_token_signed_response_alg: 'ES256', client_secret: client.clientSecret },
    undefined,
    { execute: [allowInsecureRequests, enableNonRepudiationChecks] },
  )
  const { redirectUri } = client

  async function begin(parameters: Record<string, string> = {}): Promise<HostAttempt> {
    const verifier = randomPKCECodeVerifier()
    const nonce = randomNonce()
    const state = randomState()
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    })
    return {
      url,
      async redeem(callback) {
        const tokens = await authorizationCodeGrant(configuration, callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        return toHostTokens(tokens, tokens.claims())
      },
    }
  }

  return {
    configuration,
    redirectUri,
    begin,
    async signIn(browser, parameters) {
      const attempt = await begin(parameters)
      const visit = await browser.follow(attempt.url.href, redirectUri)
      if (!visit.url.href.startsWith(redirectUri)) {
        throw new Error(
          `Stopped at ${visit.url.pathname}: ${visit.status} ${/<p class="reference">.*/.exec(visit.body)?.[0] ?? visit.body.slice(0, 300)}`,
        )
      }
      return attempt.redeem(visit.url)
    },
  }
}

function toHostTokens(tokens: TokenEndpointResponse, claims: IDToken | undefined): HostTokens {
  if (claims === undefined || tokens.id_token === undefined) throw new Error('No ID token.')
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    idToken: tokens.id_token,
    claims,
  }
}
