import type { SequencedEvent, Workspace } from '@plantel/team'

/** One reason to write to people. */
export interface MailSender {
  /** Whether the event may be one; asked of every event, so it looks nothing up. */
  concerns(event: SequencedEvent): boolean
  /** Resolves when everybody has their mail, or can not get it; a rejection is tried again. */
  send(event: SequencedEvent, workspace: Workspace): Promise<void>
}
