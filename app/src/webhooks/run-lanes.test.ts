import type { DeliveryLane, DueDelivery, WebhookAttempt } from '@plantel/team'
import { expect, it } from 'vitest'

import { runLanes } from './run-lanes.ts'

const now = new Date('2026-11-21T12:00:00Z')
const arrived: WebhookAttempt = { failure: null, status: 204, durationMs: 1 }
const refused: WebhookAttempt = { failure: 'status', status: 500, durationMs: 1 }

function delivery(
  position: number,
  memberId: string,
  more: Partial<DueDelivery> = {},
): DueDelivery {
  return {
    event: {
      position: String(position),
      type: 'member.changed',
      memberId,
      payload: {},
      requestId: 'r',
      occurredAt: now,
    },
    isAhead: true,
    failingSince: null,
    attempts: 0,
    ...more,
  }
}

const lane = (...deliveries: DueDelivery[]): DeliveryLane => ({ deliveries, waitsUntil: null })

/** Runs lanes against an endpoint that refuses these positions. */
async function run(
  lanes: DeliveryLane[],
  refusedPositions: readonly number[],
  mayGoOn: () => boolean = () => true,
) {
  const tried: number[] = []
  const outcome = await runLanes(
    lanes,
    ({ event }) => {
      tried.push(Number(event.position))
      return Promise.resolve(refusedPositions.includes(Number(event.position)) ? refused : arrived)
    },
    { now, mayGoOn, random: () => 0.5 },
  )
  const states = Object.fromEntries(
    outcome.results.map(({ event, state }) => [event.position, state]),
  )
  return { ...outcome, tried, states }
}

it('lets what follows a refused event of a member wait, and nobody else', async () => {
  const { states, tried, isDown, delayed } = await run(
    [lane(delivery(1, 'ana'), delivery(3, 'ana')), lane(delivery(2, 'bob'), delivery(4, 'bob'))],
    [1],
  )
  expect(states).toEqual({ 1: 'retrying', 2: 'delivered', 3: 'retrying', 4: 'delivered' })
  expect(tried.toSorted((a, b) => a - b)).toEqual([1, 2, 4])
  expect(delayed).toEqual([{ memberId: 'ana', seconds: 1 }])
  expect(isDown).toBe(false)
})

it('holds an endpoint for down when nothing arrives, and leaves it after sixteen attempts', async () => {
  const lanes = Array.from({ length: 200 }, (_, index) => lane(delivery(index, `m${index}`)))
  const everything = lanes.map((_, index) => index)
  const { isDown, tried } = await run(lanes, everything)
  expect(isDown).toBe(true)
  expect(tried).toHaveLength(16)
})

it('sends nothing of a member who waits', async () => {
  const until = new Date(now.getTime() + 5_000)
  const { results, tried } = await run(
    [{ deliveries: [delivery(1, 'ana')], waitsUntil: until }, lane(delivery(2, 'bob'))],
    [],
  )
  expect(tried).toEqual([2])
  expect(results[0]).toMatchObject({ state: 'retrying', attempt: null, due: until })
})

it('gives up after a day, and goes on with what the member has next', async () => {
  const failingSince = new Date(now.getTime() - 25 * 3_600 * 1_000)
  const { states } = await run(
    [lane(delivery(1, 'ana', { isAhead: false, failingSince }), delivery(2, 'ana'))],
    [1],
  )
  expect(states).toEqual({ 1: 'dead', 2: 'delivered' })
})

it('counts what was interrupted as not tried', async () => {
  const { results } = await run([lane(delivery(1, 'ana'))], [], () => false)
  expect(results).toMatchObject([{ state: 'retrying', attempt: null }])
})
