import {
  type Actor,
  createId,
  type Database,
  inWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import { dueAuditChains, sealAuditEntries } from '@plantel/team'

import type { Logger } from '../logger.ts'
import type { Outbox } from '../outbox.ts'

const everyMs = 500
/** Whether or not somebody said so: signals may get lost. */
const atLeastEveryMs = 30_000

/**
 * Puts what was committed into the chains of audit entries, within a second or two; while `isBusy` with what changes many
 * people, every half a minute: nobody waits for it, and those who wait for something else have the processor.
 */
export function createAuditSealer(
  db: Database,
  outbox: Pick<Outbox, 'listen'>,
  log: Logger,
  isBusy: () => boolean,
): { close(): Promise<void> } {
  let isDirty = true
  let lookedAt = performance.now()
  let running: Promise<void> | undefined
  const closing = new AbortController()

  async function run(): Promise<void> {
    isDirty = false
    lookedAt = performance.now()
    try {
      for (const workspaceId of await dueAuditChains(db)) {
        if (closing.signal.aborted) return
        const actor: Actor = { kind: 'system', id: null, requestId: createId() }
        let last: string | undefined
        do {
          const after = last
          const seal = (trx: WorkspaceTransaction) => sealAuditEntries(trx, after)
          last = await db.inBackground(() =>
            inWorkspace(db, workspaceId, actor, seal, { silent: true }),
          )
        } while (last !== undefined && !closing.signal.aborted)
      }
    } catch (error) {
      isDirty = true
      log.warn({ err: error }, 'audit entries could not be sealed; they are looked for again')
    }
  }

  const stopListening = outbox.listen(() => (isDirty = true))
  const timer = setInterval(() => {
    const isDue = (isDirty && !isBusy()) || performance.now() - lookedAt > atLeastEveryMs
    if (isDue && running === undefined) running = run().finally(() => (running = undefined))
  }, everyMs)

  return {
    async close() {
      closing.abort()
      stopListening()
      clearInterval(timer)
      await running
    },
  }
}
