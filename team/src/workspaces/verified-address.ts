import type { WorkspaceTransaction } from '@plantel/db'

import { domainOfEmail } from './domain-name.ts'

/** Whether the workspace has proved that this address is one of its own. */
export async function isVerifiedAddress(
  { query, workspaceId }: WorkspaceTransaction,
  email: string,
): Promise<boolean> {
  const domain = domainOfEmail(email)
  if (domain === undefined) return false
  const row = await query
    .selectFrom('workspace_domains')
    .select('domain')
    .where('workspace_id', '=', workspaceId)
    .where('domain', '=', domain)
    .where('verified_at', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}
