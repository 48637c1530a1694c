/** For how long somebody is let go first: whoever takes longer works long too, or waits, maybe for those who let them. */
const patienceMs = 20

/**
 * Lets short work go before long work, which keeps a processor and a session of the database busy: between two of its
 * steps the long work waits until nothing short is under way.
 */
export class RightOfWay {
  readonly #ahead = new Set<Passage>()
  readonly #waiting = new Set<() => void>()

  /** Somebody begins, whom others let go first until they leave, give way themselves, or have taken long. */
  enter(): Passage {
    const passage = new Passage(this)
    this.#ahead.add(passage)
    return passage
  }

  /** Nobody waits for this one any more. */
  leave(passage: Passage): void {
    this.#ahead.delete(passage)
    if (this.#waiting.size === 0 || this.#shortUntil() > performance.now()) return
    for (const goOn of this.#waiting) goOn()
  }

  /** Resolves when what is short and under way now is over, at the latest after `mostMs`; undefined says at once. */
  untilFree(mostMs: number = patienceMs): Promise<void> | undefined {
    const ms = Math.min(mostMs, this.#shortUntil() - performance.now())
    if (ms <= 0) return undefined
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(goOn)
        resolve()
      }
      const timer = setTimeout(goOn, ms)
      this.#waiting.add(goOn)
    })
  }

  /** When the last of those under way has taken too long for being waited for. */
  #shortUntil(): number {
    let until = -Infinity
    for (const { enteredAt } of this.#ahead) until = Math.max(until, enteredAt + patienceMs)
    return until
  }
}

/** A transaction's place among the others. */
export class Passage {
  readonly enteredAt: number = performance.now()
  readonly #way: RightOfWay
  #gaveWayAt: number | undefined
  #hurries = false
  #waitedMs = 0

  constructor(way: RightOfWay) {
    this.#way = way
  }

  /** From now on this one waits for the others, and they do not wait for it. */
  giveWay(): void {
    this.#gaveWayAt ??= performance.now()
    this.leave()
  }

  /** From now on it waits for nobody, whatever was said before and is said later. */
  hurry(): void {
    this.#hurries = true
  }

  /**
   * Resolves when the next step may begin; undefined says at once. Whoever gives way waits for as long as they have worked,
   * and twenty milliseconds.
   */
  step(): Promise<void> | undefined {
    if (this.#gaveWayAt === undefined || this.#hurries) return undefined
    const askedAt = performance.now()
    const workedMs = askedAt - this.#gaveWayAt - this.#waitedMs
    const free = this.#way.untilFree(patienceMs + workedMs - this.#waitedMs)
    return free === undefined ? undefined : this.#noteWait(free, askedAt)
  }

  async #noteWait(free: Promise<void>, since: number): Promise<void> {
    await free
    this.#waitedMs += performance.now() - since
  }

  leave(): void {
    this.#way.leave(this)
  }
}
