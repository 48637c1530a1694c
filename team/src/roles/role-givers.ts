import type { Schema, WorkspaceTransaction } from '@plantel/db'
import { type SelectQueryBuilder, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import type { TeamActor } from '../members/member-guard.ts'
import { ownerRoleKey } from './owner-role.ts'
import { recordRole } from './record-role.ts'
import { contentOfRole, covers, type RoleContent } from './role-ceiling.ts'
import type { RoleRow } from './role-store.ts'

/**
 * Has a new role given by owners, and by its maker's role and those who give its model, where these give a role already
 * that can do as much: nobody raises what they may give by making a role.
 */
export async function letGive(
  trx: WorkspaceTransaction,
  actor: TeamActor,
  modelKey: string,
  role: RoleRow,
): Promise<void> {
  const others = await lockOthers(trx, role)
  const isGiver = (other: RoleRow): boolean => {
    if (other.key === ownerRoleKey) return true
    const isMakers = actor.kind === 'member' && other.rank === actor.rank
    const givesModel = modelKey !== ownerRoleKey && other.grantable_role_keys.includes(modelKey)
    return (
      (isMakers || givesModel) &&
      givesAsMuch(others, new Set(other.grantable_role_keys), role.key, contentOfRole(role))
    )
  }
  const givers = others.filter(isGiver)
  await writeGivers(trx, givers, sql<string[]>`array_append(grantable_role_keys, ${role.key})`)
}

/** For a person who edits a role: its holders get no more than some role that the person may give. Throws `role-not-grantable`. */
export async function requireGivable(
  trx: WorkspaceTransaction,
  actor: TeamActor,
  before: RoleRow,
  after: RoleContent,
): Promise<void> {
  if (actor.kind === 'host' || covers(contentOfRole(before), before.key, after)) return
  const others = await selectOthers(trx, before).execute()
  if (!givesAsMuch(others, actor.grantableRoleKeys, before.key, after)) {
    throw new TeamError('role-not-grantable', before.name)
  }
}

/** Whether one of the roles of these keys can do all that a role of this key and content can. */
function givesAsMuch(
  roles: readonly RoleRow[],
  keys: ReadonlySet<string>,
  key: string,
  content: RoleContent,
): boolean {
  return roles.some((role) => keys.has(role.key) && covers(contentOfRole(role), key, content))
}

/**
 * After a role got more: takes it from the lists of those who would give more than they have, and records that of each.
 * Owners keep it, and a role that only got less stays with whoever gave it.
 */
export async function stopGiving(
  trx: WorkspaceTransaction,
  before: RoleRow,
  role: RoleRow,
): Promise<void> {
  const content = contentOfRole(role)
  if (covers(contentOfRole(before), role.key, content)) return
  const givers = (await lockOthers(trx, role)).filter(
    (other) =>
      other.key !== ownerRoleKey &&
      other.grantable_role_keys.includes(role.key) &&
      !covers(contentOfRole(other), role.key, content),
  )
  const written = await writeGivers(
    trx,
    givers,
    sql<string[]>`array_remove(grantable_role_keys, ${role.key})`,
  )
  for (const giver of givers) {
    const after = written.find(({ id }) => id === giver.id)
    if (after !== undefined) await recordRole(trx, 'role.changed', giver, after, {})
  }
}

/**
 * What a role that got less may still give: its holders must not give others what it no longer lets them do. A role that
 * it gave before although it does more stays, because somebody decided so.
 */
export async function stillGiven(
  trx: WorkspaceTransaction,
  before: RoleRow,
  after: RoleContent,
): Promise<readonly string[]> {
  if (covers(after, before.key, contentOfRole(before))) return after.grantable
  const others = await selectOthers(trx, before).execute()
  const given = others.filter(({ key }) => after.grantable.includes(key))
  // Whatever goes may be what another one gives.
  for (let grantable = after.grantable; ;) {
    const gone = given.filter((role) => {
      const content = contentOfRole(role)
      return (
        grantable.includes(role.key) &&
        covers(contentOfRole(before), role.key, content) &&
        !covers({ ...after, grantable }, role.key, content)
      )
    })
    if (gone.length === 0) return grantable
    grantable = grantable.filter((key) => gone.every((role) => role.key !== key))
  }
}

function lockOthers(trx: WorkspaceTransaction, role: RoleRow): Promise<RoleRow[]> {
  return selectOthers(trx, role).forUpdate().execute()
}

function selectOthers(
  trx: WorkspaceTransaction,
  { id }: RoleRow,
): SelectQueryBuilder<Schema, 'roles', RoleRow> {
  return trx.query
    .selectFrom('roles')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '<>', id)
    .where('retired_at', 'is', null)
    .orderBy('id')
}

async function writeGivers(
  trx: WorkspaceTransaction,
  givers: readonly RoleRow[],
  keys: ReturnType<typeof sql<string[]>>,
): Promise<RoleRow[]> {
  const ids = givers.map(({ id }) => id)
  return trx.query
    .updateTable('roles')
    .set({ grantable_role_keys: keys, version: sql<string>`version + 1` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .returningAll()
    .execute()
}
