import type { SsoProvisioning, WorkspaceTransaction } from '@plantel/db'
import { requireMappableRole } from '@plantel/team'

/** Claims may give what a directory may: every role but the owner's. Throws `role-unknown` and `role-not-mappable`. */
export async function requireRoles(
  trx: WorkspaceTransaction,
  provisioning: SsoProvisioning | null | undefined,
): Promise<void> {
  if (provisioning == null) return
  const { defaultRole, roles = [] } = provisioning
  for (const key of [defaultRole, ...roles.map(({ role }) => role)]) {
    if (key !== null) await requireMappableRole(trx, key)
  }
}
