import type { Sealer } from '@plantel/db'

import type { PreparedConnections } from './prepare-sso.ts'

/** What a workspace is made and changed with. */
export interface WorkspaceContext {
  hostId: string
  /** Whether the transaction's workspace is yet to be made. */
  isNew: boolean
  sealer: Sealer
  environment: Readonly<Record<string, string | undefined>>
  /** For its connections to identity providers. */
  prepared: PreparedConnections
}
