import type { Permission, TeamActor, TeamScreen } from '@plantel/team'
import type { TeamWorkspace, WorkspaceAction } from '@plantel/widget/contract'

/** The permissions that each needs, all of them. */
const needs: Readonly<Record<Exclude<WorkspaceAction, 'transfer-ownership'>, Permission[]>> = {
  invite: ['members:manage'],
  create: ['members:manage', 'passwords:set'],
  import: ['members:manage'],
  export: ['members:manage'],
  bulk: ['members:manage'],
  'give-supervisor': ['members:manage', 'conversations:all'],
  'manage-departments': ['departments:manage'],
  'manage-roles': ['roles:manage'],
  'manage-rules': ['directory:manage'],
}

/** What this actor may do in the workspace; each command checks it again. */
export function workspaceActions(
  actor: TeamActor,
  roleKey: string | undefined,
  passwords: TeamScreen['passwords'],
): TeamWorkspace['can'] {
  if (actor.kind === 'host') return { actions: [], grantableRoles: [] }
  const actions = (Object.keys(needs) as (keyof typeof needs)[]).filter(
    (action) =>
      needs[action].every((permission) => actor.permissions.has(permission)) &&
      (action !== 'create' || passwords === 'admins'),
  )
  return {
    actions: roleKey === 'owner' ? [...actions, 'transfer-ownership'] : actions,
    grantableRoles: [...actor.grantableRoleKeys],
  }
}
