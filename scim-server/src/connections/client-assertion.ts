/** Client authentication by a signed assertion. RFC 7523 §2.2 and §3. */
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose'

import { assertionAlgorithms, type ClientTrust } from './client-trusts.ts'
import type { JwksCache, PublishedKeys } from './jwks-cache.ts'

const clockSkewSeconds = 60
const maxAssertionLength = 16_384

/**
 * The trust that an assertion proves, or undefined; `ownAudiences` are the names of this token endpoint, for clients that
 * sign for themselves. Throws `JwksUnavailableError`.
 */
export async function verifyAssertion(
  assertion: string,
  trusts: readonly ClientTrust[],
  ownAudiences: readonly string[],
  cache: JwksCache,
): Promise<ClientTrust | undefined> {
  const claimed = readClaims(assertion)
  if (claimed === undefined) return undefined
  const { payload, keyId } = claimed
  for (const trust of trusts) {
    if (trust.issuer !== payload.iss || trust.subject !== payload.sub) continue
    if (trust.directoryTenant !== null && trust.directoryTenant !== payload['tid']) continue
    const keys = await keysOf(trust, keyId, cache)
    const audience = trust.audience === null ? [...ownAudiences] : spellingsOf(trust.audience)
    if (keys !== undefined && (await isSigned(assertion, keys, trust, audience))) return trust
  }
  return undefined
}

/** What an assertion says, before anything of it is believed. */
function readClaims(
  assertion: string,
): { payload: JWTPayload; keyId: string | undefined } | undefined {
  if (assertion.length > maxAssertionLength) return undefined
  try {
    const { kid } = decodeProtectedHeader(assertion)
    return { payload: decodeJwt(assertion), keyId: typeof kid === 'string' ? kid : undefined }
  } catch {
    return undefined
  }
}

/** Published keys change without notice: only an assertion that names its key can be told from an outdated one. */
async function keysOf(
  { keys }: ClientTrust,
  keyId: string | undefined,
  cache: JwksCache,
): Promise<PublishedKeys | undefined> {
  if ('jwks' in keys) return keys.jwks
  return keyId === undefined ? undefined : cache.keysFor(keys.jwksUrl, keyId)
}

async function isSigned(
  assertion: string,
  keys: PublishedKeys,
  { issuer, subject }: ClientTrust,
  audience: string[],
): Promise<boolean> {
  try {
    await jwtVerify(assertion, createLocalJWKSet(keys as unknown as JSONWebKeySet), {
      algorithms: [...assertionAlgorithms],
      issuer,
      subject,
      audience,
      clockTolerance: clockSkewSeconds,
      requiredClaims: ['exp'],
    })
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return false
    throw error
  }
}

/** Entra's guide asks for `api://{id}/.default` and its tokens say `api://{id}`: both mean the same. */
function spellingsOf(audience: string): string[] {
  const plain = audience.replace(/\/\.default$/, '')
  return [plain, `${plain}/.default`]
}
