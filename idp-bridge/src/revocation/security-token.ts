/** Tokens by which identity providers say that somebody's access has ended. RFC 8417, OpenID Connect Back-Channel Logout §2.6. */
import { createHash } from 'node:crypto'

import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'

import { idTokenAlgorithms } from '../connections/sso-connection.ts'

/** RFC 8935 §2.4. */
export type SecurityTokenErrorCode =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'

/** A refused token; the message names what is wrong and repeats nothing of it. */
export class SecurityTokenError extends Error {
  readonly code: SecurityTokenErrorCode

  constructor(code: SecurityTokenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SecurityTokenError'
    this.code = code
  }
}

/** Whose token it must be, and for whom. */
export interface SecurityTokenExpectation {
  issuer: string
  audience: readonly string[]
  keys: JWTVerifyGetKey
  /** Pinned; any signature with a public key unless told. */
  algorithms?: readonly string[]
  /** What `typ` must say; undefined where it may be absent. */
  types: readonly (string | undefined)[]
}

export interface SecurityToken {
  claims: JWTPayload
  /** Tells it from every other one of its issuer. */
  hash: Buffer
  /** Until when it must be remembered. */
  expiresAt: Date
}

const skewSeconds = 60
const maxAgeSeconds = 600

/** Checks everything but what the token is about. Throws `SecurityTokenError`. */
export async function verifySecurityToken(
  token: string,
  expected: SecurityTokenExpectation,
): Promise<SecurityToken> {
  const { typ } = readHeader(token)
  if (!expected.types.includes(typ?.toLowerCase().replace(/^application\//, ''))) {
    throw new SecurityTokenError('invalid_request', 'The token is of another type.')
  }
  const claims = await verifySignature(token, expected)
  const { iat = 0, exp, jti, iss } = claims
  const now = Date.now() / 1_000
  if (iat > now + skewSeconds || iat < now - maxAgeSeconds - skewSeconds) {
    throw new SecurityTokenError('invalid_request', 'The token was issued at another time.')
  }
  if (typeof jti !== 'string' || jti === '') {
    throw new SecurityTokenError('invalid_request', 'The token has no jti.')
  }
  if (claims['nonce'] !== undefined) {
    throw new SecurityTokenError('invalid_request', 'The token has a nonce: it is of another kind.')
  }
  const end = Math.max(exp ?? 0, iat + maxAgeSeconds) + skewSeconds
  return {
    claims,
    hash: createHash('sha256').update(`${iss}\0${jti}`).digest(),
    expiresAt: new Date(end * 1_000),
  }
}

function readHeader(token: string): ReturnType<typeof decodeProtectedHeader> {
  try {
    const header = decodeProtectedHeader(token)
    if (header.jwk === undefined && header.jku === undefined && header.x5u === undefined) {
      return header
    }
  } catch (cause) {
    throw new SecurityTokenError('invalid_request', 'This is no signed token.', { cause })
  }
  throw new SecurityTokenError('invalid_key', 'The token brings a key of its own.')
}

async function verifySignature(
  token: string,
  { issuer, audience, keys, algorithms = idTokenAlgorithms }: SecurityTokenExpectation,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [...algorithms],
      issuer,
      audience: [...audience],
      clockTolerance: skewSeconds,
      requiredClaims: ['iss', 'aud', 'iat', 'jti'],
    })
    return payload
  } catch (cause) {
    if (cause instanceof errors.JWTClaimValidationFailed) {
      const code =
        cause.claim === 'iss'
          ? 'invalid_issuer'
          : cause.claim === 'aud'
            ? 'invalid_audience'
            : 'invalid_request'
      throw new SecurityTokenError(code, `The token's ${cause.claim} is wrong.`, { cause })
    }
    if (cause instanceof errors.JWTExpired) {
      throw new SecurityTokenError('invalid_request', 'The token has expired.', { cause })
    }
    throw new SecurityTokenError('invalid_key', 'The signature does not hold.', { cause })
  }
}
