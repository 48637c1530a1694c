import { Agent, request } from 'node:http'

/** One HTTP request of a load. */
export interface LoadRequest {
  method: string
  url: string
  headers: Record<string, string>
  body?: string
}

export interface Contestant {
  name: string
  /** Makes the next request; called once for each. */
  next: () => LoadRequest
  expectedStatus: number
}

/** Requests per second of two contestants who took turns, and what the first is in terms of the second. */
export interface Comparison {
  ours: number
  baseline: number
  ratio: number
}

/**
 * Lets both run in turns, so that whatever else the machine does hits both, and compares the medians. Any answer but
 * the expected one ends the benchmark: a fast refusal is not a figure.
 */
export async function compare(
  ours: Contestant,
  baseline: Contestant,
  options: { connections: number; seconds: number; rounds: number },
): Promise<Comparison> {
  const rates: Record<'ours' | 'baseline', number[]> = { ours: [], baseline: [] }
  // Warm: connections, plans, compiled code.
  await run(ours, { ...options, seconds: options.seconds / 2 })
  await run(baseline, { ...options, seconds: options.seconds / 2 })
  for (let round = 0; round < options.rounds; round += 1) {
    rates.ours.push(await run(ours, options))
    rates.baseline.push(await run(baseline, options))
  }
  const [a, b] = [median(rates.ours), median(rates.baseline)]
  return { ours: a, baseline: b, ratio: a / b }
}

async function run(
  contestant: Contestant,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const end = performance.now() + seconds * 1_000
  let answered = 0
  const started = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const status = await send(agent, contestant.next())
        if (status !== contestant.expectedStatus) {
          throw new Error(`${contestant.name} answered ${status}`)
        }
        answered += 1
      }
    }),
  )
  agent.destroy()
  return (answered * 1_000) / (performance.now() - started)
}

function send(agent: Agent, { method, url, headers, body }: LoadRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
