import { createId, isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { replaceRuleValue } from '../mapping/replace-rule-value.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { findHolders } from '../members/find-holders.ts'
import { readTeamActor } from '../members/member-guard-store.ts'
import { refusalOfRole, type TeamActor } from '../members/member-guard.ts'
import type { Permission } from '../permissions/catalogue.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { ownerRoleKey } from './owner-role.ts'
import { recordRole } from './record-role.ts'
import { refusalOfContent, type RoleContent } from './role-ceiling.ts'
import { lockRole, makeRankBelow, type RoleRow } from './role-store.ts'

export interface RoleEdit extends Partial<RoleContent> {
  name?: string
  permissions?: readonly Permission[]
}

/**
 * A role of the workspace's own, directly below another one and, as a clone, with all that is not said otherwise.
 * Whoever may give that other role, its maker and owners may give the new one. Throws `permission-missing`, `outranked`,
 * `role-not-grantable`, `role-not-found`, `role-unknown` and `name-taken`.
 */
export async function createRole(
  trx: WorkspaceTransaction,
  draft: RoleEdit & { key: string; name: string; cloneOf: string },
): Promise<{ id: string }> {
  await requirePermission(trx, 'roles:manage')
  const model = await lockRole(trx, draft.cloneOf)
  const content = contentOf(model, draft)
  if (draft.grantable === undefined) {
    // Ownership is given by owners only.
    content.grantable = content.grantable.filter((key) => key !== ownerRoleKey)
  }
  const rank = await makeRankBelow(trx, model)
  // Now, because making room may have moved every rank.
  const actor = await readTeamActor(trx)
  refuse(refusalOfContent(actor, rank, content))
  await requireRoles(trx, content.grantable)
  const id = createId()
  try {
    await trx.query
      .insertInto('roles')
      .values({
        workspace_id: trx.workspaceId,
        id,
        key: draft.key,
        name: draft.name,
        rank,
        ...columnsOf(content),
      })
      .execute()
  } catch (error) {
    throw isUniqueViolation(error, 'roles_key_unique')
      ? new TeamError('name-taken', draft.key, { cause: error })
      : error
  }
  await letGive(trx, actor, model.key, draft.key)
  await recordRole(trx, 'role.created', null, await lockRole(trx, id), {})
  return { id }
}

/**
 * Changes a role and what its holders may do. A preset's role keeps its content against people, and ownership against
 * everybody. Throws what `createRole` throws, `role-built-in` and `version-mismatch`.
 */
export async function editRole(
  trx: WorkspaceTransaction,
  idOrKey: string,
  edit: RoleEdit,
  expectedVersion?: string,
): Promise<void> {
  const actor = await requirePermission(trx, 'roles:manage')
  const before = await lockRole(trx, idOrKey, expectedVersion)
  const content = contentOf(before, edit)
  const { name, ...contentEdit } = edit
  const isContentChanged = Object.keys(contentEdit).length > 0
  if (isContentChanged) refuseBuiltIn(actor, before)
  refuse(refusalOfContent(actor, before.rank, isContentChanged ? content : nothing))
  await requireRoles(trx, content.grantable)
  await trx.query
    .updateTable('roles')
    .set({
      name: name ?? before.name,
      ...columnsOf(content),
      version: sql<string>`version + 1`,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', before.id)
    .execute()
  await recordRole(trx, 'role.changed', before, await lockRole(trx, before.id), {})
  if (content.conversationAccess !== before.conversation_access) {
    await reprojectMembers(trx, await findHolders(trx, 'role_id', before.id))
  }
}

/**
 * Deletes a role of the workspace's own; its holders, rules and connections get another one. Throws what `editRole`
 * throws, and `role-unknown` for a replacement that is none.
 */
export async function deleteRole(
  trx: WorkspaceTransaction,
  idOrKey: string,
  replacement: string,
  expectedVersion?: string,
): Promise<void> {
  const actor = await requirePermission(trx, 'roles:manage')
  const role = await lockRole(trx, idOrKey, expectedVersion)
  if (role.built_in) throw new TeamError('role-built-in', role.name)
  refuse(refusalOfContent(actor, role.rank, nothing))
  const next = await requireReplacement(trx, actor, role, replacement)
  await replaceRuleValue(trx, 'role', role.id, next.id)
  await trx.query
    .updateTable('scim_connections')
    .set({ default_role_id: next.id })
    .where('workspace_id', '=', trx.workspaceId)
    .where('default_role_id', '=', role.id)
    .execute()
  await reprojectMembers(
    trx,
    await findHolders(trx, 'role_id', role.id),
    new Set(),
    ({ localGrants }) => {
      const rest = localGrants.filter(({ kind, valueId }) => kind !== 'role' || valueId !== role.id)
      const isKept = rest.length === localGrants.length || rest.some(({ kind }) => kind === 'role')
      return isKept
        ? rest
        : [...rest, { kind: 'role', valueId: next.id, source: 'local', sourceId: null }]
    },
  )
  await trx.query
    .updateTable('roles')
    .set({
      grantable_role_keys: sql<string[]>`array_remove(grantable_role_keys, ${role.key})`,
      version: sql<string>`version + 1`,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where(sql<boolean>`${role.key} = any(grantable_role_keys)`)
    .execute()
  await trx.query
    .deleteFrom('roles')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', role.id)
    .execute()
  await recordRole(trx, 'role.deleted', role, null, {
    replacedBy: { id: next.id, key: next.key, name: next.name },
  })
}

const nothing: RoleContent = { permissions: [], grantable: [], conversationAccess: 'own' }

function contentOf(role: RoleRow, edit: Partial<RoleContent>): RoleContent {
  return {
    permissions: edit.permissions ?? role.permissions,
    grantable: edit.grantable ?? role.grantable_role_keys,
    conversationAccess: edit.conversationAccess ?? role.conversation_access,
  }
}

function columnsOf(content: RoleContent): {
  permissions: string[]
  grantable_role_keys: string[]
  conversation_access: RoleContent['conversationAccess']
} {
  return {
    permissions: [...new Set(content.permissions)],
    grantable_role_keys: [...new Set(content.grantable)],
    conversation_access: content.conversationAccess,
  }
}

function refuse(refusal: ReturnType<typeof refusalOfContent>): void {
  if (refusal !== undefined) throw new TeamError(refusal.code, refusal.subject)
}

/** A host may make a preset its own; nobody takes anything from owners. */
function refuseBuiltIn(actor: TeamActor, role: RoleRow): void {
  const isFixed = role.key === ownerRoleKey || (role.built_in && actor.kind === 'member')
  if (isFixed) throw new TeamError('role-built-in', role.name)
}

async function requireReplacement(
  trx: WorkspaceTransaction,
  actor: TeamActor,
  role: RoleRow,
  replacement: string,
): Promise<RoleRow> {
  const next = await lockRole(trx, replacement).catch((error: unknown) => {
    throw error instanceof TeamError ? new TeamError('role-unknown', replacement) : error
  })
  if (next.id === role.id) throw new TeamError('role-unknown', replacement)
  // Nobody becomes an owner by the end of a role.
  if (next.key === ownerRoleKey) throw new TeamError('role-not-grantable', next.name)
  const refusal = refusalOfRole(actor, next.key)
  if (refusal !== undefined) throw new TeamError(refusal, next.name)
  return next
}

async function requireRoles(trx: WorkspaceTransaction, keys: readonly string[]): Promise<void> {
  const rows = await trx.query
    .selectFrom('roles')
    .select('key')
    .where('workspace_id', '=', trx.workspaceId)
    .execute()
  const known = new Set(rows.map((row) => row.key))
  const unknown = keys.find((key) => !known.has(key))
  if (unknown !== undefined) throw new TeamError('role-unknown', unknown)
}

/** Owners give every role, a maker their own, and those who give the model its clone. */
async function letGive(
  trx: WorkspaceTransaction,
  actor: TeamActor,
  modelKey: string,
  newKey: string,
): Promise<void> {
  const makerRank = actor.kind === 'member' ? actor.rank : null
  await sql`
    update roles set grantable_role_keys = array_append(grantable_role_keys, ${newKey}), version = version + 1
    where workspace_id = ${trx.workspaceId} and key <> ${newKey} and (key = ${ownerRoleKey}
      or rank = ${makerRank}::integer or (${modelKey} <> ${ownerRoleKey} and ${modelKey} = any(grantable_role_keys)))`.execute(
    trx.query,
  )
}
