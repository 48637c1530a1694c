import type { ReactiveController, ReactiveControllerHost } from 'lit'

import { type ApiError, toApiError } from '../api/api-error.ts'

/** One write at a time: whether it runs, what went wrong, and when it may be tried again. */
export class SaveController implements ReactiveController {
  #host: ReactiveControllerHost
  #key: string | undefined
  #clock: ReturnType<typeof setInterval> | undefined
  isBusy = false
  error: ApiError | undefined
  /** Seconds until the server wants to be asked again. */
  wait = 0

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  hostDisconnected(): void {
    clearInterval(this.#clock)
  }

  /** What was refused belongs to what was entered before. */
  forget(): void {
    this.error = undefined
    this.#key = undefined
    this.#host.requestUpdate()
  }

  /** Shows what went wrong outside a write. */
  fail(error: ApiError): void {
    this.error = error
    this.#host.requestUpdate()
  }

  /**
   * Runs a write with an idempotency key, and answers whether it was done. What may have arrived without an
   * answer keeps its key, so that trying again does nothing twice.
   */
  async run(work: (key: string) => Promise<void>): Promise<boolean> {
    if (this.isBusy || this.wait > 0) return false
    this.#key ??= crypto.randomUUID()
    this.isBusy = true
    this.error = undefined
    this.#host.requestUpdate()
    try {
      await work(this.#key)
      this.#key = undefined
      return true
    } catch (cause) {
      this.error = toApiError(cause)
      if (this.error.kind !== 'unreachable' && this.error.kind !== 'busy') this.#key = undefined
      this.#countDown(this.error.retryAfter)
      return false
    } finally {
      this.isBusy = false
      this.#host.requestUpdate()
    }
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
