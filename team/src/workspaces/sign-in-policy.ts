import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { ownerIds } from '../roles/owner-queries.ts'
import { editWorkspace } from './edit-workspace.ts'
import { lockWorkspace } from './workspace-queries.ts'

/** Why single sign-on can't be required yet, in the order of mending. */
export type SsoHindrance = 'no-active-connection' | 'nobody-signed-in' | 'no-way-for-owners'

/** An owner who may come in without the company's identity provider. */
export interface BreakGlassOwner {
  id: string
  displayName: string
  email: string | null
  hasPassword: boolean
  /** Codes that are not used up. */
  recoveryCodes: number
}

/** How people of a workspace may come in. */
export interface SignInPolicy {
  /** Only break-glass owners may use a password. */
  ssoRequired: boolean
  breakGlassOwners: BreakGlassOwner[]
  /** Empty where it could be required now. */
  hindrances: SsoHindrance[]
  /** Of the workspace's settings. */
  version: string
}

/** Reads who may come in how. */
export async function readSignInPolicy({
  query,
  workspaceId,
}: WorkspaceTransaction): Promise<SignInPolicy> {
  const { rows } = await sql<{
    ssoRequired: boolean
    version: string
    owners: BreakGlassOwner[]
    activeConnections: number
    hasSignedIn: boolean
  }>`
    select coalesce((w.policies->>'ssoRequired')::boolean, false) as "ssoRequired", w.version::text as version,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', m.id, 'displayName', m.display_name, 'email', m.email,
          'hasPassword', exists (select 1 from member_passwords p
            where p.workspace_id = m.workspace_id and p.member_id = m.id),
          'recoveryCodes', (select count(*)::int from recovery_codes r
            where r.workspace_id = m.workspace_id and r.member_id = m.id and r.used_at is null)
        ) order by m.display_key, m.id)
        from members m
        where m.workspace_id = w.id and m.id = any(${ownerIds({ workspaceId })}) and m.state = 'active' and m.break_glass
      ), '[]') as owners,
      (select count(*)::int from sso_connections c where c.workspace_id = w.id and c.state = 'active')
        as "activeConnections",
      exists (select 1 from sso_links l join sso_connections c
        on c.workspace_id = l.workspace_id and c.id = l.connection_id and c.issuer = l.issuer and c.state = 'active'
        where l.workspace_id = w.id) as "hasSignedIn"
    from workspaces w where w.id = ${workspaceId}`.execute(query)
  const row = rows[0]
  if (row === undefined) throw new TeamError('workspace-not-found')
  const { ssoRequired, version, owners, activeConnections, hasSignedIn } = row
  const hindrances: SsoHindrance[] = []
  if (activeConnections === 0) hindrances.push('no-active-connection')
  else if (!hasSignedIn) hindrances.push('nobody-signed-in')
  const hasWayIn = owners.some((owner) => owner.hasPassword || owner.recoveryCodes > 0)
  if (!hasWayIn) hindrances.push('no-way-for-owners')
  return { ssoRequired, breakGlassOwners: owners, hindrances, version }
}

/**
 * Requires single sign-on of everybody but break-glass owners, or no longer. Throws `permission-missing`,
 * `version-mismatch`, and `sso-not-ready` while it would lock people out.
 */
export async function requireSso(
  trx: WorkspaceTransaction,
  required: boolean,
  expectedVersion?: string,
): Promise<void> {
  await requirePermission(trx, 'directory:manage')
  // Before it is looked at: two edits of the settings take turns.
  await lockWorkspace(trx)
  const { hindrances } = await readSignInPolicy(trx)
  if (required && hindrances.length > 0) {
    throw new TeamError('sso-not-ready', hindrances.join(', '))
  }
  await editWorkspace(trx, { policies: { ssoRequired: required } }, expectedVersion)
}
