import { isId } from '@plantel/db'
import { createLocalJWKSet, errors, importJWK, jwtVerify, SignJWT } from 'jose'

import type { Admissions } from '../sign-in/admissions.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'
import type { SigningKey } from './signing-keys.ts'

/** Audience of widget tokens: the Team API. */
export const widgetTokenAudience = 'plantel-team'
const ttlSeconds = 300

export interface WidgetToken {
  workspaceId: string
  memberId: string
  issuedAt: Date
  expiresAt: Date
}

/** Five-minute access tokens for the widget in a host's page. They name a member and carry no rights. RFC 9068. */
export interface WidgetTokens {
  /** Throws `member-not-found`, or `access-refused` with the reason as `adminDetail`. */
  mint: (workspaceId: string, memberId: string) => Promise<{ token: string; expiresAt: Date }>
  /**
   * Throws `token-invalid` or `token-expired`. The member's state is not compared here: whoever
   * reads the member's rights for the request compares `issuedAt` with them.
   */
  verify: (token: string) => Promise<WidgetToken>
}

export async function createWidgetTokens(
  admissions: Admissions,
  publicUrl: string,
  keys: readonly SigningKey[],
): Promise<WidgetTokens> {
  const current = keys.find((key) => key.isCurrent && key.algorithm === 'ES256')
  if (current === undefined) throw new Error('There is no current ES256 signing key.')
  const signingKey = await importJWK(current.privateJwk, 'ES256')
  const verificationKeys = createLocalJWKSet({ keys: keys.map((key) => key.publicJwk) })

  return {
    async mint(workspaceId, memberId) {
      const admission = await admissions.find(workspaceId, memberId)
      if (admission === undefined) throw new SignInError('member-not-found', { workspaceId })
      if (admission.answer !== 'yes') {
        throw new SignInError('access-refused', { adminDetail: admission.answer, workspaceId })
      }
      // With milliseconds (RFC 7519 §2 allows it), by the database's clock, and of when the member was looked at: it is
      // compared with the moment from which a member's tokens count.
      const issuedAt = admission.at.getTime() / 1000
      const expiresAt = Math.floor(issuedAt) + ttlSeconds
      const token = await new SignJWT({ workspace: workspaceId })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: current.kid })
        .setIssuer(publicUrl)
        .setAudience(widgetTokenAudience)
        .setSubject(memberId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(crypto.randomUUID())
        .sign(signingKey)
      return { token, expiresAt: new Date(expiresAt * 1000) }
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, verificationKeys, {
          algorithms: ['ES256'],
          typ: 'at+jwt',
          issuer: publicUrl,
          audience: widgetTokenAudience,
          requiredClaims: ['sub', 'iat', 'exp', 'workspace'],
        })
        const { sub = '', iat = 0, exp = 0 } = payload
        const workspaceId = payload['workspace']
        if (!isId(sub) || typeof workspaceId !== 'string' || !isId(workspaceId)) {
          throw new SignInError('token-invalid')
        }
        return {
          workspaceId,
          memberId: sub,
          issuedAt: new Date(Math.round(iat * 1000)),
          expiresAt: new Date(exp * 1000),
        }
      } catch (error) {
        if (error instanceof SignInError) throw error
        if (error instanceof errors.JWTExpired) {
          throw new SignInError('token-expired', { cause: error })
        }
        if (error instanceof errors.JOSEError) {
          throw new SignInError('token-invalid', { cause: error })
        }
        throw error
      }
    },
  }
}
