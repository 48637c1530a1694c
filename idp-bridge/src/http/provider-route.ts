import type { Database } from '@plantel/db'
import type { Request, Response } from 'express'

import { findRequestedWorkspace } from '../provider/requested-workspace.ts'
import type { WorkspaceProvider } from '../provider/workspace-provider.ts'

/** Everything under `/oidc`, each request with the browser's session for its workspace. */
export function createProviderRoute(
  db: Database,
  provider: WorkspaceProvider,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    provider.serve(req, res, await findRequestedWorkspace(db, provider, req))
  }
}
