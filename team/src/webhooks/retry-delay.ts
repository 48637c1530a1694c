const maxSeconds = 3_600

/** For how long an event is tried again before it is given up. */
export const giveUpAfterMs: number = 24 * 3_600 * 1_000

/**
 * The pause before the next attempt: doubled by each failure in a row up to an hour, and spread by a fifth either way,
 * so that what failed together does not come back together. `random` is from 0 up to 1.
 */
export function retryDelaySeconds(failures: number, random: number): number {
  return Math.min(maxSeconds, 2 ** Math.min(failures, 16)) * (0.8 + 0.4 * random)
}
