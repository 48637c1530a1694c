import type { WorkspaceTransaction } from '@plantel/db'

import { fold } from '../protocol/fold.ts'
import type { Profile } from '../protocol/profile.ts'
import { isObject, type Resource, sameValue } from '../protocol/resource.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type { ScimWarning } from '../protocol/scim-warning.ts'
import { isSupported, listRoles } from './role-queries.ts'

/**
 * Looks at roles that a write gives. What the workspace doesn't have is kept, since a role may be
 * made later, and named; `interop` refuses it.
 */
export async function judgeRoles(
  trx: WorkspaceTransaction,
  profile: Profile,
  before: Resource | undefined,
  after: Resource,
): Promise<readonly ScimWarning[]> {
  const { roles } = after
  if (!Array.isArray(roles) || sameValue(before?.['roles'], roles)) return []
  const known = new Set((await listRoles(trx)).filter(isSupported).map(({ key }) => fold(key)))
  const isKnown = (role: unknown): boolean =>
    isObject(role) && typeof role['value'] === 'string' && known.has(fold(role['value']))
  if (roles.every(isKnown)) return []
  if (profile === 'interop') {
    throw ScimError.of('invalidValue', 'roles holds a value that is no role of the workspace.')
  }
  return [{ code: 'unknown-role', path: 'roles' }]
}
