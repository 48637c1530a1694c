import type { Database, Sealer } from '@plantel/db'

import { areSigningKeysCurrent, loadSigningKeys, type SigningKey } from './signing-keys.ts'

/**
 * Gives what `make` makes of the signing keys, made again once they have changed in the database: a
 * key is retired there, and replicas that run follow. The age is how long ago they may have been looked at.
 */
export async function followSigningKeys<T>(
  db: Database,
  sealer: Sealer,
  make: (keys: readonly SigningKey[]) => Promise<T>,
): Promise<(maxAgeMs: number) => Promise<T>> {
  let keys = await loadSigningKeys(db, sealer)
  let made = await make(keys)
  let lookedAt = Date.now()
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const startedAt = Date.now()
    if (!(await areSigningKeysCurrent(db, keys))) {
      const changed = await loadSigningKeys(db, sealer)
      made = await make(changed)
      keys = changed
    }
    lookedAt = startedAt
  }

  return async (maxAgeMs) => {
    if (Date.now() - lookedAt >= maxAgeMs) {
      looking ??= look().finally(() => {
        looking = undefined
      })
      await looking
    }
    return made
  }
}
