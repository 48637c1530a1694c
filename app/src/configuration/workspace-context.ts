import type { Sealer } from '@plantel/db'

/** What a workspace is made and changed with. */
export interface WorkspaceContext {
  hostId: string
  /** Whether the transaction's workspace is yet to be made. */
  isNew: boolean
  sealer: Sealer
  environment: Readonly<Record<string, string | undefined>>
}
