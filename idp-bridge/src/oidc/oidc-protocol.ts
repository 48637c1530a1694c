import {
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  type Configuration,
  fetchUserInfo,
  type IDToken,
  randomNonce,
  randomPKCECodeVerifier,
  ResponseBodyError,
} from 'openid-client'

import { type OidcConnection, ssoRedirectUri } from '../connections/sso-connection.ts'
import { OutgoingError } from '../outgoing/guarded-fetch.ts'
import { SignInError, type SignInErrorCode } from '../sign-in/sign-in-error.ts'
import type { SsoProfile } from '../sign-in/sso-profile.ts'
import { personOfClaims } from './claims-profile.ts'
import type { DiscoveryCache } from './discovery-cache.ts'
import { findIdTokenProblem } from './id-token-checks.ts'

/** What must be remembered between the redirect and the return, and is known to nobody else. */
export interface OidcSecrets {
  nonce: string
  codeVerifier: string
}

export function createOidcSecrets(): OidcSecrets {
  return { nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() }
}

/** Sign-in by authorization code with PKCE at a company's OpenID provider. OpenID Connect Core §3.1. */
export interface OidcProtocol {
  /** Where to send the person; `flowId` is the `state`. Throws `idp-unreachable`. */
  authorizationUrl: (
    connection: OidcConnection,
    flowId: string,
    secrets: OidcSecrets,
    options: { forceLogin: boolean; loginHint: string | undefined },
  ) => Promise<URL>
  /**
   * Redeems the code of a callback. `query` is the callback's query string as it came. Throws
   * `idp-unreachable`, `idp-refused`, `response-invalid` or `token-refused`.
   */
  redeem: (
    connection: OidcConnection,
    flowId: string,
    secrets: OidcSecrets,
    query: string,
  ) => Promise<{ profile: SsoProfile; idToken: string }>
}

export function createOidcProtocol(publicUrl: string, providers: DiscoveryCache): OidcProtocol {
  return {
    async authorizationUrl(connection, flowId, secrets, { forceLogin, loginHint }) {
      try {
        const configuration = await providers.load(connection)
        return buildAuthorizationUrl(configuration, {
          redirect_uri: ssoRedirectUri(publicUrl, connection.id),
          response_type: 'code',
          scope: 'openid profile email',
          state: flowId,
          nonce: secrets.nonce,
          code_challenge: await calculatePKCECodeChallenge(secrets.codeVerifier),
          code_challenge_method: 'S256',
          ...(forceLogin ? { prompt: 'login' } : {}),
          ...(loginHint === undefined ? {} : { login_hint: loginHint }),
        })
      } catch (error) {
        providers.drop(connection.id)
        throw explain(error, connection)
      }
    },

    async redeem(connection, flowId, secrets, query) {
      try {
        const configuration = await providers.load(connection)
        const callbackUrl = new URL(ssoRedirectUri(publicUrl, connection.id))
        callbackUrl.search = query
        const tokens = await authorizationCodeGrant(configuration, callbackUrl, {
          expectedState: flowId,
          expectedNonce: secrets.nonce,
          pkceCodeVerifier: secrets.codeVerifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (claims === undefined || tokens.id_token === undefined) {
          throw refusal('token-refused', connection, 'id-token-missing')
        }
        const { issuer } = configuration.serverMetadata()
        const problem = findIdTokenProblem({
          idToken: tokens.id_token,
          claims,
          accessToken: tokens.access_token,
          issuer,
          clientId: connection.clientId,
          algorithm: connection.idTokenAlgorithm,
          now: new Date(),
        })
        if (problem !== undefined) throw refusal('token-refused', connection, problem)
        const person = await completeClaims(configuration, connection, tokens.access_token, claims)
        const bindingValue = person[connection.binding.claim]
        const profile: SsoProfile = {
          protocol: 'oidc',
          connectionId: connection.id,
          issuer,
          subject: claims.sub,
          bindingValue: typeof bindingValue === 'string' ? bindingValue : undefined,
          ...personOfClaims(connection, person),
        }
        return { profile, idToken: tokens.id_token }
      } catch (error) {
        providers.drop(connection.id)
        throw explain(error, connection)
      }
    },
  }
}

/**
 * Adds what only the userinfo endpoint says, where the ID token has no address; what is signed wins. Its `sub` must be
 * the ID token's. OpenID Connect Core §5.3.2.
 */
async function completeClaims(
  configuration: Configuration,
  connection: OidcConnection,
  accessToken: string,
  claims: IDToken,
): Promise<Record<string, unknown>> {
  const { userinfo_endpoint: endpoint } = configuration.serverMetadata()
  if (claims['email'] !== undefined || endpoint === undefined) return claims
  try {
    return { ...(await fetchUserInfo(configuration, accessToken, claims.sub)), ...claims }
  } catch (error) {
    const isSubject =
      error instanceof ClientError && error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED'
    if (!isSubject) throw error
    throw refusal('token-refused', connection, 'userinfo-subject', error)
  }
}

/** OAuth error codes are ours to repeat only when they look like one. */
const errorCodeShape = /^[a-z_]{1,64}$/

function explain(error: unknown, connection: OidcConnection): SignInError {
  if (error instanceof SignInError) return error
  if (error instanceof AuthorizationResponseError) {
    const detail = errorCodeShape.test(error.error) ? error.error : 'unknown-error'
    return refusal('idp-refused', connection, detail)
  }
  if (error instanceof ResponseBodyError) {
    const detail = errorCodeShape.test(error.error) ? error.error : 'unknown-error'
    return refusal('idp-refused', connection, `token-endpoint:${detail}`, error)
  }
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof OutgoingError) {
      return refusal('idp-unreachable', connection, cause.message, error)
    }
  }
  if (error instanceof ClientError) {
    const [code, detail] = refusalOfLibrary(error)
    return refusal(code, connection, detail, error)
  }
  return refusal('response-invalid', connection, 'malformed', error)
}

