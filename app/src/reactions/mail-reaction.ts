import { createId, type Database, inWorkspace } from '@plantel/db'
import { deferEvent } from '@plantel/team'

import type { MailDispatch } from '../mail/mail-dispatch.ts'
import type { Reaction } from './reaction.ts'

export const mailConsumer = 'mail'

/**
 * Writes to people about what happened. Where the mail server takes nobody's mail, everybody of the workspace waits in
 * their order; a mailbox that asks for patience is come back to, and holds up nobody else.
 */
export function createMailReaction(db: Database, mails: MailDispatch): Reaction {
  return {
    consumer: mailConsumer,
    hostId: null,
    types: mails.types,
    async handle(event, workspaceId) {
      if ((await mails.dispatch(event, workspaceId)) === 'done') return
      const actor = { kind: 'system', id: null, requestId: createId() } as const
      await inWorkspace(db, workspaceId, actor, (trx) =>
        deferEvent(trx, mailConsumer, event.position),
      )
    },
  }
}
