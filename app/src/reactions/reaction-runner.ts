import { type Actor, createId, type Database, inWorkspace, readInWorkspace } from '@plantel/db'
import {
  advanceCursor,
  claimCursor,
  dueWorkspaces,
  failCursor,
  readEvents,
  type SequencedEvent,
} from '@plantel/team'

import type { Logger } from '../logger.ts'
import type { Outbox } from '../outbox.ts'
import type { Reaction } from './reaction.ts'

/** Longer than one batch may take: when it runs out, another replica may take over. */
const leaseSeconds = 120
const batchSize = 50
const batchMs = 30_000
const maxWorkspacesAtOnce = 8
const maxRetrySeconds = 600

/** Runs reactions until stopped; every replica has one. */
export interface ReactionRunner {
  /** Lets the events at hand finish, and interrupts what waits for a network. */
  stop(): Promise<void>
}

/** `listReactions` is asked in every round, because webhook endpoints come and go. */
export function createReactionRunner(
  db: Database,
  outbox: Outbox,
  listReactions: () => Promise<readonly Reaction[]>,
  log: Logger,
): ReactionRunner {
  /** What this replica works on, one task for each consumer and workspace. */
  const tasks = new Map<string, { consumer: string; done: Promise<void> }>()
  const retries = new Set<NodeJS.Timeout>()
  const stopping = new AbortController()
  let round: Promise<void> | undefined
  let again = false

  function wake(): void {
    again = true
    round ??= runRounds()
  }

  async function runRounds(): Promise<void> {
    while (again && !stopping.signal.aborted) {
      again = false
      try {
        for (const reaction of await listReactions()) await startTasks(reaction)
      } catch (error) {
        log.warn({ err: error }, 'reactions could not be started; they are looked for again')
      }
    }
    round = undefined
  }

  async function startTasks(reaction: Reaction): Promise<void> {
    for (const workspaceId of await dueWorkspaces(db, reaction.consumer)) {
      const key = `${reaction.consumer} ${workspaceId}`
      if (tasks.has(key) || stopping.signal.aborted) continue
      const busy = [...tasks.values()].filter((task) => task.consumer === reaction.consumer)
      // Whoever is left out here is found when one of these ends.
      if (busy.length >= maxWorkspacesAtOnce) return
      if (!(await reaction.concerns(workspaceId))) continue
      const done = runTask(reaction, workspaceId).finally(() => tasks.delete(key))
      tasks.set(key, { consumer: reaction.consumer, done })
    }
  }

  async function runTask(reaction: Reaction, workspaceId: string): Promise<void> {
    const { consumer } = reaction
    const actor: Actor = { kind: 'system', id: null, requestId: createId() }
    try {
      const claim = await inWorkspace(db, workspaceId, actor, (trx) =>
        claimCursor(trx, consumer, leaseSeconds),
      )
      if (claim === undefined) return
      const events = await readInWorkspace(db, workspaceId, actor, (trx) =>
        readEvents(trx, claim.position, batchSize),
      )
      const { position, failure } = await handleInOrder(reaction, workspaceId, events)
      const handled = position ?? claim.position
      const retrySeconds = Math.min(maxRetrySeconds, 2 ** Math.min(claim.failures, 16))
      await inWorkspace(db, workspaceId, actor, async (trx) => {
        if (position !== undefined || failure === undefined) {
          await advanceCursor(trx, consumer, { from: claim.position, to: handled })
        }
        if (failure !== undefined) {
          const pause = { position: handled, retryInSeconds: retrySeconds }
          await failCursor(trx, consumer, pause)
        }
      })
      if (failure !== undefined) {
        log.warn({ err: failure, consumer, workspaceId, retrySeconds }, 'reaction failed')
        wakeIn(retrySeconds)
      }
      // Events that came meanwhile were passed over because of this task.
      setImmediate(wake)
    } catch (error) {
      log.warn({ err: error, consumer, workspaceId }, 'reaction could not be run')
    }
  }

  /** Stops at the first failure, at the end of its time and when the process stops. */
  async function handleInOrder(
    reaction: Reaction,
    workspaceId: string,
    events: readonly SequencedEvent[],
  ): Promise<{ position: string | undefined; failure: unknown }> {
    const started = performance.now()
    let position: string | undefined
    for (const event of events) {
      if (stopping.signal.aborted || performance.now() - started > batchMs) break
      try {
        await reaction.handle(event, workspaceId, stopping.signal)
      } catch (error) {
        return { position, failure: error ?? new Error('rejected without a reason') }
      }
      position = event.position
    }
    return { position, failure: undefined }
  }

  function wakeIn(seconds: number): void {
    const timer = setTimeout(
      () => {
        retries.delete(timer)
        wake()
      },
      seconds * 1_000 + 20,
    )
    retries.add(timer)
  }

  const stopListening = outbox.listen(wake)
  wake()

  return {
    async stop() {
      stopListening()
      stopping.abort()
      for (const timer of retries) clearTimeout(timer)
      await round
      await Promise.all([...tasks.values()].map((task) => task.done))
    },
  }
}
