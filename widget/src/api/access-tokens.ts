/** Why the host is asked for a token: none yet, the current one ends soon, or the server refused it. */
export type TokenReason = 'initial' | 'expiring' | 'rejected'

/** A token, with its end if the host knows it: RFC 3339, a `Date` or milliseconds since 1970. */
export type TokenAnswer = string | { token: string; expiresAt?: string | number | Date }

/** How a host page gives the widget its access token; where it is in a cookie, any answer says that it is there again. */
export type GetToken = (request: {
  reason: TokenReason
  workspace: string | null
  signal: AbortSignal
}) => Promise<TokenAnswer | undefined>

/** The access token of one widget: asked for once at a time, renewed before it ends. */
export interface AccessTokens {
  current(): Promise<string>
  /** Gives a token that is not `refused`; many callers with the same refused token share one renewal. */
  renew(refused: string): Promise<string>
  /** Drops the token and stops asking; the next `current()` begins anew. */
  forget(): void
}

/** At this part of its life a token is renewed, so that no request has to fail first. */
const RENEW_AT = 0.8
/** Longer timers overflow to zero. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Keeps the token that `ask` gives. */
export function createAccessTokens(
  ask: (reason: TokenReason, signal: AbortSignal) => Promise<TokenAnswer>,
): AccessTokens {
  let held: string | undefined
  let asking: Promise<string> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let lifetime = new AbortController()

  function keep(answer: TokenAnswer): string {
    const token = typeof answer === 'string' ? answer : answer.token
    const expiresAt = expiryOf(answer, token)
    held = token
    clearTimeout(timer)
    if (expiresAt !== null) {
      const delay = Math.max((expiresAt - Date.now()) * RENEW_AT, 0)
      // A renewal that fails is not reported: the token still works, and a refusal asks again.
      if (delay > 0 && delay < LONGEST_TIMER_MS) {
        timer = setTimeout(() => void request('expiring').catch(() => undefined), delay)
      }
    }
    return token
  }

  function request(reason: TokenReason): Promise<string> {
    if (asking !== undefined) return asking
    const { signal } = lifetime
    const answer = (async () => {
      try {
        const value = await ask(reason, signal)
        signal.throwIfAborted()
        return keep(value)
      } finally {
        if (!signal.aborted) asking = undefined
      }
    })()
    asking = answer
    return answer
  }

  return {
    current: async () => held ?? request('initial'),
    renew: async (refused) => {
      if (held !== undefined && held !== refused) return held
      const token = await request('rejected')
      // A renewal that was already under way may have brought the refused token once more.
      return token === refused ? request('rejected') : token
    },
    forget: () => {
      clearTimeout(timer)
      lifetime.abort()
      lifetime = new AbortController()
      held = undefined
      asking = undefined
    },
  }
}

/** Milliseconds since 1970, from what the host said or from the token's own `exp`; null when neither tells. */
export function expiryOf(answer: TokenAnswer, token: string): number | null {
  if (typeof answer !== 'string' && answer.expiresAt !== undefined) {
    const time = new Date(answer.expiresAt).getTime()
    return Number.isNaN(time) ? null : time
  }
  try {
    const payload = token.split('.')[1] ?? ''
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    const { exp } = claims as { exp?: unknown }
    return typeof exp === 'number' ? exp * 1000 : null
  } catch {
    return null
  }
}
