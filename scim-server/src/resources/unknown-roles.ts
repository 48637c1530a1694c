import type { WorkspaceTransaction } from '@plantel/db'

import { fold } from '../protocol/fold.ts'
import type { Profile } from '../protocol/profile.ts'
import { isObject, type Resource, sameValue } from '../protocol/resource.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type { ScimWarning } from '../protocol/scim-warning.ts'
import { plantelUserSchemaId } from '../schemas/plantel-user-schema.ts'
import { isSupported, listRoles } from './role-queries.ts'

/** Where a user names roles: as a list of them, and as the one that Entra can map. */
const places: readonly (readonly [path: string, read: (user: Resource) => readonly unknown[]])[] = [
  [
    'roles',
    ({ roles }): readonly unknown[] =>
      Array.isArray(roles) ? roles.map((role) => (isObject(role) ? role['value'] : role)) : [],
  ],
  [
    `${plantelUserSchemaId}:workspaceRole`,
    (user): readonly unknown[] => {
      const extension = user[plantelUserSchemaId]
      const role = isObject(extension) ? extension['workspaceRole'] : undefined
      return role === undefined ? [] : [role]
    },
  ],
]

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
  const changed = places.flatMap(([path, read]) => {
    const given = read(after)
    const isNew = given.length > 0 && !sameValue(before === undefined ? [] : read(before), given)
    return isNew ? [{ path, given }] : []
  })
  if (changed.length === 0) return []
  const known = new Set((await listRoles(trx)).filter(isSupported).map(({ key }) => fold(key)))
  const unknown = changed.filter(
    ({ given }) => !given.every((role) => typeof role === 'string' && known.has(fold(role))),
  )
  const [first] = unknown
  if (first !== undefined && profile === 'interop') {
    throw ScimError.of('invalidValue', `${first.path} names no role of the workspace.`)
  }
  return unknown.map(({ path }) => ({ code: 'unknown-role', path }))
}
