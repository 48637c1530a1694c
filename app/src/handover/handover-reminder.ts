import { type Actor, createId, type Database, inWorkspace } from '@plantel/db'
import { dueHandovers, remindHandover } from '@plantel/team'

import type { Logger } from '../logger.ts'
import type { Outbox } from '../outbox.ts'
import { createTurnTaker } from '../turn-taker.ts'

const maxAtOnce = 4

/** Asks hosts that have not answered a handover again, and gives up in the end; every replica has one. */
export function createHandoverReminder(
  db: Database,
  outbox: Outbox,
  log: Logger,
): { stop(): Promise<void> } {
  const turns = createTurnTaker<{ workspaceId: string; handoverId: string }>(
    {
      name: 'handovers',
      find: () => dueHandovers(db, maxAtOnce),
      keyOf: ({ handoverId }) => handoverId,
      hasPlace: (_due, atWork) => atWork.length < maxAtOnce,
      async run({ workspaceId, handoverId }) {
        const actor: Actor = { kind: 'system', id: null, requestId: createId() }
        await inWorkspace(db, workspaceId, actor, (trx) => remindHandover(trx, handoverId))
        // More may be due than had a place.
        setImmediate(turns.wake)
      },
      restMs: 1_000,
    },
    log,
  )
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
