import type { CpuClock } from './cpu-time.ts'
import { LoadConnection, type LoadRequest } from './http-load.ts'

export type { LoadRequest } from './http-load.ts'

export interface Contestant {
  name: string
  /** Makes the next request; called once for each. */
  next: () => LoadRequest
  expectedStatus: number
  /** For whom the next request depends on what came back. */
  received?: (body: Record<string, unknown>) => void
  cpu?: CpuClock
}

/** How a contestant did: medians of the rounds. */
export interface Measured {
  perSecond: number
  p50Ms: number
  /** Processor time of one request, in the server and in the database; NaN where no clock ran. */
  serverMs: number
  databaseMs: number
}

/** Two contestants who took turns, and what the first answers per second in terms of the second. */
export interface Comparison {
  ours: Measured
  baseline: Measured
  ratio: number
}

export interface LoadOptions {
  connections: number
  seconds: number
  rounds: number
}

/**
 * Lets both run in turns, so that whatever else the machine does hits both, and compares the medians. Any answer but
 * the expected one ends the benchmark: a fast refusal is not a figure.
 */
export async function compare(
  ours: Contestant,
  baseline: Contestant,
  options: LoadOptions,
): Promise<Comparison> {
  const [a, b] = await takeTurns([ours, baseline], options)
  if (a === undefined || b === undefined) throw new Error('two contestants have two results')
  return { ours: a, baseline: b, ratio: a.perSecond / b.perSecond }
}

/** Any number of contestants in turns, with the medians of each. */
export async function takeTurns(
  contestants: readonly Contestant[],
  options: LoadOptions,
): Promise<Measured[]> {
  const results = contestants.map((): Measured[] => [])
  // Warm: connections, plans, compiled code.
  for (const each of contestants) await run(each, { ...options, seconds: options.seconds / 2 })
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [index, each] of contestants.entries()) {
      results[index]?.push(await run(each, options))
    }
  }
  return results.map((rounds) => ({
    perSecond: median(rounds.map((each) => each.perSecond)),
    p50Ms: median(rounds.map((each) => each.p50Ms)),
    serverMs: median(rounds.map((each) => each.serverMs)),
    databaseMs: median(rounds.map((each) => each.databaseMs)),
  }))
}

async function run(
  contestant: Contestant,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Measured> {
  const durations: number[] = []
  const stopClock = await contestant.cpu?.()
  const started = performance.now()
  const end = started + seconds * 1_000
  await Promise.all(
    Array.from({ length: connections }, async () => {
      let connection: LoadConnection | undefined
      while (performance.now() < end) {
        const request = contestant.next()
        connection ??= new LoadConnection(request.url)
        const sentAt = performance.now()
        const { status, readBody } = await connection.send(request)
        durations.push(performance.now() - sentAt)
        if (status !== contestant.expectedStatus) {
          throw new Error(`${contestant.name} answered ${status}`)
        }
        contestant.received?.(readBody())
      }
      connection?.close()
    }),
  )
  const perSecond = (durations.length * 1_000) / (performance.now() - started)
  const used = await stopClock?.()
  return {
    perSecond,
    p50Ms: median(durations),
    serverMs: (used?.server ?? NaN) / durations.length,
    databaseMs: (used?.database ?? NaN) / durations.length,
  }
}

/** The middle value; NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}
