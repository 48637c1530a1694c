import {
  type Actor,
  commitWithoutWaiting,
  createId,
  type Database,
  inWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import {
  advanceCursor,
  claimCursor,
  type DueWorkspace,
  dueWorkspaces,
  failCursor,
  readEvents,
  readEventsOfTypes,
  renewCursor,
  type SequencedEvent,
} from '@plantel/team'

import type { Logger } from '../logger.ts'
import type { Outbox } from '../outbox.ts'
import { createTurnTaker } from '../turn-taker.ts'
import type { Reaction } from './reaction.ts'

/** How soon another replica takes over from one that died; whoever lives renews it. */
const usualLeaseSeconds = 20
/** Of a lease's milliseconds: two renewals may fail. */
const renewAt = 300
const batchSize = 100
const batchMs = 30_000
/** Of one host, for each consumer: a host that is slow to answer holds up nobody else's. */
const maxWorkspacesAtOnce = 8
const maxRetrySeconds = 600
/** Nobody waits for a cursor: each replica looks again when it is done itself. */
const bookkeeping = { eager: true, silent: true }

/** Runs reactions until stopped; every replica has one. */
export interface ReactionRunner {
  /** Lets the events at hand finish, which give up on a network by themselves. */
  stop(): Promise<void>
}

/** The next events of a reaction; what lies before `upTo` and is not among them is nothing to it. */
interface Batch {
  events: readonly SequencedEvent[]
  upTo: string
  more: boolean
  now: Date
}

/** A place that is held, and what came since. */
interface Claim {
  position: string
  failures: number
  batch: Batch
}

async function readBatch(
  trx: WorkspaceTransaction,
  { types }: Reaction,
  after: string,
): Promise<Batch> {
  if (types !== undefined) {
    const found = await readEventsOfTypes(trx, types, { after, limit: batchSize })
    return { ...found, now: trx.now }
  }
  const events = await readEvents(trx, after, batchSize)
  const upTo = events.at(-1)?.position ?? after
  return { events, upTo, more: events.length === batchSize, now: trx.now }
}

/** `listReactions` is asked in every round, because webhook endpoints and clients come and go. */
export function createReactionRunner(
  db: Database,
  outbox: Outbox,
  listReactions: () => Promise<readonly Reaction[]>,
  log: Logger,
  { leaseSeconds = usualLeaseSeconds }: { leaseSeconds?: number } = {},
): ReactionRunner {
  let byConsumer = new Map<string, Reaction>()

  const turns = createTurnTaker<DueWorkspace>(
    {
      name: 'reactions',
      async find() {
        const reactions = await listReactions()
        byConsumer = new Map(reactions.map((reaction) => [reaction.consumer, reaction]))
        return dueWorkspaces(db, reactions, maxWorkspacesAtOnce)
      },
      keyOf: ({ consumer, workspaceId }) => `${consumer} ${workspaceId}`,
      hasPlace: ({ consumer, hostId }, atWork) =>
        atWork.filter((task) => task.consumer === consumer && task.hostId === hostId).length <
        maxWorkspacesAtOnce,
      async run({ consumer, workspaceId }) {
        const reaction = byConsumer.get(consumer)
        if (reaction !== undefined) await runTask(reaction, workspaceId)
      },
      restMs: 200,
    },
    log,
  )

  async function runTask(reaction: Reaction, workspaceId: string): Promise<void> {
    const { consumer } = reaction
    const actor: Actor = { kind: 'system', id: null, requestId: createId() }
    try {
      const claim = await inWorkspace(
        db,
        workspaceId,
        actor,
        async (trx): Promise<Claim | undefined> => {
          commitWithoutWaiting(trx)
          const cursor = await claimCursor(trx, consumer, leaseSeconds)
          if (cursor === undefined) return undefined
          const batch = await readBatch(trx, reaction, cursor.position)
          // Nothing that concerns it came: its place is free again at once.
          if (batch.events.length === 0) {
            await advanceCursor(trx, consumer, { from: cursor.position, to: batch.upTo })
          }
          return { ...cursor, batch }
        },
        bookkeeping,
      )
      if (claim === undefined) {
        // Another replica was first; this place is free for somebody else.
        setImmediate(turns.wake)
        return
      }
      if (claim.batch.events.length > 0) await handle(reaction, workspaceId, claim)
      if (claim.batch.more) setImmediate(turns.wake)
      // Events that came meanwhile were passed over because of this task.
      else turns.hint()
    } catch (error) {
      log.warn({ err: error, consumer, workspaceId }, 'reaction could not be run')
    }
  }

  /** What it was given, and then its place in the list of events. */
  async function handle(reaction: Reaction, workspaceId: string, claim: Claim): Promise<void> {
    const { consumer } = reaction
    const actor: Actor = { kind: 'system', id: null, requestId: createId() }
    const stopRenewing = renew(consumer, workspaceId, claim.position)
    const { position, failure } = await handleInOrder(reaction, workspaceId, claim.batch).finally(
      stopRenewing,
    )
    const handled = position ?? claim.position
    const retrySeconds = Math.min(maxRetrySeconds, 2 ** Math.min(claim.failures, 16))
    await inWorkspace(
      db,
      workspaceId,
      actor,
      async (trx) => {
        if (position !== undefined || failure === undefined) {
          await advanceCursor(trx, consumer, { from: claim.position, to: handled })
        }
        if (failure !== undefined) {
          const pause = { position: handled, retryInSeconds: retrySeconds }
          await failCursor(trx, consumer, pause)
        }
      },
      bookkeeping,
    )
    if (failure !== undefined) {
      log.warn({ err: failure, consumer, workspaceId, retrySeconds }, 'reaction failed')
      turns.wakeIn(retrySeconds)
    }
  }

  /** Keeps a place while a mail server or a host takes its time; returns the function that ends it, after the last renewal. */
  function renew(consumer: string, workspaceId: string, position: string): () => Promise<void> {
    const actor: Actor = { kind: 'system', id: null, requestId: createId() }
    let renewal: Promise<void> = Promise.resolve()
    const timer = setInterval(() => {
      renewal = inWorkspace(
        db,
        workspaceId,
        actor,
        (trx) => renewCursor(trx, consumer, { position, leaseSeconds }),
        bookkeeping,
      ).catch((error: unknown) => {
        // The next one is in time, too.
        log.warn({ err: error, consumer, workspaceId }, 'a reaction could not renew its lease')
      })
    }, leaseSeconds * renewAt)
    return async () => {
      clearInterval(timer)
      await renewal
    }
  }

  /** Stops at the first failure, at the end of its time and when the process stops. */
  async function handleInOrder(
    reaction: Reaction,
    workspaceId: string,
    { events, upTo, now }: Batch,
  ): Promise<{ position: string | undefined; failure: unknown }> {
    const started = performance.now()
    if (events.length > 1 && reaction.handleTogether !== undefined) {
      try {
        await reaction.handleTogether(events, workspaceId)
        return { position: upTo, failure: undefined }
      } catch (error) {
        const { consumer } = reaction
        log.debug({ err: error, consumer, workspaceId }, 'reactions are run one by one')
      }
    }
    let position: string | undefined
    for (const event of events) {
      if (turns.stopping.aborted || performance.now() - started > batchMs) {
        return { position, failure: undefined }
      }
      try {
        await reaction.handle(event, workspaceId, now)
      } catch (error) {
        return { position, failure: error ?? new Error('rejected without a reason') }
      }
      position = event.position
    }
    return { position: upTo, failure: undefined }
  }

  const stopListening = outbox.listen(turns.hint)
  turns.wake()

  return {
    async stop() {
      stopListening()
      await turns.stop()
    },
  }
}
