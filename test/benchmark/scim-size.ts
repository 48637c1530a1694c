import { describeMachine } from './benchmark-database.ts'
import { type Contestant, median, takeTurns } from './compare.ts'
import { LoadConnection } from './http-load.ts'
import { bar } from './report.ts'
import { type ScimBench, startScimBench } from './scim-bench.ts'
import type { Dataset } from './scim-dataset.ts'
import { createGroups, fillGroups, filtered, nextMember, requestsOf } from './scim-requests.ts'
import { raceWithBare } from './scim.ts'

const pageSize = 200
const smallUsers = 1_000
/** As many members as can be added in a run. */
const additions = 50_000

/**
 * What a workspace of a million (`BENCH_USERS`) costs more than one of a thousand: medians of single requests, in turns.
 * Then what pages far in cost beside the ids alone, a whole list by index beside one by cursor, and at last the bare server.
 */
export async function benchScimSize(): Promise<void> {
  const seconds = Number(process.env['BENCH_SECONDS'] ?? 3)
  const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
  const users = Number(process.env['BENCH_USERS'] ?? 1_000_000)
  const small = await startScimBench(smallUsers)
  try {
    const started = performance.now()
    const large = await startScimBench(users)
    try {
      console.info(await describeMachine(large.db))
      console.info(`${users} users made in ${((performance.now() - started) / 1_000).toFixed(0)} s`)
      await compareSizes(small, large, { connections: 1, seconds, rounds })
      await comparePages(large)
      // Who is in a group is shown with it, and the bare server does not look.
      await large.db.pool.query('truncate directory_group_members')
      await raceWithBare(large)
    } finally {
      await large.stop()
    }
  } finally {
    await small.stop()
  }
}

async function compareSizes(
  small: ScimBench,
  large: ScimBench,
  options: { connections: number; seconds: number; rounds: number },
): Promise<void> {
  const table: Record<string, Record<string, string>> = {}
  // Additions come last: they take groups, hundreds for a thousand users, which show all of theirs on a page.
  for (const questionOf of [byUserName, byExternalId, byWorkEmail, nextPage, addMember]) {
    const [few, many] = [await questionOf(small), await questionOf(large)]
    const [a, b] = await takeTurns([few, many], options)
    const ratio = (b?.p50Ms ?? NaN) / (a?.p50Ms ?? NaN)
    table[few.name] = {
      [`${small.dataset.size} users, p50 ms`]: a?.p50Ms.toFixed(2) ?? '',
      [`${large.dataset.size} users, p50 ms`]: b?.p50Ms.toFixed(2) ?? '',
      times: ratio.toFixed(2),
      'at most 1.5': ratio <= 1.5 ? 'reached' : 'missed',
    }
  }
  console.table(table)
}

type Question = (bench: ScimBench) => Contestant | Promise<Contestant>

const byUserName: Question = (bench) =>
  find(bench, 'userName eq', ({ userName }) => `userName eq "${userName}"`)

const byExternalId: Question = (bench) =>
  find(bench, 'externalId eq', ({ userName }) => `externalId eq "${userName}"`)

const byWorkEmail: Question = (bench) =>
  find(bench, 'work email eq', ({ userName }) => `emails[type eq "work"].value eq "${userName}"`)

function find(
  { scim, dataset }: ScimBench,
  name: string,
  filterOf: (user: ReturnType<Dataset['user']>) => string,
): Contestant {
  const ask = requestsOf(scim, scim.baseUrl)
  const anybody = (): string => filterOf(dataset.user(Math.floor(Math.random() * dataset.size)))
  return { name, expectedStatus: 200, next: () => ask('GET', filtered('/Users', anybody())) }
}

const nextPage: Question = ({ scim }) => {
  const ask = requestsOf(scim, scim.baseUrl)
  let cursor = ''
  return {
    name: 'cursor page of 100',
    expectedStatus: 200,
    next: () => ask('GET', `/Users?count=100&cursor=${cursor}`),
    received: (body) => {
      cursor = typeof body['nextCursor'] === 'string' ? body['nextCursor'] : ''
    },
  }
}

const addMember: Question = async ({ db, scim, dataset }) => {
  const ask = requestsOf(scim, scim.baseUrl)
  const half = Math.floor(dataset.size / 2)
  // Each request adds somebody: where a group is soon full there are more of them.
  const groups = await createGroups(scim, Math.ceil(additions / half))
  await fillGroups(db, groups, dataset, half)
  let added = half * groups.length - 1
  return {
    name: 'PATCH add one member to a group of half of them',
    expectedStatus: 204,
    next: () => {
      const { path, body } = nextMember(dataset, groups, (added += 1))
      return ask('PATCH', path, body)
    },
  }
}

async function comparePages({
  db,
  scim,
  dataset,
  workspaceId,
  connectionId,
}: ScimBench): Promise<void> {
  const ask = requestsOf(scim, scim.baseUrl)
  const connection = new LoadConnection(scim.baseUrl)
  const read = async (path: string): Promise<Record<string, unknown>> => {
    const { status, readBody } = await connection.send(ask('GET', path))
    if (status !== 200) throw new Error(`${path} answered ${status}`)
    return readBody()
  }
  const farIn = Math.floor(dataset.size * 0.9)
  const ids = await medianOf(() =>
    db.pool.query(
      `select id from directory_users
       where workspace_id = $1 and connection_id = $2 and deleted_at is null order by id limit 100 offset ${farIn}`,
      [workspaceId, connectionId],
    ),
  )
  const page = await medianOf(() => read(`/Users?startIndex=${farIn + 1}&count=100`))

  const byIndex = await timeOf(async () => {
    for (let start = 1; start <= dataset.size; start += pageSize) {
      const { Resources } = await read(`/Users?startIndex=${start}&count=${pageSize}`)
      if ((Resources as unknown[]).length === 0) throw new Error(`no users at ${start}`)
    }
  })
  const byCursor = await timeOf(async () => {
    let cursor: unknown = ''
    while (typeof cursor === 'string') {
      const body = await read(`/Users?count=${pageSize}&cursor=${cursor}`)
      cursor = body['nextCursor']
    }
  })
  connection.close()
  console.table({
    [`index page at ${farIn + 1} beside its ids alone`]: {
      ms: page.toFixed(1),
      'beside ms': ids.toFixed(1),
      times: (page / ids).toFixed(2),
      bar: bar(ids / page, 1 / 2),
    },
    [`${dataset.size} users by index beside by cursor`]: {
      ms: byIndex.toFixed(0),
      'beside ms': byCursor.toFixed(0),
      times: (byIndex / byCursor).toFixed(2),
      bar: bar(byCursor / byIndex, 1 / 3),
    },
  })
}

async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < 15; run += 1) times.push(await timeOf(work))
  return median(times)
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
