import {
  createId,
  createSecretToken,
  type HostKeyScope,
  type InstallationTransaction,
  isId,
} from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { hostScopes } from './host-scope.ts'

/** What a new key is for and may do. */
export interface HostKeyDraft {
  name: string
  /** By default everything. */
  scopes?: readonly HostKeyScope[] | undefined
  /** By default never. */
  expiresAt?: Date | undefined
}

/** A key as it is shown once; the plain key is never to be had again. */
export interface NewHostKey {
  id: string
  plainKey: string
  scopes: HostKeyScope[]
  expiresAt: Date | null
}

/** Makes a key for the Host API. */
export async function createHostKey(
  query: InstallationTransaction,
  hostId: string,
  draft: HostKeyDraft,
): Promise<NewHostKey> {
  const { plainToken, tokenHash } = createSecretToken('plt_host')
  const key = {
    id: createId(),
    scopes: hostScopes.filter((scope) => (draft.scopes ?? hostScopes).includes(scope)),
    expires_at: draft.expiresAt ?? null,
  }
  await query
    .insertInto('host_keys')
    .values({ ...key, host_id: hostId, name: draft.name, key_hash: tokenHash })
    .execute()
  return { id: key.id, plainKey: plainToken, scopes: key.scopes, expiresAt: key.expires_at }
}

/**
 * Makes a key that may do the same as another one, which ends after an overlap in which both work, or sooner if it was
 * to. Throws `host-key-not-found` for a key that has ended.
 */
export async function rotateHostKey(
  query: InstallationTransaction,
  hostId: string,
  keyId: string,
  overlapSeconds: number,
): Promise<NewHostKey & { formerEndsAt: Date }> {
  if (!isId(keyId)) throw new TeamError('host-key-not-found', keyId)
  const former = await query
    .updateTable('host_keys')
    // What was to end sooner still does: `least` passes over null.
    .set({
      expires_at: sql<Date>`least(expires_at, now() + make_interval(secs => ${overlapSeconds}))`,
    })
    .where('id', '=', keyId)
    .where('host_id', '=', hostId)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .returning(['name', 'scopes', 'expires_at'])
    .executeTakeFirst()
  if (former === undefined) throw new TeamError('host-key-not-found', keyId)
  const { name, scopes, expires_at: formerEndsAt } = former
  const created = await createHostKey(query, hostId, { name, scopes })
  return { ...created, formerEndsAt: formerEndsAt ?? new Date() }
}

/** Ends a key at once; one that has ended stays so. Throws `host-key-not-found`. */
export async function revokeHostKey(
  query: InstallationTransaction,
  hostId: string,
  keyId: string,
): Promise<void> {
  if (!isId(keyId)) throw new TeamError('host-key-not-found', keyId)
  const { numUpdatedRows } = await query
    .updateTable('host_keys')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.fn<Date>('now')) }))
    .where('id', '=', keyId)
    .where('host_id', '=', hostId)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new TeamError('host-key-not-found', keyId)
}
