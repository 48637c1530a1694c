import type { Database, HostKeyScope } from '@plantel/db'
import { sql } from 'kysely'

/** A key without the key. */
export interface HostKeyView {
  id: string
  name: string
  scopes: HostKeyScope[]
  createdAt: Date
  /** Null for one that lasts until it is revoked. */
  expiresAt: Date | null
  revokedAt: Date | null
  /** Fresh to a minute. */
  lastUsedAt: Date | null
}

/** Every key of a host, the newest first; those that have ended too. */
export async function listHostKeys(db: Database, hostId: string): Promise<HostKeyView[]> {
  return db.query
    .selectFrom('host_keys')
    .select(['id', 'name', 'scopes', 'created_at as createdAt', 'expires_at as expiresAt'])
    .select(['revoked_at as revokedAt', 'last_used_at as lastUsedAt'])
    .where('host_id', '=', hostId)
    .orderBy('id', 'desc')
    .execute()
}

/** A key that may be used now. */
export interface HostKeyGrant {
  hostId: string
  hostKeyId: string
  scopes: HostKeyScope[]
}

interface FoundKey {
  id: string
  host_id: string
  scopes: HostKeyScope[]
  stale: boolean
}

/** What the key with this hash gives; undefined for an unknown, expired or revoked key. */
export async function findHostKey(
  db: Database,
  keyHash: Buffer,
): Promise<HostKeyGrant | undefined> {
  // One round trip. The hash is what is compared, so the time it takes tells nothing about the key.
  const { result: row } = await db.runTransaction(
    { workspaceId: undefined, access: 'read only', eager: true },
    async ({ prepared }) => {
      const { rows } = await sql<FoundKey>`
        select id, host_id, scopes, last_used_at is null or last_used_at < now() - interval '1 minute' as stale
        from host_keys where key_hash = ${keyHash} and revoked_at is null
          and (expires_at is null or expires_at > now())`.execute(prepared)
      return rows[0]
    },
  )
  if (row === undefined) return undefined
  if (row.stale) await recordUse(db, row.id)
  return { hostId: row.host_id, hostKeyId: row.id, scopes: row.scopes }
}

async function recordUse(db: Database, id: string): Promise<void> {
  await db.query
    .updateTable('host_keys')
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute()
}
