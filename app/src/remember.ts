/** Answers of a look-up that are kept for a moment. */
export interface Remembered<T> {
  /** The answer, looked up again when it is too old. */
  get(key: string): Promise<T>
  /** Looks everything up again. */
  forget(): void
}

/** How long an answer may be kept, and how many: keys are the caller's words, and the table must not grow with them. */
export interface RememberOptions<T> {
  freshForMs: number
  maxRemembered: number
  /** Which answers are worth keeping; by default all. */
  keep?: (value: T) => boolean
}

/** Remembers what a look-up said of a key. */
export function remember<T>(
  look: (key: string) => Promise<T>,
  { freshForMs, maxRemembered, keep = () => true }: RememberOptions<T>,
): Remembered<T> {
  const remembered = new Map<string, { value: T; until: number }>()
  let generation = 0
  return {
    async get(key) {
      // Before the look-up: what it read may have changed while its answer was under way.
      const askedAt = performance.now()
      const known = remembered.get(key)
      if (known !== undefined && known.until > askedAt) return known.value
      const askedIn = generation
      const value = await look(key)
      if (!keep(value) || askedIn !== generation) return value
      if (remembered.size >= maxRemembered) remembered.clear()
      remembered.set(key, { value, until: askedAt + freshForMs })
      return value
    },
    forget() {
      generation += 1
      remembered.clear()
    },
  }
}
