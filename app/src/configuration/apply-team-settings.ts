import type { WorkspaceTransaction } from '@plantel/db'
import {
  createChannel,
  createDepartment,
  createRole,
  deleteChannel,
  deleteDepartment,
  deleteRole,
  type DepartmentView,
  editDepartment,
  editRole,
  listChannels,
  listDepartments,
  listRoles,
  renameChannel,
  type RoleEdit,
  type RoleView,
  TeamError,
} from '@plantel/team'

import { ProblemError } from '../problem.ts'
import { asSet, differingFields, type Fields } from './change.ts'
import { PlanError, type PlanPath } from './plan-file.ts'
import type { DepartmentPlan, RolePlan, WorkspacePlan } from './plan.ts'
import { at, reconcile, type Scope } from './scope.ts'

/** Roles, departments and channels of the transaction's workspace. */
export async function applyTeamSettings(
  trx: WorkspaceTransaction,
  scope: Scope,
  plan: WorkspacePlan,
  path: PlanPath,
): Promise<void> {
  await applyRoles(trx, scope, plan.roles, [...path, 'roles'])
  // Departments come with channels.
  await applyChannels(trx, scope, plan.channels, [...path, 'channels'])
  await applyDepartments(trx, scope, plan.departments, [...path, 'departments'])
}

async function applyRoles(
  trx: WorkspaceTransaction,
  scope: Scope,
  wanted: readonly RolePlan[] | undefined,
  path: PlanPath,
): Promise<void> {
  const found = wanted === undefined ? [] : await listRoles(trx)
  await reconcile<RolePlan, RoleView>(scope, {
    kind: 'role',
    path,
    wanted,
    found,
    nameOf: ({ key }) => key,
    fieldsOfWanted: roleFields,
    fieldsOfFound: roleFields,
    async create(role, place) {
      const { key, name, below } = role
      if (name === undefined || below === undefined) {
        throw new PlanError([
          `${scope.locate(place)}: the role "${key}" is new: say its name and the role that it is below.`,
        ])
      }
      // Whom its holders may give roles to is settled when all roles are there.
      const { grantable: _, ...edit } = roleEdit(role)
      await createRole(trx, { ...edit, key, name, cloneOf: below, grantable: [] })
    },
    // Written below: making a role lets others give it, which the plan may want otherwise.
    update: () => Promise.resolve(),
    remove: (role) => removeRole(trx, role),
    isKept: (role) => role.isPreset,
  })
  await settleRoles(trx, scope, wanted ?? [], path)
}

/** Edits the roles that are not yet as the plan wants them. */
async function settleRoles(
  trx: WorkspaceTransaction,
  scope: Scope,
  wanted: readonly RolePlan[],
  path: PlanPath,
): Promise<void> {
  if (wanted.length === 0) return
  const now = new Map((await listRoles(trx)).map((role) => [role.key, role]))
  for (const [index, role] of wanted.entries()) {
    const current = now.get(role.key)
    if (current === undefined) continue
    const changed = new Set(
      differingFields(roleFields(current), roleFields(role)).map(({ name }) => name),
    )
    if (changed.size === 0) continue
    const edit = Object.fromEntries(
      Object.entries(roleEdit(role)).filter(([name]) => changed.has(name)),
    )
    await at(scope, [...path, index], () => editRole(trx, current.id, edit))
  }
}

/** Its holders would need another role, which nobody has chosen. */
async function removeRole(
  trx: WorkspaceTransaction,
  { id, key, memberCount }: RoleView,
): Promise<void> {
  if (memberCount > 0) {
    throw new ProblemError(
      'conflict',
      `The role "${key}" is not in the plan, and ${memberCount} people have it: give them another one first.`,
    )
  }
  const others = (await listRoles(trx)).filter((role) => role.id !== id)
  await deleteRole(trx, id, others.at(-1)?.id ?? '')
}

function roleFields(role: RolePlan | RoleView): Fields {
  return {
    name: role.name,
    permissions: asSet<string>(role.permissions),
    grantable: asSet(role.grantable),
    conversationAccess: role.conversationAccess,
  }
}

function roleEdit({ name, permissions, grantable, conversationAccess }: RolePlan): RoleEdit {
  return {
    ...(name === undefined ? {} : { name }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(grantable === undefined ? {} : { grantable }),
    ...(conversationAccess === undefined ? {} : { conversationAccess }),
  }
}

async function applyDepartments(
  trx: WorkspaceTransaction,
  scope: Scope,
  wanted: readonly DepartmentPlan[] | undefined,
  path: PlanPath,
): Promise<void> {
  await reconcile<DepartmentPlan, DepartmentView>(scope, {
    kind: 'department',
    path,
    wanted,
    found: wanted === undefined ? [] : await listDepartments(trx),
    nameOf: ({ name }) => name,
    fieldsOfWanted: (department) => ({
      default: department.default,
      channels: asSet(department.channels),
    }),
    fieldsOfFound: ({ isDefault, channels }) => ({
      default: isDefault,
      channels: asSet(channels.map(({ key }) => key)),
    }),
    async create({ name, default: isDefault = false, channels }) {
      const channelIds = await channelIdsOf(trx, channels)
      await createDepartment(trx, { name, isDefault, ...channelIds })
    },
    async update(found, { default: isDefault = false, channels }) {
      const channelIds = await channelIdsOf(trx, channels)
      await editDepartment(trx, found.id, { isDefault, ...channelIds })
    },
    async remove({ id }) {
      await deleteDepartment(trx, id)
    },
  })
}

/** Throws `channel-unknown`. */
async function channelIdsOf(
  trx: WorkspaceTransaction,
  keys: readonly string[] | undefined,
): Promise<{ channelIds?: string[] }> {
  if (keys === undefined) return {}
  const ids = new Map((await listChannels(trx)).map(({ id, key }) => [key, id]))
  const channelIds = keys.map((key) => {
    const id = ids.get(key)
    if (id === undefined) throw new TeamError('channel-unknown', key)
    return id
  })
  return { channelIds }
}

async function applyChannels(
  trx: WorkspaceTransaction,
  scope: Scope,
  wanted: WorkspacePlan['channels'],
  path: PlanPath,
): Promise<void> {
  await reconcile<{ key: string; name: string }, { id: string; key: string; name: string }>(scope, {
    kind: 'channel',
    path,
    wanted,
    found: wanted === undefined ? [] : await listChannels(trx),
    nameOf: ({ key }) => key,
    fieldsOfWanted: ({ name }) => ({ name }),
    fieldsOfFound: ({ name }) => ({ name }),
    async create(channel) {
      await createChannel(trx, channel)
    },
    update: (found, { name }) => renameChannel(trx, found.id, name),
    async remove({ id }) {
      await deleteChannel(trx, id)
    },
  })
}
