import type { SequencedEvent } from '@plantel/team'

/** Somebody who must be told of every event of a workspace, in order, at least once. */
export interface Reaction {
  /** Names its cursor; stays the same over restarts and replicas. */
  readonly consumer: string
  /** Workspaces for which it has nothing to do are never claimed. */
  concerns(workspaceId: string): Promise<boolean>
  /** Resolves when the event is dealt with; a rejection pauses this workspace and tries the same event again. */
  handle(event: SequencedEvent, workspaceId: string, signal: AbortSignal): Promise<void>
}
