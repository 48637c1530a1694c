import {
  type Database,
  isId,
  type Schema,
  type WorkspaceBrand,
  type WorkspacePolicies,
  type WorkspaceTransaction,
} from '@plantel/db'
import { type Kysely, type Selectable, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'

import { TeamError } from '../errors.ts'
import { type RoleReference, roleReference } from '../roles/role-reference.ts'

export interface Workspace {
  id: string
  hostId: string
  slug: string
  name: string
  preset: string
  locale: string
  timeZone: string
  seats: number | null
  policies: WorkspacePolicies
  brand: WorkspaceBrand | null
  /** Grows with every change of these. */
  version: string
  createdAt: Date
  /** The directory ended the last owner: the host names a new one. */
  withoutOwner: boolean
  /** Since when nobody can come in; null while it lives. */
  deletedAt: Date | null
}

/**
 * By id, or by slug within a host. Without a host only an id is unambiguous. A deleted workspace is found only by those
 * who ask for it: to everybody else it is gone at once.
 */
export async function findWorkspace(
  db: Database,
  hostId: string | undefined,
  idOrSlug: string,
  { evenIfDeleted = false }: { evenIfDeleted?: boolean } = {},
): Promise<Workspace | undefined> {
  if (!isId(idOrSlug) && hostId === undefined) return undefined
  const row = await db.query
    .selectFrom('workspaces')
    .selectAll()
    .where((eb) => (isId(idOrSlug) ? eb('id', '=', idOrSlug) : eb('slug', '=', idOrSlug)))
    .$if(hostId !== undefined, (query) => query.where('host_id', '=', hostId ?? ''))
    .$if(!evenIfDeleted, (query) => query.where('deleted_at', 'is', null))
    .executeTakeFirst()
  return row === undefined ? undefined : toWorkspace(row)
}

/** Which workspaces of a host to list. */
export interface WorkspaceListQuery {
  state: 'active' | 'deleted' | 'all'
  /** Id of the last workspace of the page before. */
  after?: string | undefined
  limit: number
}

/** One page of a host's workspaces in the order of their making. Throws `invalid-cursor`. */
export async function listWorkspaces(
  query: Kysely<Schema>,
  hostId: string,
  { state, after, limit }: WorkspaceListQuery,
): Promise<{ workspaces: Workspace[]; nextCursor: string | null }> {
  if (after !== undefined && !isId(after)) throw new TeamError('invalid-cursor')
  const rows = await query
    .selectFrom('workspaces')
    .selectAll()
    .where('host_id', '=', hostId)
    .$if(after !== undefined, (select) => select.where('id', '>', after ?? ''))
    .$if(state === 'active', (select) => select.where('deleted_at', 'is', null))
    .$if(state === 'deleted', (select) => select.where('deleted_at', 'is not', null))
    .orderBy('id')
    // One more than asked tells whether another page follows.
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    workspaces: shown.map(toWorkspace),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

/** The transaction's own workspace. Throws `workspace-not-found`. */
export async function readWorkspace(trx: WorkspaceTransaction): Promise<Workspace> {
  const row = await trx.query
    .selectFrom('workspaces')
    .selectAll()
    .where('id', '=', trx.workspaceId)
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('workspace-not-found')
  return toWorkspace(row)
}

/** A workspace as a page or a mail shows it to whoever has no session in it. */
export interface WorkspaceSign {
  name: string
  brand: WorkspaceBrand | null
  /** BCP 47. */
  locale: string
}

/** How the transaction's own workspace shows itself; undefined once it is deleted. */
export function readWorkspaceSign(trx: WorkspaceTransaction): Promise<WorkspaceSign | undefined> {
  return trx.query
    .selectFrom('workspaces')
    .select(['name', 'brand', 'locale'])
    .where('id', '=', trx.workspaceId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

/** The transaction's own workspace, locked until its end. Throws `workspace-not-found`. */
export async function lockWorkspace(trx: WorkspaceTransaction): Promise<Workspace> {
  const row = await trx.query
    .selectFrom('workspaces')
    .selectAll()
    .where('id', '=', trx.workspaceId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('workspace-not-found')
  return toWorkspace(row)
}

function toWorkspace(row: Selectable<Schema['workspaces']>): Workspace {
  return {
    id: row.id,
    hostId: row.host_id,
    slug: row.slug,
    name: row.name,
    preset: row.preset,
    locale: row.locale,
    timeZone: row.time_zone,
    seats: row.seats,
    policies: row.policies,
    brand: row.brand,
    version: row.version,
    createdAt: row.created_at,
    withoutOwner: row.owner_lost_at !== null,
    deletedAt: row.deleted_at,
  }
}

interface Named {
  id: string
  name: string
}

/** What a team screen shows once. Roles highest first. */
export interface WorkspaceSummary {
  id: string
  name: string
  locale: string
  seats: { used: number; limit: number | null }
  roles: RoleReference[]
  departments: Named[]
  channels: (Named & { key: string })[]
}

export async function readWorkspaceSummary(trx: WorkspaceTransaction): Promise<WorkspaceSummary> {
  const { workspaceId } = trx
  const row = await trx.query
    .selectFrom('workspaces as workspace')
    .select((eb) => [
      'workspace.id',
      'workspace.name',
      'workspace.locale',
      'workspace.seats',
      eb
        .selectFrom('member_counts')
        .select(sql<number>`coalesce(sum(n), 0)::int`.as('used'))
        .where('workspace_id', '=', workspaceId)
        .where('role_id', 'is not', null)
        .where('state', 'in', ['active', 'invited'])
        .as('used'),
      jsonArrayFrom(
        eb
          .selectFrom('roles')
          .select(['id', 'key', 'name'])
          .where('workspace_id', '=', workspaceId)
          .where('retired_at', 'is', null)
          .orderBy('rank', 'desc'),
      ).as('roles'),
      jsonArrayFrom(
        eb
          .selectFrom('departments')
          .select(['id', 'name'])
          .where('workspace_id', '=', workspaceId)
          .where('retired_at', 'is', null)
          .orderBy('name_key'),
      ).as('departments'),
      jsonArrayFrom(
        eb
          .selectFrom('channels')
          .select(['id', 'key', 'name'])
          .where('workspace_id', '=', workspaceId)
          .where('retired_at', 'is', null)
          .orderBy('key'),
      ).as('channels'),
    ])
    .where('workspace.id', '=', workspaceId)
    .executeTakeFirstOrThrow()
  const { seats, used, roles, ...summary } = row
  return {
    ...summary,
    seats: { used: used ?? 0, limit: seats },
    roles: roles.map((role) => roleReference(role)),
  }
}
