/** Logout token, as a relying party checks it. OpenID Connect Back-Channel Logout 1.0 §2.6. */
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'

export type LogoutTokenFault =
  | 'invalid'
  | 'events-missing'
  | 'nonce-present'
  | 'nobody-named'
  | 'replayed'

/** A logout token that must be answered 400. */
export class LogoutTokenError extends Error {
  readonly code: LogoutTokenFault

  constructor(code: LogoutTokenFault, options?: ErrorOptions) {
    super(code, options)
    this.name = 'LogoutTokenError'
    this.code = code
  }
}

/** Whose sessions end: one session, or all of a person's. */
export interface Logout {
  sid: string | undefined
  subject: string | undefined
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
const maxAgeSeconds = 300

/** Remembers each token's `jti` as long as it would be accepted. */
export function createLogoutTokenVerifier(deps: {
  issuer: string
  clientId: string
  keys: JWTVerifyGetKey
}): (token: string) => Promise<Logout> {
  const seen = new Map<string, number>()

  return async (token) => {
    const { payload } = await jwtVerify(token, deps.keys, {
      issuer: deps.issuer,
      audience: deps.clientId,
      algorithms: ['ES256', 'RS256'],
      maxTokenAge: maxAgeSeconds,
      clockTolerance: 30,
      requiredClaims: ['iat', 'jti'],
    }).catch((error: unknown) => {
      if (error instanceof errors.JOSEError) throw new LogoutTokenError('invalid', { cause: error })
      throw error
    })
    // MUST: the event says that this is a logout token at all; an ID token must not pass for one.
    const { events } = payload
    const event = typeof events === 'object' && events !== null && Reflect.get(events, logoutEvent)
    if (typeof event !== 'object' || event === null) throw new LogoutTokenError('events-missing')
    // MUST NOT: the same.
    if (payload['nonce'] !== undefined) throw new LogoutTokenError('nonce-present')
    const sid = typeof payload['sid'] === 'string' ? payload['sid'] : undefined
    if (sid === undefined && payload.sub === undefined) throw new LogoutTokenError('nobody-named')
    const now = Date.now()
    for (const [jti, until] of seen) if (until < now) seen.delete(jti)
    const { jti } = payload
    if (jti === undefined || seen.has(jti)) throw new LogoutTokenError('replayed')
    seen.set(jti, now + (maxAgeSeconds + 60) * 1000)
    return { sid, subject: payload.sub }
  }
}
