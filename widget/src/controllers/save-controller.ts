import type { ReactiveController, ReactiveControllerHost } from 'lit'

import { type ApiError, toApiError } from '../api/api-error.ts'
import { tellError } from '../events.ts'

/** One write at a time: whether it runs, what went wrong, and when it may be tried again. */
export class SaveController implements ReactiveController {
  #host: ReactiveControllerHost & EventTarget
  #key: string | undefined
  #clock: ReturnType<typeof setInterval> | undefined
  #looking = new AbortController()
  isBusy = false
  error: ApiError | undefined
  /** Seconds until the server wants to be asked again. */
  wait = 0

  constructor(host: ReactiveControllerHost & EventTarget) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    addEventListener('online', this.#onLine)
    addEventListener('offline', this.#onLine)
  }

  hostDisconnected(): void {
    removeEventListener('online', this.#onLine)
    removeEventListener('offline', this.#onLine)
    clearInterval(this.#clock)
    this.#looking.abort()
  }

  /** Whether nothing can be written now: something is, or the server wants to be left alone, or there is no line. */
  get isBlocked(): boolean {
    return this.isBusy || this.wait > 0 || !navigator.onLine
  }

  #onLine = (): void => this.#host.requestUpdate()

  /** What was refused, and what is being looked at, belongs to what was entered before. */
  forget(): void {
    this.#looking.abort()
    this.error = undefined
    this.#key = undefined
    this.#host.requestUpdate()
  }

  /** Looks at what a write would do; only the last look is shown, however late an earlier one is answered. */
  async look<Answer>(
    read: (signal: AbortSignal) => Promise<Answer>,
    show?: (answer: Answer) => void,
  ): Promise<void> {
    this.#looking.abort()
    const { signal } = (this.#looking = new AbortController())
    try {
      const answer = await read(signal)
      if (!signal.aborted) show?.(answer)
    } catch (cause) {
      if (!signal.aborted) this.#fail(toApiError(cause))
    }
  }

  /**
   * Runs a write with an idempotency key, and answers whether it was done. What may have arrived without an
   * answer keeps its key, so that trying again does nothing twice.
   */
  async run(work: (key: string) => Promise<unknown>): Promise<boolean> {
    if (this.isBlocked) return false
    this.#key ??= crypto.randomUUID()
    this.isBusy = true
    this.error = undefined
    this.#host.requestUpdate()
    try {
      await work(this.#key)
      this.#key = undefined
      return true
    } catch (cause) {
      const error = toApiError(cause)
      if (error.kind !== 'unreachable' && error.kind !== 'busy') this.#key = undefined
      this.#fail(error)
      return false
    } finally {
      this.isBusy = false
      this.#host.requestUpdate()
    }
  }

  /** Shows what went wrong, and tells the host. */
  #fail(error: ApiError): void {
    tellError(this.#host, error)
    this.error = error
    this.#countDown(error.retryAfter)
    this.#host.requestUpdate()
  }

  #countDown(seconds: number): void {
    clearInterval(this.#clock)
    this.wait = seconds
    if (seconds === 0) return
    this.#clock = setInterval(() => {
      this.wait -= 1
      if (this.wait === 0) clearInterval(this.#clock)
      this.#host.requestUpdate()
    }, 1000)
  }
}
