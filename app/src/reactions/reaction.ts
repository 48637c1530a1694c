import type { SequencedEvent } from '@plantel/team'

/** Somebody who must be told of the events of a workspace, in order, at least once. */
export interface Reaction {
  /** Names its cursor; stays the same over restarts and replicas. */
  readonly consumer: string
  /** Whose workspaces it hears of; null is every host. */
  readonly hostId: string | null
  /** What it has to hear of; without, everything. The rest is passed over, however much it is. */
  readonly types?: ReadonlySet<SequencedEvent['type']>
  /**
   * Resolves when the event is dealt with; a rejection pauses this workspace and tries the same event again. `now` is the
   * database's, as the event's own time is.
   */
  handle(event: SequencedEvent, workspaceId: string, now: Date): Promise<void>
  /**
   * The same for several, where that takes less than one after the other: all of them or, if it rejects, none. Then they
   * are handled one by one, and only the one that fails has to wait.
   */
  handleTogether?(events: readonly SequencedEvent[], workspaceId: string): Promise<void>
}
