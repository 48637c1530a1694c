import { setTimeout as delay } from 'node:timers/promises'

import { sql } from 'kysely'

import type { Actor } from './actor.ts'
import type { Database } from './database.ts'
import { gathered } from './gathered.ts'
import { isUnavailable } from './postgres-errors.ts'
import { inside, inWorkspace, type Sharing, type WorkspaceTransaction } from './transaction.ts'

/** How many share one transaction: it is over in some milliseconds, however many wait. */
const most = 16

/** For how long others wait for one who waits for a lock. */
const patienceMs = 50

/** For how long those who share wait for a lock: shorter than a deadlock stays undiscovered. */
const lockTimeout = '300ms'

/** For how long nobody shares in a workspace after most had to run again: what comes next is likely to be alike. */
const apartMs = 2_000

type Work<T> = (trx: WorkspaceTransaction) => Promise<T>

/** Runs work that always writes as `inWorkspace` does, maybe in one transaction with that of others. */
export type ShareTransaction = <T>(workspaceId: string, actor: Actor, work: Work<T>) => Promise<T>

interface Part<T = unknown> {
  readonly workspaceId: string
  readonly actor: Actor
  readonly work: Work<T>
}

/** What comes of a part, maybe later; undefined for one that has to run by itself. */
type Outcome = { readonly result: unknown } | undefined

/**
 * Lets work that comes at the same time share a transaction, if it is in the same workspace: to begin one, to commit it and
 * to wait for the disk is most of what little work costs. Whoever is alone waits for nobody. Everybody is answered when all
 * is committed. If something fails, nothing of it has happened, and each part runs again by itself, so that nobody is
 * answered with another one's failure.
 *
 * No lock stands between the parts, and their statements go between each other's: no savepoint is one part's own. Work
 * that depends on what it has read must have a constraint refuse what contradicts it, or claim it, or leave. As each part
 * locks in an order of its own, it skips rows that are locked, and leaves; what can not be skipped is waited for so briefly
 * that no deadlock comes of it.
 */
export function createSharedTransactions(db: Database): ShareTransaction {
  const apart = new Set<string>()
  const share = gathered<Part, Outcome>({
    keyOf: ({ workspaceId }) => workspaceId,
    most,
    async work(parts) {
      const [first, ...others] = parts
      if (others.length === 0) {
        const result = runAlone(db, first)
        await Promise.race([result.catch(() => {}), delay(patienceMs, undefined, { ref: false })])
        return [{ result }]
      }
      const outcomes = await runTogether(db, parts)
      if (outcomes.filter((outcome) => outcome === undefined).length * 2 > parts.length) {
        apart.add(first.workspaceId)
        setTimeout(() => apart.delete(first.workspaceId), apartMs).unref()
      }
      return outcomes
    },
  })
  return async <T>(workspaceId: string, actor: Actor, work: Work<T>): Promise<T> => {
    const part: Part<T> = { workspaceId, actor, work }
    const outcome = apart.has(workspaceId) ? undefined : await share(part)
    return outcome === undefined ? runAlone(db, part) : (outcome.result as T)
  }
}

function runAlone<T>(db: Database, { workspaceId, actor, work }: Part<T>): Promise<T> {
  return inWorkspace(db, workspaceId, actor, work, { eager: true, writes: true })
}

async function runTogether(
  db: Database,
  parts: readonly [Part, ...Part[]],
): Promise<readonly Outcome[]> {
  const [{ workspaceId }] = parts
  const scope = { workspaceId, access: 'read write', eager: true, asks: false } as const
  const claim = createClaims()
  try {
    const { result: outcomes } = await db.runTransaction(scope, (transaction) => {
      transaction.send(sql`select set_config('lock_timeout', ${lockTimeout}, true)`)
      return finishAll(
        parts.map(async ({ actor, work }) =>
          work(inside(transaction, workspaceId, actor, { leave, claim })),
        ),
      )
    })
    db.signals.send(workspaceId)
    return outcomes
  } catch (error) {
    // It may have been committed: done again it would find itself in its way.
    if (isUnavailable(error)) throw error
    return parts.map(() => undefined)
  }
}

/** Waits for all, also if one fails: the transaction is everybody's. */
async function finishAll(parts: readonly Promise<unknown>[]): Promise<readonly Outcome[]> {
  const settled = await Promise.allSettled(parts)
  return settled.map((part) => {
    if (part.status === 'fulfilled') return { result: part.value }
    if (part.reason instanceof OwnTransactionRequired) return undefined
    throw part.reason
  })
}

class OwnTransactionRequired extends Error {}

function leave(): never {
  throw new OwnTransactionRequired()
}

function createClaims(): Sharing['claim'] {
  const claimed = new Set<string>()
  return (name) => {
    if (claimed.has(name)) leave()
    claimed.add(name)
  }
}
