import { createHash } from 'node:crypto'

import { decodeProtectedHeader } from 'jose'

import type { IdTokenAlgorithm } from '../connections/sso-connection.ts'

/** What is wrong with an ID token whose signature, times, nonce and audience the library has already accepted. */
export type IdTokenProblem =
  | 'at-hash-mismatch'
  | 'issued-in-future'
  | 'key-in-header'
  | 'wrong-authorized-party'
  | 'wrong-issuer'

export interface IdTokenFacts {
  idToken: string
  claims: Readonly<Record<string, unknown>>
  accessToken: string
  issuer: string
  clientId: string
  algorithm: IdTokenAlgorithm
  now: Date
}

const clockSkewSeconds = 60

/** Checks that openid-client leaves to us. OpenID Connect Core §3.1.3.7, §3.1.3.8. */
export function findIdTokenProblem(facts: IdTokenFacts): IdTokenProblem | undefined {
  const { claims } = facts
  const header = decodeProtectedHeader(facts.idToken)
  // A token must not bring the key it is to be checked with (RFC 7515 §10.3, RFC 8725 §3.10).
  if (header.jwk !== undefined || header.jku !== undefined || header.x5u !== undefined) {
    return 'key-in-header'
  }
  // The library accepts any tenant behind a multi-tenant issuer; a connection is one company's.
  if (claims['iss'] !== facts.issuer) return 'wrong-issuer'
  if (claims['azp'] !== undefined && claims['azp'] !== facts.clientId)
    return 'wrong-authorized-party'
  const latest = facts.now.getTime() / 1000 + clockSkewSeconds
  if (typeof claims['iat'] !== 'number' || claims['iat'] > latest) return 'issued-in-future'
  if (
    claims['at_hash'] !== undefined &&
    claims['at_hash'] !== accessTokenHash(facts.accessToken, facts.algorithm)
  ) {
    return 'at-hash-mismatch'
  }
  return undefined
}

/** `at_hash`: the left half of the access token's hash, with the hash of the signature algorithm. */
export function accessTokenHash(accessToken: string, algorithm: IdTokenAlgorithm): string {
  const digest = createHash(`sha${algorithm.slice(2)}`)
    .update(accessToken, 'ascii')
    .digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
