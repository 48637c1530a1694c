import type { SequencedEvent, Workspace } from '@plantel/team'

/** One reason to write to people. */
export interface MailSender {
  /** Events of other types are never one. */
  readonly types: ReadonlySet<SequencedEvent['type']>
  /** Whether the event may be one; asked of every event of its types, so it looks nothing up. */
  concerns(event: SequencedEvent): boolean
  /** Resolves when everybody has their mail, or can not get it; a rejection is tried again. */
  send(event: SequencedEvent, workspace: Workspace): Promise<void>
}
