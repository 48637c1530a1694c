import type { WorkspaceTransaction } from '@plantel/db'

import { type DefineOperation, defineOperation } from './operation.ts'

/** Whoever asks about one workspace, through either API; `Who` is what the API knows of them. */
export interface WorkspaceCaller<Who = unknown> {
  /** One transaction in which nothing can be written. */
  read<T>(work: (trx: WorkspaceTransaction, who: Who) => Promise<T>): Promise<T>
  /** One transaction as whoever asks; what they may do is for the commands to say. */
  write<T>(work: (trx: WorkspaceTransaction, who: Who) => Promise<T>): Promise<T>
}

/** An operation that both APIs have: the Team API at its path, the Host API below `/workspaces/{workspace}`. */
export const workspaceOperation: DefineOperation<WorkspaceCaller> =
  defineOperation<WorkspaceCaller>()
