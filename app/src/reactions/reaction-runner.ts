import { type Actor, createId, type Database, inWorkspace, readInWorkspace } from '@plantel/db'
import {
  advanceCursor,
  claimCursor,
  type DueWorkspace,
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
/** Of one host, for each consumer: a host that is slow to answer holds up nobody else's. */
const maxWorkspacesAtOnce = 8
const maxRetrySeconds = 600

/** Runs reactions until stopped; every replica has one. */
export interface ReactionRunner {
  /** Lets the events at hand finish, and interrupts what waits for a network. */
  stop(): Promise<void>
}

/** `listReactions` is asked in every round, because webhook endpoints and clients come and go. */
export function createReactionRunner(
  db: Database,
  outbox: Outbox,
  listReactions: () => Promise<readonly Reaction[]>,
  log: Logger,
): ReactionRunner {
  /** What this replica works on, one task for each consumer and workspace. */
  const tasks = new Map<string, DueWorkspace & { done: Promise<void> }>()
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
        await startTasks(await listReactions())
      } catch (error) {
        log.warn({ err: error }, 'reactions could not be started; they are looked for again')
      }
    }
    round = undefined
  }

  async function startTasks(reactions: readonly Reaction[]): Promise<void> {
    const byConsumer = new Map(reactions.map((reaction) => [reaction.consumer, reaction]))
    for (const due of await dueWorkspaces(db, reactions, maxWorkspacesAtOnce)) {
      if (stopping.signal.aborted) return
      const reaction = byConsumer.get(due.consumer)
      const key = `${due.consumer} ${due.workspaceId}`
      // Whoever is left out here is found when one of those at work ends.
      if (reaction === undefined || tasks.has(key) || countBusy(due) >= maxWorkspacesAtOnce)
        continue
      const done = runTask(reaction, due.workspaceId).finally(() => tasks.delete(key))
      tasks.set(key, { ...due, done })
    }
  }

  function countBusy({ consumer, hostId }: DueWorkspace): number {
    const isAlike = (task: DueWorkspace): boolean =>
      task.consumer === consumer && task.hostId === hostId
    return [...tasks.values()].filter(isAlike).length
  }

  async function runTask(reaction: Reaction, workspaceId: string): Promise<void> {
    const { consumer } = reaction
    const actor: Actor = { kind: 'system', id: null, requestId: createId() }
    try {
      const claim = await inWorkspace(db, workspaceId, actor, (trx) =>
        claimCursor(trx, consumer, leaseSeconds),
      )
      if (claim === undefined) {
        // Another replica was first; this place is free for somebody else.
        setImmediate(wake)
        return
      }
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
