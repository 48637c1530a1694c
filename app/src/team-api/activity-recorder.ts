import { createId, type Database, inWorkspace } from '@plantel/db'
import { recordActivity } from '@plantel/team'

import type { Logger } from '../logger.ts'

/** `recordActivity` writes at most once a minute too; this spares the transaction. */
const everyMs = 60_000
const maxRemembered = 50_000

/** Notes that members are here, in the background: no answer waits for it or fails with it. */
export interface ActivityRecorder {
  note(workspaceId: string, memberId: string): void
  /** Waits for what is being written. */
  close(): Promise<void>
}

export function createActivityRecorder(db: Database, log: Logger): ActivityRecorder {
  const notedAt = new Map<string, number>()
  const writing = new Set<Promise<void>>()

  async function write(workspaceId: string, memberId: string): Promise<void> {
    const actor = { kind: 'member', id: memberId, requestId: createId() } as const
    try {
      await inWorkspace(db, workspaceId, actor, async (trx) => recordActivity(trx, memberId))
    } catch (error) {
      log.warn({ err: error, memberId }, 'last activity could not be noted')
    }
  }

  return {
    note(workspaceId, memberId) {
      const now = performance.now()
      if (now - (notedAt.get(memberId) ?? -Infinity) < everyMs) return
      if (notedAt.size >= maxRemembered) notedAt.clear()
      notedAt.set(memberId, now)
      const done = write(workspaceId, memberId).finally(() => writing.delete(done))
      writing.add(done)
    },
    async close() {
      await Promise.all(writing)
    },
  }
}
