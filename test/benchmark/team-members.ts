import { describeMachine } from './benchmark-database.ts'
import { type Contestant, takeTurns } from './compare.ts'
import { bar } from './report.ts'
import { startTeamBench, type TeamBench } from './team-bench.ts'

/**
 * Lists of members at 100,000, beside the same list at 1,000; a search beside the same page found by its key, and beside
 * a bare Express route with one keyed select, which has neither fifty people nor who may see them to answer; and
 * `authorize` beside that route. The database's owner is no superuser. Read the ratios.
 */
export async function benchTeamMembers(): Promise<void> {
  const seconds = Number(process.env['BENCH_SECONDS'] ?? 3)
  const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
  const large = Number(process.env['BENCH_MEMBERS'] ?? 100_000)
  const bench = await startTeamBench(large, 1_000)
  try {
    console.info(await describeMachine(bench.db))
    console.info(`${large} members, medians of ${rounds} rounds of ${seconds} s each, in turns`)
    const options = { seconds, rounds }
    const table: Record<string, Record<string, string>> = {}
    const only = process.env['BENCH_ONLY'] ?? ''
    for (const { name, least, ours, other, by, connections } of await races(bench)) {
      if (!name.includes(only)) continue
      const [a, b] = await takeTurns([ours, other], { ...options, connections })
      if (a === undefined || b === undefined) throw new Error('two contestants have two results')
      const ratio = by === 'time' ? b.p50Ms / a.p50Ms : a.perSecond / b.perSecond
      table[name] = {
        [`p50 ms`]: a.p50Ms.toFixed(2),
        'other p50 ms': b.p50Ms.toFixed(2),
        '/s': a.perSecond.toFixed(0),
        'other /s': b.perSecond.toFixed(0),
        ratio: by === 'time' ? `${(1 / ratio).toFixed(2)} × the time` : ratio.toFixed(2),
        bar: least === undefined ? '' : bar(ratio, least),
      }
    }
    console.table(table)
  } finally {
    await bench.stop()
  }
}

interface Race {
  name: string
  by: 'time' | 'rate'
  /** Undefined where a figure is only told. */
  least?: number
  connections: number
  ours: Contestant
  other: Contestant
}

async function races(bench: TeamBench): Promise<Race[]> {
  const pages = {
    large: await cursorsOf(bench, bench.large.token),
    small: await cursorsOf(bench, bench.small.token),
  }
  const list = (token: string, query: () => string): Contestant['next'] => {
    const headers = { authorization: `Bearer ${token}` }
    return () => ({ method: 'GET', url: `${bench.url}/team/v1/members?${query()}`, headers })
  }
  const keyed: Contestant = {
    name: 'a keyed select',
    expectedStatus: 200,
    next: () => ({
      method: 'GET',
      url: `${bench.bare}/members/${pick(bench.large.memberIds)}`,
      headers: {},
    }),
  }
  const keyset: Contestant = {
    name: 'page at 100,000',
    expectedStatus: 200,
    next: list(bench.large.token, () => `limit=50&cursor=${pick(pages.large)}`),
  }
  const search: Contestant = {
    name: 'search',
    expectedStatus: 200,
    next: list(bench.large.token, () => `limit=50&search=${encodeURIComponent(threeLetters())}`),
  }
  const authorize = {
    authorization: `Bearer ${bench.hostKey}`,
    'content-type': 'application/json',
  }
  return [
    {
      name: 'a page of 50 members by keyset, at 1,000',
      by: 'time',
      least: 1 / 1.5,
      connections: 1,
      ours: keyset,
      other: {
        name: 'page at 1,000',
        expectedStatus: 200,
        next: list(bench.small.token, () => `limit=50&cursor=${pick(pages.small)}`),
      },
    },
    {
      name: 'a search by three letters, a page of 50 by keyset',
      by: 'time',
      least: 1 / 3,
      connections: 1,
      ours: search,
      other: keyset,
    },
    {
      name: 'a search by three letters, one row by its key from a bare route',
      by: 'time',
      connections: 1,
      ours: search,
      other: keyed,
    },
    {
      name: 'authorize at 16 connections, a keyed select',
      by: 'rate',
      least: 0.5,
      connections: 16,
      ours: {
        name: 'authorize',
        expectedStatus: 200,
        next: () => ({
          method: 'POST',
          url: `${bench.url}/host/v1/workspaces/${bench.large.id}/authorize`,
          headers: authorize,
          body: JSON.stringify({
            member: pick(bench.large.memberIds),
            channel: 'wa',
            department: 'Sales',
          }),
        }),
      },
      other: {
        name: 'bare authorize',
        expectedStatus: 200,
        next: () => ({
          method: 'POST',
          url: `${bench.bare}/authorize`,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            member: pick(bench.large.memberIds),
            channel: 'wa',
            department: 'Sales',
          }),
        }),
      },
    },
  ]
}

/** Cursors from all over a list. */
async function cursorsOf(bench: TeamBench, token: string): Promise<string[]> {
  const cursors: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`
    const response = await fetch(`${bench.url}/team/v1/members?limit=100${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    cursor = ((await response.json()) as { nextCursor: string | null }).nextCursor
    if (cursor !== null) cursors.push(cursor)
  }
  return cursors
}

/** Three letters as people begin to type a name, most of which find hundreds or thousands. */
const typed = ['ana', 'mar', 'gar', 'lop', 'rod', 'nun', 'zoe', 'sil', 'xim', 'jim', 'kat', 'web']

function threeLetters(): string {
  return pick(typed)
}

function pick<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)] as T
}
