import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { lockRules } from './hold-rules.ts'

/*
 * Roles follow a directory or the claims of a sign-in: of two who decide, the last to speak would win. Whoever comes
 * second is refused. Both hold the rules meanwhile, so that neither overlooks the other.
 */

/** Whether an active SCIM connection decides about the workspace's roles. */
export async function hasActiveDirectory({
  query,
  workspaceId,
}: WorkspaceTransaction): Promise<boolean> {
  const row = await query
    .selectFrom('scim_connections')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('state', '=', 'active')
    .executeTakeFirst()
  return row !== undefined
}

/** For who lets claims decide. Throws `claims-beside-directory`. */
export async function requireNoDirectory(trx: WorkspaceTransaction): Promise<void> {
  await lockRules(trx)
  if (await hasActiveDirectory(trx)) throw new TeamError('claims-beside-directory')
}

/** For who lets a directory decide. Throws `directory-beside-claims`, with the name of an SSO connection whose claims do. */
export async function requireNoRoleClaims(trx: WorkspaceTransaction): Promise<void> {
  await lockRules(trx)
  const row = await trx.query
    .selectFrom('sso_connections')
    .select('name')
    .where('workspace_id', '=', trx.workspaceId)
    // Paused ones too: they would be resumed beside the directory.
    .where(sql<boolean>`provisioning ->> 'roleClaim' is not null`)
    .orderBy('id')
    .executeTakeFirst()
  if (row !== undefined) throw new TeamError('directory-beside-claims', row.name)
}
