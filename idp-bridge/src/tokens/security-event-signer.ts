/** Signing of Security Event Tokens. RFC 8417 §2. */
import type { Database, Sealer } from '@plantel/db'
import { importJWK, type JWTPayload, SignJWT } from 'jose'

import { followSigningKeys } from './follow-signing-keys.ts'

const maxAgeMs = 10_000

/** Signs a token's claims, those of RFC 8417 but `iss` and `iat`, which it adds. */
export type SignSecurityEvent = (claims: JWTPayload, issuedAt: Date) => Promise<string>

/** Signs in the name of the OpenID provider, whose `jwks_uri` says by which keys. */
export async function createSecurityEventSigner({
  db,
  sealer,
  publicUrl,
}: {
  db: Database
  sealer: Sealer
  publicUrl: string
}): Promise<SignSecurityEvent> {
  const current = await followSigningKeys(db, sealer, async (keys) => {
    const found = keys.find((key) => key.isCurrent && key.algorithm === 'ES256')
    if (found === undefined) throw new Error('There is no current ES256 signing key.')
    return { kid: found.kid, key: await importJWK(found.privateJwk, 'ES256') }
  })
  return async (claims, issuedAt) => {
    const { kid, key } = await current(maxAgeMs)
    return (
      new SignJWT(claims)
        // MUST: explicitly typed, so that nobody takes it for an ID token or an access token. RFC 8417 §2.3.
        .setProtectedHeader({ alg: 'ES256', typ: 'secevent+jwt', kid })
        .setIssuer(`${publicUrl}/oidc`)
        .setIssuedAt(issuedAt)
        .sign(key)
    )
  }
}
