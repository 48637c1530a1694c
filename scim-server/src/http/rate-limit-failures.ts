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
      const found = current(keyOf(address, connectionId))
      if (found === undefined || found.count < maxFailures) return undefined
      return Math.max(1, Math.ceil((found.until - now()) / 1_000))
    },
    record(address, connectionId) {
      const key = keyOf(address, connectionId)
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

/** Whoever has an IPv6 address has a whole /64 of them. */
function keyOf(address: string, connectionId: string): string {
  return `${address.includes(':') ? networkOf(address) : address} ${connectionId}`
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}
