/** Counts wrong credentials by address and connection, in this replica. */
export interface FailureLimit {
  /** Seconds until the next attempt is looked at; undefined when it is now. */
  retryAfterSeconds(address: string, connectionId: string): number | undefined
  record(address: string, connectionId: string): void
}

const maxFailures = 10
const windowMs = 60_000
/** An attacker with many addresses must not fill the memory: the oldest are forgotten first. */
const maxRemembered = 50_000

/** Ten failures within a minute close an address's way to a connection until that minute is over. */
export function createFailureLimit(now: () => number = Date.now): FailureLimit {
  const failures = new Map<string, { count: number; until: number }>()

  function current(key: string): { count: number; until: number } | undefined {
    const found = failures.get(key)
    if (found === undefined || found.until > now()) return found
    failures.delete(key)
    return undefined
  }

  return {
    retryAfterSeconds(address, connectionId) {
      const found = current(`${address} ${connectionId}`)
      if (found === undefined || found.count < maxFailures) return undefined
      return Math.max(1, Math.ceil((found.until - now()) / 1_000))
    },
    record(address, connectionId) {
      const key = `${address} ${connectionId}`
      const found = current(key)
      if (found !== undefined) {
        found.count += 1
        return
      }
      const [oldest] = failures.keys()
      if (failures.size >= maxRemembered && oldest !== undefined) failures.delete(oldest)
      failures.set(key, { count: 1, until: now() + windowMs })
    },
  }
}
