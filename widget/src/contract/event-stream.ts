/**
 * What `POST /team/v1/event-stream` sends, one JSON object per `data:` line of a `text/event-stream`.
 * Each message but those of presence has an `id:` that the next request gives back as `cursor` to go on without a gap.
 */
export type StreamMessage =
  | { type: 'ready' }
  /** These members were added, changed or are gone: read them again. */
  | { type: 'members.changed'; memberIds: string[] }
  /** These jobs went on or ended: read them again. */
  | { type: 'jobs.changed'; jobIds: string[] }
  | { type: 'presence.changed'; memberId: string; presence: 'online' | 'away' | 'offline' }

export interface StreamRequest {
  /** The `id:` of the last message that was received. */
  cursor?: string
  /** Ids of the members whose presence is told. */
  visible?: string[]
}