function refusalOfLibrary(error: ClientError): readonly [SignInErrorCode, string] {
  const known = libraryRefusals[error.code ?? '']
  if (known !== undefined) return known
  // One code for all that is wrong with a response; what it was is told by what it carries.
  const carried = error.cause instanceof Error ? error.cause.cause : undefined
  for (const [property, refusal] of Object.entries(invalidResponses)) {
    if (typeof carried === 'object' && carried !== null && property in carried) return refusal
  }
  return ['response-invalid', 'malformed']
}

const invalidResponses: Readonly<Record<string, readonly [SignInErrorCode, string]>> = {
  signature: ['token-refused', 'wrong-signature'],
  header: ['token-refused', 'wrong-algorithm'],
  claims: ['token-refused', 'claim-missing'],
  parameters: ['response-invalid', 'response-parameters'],
  body: ['response-invalid', 'token-response'],
}

/** By the `code` of openid-client's errors. */
const libraryRefusals: Readonly<Record<string, readonly [SignInErrorCode, string]>> = {
  OAUTH_HTTP_REQUEST_FORBIDDEN: ['idp-unreachable', 'http-refused'],
  OAUTH_INVALID_SERVER_METADATA: ['idp-unreachable', 'metadata-invalid'],
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: ['idp-unreachable', 'issuer-mismatch'],
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: ['token-refused', 'wrong-claim'],
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: ['token-refused', 'wrong-time'],
  OAUTH_KEY_SELECTION_FAILED: ['token-refused', 'key-unknown'],
  OAUTH_MISSING_SERVER_METADATA: ['idp-unreachable', 'metadata-incomplete'],
  OAUTH_PARSE_ERROR: ['response-invalid', 'not-json'],
  OAUTH_REQUEST_PROTOCOL_FORBIDDEN: ['idp-unreachable', 'scheme-refused'],
  OAUTH_RESPONSE_IS_NOT_CONFORM: ['idp-unreachable', 'unexpected-answer'],
  OAUTH_RESPONSE_IS_NOT_JSON: ['idp-unreachable', 'unexpected-answer'],
  OAUTH_TIMEOUT: ['idp-unreachable', 'timeout'],
  OAUTH_UNSUPPORTED_OPERATION: ['token-refused', 'unsupported'],
}

function refusal(
  code: SignInErrorCode,
  connection: OidcConnection,
  adminDetail: string | undefined,
  cause?: unknown,
): SignInError {
  return new SignInError(code, {
    adminDetail,
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    cause,
  })
}
