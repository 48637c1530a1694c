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
  getToken: GetToken | null
  workspace: string | null
}

/** A page that loads its own code after the widget may listen late, but not later than this. */
const LISTENER_DEADLINE_MS = 10_000
const ANSWER_DEADLINE_MS = 30_000
const ASK_AGAIN_MS = 100

/** Gets tokens from the `getToken` property, else from whoever answers `team-token-request`. */
export class TokenController implements ReactiveController {
  #host: TokenHost
  readonly tokens: AccessTokens

  constructor(host: TokenHost) {
    this.#host = host
    this.tokens = createAccessTokens((reason, signal) => this.#ask(reason, signal))
    host.addController(this)
  }

  hostDisconnected(): void {
    this.tokens.forget()
  }

  async #ask(reason: TokenReason, signal: AbortSignal): Promise<TokenAnswer> {
    const deadline = Date.now() + LISTENER_DEADLINE_MS
    for (let pause = ASK_AGAIN_MS; Date.now() < deadline; pause *= 1.5) {
      const needed = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_DEADLINE_MS)])
      const answer = this.#request(reason, needed)
      if (answer !== null) return withAbort(answer, needed)
      await new Promise((resolve) => setTimeout(resolve, pause))
      signal.throwIfAborted()
    }
    throw new Error('The page has neither `getToken` nor a listener for `team-token-request`.')
  }

  #request(reason: TokenReason, signal: AbortSignal): Promise<TokenAnswer> | null {
    const { workspace } = this.#host
    const getToken = this.#host.getToken ?? defaults.getToken
    // Some frameworks write a function property as a string when the element isn't defined yet.
    if (typeof getToken === 'function') return getToken({ reason, workspace, signal })
    const event = new TeamTokenRequestEvent(reason, workspace, signal)
    this.#host.dispatchEvent(event)
    return event.answer
  }
}

function withAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    promise.then(resolve, reject)
  })
}
