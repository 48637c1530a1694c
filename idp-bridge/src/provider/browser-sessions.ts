import type { Database } from '@plantel/db'
import { findWorkspace, findWorkspaceOfMember, type Workspace } from '@plantel/team'

import { readCookies } from '../cookies.ts'
import { findSessionAccounts } from './artifact-store.ts'
import type { WorkspaceProvider } from './workspace-provider.ts'

/** A provider session whose cookie a browser holds. */
export interface BrowserSession {
  /** The session's id at oidc-provider. */
  id: string
  memberId: string
  workspace: Workspace
}

/** Every session that a browser's `Cookie` header names, in whichever workspace. */
export async function findBrowserSessions(
  db: Database,
  provider: WorkspaceProvider,
  cookieHeader: string | undefined,
): Promise<BrowserSession[]> {
  const cookies = readCookies(cookieHeader, provider.sessionCookiePrefix)
  const accounts = await findSessionAccounts(db, [...cookies.values()])
  const found = await Promise.all(
    accounts.map(async ({ id, memberId }) => {
      const workspaceId = await findWorkspaceOfMember(db, memberId)
      if (workspaceId === undefined) return undefined
      // The provider would look for it in no other cookie.
      if (cookies.get(provider.sessionCookieName(workspaceId)) !== id) return undefined
      const workspace = await findWorkspace(db, undefined, workspaceId)
      return workspace && { id, memberId, workspace }
    }),
  )
  return found.filter((session) => session !== undefined)
}
