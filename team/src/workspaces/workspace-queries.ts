import { type Database, isId, type WorkspacePolicies, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'

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
}

/** By id, or by slug within a host. Without a host only an id is unambiguous. */
export async function findWorkspace(
  db: Database,
  hostId: string | undefined,
  idOrSlug: string,
): Promise<Workspace | undefined> {
  if (!isId(idOrSlug) && hostId === undefined) return undefined
  const row = await db.query
    .selectFrom('workspaces')
    .selectAll()
    .where((eb) => (isId(idOrSlug) ? eb('id', '=', idOrSlug) : eb('slug', '=', idOrSlug)))
    .$if(hostId !== undefined, (query) => query.where('host_id', '=', hostId ?? ''))
    .executeTakeFirst()
  if (row === undefined) return undefined
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
  channels: Named[]
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
        .selectFrom('members')
        .select(sql<number>`count(*)::int`.as('used'))
        .where('workspace_id', '=', workspaceId)
        .where('role_id', 'is not', null)
        .where('state', 'in', ['active', 'invited'])
        .as('used'),
      jsonArrayFrom(
        eb
          .selectFrom('roles')
          .select(['id', 'key', 'name'])
          .where('workspace_id', '=', workspaceId)
          .orderBy('rank', 'desc'),
      ).as('roles'),
      jsonArrayFrom(
        eb
          .selectFrom('departments')
          .select(['id', 'name'])
          .where('workspace_id', '=', workspaceId)
          .orderBy('name_key'),
      ).as('departments'),
      jsonArrayFrom(
        eb
          .selectFrom('channels')
          .select(['id', 'name'])
          .where('workspace_id', '=', workspaceId)
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
