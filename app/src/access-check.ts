import { type Actor, createId, type Database, inWorkspace } from '@plantel/db'
import { type AccessCheck, checkAccess, claimAccessCheck } from '@plantel/team'

import type { Logger } from './logger.ts'

const chunkSize = 1_000

/** Looks at everybody of a workspace, a thousand in each transaction. */
export async function* checkWorkspace(
  db: Database,
  workspaceId: string,
  actor: Actor,
  options: { repair: boolean },
): AsyncGenerator<AccessCheck> {
  const look = (after: string | null): Promise<AccessCheck> =>
    inWorkspace(db, workspaceId, actor, (trx) =>
      checkAccess(trx, after, { limit: chunkSize, repair: options.repair }),
    )
  for (let check = await look(null); ; check = await look(check.last)) {
    yield check
    if (check.last === undefined) return
  }
}

/**
 * Puts right who has something else than the rules say, workspace by workspace, each once a day on one replica. Answers
 * how many members that were: each is a bug, and its log line a reason to look for it.
 */
export async function repairDriftedAccess(db: Database, log: Logger): Promise<number> {
  let count = 0
  for (;;) {
    const workspaceId = await claimAccessCheck(db)
    if (workspaceId === undefined) return count
    const actor = { kind: 'system', id: null, requestId: createId() } as const
    for await (const { drifted } of checkWorkspace(db, workspaceId, actor, { repair: true })) {
      for (const { memberId, stored, projected } of drifted) {
        log.warn(
          { workspaceId, memberId, stored, projected },
          'access had drifted; it was put right',
        )
      }
      count += drifted.length
    }
  }
}
