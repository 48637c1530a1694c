import type { WorkspaceTransaction } from '@plantel/db'
import type { Request } from 'express'

/** How one of the APIs lets a request into a workspace: the routes here serve both. */
export interface TeamEdge {
  /** Opens the one transaction of a request as whoever asks. */
  open<T>(request: Request, work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T>
  /** The version that an edit or a deletion was decided on; undefined for any. */
  versionOf(request: Request): string | undefined
}
