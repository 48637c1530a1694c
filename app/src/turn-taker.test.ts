import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { createLogger } from './logger.ts'
import { createTurnTaker, type TurnTaker } from './turn-taker.ts'

const after = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

describe('taking turns', () => {
  let rounds = 0
  let turns: TurnTaker

  beforeEach(() => {
    vi.useFakeTimers()
    rounds = 0
    turns = createTurnTaker<string>(
      {
        name: 'looks',
        find: () => Promise.resolve(((rounds += 1), [])),
        keyOf: (due) => due,
        hasPlace: () => true,
        run: () => Promise.resolve(),
        restMs: 200,
      },
      createLogger('silent'),
    )
  })
  afterEach(async () => {
    await turns.stop()
    vi.useRealTimers()
  })

  it('looks at once after a first hint, and once for all that come while it rests', async () => {
    turns.hint()
    await after(0)
    expect(rounds).toBe(1)
    for (let hint = 0; hint < 10; hint += 1) {
      turns.hint()
      await after(10)
    }
    expect(rounds).toBe(1)
    await after(100)
    expect(rounds).toBe(2)
    await after(1_000)
    expect(rounds).toBe(2)
    turns.hint()
    await after(0)
    expect(rounds).toBe(3)
  })

  it('does not rest when something is due', async () => {
    turns.hint()
    await after(0)
    turns.wake()
    await after(0)
    turns.wake()
    await after(0)
    expect(rounds).toBe(3)
  })

  it('looks no more once it is stopped', async () => {
    turns.hint()
    await after(0)
    turns.hint()
    await turns.stop()
    turns.hint()
    await after(1_000)
    expect(rounds).toBe(1)
  })
})
