import { entraUser, oktaAddMember } from '../support/scim-client.ts'
import { describeMachine } from './benchmark-database.ts'
import { type Contestant, takeTurns } from './compare.ts'
import { type ScimBench, startScimBench } from './scim-bench.ts'
import {
  createGroups,
  fillGroup,
  filtered,
  nextActivation,
  patchOf,
  requestsOf,
} from './scim-requests.ts'

/** One operation with the best rate that any other PostgreSQL-backed SCIM server had, each on two cores. */
interface Figure extends Contestant {
  connections: number
  best: number
}

/** The operations by which other SCIM servers were measured, with 10,000 users: requests per second beside their best. */
export async function benchScimFigures(): Promise<void> {
  const seconds = Number(process.env['BENCH_SECONDS'] ?? 3)
  const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
  const bench = await startScimBench(Number(process.env['BENCH_USERS'] ?? 10_000))
  try {
    console.info(await describeMachine(bench.db))
    console.info(`${bench.dataset.size} users, limiter raised; medians of ${rounds} × ${seconds} s`)
    const table: Record<string, Record<string, string>> = {}
    for (const figure of await figures(bench)) {
      const { connections, best } = figure
      const [measured] = await takeTurns([figure], { connections, seconds, rounds })
      const perSecond = measured?.perSecond ?? 0
      table[`${figure.name}, ${connections}`] = {
        'Plantel/s': perSecond.toFixed(0),
        'best other/s': String(best),
        times: (perSecond / best).toFixed(2),
        'p50 ms': measured?.p50Ms.toFixed(2) ?? '',
      }
    }
    console.table(table)
  } finally {
    await bench.stop()
  }
}

async function figures({ db, scim, dataset }: ScimBench): Promise<Figure[]> {
  const ask = requestsOf(scim, scim.baseUrl)
  const pick = (): string => dataset.user(Math.floor(Math.random() * dataset.size)).id
  const [small = '', large = ''] = await createGroups(scim, 2)
  const sizes = { small: 100, large: dataset.size - 50 }
  await fillGroup(db, small, dataset, sizes.small)
  await fillGroup(db, large, dataset, sizes.large)
  let posted = 0
  let toggled = 0
  let turn = 0
  /** Adds somebody and takes them out again. */
  const inAndOut = (group: string): ReturnType<typeof ask> => {
    const { id } = dataset.user(dataset.size - 1)
    turn += 1
    const body =
      turn % 2 === 1
        ? oktaAddMember(id)
        : patchOf({ op: 'remove', path: `members[value eq "${id}"]` })
    return ask('PATCH', `/Groups/${group}`, body)
  }
  return [
    {
      name: 'POST /Users',
      connections: 16,
      best: 1_363,
      expectedStatus: 201,
      next: () =>
        ask('POST', '/Users', entraUser(`new-${(posted += 1)}@acme.example`, 'Load', 'Person')),
    },
    {
      name: 'GET ?filter=userName eq',
      connections: 16,
      best: 2_445,
      expectedStatus: 200,
      next: () => {
        const { userName } = dataset.user(Math.floor(Math.random() * dataset.size))
        return ask('GET', filtered('/Users', `userName eq "${userName}"`))
      },
    },
    {
      name: 'GET /Users/{id}',
      connections: 16,
      best: 3_247,
      expectedStatus: 200,
      next: () => ask('GET', `/Users/${pick()}`),
    },
    {
      name: 'GET ?startIndex=1&count=100',
      connections: 4,
      best: 502,
      expectedStatus: 200,
      next: () => ask('GET', '/Users?startIndex=1&count=100'),
    },
    {
      name: 'PATCH active',
      connections: 16,
      best: 1_111,
      expectedStatus: 200,
      next: () => {
        const { path, body } = nextActivation(dataset, (toggled += 1))
        return ask('PATCH', path, body)
      },
    },
    {
      name: `PATCH add or remove one of ${sizes.small} members`,
      connections: 1,
      best: 216,
      expectedStatus: 204,
      next: () => inAndOut(small),
    },
    {
      name: `PATCH add or remove one of ${sizes.large} members`,
      connections: 1,
      best: 205,
      expectedStatus: 204,
      next: () => inAndOut(large),
    },
    {
      name: `GET group of ${sizes.large} ?excludedAttributes=members`,
      connections: 1,
      best: 843,
      expectedStatus: 200,
      next: () => ask('GET', `/Groups/${large}?excludedAttributes=members`),
    },
  ]
}
