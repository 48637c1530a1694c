import type { ReactiveController, ReactiveControllerHost } from 'lit'

import {
  type AccessTokens,
  createAccessTokens,
  type GetToken,
  type TokenAnswer,
  type TokenReason,
} from '../api/access-tokens.ts'
import { defaults } from '../configure.ts'
import { TeamTokenRequestEvent } from '../events.ts'

/** An element that a host page gives tokens to. */
export interface TokenHost extends ReactiveControllerHost, HTMLElement {
  /** `include`: the browser sends the token as a cookie, and nothing here ever sees it. */
  credentials: 'omit' | 'include'
  getToken: GetToken | null
  workspace: string | null
}

/** A page that loads its own code after the widget may listen late, but not later than this. */
const LISTENER_DEADLINE_MS = 10_000
const ANSWER_DEADLINE_MS = 30_000
const ASK_AGAIN_MS = 100

const nobodyAnswers = 'The page has neither `getToken` nor a listener for `team-token-request`.'

/** Gets tokens from the `getToken` property, else from whoever answers `team-token-request`. */
export class TokenController implements ReactiveController {
  #host: TokenHost
  #renewals = 0
  readonly tokens: AccessTokens

  constructor(host: TokenHost) {
    this.#host = host
    this.tokens = createAccessTokens((reason, signal) =>
      host.credentials === 'include'
        ? this.#renewCookie(reason, signal)
        : this.#ask(reason, signal),
    )
    host.addController(this)
  }

  hostDisconnected(): void {
    this.tokens.forget()
  }

  async #ask(reason: TokenReason, signal: AbortSignal): Promise<TokenAnswer> {
    const deadline = Date.now() + LISTENER_DEADLINE_MS
    for (let pause = ASK_AGAIN_MS; Date.now() < deadline; pause *= 1.5) {
      const answer = this.#request(reason, signal)
      // Only a cookie is answered for by nothing.
      if (answer !== null) return answer as Promise<TokenAnswer>
      await new Promise((resolve) => setTimeout(resolve, pause))
      signal.throwIfAborted()
    }
    throw new Error(nobodyAnswers)
  }

  /** The cookie comes with the page, and is seen by nobody here: told apart by how often the page was asked for it. */
  async #renewCookie(reason: TokenReason, signal: AbortSignal): Promise<string> {
    if (reason === 'initial') return ''
    const answer = this.#request(reason, signal)
    if (answer === null) throw new Error(nobodyAnswers)
    await answer
    this.#renewals += 1
    return `${this.#renewals}`
  }

  #request(reason: TokenReason, outer: AbortSignal): Promise<TokenAnswer | undefined> | null {
    const signal = AbortSignal.any([outer, AbortSignal.timeout(ANSWER_DEADLINE_MS)])
    const { workspace } = this.#host
    const getToken = this.#host.getToken ?? defaults.getToken
    // Some frameworks write a function property as a string when the element isn't defined yet.
    if (typeof getToken === 'function') {
      return withAbort(getToken({ reason, workspace, signal }), signal)
    }
    const event = new TeamTokenRequestEvent(reason, workspace, signal)
    this.#host.dispatchEvent(event)
    return event.answer && withAbort(event.answer, signal)
  }
}

function withAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    promise.then(resolve, reject)
  })
}
