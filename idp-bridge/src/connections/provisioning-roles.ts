import type { SsoProvisioning, WorkspaceTransaction } from '@plantel/db'
import { requireMappableRole, TeamError } from '@plantel/team'

import { hasActiveDirectory } from '../sign-in/provision-member.ts'

/**
 * Claims may give what a directory may: every role but the owner's; and not beside one. Throws `role-unknown`,
 * `role-not-mappable` and `claims-beside-directory`.
 */
export async function requireRoles(
  trx: WorkspaceTransaction,
  provisioning: SsoProvisioning | null | undefined,
): Promise<void> {
  if (provisioning == null) return
  const { defaultRole, roleClaim, roles = [] } = provisioning
  // Of two who decide about roles, the last to speak would win.
  if (roleClaim !== undefined && (await hasActiveDirectory(trx))) {
    throw new TeamError('claims-beside-directory')
  }
  for (const key of [defaultRole, ...roles.map(({ role }) => role)]) {
    if (key !== null) await requireMappableRole(trx, key)
  }
}
