import type { WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { readTeamActor } from '../members/member-guard-store.ts'
import type { TeamActor } from '../members/member-guard.ts'
import type { Permission } from './catalogue.ts'

/** Who acts, if their role allows this or they are the host; throws `permission-missing`. */
export async function requirePermission(
  trx: WorkspaceTransaction,
  permission: Permission,
): Promise<TeamActor> {
  const actor = await readTeamActor(trx)
  if (actor.kind === 'member' && !actor.permissions.has(permission)) {
    throw new TeamError('permission-missing', permission)
  }
  return actor
}
