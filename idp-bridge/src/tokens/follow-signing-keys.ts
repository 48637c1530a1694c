import type { Database, Sealer } from '@plantel/db'

import { areSigningKeysCurrent, loadSigningKeys, type SigningKey } from './signing-keys.ts'

/**
 * Gives what `make` makes of the signing keys, made again once they have changed in the database: a key is retired there,
 * and replicas that run follow. The age is how long before the question they may have been looked at, in milliseconds.
 */
export async function followSigningKeys<T>(
  db: Database,
  sealer: Sealer,
  make: (keys: readonly SigningKey[]) => Promise<T>,
): Promise<(maxAgeMs: number) => Promise<T>> {
  let lookedAt = performance.now()
  let keys = await loadSigningKeys(db, sealer)
  let made = await make(keys)
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const startedAt = performance.now()
    if (!(await areSigningKeysCurrent(db, keys))) {
      const changed = await loadSigningKeys(db, sealer)
      made = await make(changed)
      keys = changed
    }
    lookedAt = startedAt
  }

  return async (maxAgeMs) => {
    const earliest = performance.now() - maxAgeMs
    // A look that is under way may have begun too early to see what the asker has seen.
    while (lookedAt < earliest) {
      looking ??= look().finally(() => {
        looking = undefined
      })
      await looking
    }
    return made
  }
}
