import { internalEventTypes, type SequencedEvent, type Workspace } from '@plantel/team'

/** An event as a host sees it, in a webhook and in the list of events. */
export interface HostEvent {
  type: string
  /** When it happened, not when it was sent. */
  timestamp: Date
  data: Record<string, unknown> & { workspace: { id: string; slug: string } }
}

/** Undefined for what only Plantel's own parts tell each other. */
export function toHostEvent(
  { type, occurredAt, payload }: SequencedEvent,
  { id, slug }: Pick<Workspace, 'id' | 'slug'>,
): HostEvent | undefined {
  if (internalEventTypes.has(type)) return undefined
  return { type, timestamp: occurredAt, data: { workspace: { id, slug }, ...payload } }
}
