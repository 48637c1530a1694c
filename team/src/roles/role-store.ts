import type { RolesTable, WorkspaceTransaction } from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { TeamError } from '../errors.ts'

export type RoleRow = Selectable<RolesTable>

/** By id or key, locked. Throws `role-not-found` and `version-mismatch`. */
export async function lockRole(
  trx: WorkspaceTransaction,
  idOrKey: string,
  expectedVersion?: string,
): Promise<RoleRow> {
  const row = await selectRole(trx, idOrKey).forUpdate().executeTakeFirst()
  if (row === undefined) throw new TeamError('role-not-found')
  if (expectedVersion !== undefined && expectedVersion !== row.version) {
    throw new TeamError('version-mismatch')
  }
  return row
}

/** By id or key, for looking only. Throws `role-not-found`. */
export async function requireRole(trx: WorkspaceTransaction, idOrKey: string): Promise<RoleRow> {
  const row = await selectRole(trx, idOrKey).executeTakeFirst()
  if (row === undefined) throw new TeamError('role-not-found')
  return row
}

function selectRole(trx: WorkspaceTransaction, idOrKey: string) {
  return trx.query
    .selectFrom('roles')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('retired_at', 'is', null)
    .where((eb) => eb.or([eb(sql`id::text`, '=', idOrKey), eb('key', '=', idOrKey)]))
}

/** A free rank between a role and the next lower one; spreads all roles again where there is none. */
export async function makeRankBelow(trx: WorkspaceTransaction, role: RoleRow): Promise<number> {
  // Two people who make roles at once take turns, or they would find the same rank.
  await trx.query
    .selectFrom('workspaces')
    .select('id')
    .where('id', '=', trx.workspaceId)
    .forNoKeyUpdate()
    .execute()
  const { rank: current } = await lockRole(trx, role.id)
  const free = await findRankBelow(trx, current)
  if (free !== undefined) return free
  // In two steps, because no two roles share a rank at any moment.
  await sql`update roles set rank = -rank - 1 where workspace_id = ${trx.workspaceId}`.execute(
    trx.query,
  )
  await sql`
    update roles r set rank = spread.rank from (
      select id, (row_number() over (order by rank desc) * 100)::integer as rank
      from roles where workspace_id = ${trx.workspaceId}) spread
    where r.workspace_id = ${trx.workspaceId} and r.id = spread.id`.execute(trx.query)
  const { rank } = await lockRole(trx, role.id)
  const found = await findRankBelow(trx, rank)
  if (found === undefined) throw new Error('Roles that were spread leave no room.')
  return found
}

async function findRankBelow(trx: WorkspaceTransaction, rank: number): Promise<number | undefined> {
  const { next } = await trx.query
    .selectFrom('roles')
    .select(sql<number>`coalesce(max(rank), 0)`.as('next'))
    .where('workspace_id', '=', trx.workspaceId)
    .where('rank', '<', rank)
    .executeTakeFirstOrThrow()
  const middle = Math.floor((rank + next) / 2)
  return middle > next && middle < rank ? middle : undefined
}
