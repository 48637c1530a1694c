import type { SequencedEvent, Workspace } from '@plantel/team'

import { MailError } from './mail-error.ts'
import type { MailSender } from './senders/mail-sender.ts'

/** Writes to people about what happens. */
export interface MailDispatch {
  /** Events of other types concern nobody. */
  readonly types: ReadonlySet<SequencedEvent['type']>
  /**
   * Writes to everybody whom an event concerns. `refused-for-now` says that a mailbox asks for another attempt; it rejects
   * where nobody's mail would fare better.
   */
  dispatch(event: SequencedEvent, workspaceId: string): Promise<'done' | 'refused-for-now'>
}

export function createMailDispatch(
  findWorkspace: (workspaceId: string) => Promise<Workspace | undefined>,
  senders: readonly MailSender[],
): MailDispatch {
  return {
    types: new Set(senders.flatMap(({ types }) => [...types])),
    async dispatch(event, workspaceId) {
      const concerned = senders.filter(
        (sender) => sender.types.has(event.type) && sender.concerns(event),
      )
      if (concerned.length === 0) return 'done'
      const workspace = await findWorkspace(workspaceId)
      if (workspace === undefined) return 'done'
      let outcome: 'done' | 'refused-for-now' = 'done'
      for (const sender of concerned) {
        try {
          await sender.send(event, workspace)
        } catch (error) {
          if (!(error instanceof MailError && error.isOfRecipient)) throw error
          outcome = 'refused-for-now'
        }
      }
      return outcome
    },
  }
}
