import { isDeepStrictEqual } from 'node:util'

import { entraUser, oktaAddMember, sendScim } from '../support/scim-client.ts'
import { describeMachine } from './benchmark-database.ts'
import { compare, type Contestant, type LoadRequest } from './compare.ts'
import { bar } from './report.ts'
import { type ScimBench, startScimBench } from './scim-bench.ts'

/** One row of the table: what is asked, and how much of the bare server's rate is enough. */
interface Race {
  name: string
  bar: number
  connections: number
  ours: Omit<Contestant, 'name'>
  bare: Omit<Contestant, 'name'>
}

/**
 * SCIM over PostgreSQL beside a bare Express route that does the least the same request can do: one keyed select that
 * sends the same bytes, or one transaction that writes the same directory rows. Server, client and database share this
 * machine, so read the ratios.
 */
export async function benchScim(): Promise<void> {
  const seconds = Number(process.env['BENCH_SECONDS'] ?? 3)
  const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
  const users = Number(process.env['BENCH_USERS'] ?? 10_000)
  const only = process.env['BENCH_ONLY'] ?? ''
  const bench = await startScimBench(users)
  try {
    console.info(await describeMachine(bench.db))
    console.info(`${users} users, medians of ${rounds} rounds of ${seconds} s each, in turns`)
    await assertSameBytes(bench)
    const table: Record<string, Record<string, string>> = {}
    for (const race of await races(bench)) {
      if (!race.name.includes(only)) continue
      const name = `${race.name}, ${race.connections} connections`
      const { ours, baseline, ratio } = await compare(
        { name: `${name} (Plantel)`, ...race.ours },
        { name: `${name} (bare)`, ...race.bare },
        { connections: race.connections, seconds, rounds },
      )
      table[name] = {
        'Plantel/s': ours.perSecond.toFixed(0),
        'bare/s': baseline.perSecond.toFixed(0),
        'p50 ms': ours.p50Ms.toFixed(2),
        ratio: ratio.toFixed(2),
        bar: bar(ratio, race.bar),
      }
    }
    console.table(table)
  } finally {
    await bench.stop()
  }
}

export async function races(bench: ScimBench): Promise<Race[]> {
  const { scim, bare, dataset } = bench
  const headers = {
    authorization: `Bearer ${scim.token}`,
    'content-type': 'application/scim+json',
  }
  const ask = (base: string, method: string, path: string, body?: unknown): LoadRequest => ({
    method,
    url: `${base}${path}`,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const race = (
    name: string,
    least: number,
    status: number,
    next: (base: string) => LoadRequest,
    bareStatus = status,
  ): Race => ({
    name,
    bar: least,
    connections: 16,
    ours: { next: () => next(scim.baseUrl), expectedStatus: status },
    bare: { next: () => next(bare), expectedStatus: bareStatus },
  })
  const pick = (): number => Math.floor(Math.random() * dataset.size)
  let posted = 0
  let toggled = 0
  let added = 0
  const plain = await createGroups(bench, 100)
  return [
    race('GET /Users?filter=userName eq', 0.5, 200, (base) => {
      const { userName } = dataset.user(pick())
      return base === bare
        ? ask(base, 'GET', `/Users?name=${encodeURIComponent(userName)}`)
        : ask(base, 'GET', `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`)
    }),
    race('GET /Users/{id}', 0.5, 200, (base) =>
      ask(base, 'GET', `/Users/${dataset.user(pick()).id}`),
    ),
    race('POST /Users', 0.4, 201, (base) =>
      ask(base, 'POST', '/Users', entraUser(`new-${(posted += 1)}@acme.example`, 'Load', 'Person')),
    ),
    race('PATCH active', 0.4, 200, (base) => {
      // Every user is deactivated in one round through all of them and activated in the next: each request changes one.
      const number = (toggled += 1)
      const active = Math.floor(number / dataset.size) % 2 === 1
      return ask(base, 'PATCH', `/Users/${dataset.user(number % dataset.size).id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'active', value: active }],
      })
    }),
    race('PATCH add one member', 0.4, 204, (base) => {
      const number = (added += 1)
      const user = dataset.user(Math.floor(number / plain.length) % dataset.size)
      return ask(base, 'PATCH', `/Groups/${plain[number % plain.length]}`, oktaAddMember(user.id))
    }),
  ]
}

async function createGroups({ scim }: ScimBench, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let number = 0; number < count; number += 1) {
    const { body } = await sendScim(scim, 'POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: `Group ${number}`,
    })
    ids.push(String(body['id']))
  }
  return ids
}

/** A baseline that answers less than Plantel would flatter it the wrong way round. */
async function assertSameBytes({ scim, bare, dataset }: ScimBench): Promise<void> {
  const { id, userName } = dataset.user(0)
  const filter = encodeURIComponent(`userName eq "${userName}"`)
  for (const [ours, theirs] of [
    [`/Users?filter=${filter}`, `/Users?name=${encodeURIComponent(userName)}`],
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
