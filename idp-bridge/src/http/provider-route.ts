import type { Database } from '@plantel/db'
import type { Request, Response } from 'express'

import { findRequestedWorkspaces } from '../provider/requested-workspace.ts'
import type { WorkspaceProvider } from '../provider/workspace-provider.ts'

/** Everything under `/oidc`, each request with the sessions that the browser has for its workspaces. */
export function createProviderRoute(
  db: Database,
  provider: WorkspaceProvider,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    provider.serve(req, res, await findRequestedWorkspaces(db, provider, req))
  }
}
