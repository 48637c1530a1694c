import type { SsoProvisioning, WorkspaceTransaction } from '@plantel/db'
import { requireMappableRole, requireNoDirectory } from '@plantel/team'

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
  if (roleClaim !== undefined) await requireNoDirectory(trx)
  for (const key of [defaultRole, ...roles.map(({ role }) => role)]) {
    if (key !== null) await requireMappableRole(trx, key)
  }
}
