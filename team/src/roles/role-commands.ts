import { createId, isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { computeDifference } from '../mapping/access-difference.ts'
import { lockRules } from '../mapping/hold-rules.ts'
import { reprojectNamed } from '../mapping/names-change.ts'
import { isRefused } from '../mapping/refused-change-store.ts'
import { bumpRulesVersion, reprojectTouched, type Saved } from '../mapping/rule-change.ts'
import type { RuleDifference } from '../mapping/rule-difference.ts'
import { createRuleSet, loadRuleSet } from '../mapping/rule-set-store.ts'
import { nobody, type TouchedMembers } from '../mapping/touched-members.ts'
import { readTeamActor } from '../members/member-guard-store.ts'
import type { TeamActor } from '../members/member-guard.ts'
import type { Permission } from '../permissions/catalogue.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { ownerRoleKey } from './owner-role.ts'
import { recordRole } from './record-role.ts'
import { noContent, requireCeiling, type RoleContent } from './role-ceiling.ts'
import { letGive, requireGivable, stillGiven, stopGiving } from './role-givers.ts'
import { lockRole, makeRankBelow, requireRole, type RoleRow } from './role-store.ts'

export interface RoleEdit extends Partial<RoleContent> {
  name?: string
  permissions?: readonly Permission[]
}

/** What may become of a role; what is absent stays. */
export interface RoleChange extends RoleEdit {
  /** By id or key, which role it is to be ranked directly below. */
  below?: string
}

/**
 * A role of the workspace's own, directly below another one and, as a clone, with all that is not said otherwise.
 * Owners may give the new one, and whoever may give that other role and its maker if they give one that can do as much. Throws
 * `permission-missing`, `outranked`, `role-not-grantable`, `role-not-found`, `role-unknown` and `name-taken`.
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
  requireCeiling(actor, rank, content)
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
  const role = await lockRole(trx, id)
  await letGive(trx, actor, model.key, role)
  await recordRole(trx, 'role.created', null, role, {})
  await reprojectNamed(trx, 'role')
  return { id }
}

/** What a role edit would do: who has other access, and what everybody with the role may do more and less. */
export interface RoleDifference extends RuleDifference {
  permissions: { gained: string[]; lost: string[] }
}

/**
 * Changes a role and what its holders may do; many of them get it by a job. A preset's role keeps its content against
 * people, and ownership against everybody; a person gives its holders no more than they may give. One that gets more is no longer given by roles that have less, and one that
 * gets less gives no more what it lacks. In another place of the order it may be another one that somebody with several
 * roles has. With the hash of a preview only if the difference still is the one that was
 * shown. Throws what `createRole` throws, `role-built-in` and `version-mismatch`.
 */
export async function editRole(
  trx: WorkspaceTransaction,
  idOrKey: string,
  edit: RoleChange,
  expectedVersion?: string,
  previewHash?: string,
): Promise<Saved<RoleDifference>> {
  const actor = await requirePermission(trx, 'roles:manage')
  await lockRules(trx)
  const before = await lockRole(trx, idOrKey, expectedVersion)
  const upper = await findUpper(trx, actor, before, edit.below)
  const content = await allowedContent(trx, actor, before, edit)
  if (previewHash !== undefined) {
    const difference = await differenceOf(trx, before, content, upper)
    if (await isRefused(trx, difference.hash, previewHash)) {
      return { outcome: 'difference-changed', difference }
    }
  }
  await trx.query
    .updateTable('roles')
    .set({
      name: edit.name ?? before.name,
      ...(upper === undefined ? {} : { rank: await makeRankBelow(trx, upper) }),
      ...columnsOf(content),
      version: sql<string>`version + 1`,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', before.id)
    .execute()
  const after = await lockRole(trx, before.id)
  await recordRole(trx, 'role.changed', before, after, movedBelow(upper))
  await stopGiving(trx, before, after)
  if (edit.name !== undefined && edit.name !== before.name) await reprojectNamed(trx, 'role')
  if (content.conversationAccess === before.conversation_access && upper === undefined) {
    return { outcome: 'saved', jobId: undefined }
  }
  await bumpRulesVersion(trx)
  const job = await reprojectTouched(trx, holdersOf(before))
  return { outcome: 'saved', jobId: job?.jobId }
}

/** Who would gain and who would lose by the edit; its holders, where what they may do changes. Only reads. */
export async function previewRoleEdit(
  trx: WorkspaceTransaction,
  idOrKey: string,
  edit: RoleChange,
): Promise<RoleDifference> {
  const actor = await requirePermission(trx, 'roles:manage')
  const role = await requireRole(trx, idOrKey)
  const upper = await findUpper(trx, actor, role, edit.below)
  return differenceOf(trx, role, await allowedContent(trx, actor, role, edit), upper)
}

/** The role that it is to be ranked below. Throws why the actor may not move it there. */
async function findUpper(
  trx: WorkspaceTransaction,
  actor: TeamActor,
  role: RoleRow,
  below: string | undefined,
): Promise<RoleRow | undefined> {
  if (below === undefined) return undefined
  refuseBuiltIn(actor, role)
  const upper = await requireRole(trx, below)
  if (upper.id === role.id) throw new TeamError('role-unknown', below)
  if (actor.kind === 'member' && upper.rank > actor.rank) throw new TeamError('outranked')
  return upper
}

function movedBelow(upper: RoleRow | undefined): Record<string, unknown> {
  return upper === undefined ? {} : { movedBelow: { id: upper.id, key: upper.key } }
}

async function differenceOf(
  trx: WorkspaceTransaction,
  role: RoleRow,
  content: RoleContent,
  upper: RoleRow | undefined,
): Promise<RoleDifference> {
  const gained = content.permissions.filter((each) => !role.permissions.includes(each)).toSorted()
  const lost = role.permissions.filter((each) => !content.permissions.includes(each)).toSorted()
  const before = await loadRuleSet(trx)
  const roles = new Map(before.roles)
  const current = roles.get(role.id)
  if (current !== undefined) {
    // No two roles share a rank: half a step below one is above the next.
    const rank = upper === undefined ? current.rank : upper.rank - 0.5
    roles.set(role.id, { ...current, rank, conversationAccess: content.conversationAccess })
  }
  const difference = await computeDifference(trx, {
    touched: holdersOf(role),
    before,
    after: createRuleSet({ ...before, roles }),
    isTold: ({ roleId, state }) =>
      roleId === role.id && state !== 'removed' && gained.length + lost.length > 0,
    about: JSON.stringify([
      'role',
      role.id,
      role.permissions.toSorted(),
      gained,
      lost,
      content.grantable.toSorted(),
      upper?.id,
    ]),
    editedRole: { key: role.key, permissions: content.permissions },
  })
  return { ...difference, permissions: { gained, lost } }
}

/** Whoever is given it, also where another role outweighs it. */
function holdersOf(role: RoleRow): TouchedMembers {
  return { ...nobody, holdersOf: { kind: 'role', id: role.id } }
}

/** What the role would be. Throws why the actor may not make it so. */
async function allowedContent(
  trx: WorkspaceTransaction,
  actor: TeamActor,
  role: RoleRow,
  { name: _name, below: _below, ...edit }: RoleChange,
): Promise<RoleContent> {
  const content = contentOf(role, edit)
  if (edit.grantable === undefined) content.grantable = await stillGiven(trx, role, content)
  const isContentChanged = Object.keys(edit).length > 0
  if (isContentChanged) refuseBuiltIn(actor, role)
  requireCeiling(actor, role.rank, isContentChanged ? content : noContent)
  await requireGivable(trx, actor, role, content)
  await requireRoles(trx, content.grantable)
  return content
}

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

/** A host may make a preset its own; nobody takes anything from owners. */
function refuseBuiltIn(actor: TeamActor, role: RoleRow): void {
  const isFixed = role.key === ownerRoleKey || (role.built_in && actor.kind === 'member')
  if (isFixed) throw new TeamError('role-built-in', role.name)
}

async function requireRoles(trx: WorkspaceTransaction, keys: readonly string[]): Promise<void> {
  const rows = await trx.query
    .selectFrom('roles')
    .select('key')
    .where('workspace_id', '=', trx.workspaceId)
    .where('retired_at', 'is', null)
    .execute()
  const known = new Set(rows.map((row) => row.key))
  const unknown = keys.find((key) => !known.has(key))
  if (unknown !== undefined) throw new TeamError('role-unknown', unknown)
}
