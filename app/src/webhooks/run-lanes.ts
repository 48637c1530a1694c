import {
  type DeliveryLane,
  type DueDelivery,
  type DeliveryResult,
  giveUpAfterMs,
  retryDelaySeconds,
  type WebhookAttempt,
} from '@plantel/team'

/** So many members' events are on their way to one endpoint at once. */
const maxLanesAtOnce = 16

/** When so many failed and nothing arrived, the rest is not even tried. */
const maxFailures = 16

/** What came of the lanes of a turn. */
export interface LanesOutcome {
  results: DeliveryResult[]
  /** Whose deliveries wait from now on, after one of them failed. */
  delayed: { memberId: string | null; seconds: number }[]
  /** Whether nothing that was ahead of the cursor arrived, though something was tried. */
  isDown: boolean
}

export interface LaneOptions {
  now: Date
  /** Says whether another attempt may begin. */
  mayGoOn: () => boolean
  random?: () => number
}

/**
 * Delivers lane beside lane, and within a lane one after the other: what follows a failed delivery waits with it. An
 * attempt that answers undefined was interrupted, and counts as none.
 */
export async function runLanes(
  lanes: readonly DeliveryLane[],
  send: (delivery: DueDelivery) => Promise<WebhookAttempt | undefined>,
  { now, mayGoOn, random = Math.random }: LaneOptions,
): Promise<LanesOutcome> {
  const outcome: LanesOutcome = { results: [], delayed: [], isDown: false }
  let delivered = 0
  let failed = 0
  let failedAhead = 0

  const keepGoing = (): boolean => mayGoOn() && (delivered > 0 || failed < maxFailures)

  function postpone(deliveries: readonly DueDelivery[], due: Date | number): void {
    for (const { event, isAhead } of deliveries) {
      // What is behind the cursor has its row already.
      if (isAhead) outcome.results.push({ event, state: 'retrying', attempt: null, due })
    }
  }

  async function runLane({ deliveries, waitsUntil }: DeliveryLane): Promise<void> {
    if (waitsUntil !== null) {
      postpone(deliveries, waitsUntil)
      return
    }
    for (const [index, delivery] of deliveries.entries()) {
      const { event, isAhead } = delivery
      const attempt = keepGoing() ? await send(delivery) : undefined
      if (attempt === undefined) {
        postpone(deliveries.slice(index), 0)
        return
      }
      if (attempt.failure === null) {
        delivered += 1
        outcome.results.push({ event, state: 'delivered', attempt, due: null })
        continue
      }
      failed += 1
      if (isAhead) failedAhead += 1
      if (isTooOld(delivery, now)) {
        outcome.results.push({ event, state: 'dead', attempt, due: null })
        continue
      }
      const seconds = retryDelaySeconds(delivery.attempts, random())
      outcome.results.push({ event, state: 'retrying', attempt, due: seconds })
      outcome.delayed.push({ memberId: event.memberId, seconds })
      postpone(deliveries.slice(index + 1), seconds)
      return
    }
  }

  const waiting = [...lanes]
  async function work(): Promise<void> {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) await runLane(lane)
  }
  await Promise.all(Array.from({ length: Math.min(maxLanesAtOnce, lanes.length) }, work))
  outcome.isDown = delivered === 0 && failedAhead > 0
  return outcome
}

function isTooOld({ failingSince, isAhead }: DueDelivery, now: Date): boolean {
  return !isAhead && failingSince !== null && now.getTime() - failingSince.getTime() > giveUpAfterMs
}
