import { createId, type Database, inWorkspace } from '@plantel/db'
import {
  claimDeferredEvent,
  type DeferredEvent,
  dueDeferredEvents,
  forgetDeferredEvent,
} from '@plantel/team'

import type { Logger } from '../logger.ts'
import type { MailDispatch } from '../mail/mail-dispatch.ts'
import type { Outbox } from '../outbox.ts'
import { createTurnTaker } from '../turn-taker.ts'
import { mailConsumer } from './mail-reaction.ts'

const maxAtOnce = 4

/** Comes back to mail that a mailbox did not take at once, until it is sent, refused for good or no longer worth sending. */
export function createDeferredMailRunner(
  db: Database,
  outbox: Outbox,
  mails: MailDispatch,
  log: Logger,
): { stop(): Promise<void> } {
  const turns = createTurnTaker<DeferredEvent>(
    {
      name: 'deferred mails',
      find: () => dueDeferredEvents(db, mailConsumer, maxAtOnce),
      keyOf: ({ workspaceId, position }) => `${workspaceId} ${position}`,
      hasPlace: (_due, atWork) => atWork.length < maxAtOnce,
      run: tryAgain,
      restMs: 1_000,
    },
    log,
  )

  async function tryAgain({ workspaceId, position }: DeferredEvent): Promise<void> {
    const actor = { kind: 'system', id: null, requestId: createId() } as const
    const event = await inWorkspace(db, workspaceId, actor, (trx) =>
      claimDeferredEvent(trx, mailConsumer, position),
    )
    if (event !== undefined && (await mails.dispatch(event, workspaceId)) === 'done') {
      await inWorkspace(db, workspaceId, actor, (trx) =>
        forgetDeferredEvent(trx, mailConsumer, position),
      )
    }
    // More may be due than had a place.
    setImmediate(turns.wake)
  }

  // The outbox looks every few seconds, whether or not something happened.
  const stopListening = outbox.listen(turns.hint)
  turns.wake()

  return {
    async stop() {
      stopListening()
      await turns.stop()
    },
  }
}
