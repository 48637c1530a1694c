import { type Database, hashToken } from '@plantel/db'
import { findHostKey, type HostKeyGrant } from '@plantel/team'

import { remember } from '../remember.ts'

/** Looks keys up, and remembers each for a second: hosts ask more often than anybody, and with one key. */
export interface HostKeys {
  /** What a key gives; undefined for an unknown, expired or revoked key. */
  find(plainKey: string): Promise<HostKeyGrant | undefined>
  /** A key was revoked or replaced here; the other replicas notice within the second. */
  forget(): void
}

export function createHostKeys(db: Database): HostKeys {
  const grants = remember((keyHash: string) => findHostKey(db, Buffer.from(keyHash, 'base64')), {
    freshForMs: 1_000,
    maxRemembered: 1_000,
    keep: (grant) => grant !== undefined,
  })
  return {
    find: (plainKey) => grants.get(hashToken(plainKey).toString('base64')),
    forget: () => grants.forget(),
  }
}
