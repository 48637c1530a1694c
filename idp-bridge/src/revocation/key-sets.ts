import {
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose'

import type { GuardedFetch } from '../outgoing/guarded-fetch.ts'

const keptSets = 1_000

/** Published keys by their address, each read when it is needed and kept for ten minutes. */
export function createKeySets(fetch: GuardedFetch): (url: string) => JWTVerifyGetKey {
  const sets = new Map<string, JWTVerifyGetKey>()
  const read: FetchImplementation = (url, { method, headers, signal }) =>
    fetch(url, { method, headers, signal })
  return (url) => {
    const known = sets.get(url)
    if (known !== undefined) return known
    const made = createRemoteJWKSet(new URL(url), { [customFetch]: read, timeoutDuration: 5_000 })
    const [oldest] = sets.keys()
    if (sets.size >= keptSets && oldest !== undefined) sets.delete(oldest)
    sets.set(url, made)
    return made
  }
}
