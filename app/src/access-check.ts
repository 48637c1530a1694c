import { setTimeout as delay } from 'node:timers/promises'

import { type Actor, createId, type Database, inWorkspace } from '@plantel/db'
import { type AccessCheck, checkAccess, claimAccessCheck } from '@plantel/team'

import type { Logger } from './logger.ts'

const chunkSize = 250

/** Looks at everybody of a workspace, a few hundred in each transaction. */
export async function* checkWorkspace(
  db: Database,
  workspaceId: string,
  actor: Actor,
  options: { repair: boolean },
): AsyncGenerator<AccessCheck> {
  const look = (after: string | null): Promise<AccessCheck> =>
    db.inBackground(() =>
      inWorkspace(db, workspaceId, actor, (trx) =>
        checkAccess(trx, after, { limit: chunkSize, repair: options.repair }),
      ),
    )
  for (let check = await look(null); ; check = await look(check.last)) {
    yield check
    if (check.last === undefined) return
  }
}

/**
 * Puts right who has something else than the rules say, workspace by workspace, each once a day on one replica. Answers
 * how many members that were: each is a bug, and its log line a reason to look for it. It has all day: after each few
 * people it rests for as long as they took. A workspace at which the process stops has its turn the next day.
 */
export async function repairDriftedAccess(
  db: Database,
  log: Logger,
  closing: AbortSignal,
): Promise<number> {
  let count = 0
  while (!closing.aborted) {
    const workspaceId = await claimAccessCheck(db)
    if (workspaceId === undefined) break
    const actor = { kind: 'system', id: null, requestId: createId() } as const
    let began = performance.now()
    for await (const { drifted } of checkWorkspace(db, workspaceId, actor, { repair: true })) {
      for (const { memberId, stored, projected } of drifted) {
        log.warn(
          { workspaceId, memberId, stored, projected },
          'access had drifted; it was put right',
        )
      }
      count += drifted.length
      await delay(performance.now() - began, undefined, { signal: closing }).catch(() => {})
      if (closing.aborted) break
      began = performance.now()
    }
  }
  return count
}
