import {
  type Actor,
  createId,
  type Database,
  inWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import type { SignSecurityEvent } from '@plantel/idp-bridge'
import {
  advanceCursor,
  claimCursor,
  delayLanes,
  type DirectorySubject,
  type DueWebhook,
  dueWebhooks,
  failCursor,
  giveUpOverdue,
  readDirectorySubjects,
  readWebhookTurn,
  retryDelaySeconds,
  saveDeliveries,
  webhookConsumer,
  type WebhookEndpoint,
  type WebhookTurn,
  type Workspace,
} from '@plantel/team'

import type { Logger } from '../logger.ts'
import type { Outbox } from '../outbox.ts'
import { createTurnTaker } from '../turn-taker.ts'
import { type LanesOutcome, runLanes } from './run-lanes.ts'
import { webhookMessage } from './webhook-message.ts'
import type { SendWebhook } from './webhook-sender.ts'

/** Longer than a turn and its last attempt may take: when it runs out, another replica takes over. */
const leaseSeconds = 20
const turnMs = 5_000
const batchSize = 200
/** Of one endpoint: a slow one holds up nobody else's. */
const maxWorkspacesAtOnce = 8

export interface WebhookRunnerDependencies {
  db: Database
  outbox: Outbox
  listEndpoints: () => Promise<readonly WebhookEndpoint[]>
  findWorkspace: (workspaceId: string) => Promise<Workspace | undefined>
  send: SendWebhook
  sign: SignSecurityEvent
  log: Logger
}

/**
 * Tells every endpoint of what happens, at least once and in order per member; every replica has one. An endpoint that
 * takes nothing is come back to as a whole, one that refuses some events gets the others meanwhile.
 */
export function createWebhookRunner({
  db,
  outbox,
  listEndpoints,
  findWorkspace,
  send,
  sign,
  log,
}: WebhookRunnerDependencies): { stop(): Promise<void> } {
  let endpoints = new Map<string, WebhookEndpoint>()

  const turns = createTurnTaker<DueWebhook>(
    {
      name: 'webhooks',
      async find() {
        const due = await dueWebhooks(db, maxWorkspacesAtOnce)
        if (due.length > 0) {
          endpoints = new Map((await listEndpoints()).map((endpoint) => [endpoint.id, endpoint]))
        }
        return due
      },
      // Hosts wait for these.
      restMs: 0,
      keyOf: ({ endpointId, workspaceId }) => `${endpointId} ${workspaceId}`,
      hasPlace: ({ endpointId }, atWork) =>
        atWork.filter((task) => task.endpointId === endpointId).length < maxWorkspacesAtOnce,
      async run({ endpointId, workspaceId }) {
        const endpoint = endpoints.get(endpointId)
        const workspace = await findWorkspace(workspaceId)
        if (endpoint !== undefined && workspace !== undefined) await runTurn(endpoint, workspace)
      },
    },
    log,
  )

  async function runTurn(endpoint: WebhookEndpoint, workspace: Workspace): Promise<void> {
    const actor: Actor = { kind: 'system', id: null, requestId: createId() }
    const consumer = webhookConsumer(endpoint.id)
    const claimed = await inWorkspace(db, workspace.id, actor, async (trx) => {
      const claim = await claimCursor(trx, consumer, leaseSeconds)
      if (claim === undefined) return undefined
      const turn = await readWebhookTurn(trx, endpoint, claim.position, batchSize)
      return {
        ...turn,
        failures: claim.failures,
        subjects: await readSubjects(trx, endpoint, turn),
      }
    })
    // Another replica was first; this place is free for somebody else.
    if (claimed === undefined) {
      setImmediate(turns.wake)
      return
    }
    const { lanes, now, start, end, failures, subjects } = claimed
    const started = performance.now()
    const outcome = await runLanes(
      lanes,
      async ({ event }) => {
        // By the database's clock: ours may be wrong, and receivers refuse what seems old.
        const sentAt = new Date(now.getTime() + performance.now() - started)
        const context = { workspace, subjects, sign, sentAt }
        const message = await webhookMessage(endpoint, event, context)
        return send(endpoint, message, turns.stopping)
      },
      {
        now,
        mayGoOn: () => !turns.stopping.aborted && performance.now() - started < turnMs,
      },
    )
    const pause = retryDelaySeconds(failures, Math.random())
    await inWorkspace(db, workspace.id, actor, (trx) =>
      outcome.isDown
        ? pauseEndpoint(trx, endpoint, outcome, { start, pause })
        : goOn(trx, endpoint, outcome, { start, end }),
    )
    noteFailures(endpoint, workspace.id, outcome, pause)
    // Events that came meanwhile were passed over because of this turn.
    setImmediate(turns.wake)
  }

  function noteFailures(
    endpoint: WebhookEndpoint,
    workspaceId: string,
    { results, delayed, isDown }: LanesOutcome,
    pause: number,
  ): void {
    if (isDown) turns.wakeIn(pause)
    else if (delayed.length > 0) turns.wakeIn(Math.min(...delayed.map(({ seconds }) => seconds)))
    const failed = results.find(({ attempt }) => (attempt?.failure ?? null) !== null)
    if (failed?.attempt === null || failed === undefined) return
    const { failure, status } = failed.attempt
    const about = { endpointId: endpoint.id, workspaceId, failure, status, isDown }
    log.warn(about, 'a webhook was not delivered and is tried again')
  }

  const stopListening = outbox.listen(turns.wake)
  turns.wake()

  return {
    async stop() {
      stopListening()
      await turns.stop()
    },
  }
}

async function readSubjects(
  trx: WorkspaceTransaction,
  { format }: WebhookEndpoint,
  { lanes }: WebhookTurn,
): Promise<ReadonlyMap<string, DirectorySubject>> {
  if (format === 'webhook') return new Map()
  const events = lanes.flatMap(({ deliveries }) => deliveries.map(({ event }) => event))
  return readDirectorySubjects(trx, [...new Set(events.flatMap(({ memberId }) => memberId ?? []))])
}

async function goOn(
  trx: WorkspaceTransaction,
  { id }: WebhookEndpoint,
  { results, delayed }: LanesOutcome,
  { start, end }: { start: string; end: string },
): Promise<void> {
  await saveDeliveries(trx, id, results)
  await delayLanes(trx, id, end, delayed)
  await advanceCursor(trx, webhookConsumer(id), { from: start, to: end })
}

/** The cursor stays where it is, except for what has waited too long: nothing is tried before the pause is over. */
async function pauseEndpoint(
  trx: WorkspaceTransaction,
  endpoint: WebhookEndpoint,
  { results, delayed }: LanesOutcome,
  { start, pause }: { start: string; pause: number },
): Promise<void> {
  const { id } = endpoint
  const tried = results.filter(({ attempt }) => attempt !== null)
  await saveDeliveries(
    trx,
    id,
    tried.map((result) => (result.state === 'retrying' ? { ...result, due: pause } : result)),
  )
  await delayLanes(trx, id, start, delayed)
  const to = (await giveUpOverdue(trx, endpoint, start)) ?? start
  await failCursor(trx, webhookConsumer(id), { position: start, to, retryInSeconds: pause })
}
