import { type Database, hashToken } from '@plantel/db'
import { sql } from 'kysely'

export async function findHostByName(
  db: Database,
  name: string,
): Promise<{ id: string; name: string } | undefined> {
  return db.query
    .selectFrom('hosts')
    .select(['id', 'name'])
    .where('name', '=', name)
    .executeTakeFirst()
}

/** Every inbox product of the installation, by name. */
export async function listHosts(
  db: Database,
): Promise<{ id: string; name: string; allowedOrigins: string[] }[]> {
  return db.query
    .selectFrom('hosts')
    .select(['id', 'name', 'allowed_origins as allowedOrigins'])
    .orderBy('name')
    .execute()
}

/** A customer, as an operator names them. */
export interface HostWorkspace {
  id: string
  slug: string
  name: string
  /** Name of the host. */
  host: string
}

/** The workspaces of one host or of all, by slug. */
export async function listHostWorkspaces(
  db: Database,
  hostId: string | undefined,
): Promise<HostWorkspace[]> {
  return db.query
    .selectFrom('workspaces as workspace')
    .innerJoin('hosts as host', 'host.id', 'workspace.host_id')
    .select(['workspace.id', 'workspace.slug', 'workspace.name', 'host.name as host'])
    .$if(hostId !== undefined, (query) => query.where('host.id', '=', hostId ?? ''))
    .orderBy('workspace.slug')
    .orderBy('host.name')
    .execute()
}

/** The hosts that registered an origin: their pages may call the Team API from there. */
export async function findHostsOfOrigin(db: Database, origin: string): Promise<string[]> {
  const rows = await db.query
    .selectFrom('hosts')
    .select('id')
    .where(sql<boolean>`${origin} = any(allowed_origins)`)
    .execute()
  return rows.map((row) => row.id)
}

/** The host that a key belongs to; undefined for an unknown, expired or revoked key. */
export async function authenticateHostKey(
  db: Database,
  plainKey: string,
): Promise<{ hostId: string; hostKeyId: string } | undefined> {
  const row = await db.query
    .selectFrom('host_keys')
    .select(['id', 'host_id', 'last_used_at'])
    // The hash is what is compared, so the time it takes tells nothing about the key.
    .where('key_hash', '=', hashToken(plainKey))
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .executeTakeFirst()
  if (row === undefined) return undefined
  await db.query
    .updateTable('host_keys')
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', row.id)
    .where((eb) =>
      eb.or([
        eb('last_used_at', 'is', null),
        eb('last_used_at', '<', sql<Date>`now() - interval '1 minute'`),
      ]),
    )
    .execute()
  return { hostId: row.host_id, hostKeyId: row.id }
}
