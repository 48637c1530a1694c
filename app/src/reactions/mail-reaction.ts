import type { Workspace } from '@plantel/team'

import type { MailSender } from '../mail/senders/mail-sender.ts'
import type { Reaction } from './reaction.ts'

/**
 * Writes to people about what happened. What the mail server does not take is tried again, with pauses that grow, and
 * nothing of the same workspace overtakes it.
 */
export function createMailReaction(
  findWorkspace: (workspaceId: string) => Promise<Workspace | undefined>,
  senders: readonly MailSender[],
): Reaction {
  return {
    consumer: 'mail',
    hostId: null,
    async handle(event, workspaceId) {
      const concerned = senders.filter((sender) => sender.concerns(event))
      if (concerned.length === 0) return
      const workspace = await findWorkspace(workspaceId)
      if (workspace === undefined) return
      for (const sender of concerned) await sender.send(event, workspace)
    },
  }
}
