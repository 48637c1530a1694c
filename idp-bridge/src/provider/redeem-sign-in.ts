import { createHash, timingSafeEqual } from 'node:crypto'

import type { Database } from '@plantel/db'
import { type default as Provider, errors } from 'oidc-provider'

import { hostIdMetadata } from './client-adapter.ts'
import { findAccountOfGrant } from './member-account.ts'

/** What a host's server sends that has no OpenID library. */
export interface CodeToRedeem {
  clientId: string
  code: string
  redirectUri: string
  codeVerifier: string
}

/** Who has signed in, by the claims that an ID token would hold. */
export interface RedeemedSignIn {
  sub: string
  claims: Record<string, unknown>
}

/**
 * Redeems a code of the token endpoint's own store, once, for claims instead of tokens. Undefined when it is not there to be
 * redeemed by this host with this address and verifier. RFC 6749 §4.1.3, RFC 7636 §4.6.
 */
export async function redeemSignIn(
  { db, provider }: { db: Database; provider: Provider },
  hostId: string,
  { clientId, code, redirectUri, codeVerifier }: CodeToRedeem,
): Promise<RedeemedSignIn | undefined> {
  const client = await provider.Client.find(clientId)
  if (client?.[hostIdMetadata] !== hostId) return undefined
  const found = await provider.AuthorizationCode.find(code)
  if (found?.accountId === undefined) return undefined
  if (found.clientId !== clientId || found.redirectUri !== redirectUri) return undefined
  if (!isVerifierOf(found.codeChallenge, codeVerifier)) return undefined
  try {
    await found.consume()
  } catch (error) {
    if (error instanceof errors.InvalidGrant) return undefined
    throw error
  }
  const account = await findAccountOfGrant(db, found.accountId, found.grantId)
  if (account === undefined) return undefined
  const claims = await account.claims('id_token', found.scope ?? '', {}, [])
  const { sid, authTime } = found
  return { sub: account.accountId, claims: { ...claims, sid, auth_time: authTime } }
}

function isVerifierOf(challenge: string | undefined, verifier: string): boolean {
  const expected = Buffer.from(challenge ?? '')
  const made = Buffer.from(createHash('sha256').update(verifier).digest('base64url'))
  return expected.length === made.length && timingSafeEqual(expected, made)
}
