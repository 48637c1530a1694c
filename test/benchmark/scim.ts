import { isDeepStrictEqual } from 'node:util'

import { entraUser, sendScim } from '../support/scim-client.ts'
import { describeMachine } from './benchmark-database.ts'
import { compare, type Contestant, type Measured } from './compare.ts'
import { bar } from './report.ts'
import { type ScimBench, startScimBench } from './scim-bench.ts'
import {
  type Ask,
  createGroups,
  filtered,
  nextActivation,
  nextMember,
  requestsOf,
} from './scim-requests.ts'

/** One row of the table: what is asked, and how much of the bare server's rate is enough. */
interface Race {
  name: string
  least: number
  ours: Omit<Contestant, 'name'>
  bare: Omit<Contestant, 'name'>
}

const connections = 16

/**
 * SCIM over PostgreSQL beside a bare Express route that does the least the same request can do: one keyed select that
 * sends the same bytes, or one transaction that writes the same directory rows. Server, client and database share this
 * machine, so read the ratios; those of processor time hold also while others use it. `BENCH_USERS`, `BENCH_SECONDS`, `BENCH_ROUNDS`, and `BENCH_ONLY` for part of a name.
 */
export async function benchScim(): Promise<void> {
  const bench = await startScimBench(Number(process.env['BENCH_USERS'] ?? 10_000))
  try {
    console.info(await describeMachine(bench.db))
    await raceWithBare(bench)
  } finally {
    await bench.stop()
  }
}

/** Prints the table of a bench that is started; people are added to its dataset, and suspended. */
export async function raceWithBare(bench: ScimBench): Promise<void> {
  const seconds = Number(process.env['BENCH_SECONDS'] ?? 3)
  const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
  const only = process.env['BENCH_ONLY'] ?? ''
  console.info(
    `${bench.dataset.size} users, ${connections} connections, limiter raised; medians of ${rounds} rounds of ${seconds} s, in turns`,
  )
  await assertSameBytes(bench)
  const table: Record<string, Record<string, string>> = {}
  for (const { name, least, ours, bare } of await races(bench)) {
    if (!name.includes(only)) continue
    const result = await compare(
      { name: `${name} (Plantel)`, ...ours },
      { name: `${name} (bare)`, ...bare },
      { connections, seconds, rounds },
    )
    table[name] = {
      'Plantel/s': result.ours.perSecond.toFixed(0),
      'bare/s': result.baseline.perSecond.toFixed(0),
      'p50 ms': result.ours.p50Ms.toFixed(2),
      'cpu µs': cpuOf(result.ours),
      'bare cpu µs': cpuOf(result.baseline),
      ratio: result.ratio.toFixed(2),
      'cpu ratio': (cpuSum(result.baseline) / cpuSum(result.ours)).toFixed(2),
      bar: bar(result.ratio, least),
    }
  }
  console.table(table)
}

function cpuSum({ serverMs, databaseMs }: Measured): number {
  return serverMs + databaseMs
}

/** Of the server and of its sessions of the database. */
function cpuOf({ serverMs, databaseMs }: Measured): string {
  return `${(serverMs * 1_000).toFixed(0)} + ${(databaseMs * 1_000).toFixed(0)}`
}

async function races({ scim, bare, dataset, cpu }: ScimBench): Promise<Race[]> {
  const [plantel, express] = [requestsOf(scim, scim.baseUrl), requestsOf(scim, bare)]
  const race = (
    name: string,
    least: number,
    expectedStatus: number,
    next: (ask: Ask, isOurs: boolean) => ReturnType<Ask>,
  ): Race => ({
    name,
    least,
    ours: { next: () => next(plantel, true), expectedStatus, cpu: cpu.ours },
    bare: { next: () => next(express, false), expectedStatus, cpu: cpu.bare },
  })
  const pick = (): number => Math.floor(Math.random() * dataset.size)
  let posted = 0
  // Each its own people: who was suspended by the other is, to the workspace, still here.
  const toggled = { ours: -1, bare: -1 }
  let added = 0
  const groups = await createGroups(scim, 100)
  return [
    race('GET /Users?filter=userName eq', 0.5, 200, (ask, isOurs) => {
      const { userName } = dataset.user(pick())
      const path = isOurs
        ? filtered('/Users', `userName eq "${userName}"`)
        : `/Users?name=${encodeURIComponent(userName)}`
      return ask('GET', path)
    }),
    race('GET /Users/{id}', 0.5, 200, (ask) => ask('GET', `/Users/${dataset.user(pick()).id}`)),
    race('POST /Users', 0.4, 201, (ask) =>
      ask('POST', '/Users', entraUser(`new-${(posted += 1)}@acme.example`, 'Load', 'Person')),
    ),
    race('PATCH active', 0.4, 200, (ask, isOurs) => {
      const number = (toggled[isOurs ? 'ours' : 'bare'] += 1)
      const { path, body } = nextActivation(dataset, number, { step: 2, first: isOurs ? 0 : 1 })
      return ask('PATCH', path, body)
    }),
    race('PATCH add one member', 0.4, 204, (ask) => {
      const { path, body } = nextMember(dataset, groups, (added += 1))
      return ask('PATCH', path, body)
    }),
  ]
}

/** A baseline that sends less than Plantel would not be the same request. */
async function assertSameBytes({ scim, bare, dataset }: ScimBench): Promise<void> {
  const { id, userName } = dataset.user(0)
  for (const [ours, theirs] of [
    [
      filtered('/Users', `userName eq "${userName}"`),
      `/Users?name=${encodeURIComponent(userName)}`,
    ],
    [`/Users/${id}`, `/Users/${id}`],
  ]) {
    const [a, b] = await Promise.all([
      sendScim(scim, 'GET', ours ?? ''),
      sendScim({ baseUrl: bare, token: '' }, 'GET', theirs ?? ''),
    ])
    const [ourText, theirText] = [JSON.stringify(a), JSON.stringify(b)]
    if (!isDeepStrictEqual(a, b) || ourText.length !== theirText.length) {
      throw new Error(`different answers to ${ours}:\n${ourText}\n${theirText}`)
    }
  }
}
