import type { Database } from '@plantel/db'
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
  /** Null while it is in use. */
  deletedAt: Date | null
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
    .select('workspace.deleted_at as deletedAt')
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
