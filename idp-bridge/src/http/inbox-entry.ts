import type { Database } from '@plantel/db'
import { findInitiateLoginUri, type Workspace } from '@plantel/team'

/**
 * Where a person of the workspace goes on to the host, who then begins a sign-in; undefined when no client of the host
 * has such an address. OpenID Connect Core §4, with our `workspace` beside.
 */
export type InboxEntry = (workspace: Workspace) => Promise<string | undefined>

export function createInboxEntry(db: Database, publicUrl: string): InboxEntry {
  return async ({ hostId, slug }) => {
    const uri = await findInitiateLoginUri(db, hostId)
    if (uri === undefined) return undefined
    const url = new URL(uri)
    url.searchParams.set('iss', `${publicUrl}/oidc`)
    url.searchParams.set('workspace', slug)
    return url.href
  }
}
