import { randomUUID } from 'node:crypto'

import { createPool } from '@plantel/db/testing'

import { entraUser, type ScimTarget, sendScim } from '../../support/scim-client.ts'
import { describeMachine } from '../benchmark-database.ts'
import { compare } from '../compare.ts'
import { startScimBench } from '../scim-bench.ts'
import type { Dataset } from '../scim-dataset.ts'
import { operationsOf } from '../scim-figures.ts'
import { groupSizes, type ScimOperation, scimOperations } from '../scim-operations.ts'
import { createGroups, patchOf, requestsOf } from '../scim-requests.ts'
import { installJackson, startJackson } from './jackson.ts'

/**
 * The operations by which SCIM servers are measured, asked of Plantel and of SAML Jackson in turns: the same users and
 * groups, databases on one server, the same load. Jackson keeps no tenant apart by policy, writes no history, checks no
 * schema and answers a group without its members, so that it does less for each of them.
 */
export async function benchScimPeers(): Promise<void> {
  const seconds = Number(process.env['BENCH_SECONDS'] ?? 3)
  const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
  const users = Number(process.env['BENCH_USERS'] ?? 10_000)
  await installJackson()
  const stops: (() => Promise<void> | void)[] = []
  try {
    const bench = await startScimBench(users)
    stops.push(() => bench.stop())
    const database = await createEmptyDatabase()
    stops.push(() => database.drop())
    const jackson = await startJackson({ databaseUrl: database.url })
    stops.push(() => jackson.stop())
    console.info(await describeMachine(bench.db))
    console.info(`${users} users, limiter raised; medians of ${rounds} × ${seconds} s, in turns`)

    const dataset = await provision(jackson.scim, users)
    const [small = '', large = ''] = await createGroups(jackson.scim, 2)
    const sizes = groupSizes(dataset)
    await fillGroup(jackson.scim, small, dataset, sizes.small)
    await fillGroup(jackson.scim, large, dataset, sizes.large)
    await database.vacuum()
    const ask = requestsOf(jackson.scim, jackson.scim.baseUrl)
    const theirs = scimOperations({ ask, dataset, groups: { small, large }, patchedGroup: 200 })
    const ours = await operationsOf(bench)

    const table: Record<string, Record<string, string>> = {}
    for (const key of Object.keys(ours) as ScimOperation[]) {
      const { name, connections } = ours[key]
      const options = { connections, seconds, rounds }
      const result = await compare(
        ours[key],
        { ...theirs[key], name: `${name} (Jackson)` },
        options,
      )
      table[`${name}, ${connections}`] = {
        'Plantel/s': result.ours.perSecond.toFixed(0),
        'Jackson/s': result.baseline.perSecond.toFixed(0),
        times: result.ratio.toFixed(2),
        'p50 ms': result.ours.p50Ms.toFixed(2),
        'Jackson p50 ms': result.baseline.p50Ms.toFixed(2),
      }
    }
    console.table(table)
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}

interface EmptyDatabase {
  url: string
  vacuum(): Promise<void>
  drop(): Promise<void>
}

/** Beside Plantel's, on the server of this run. */
async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const adminUrl = process.env['TEST_DATABASE_URL'] ?? ''
  const name = `peer_${randomUUID().replaceAll('-', '')}`
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  await run(adminUrl, `create database ${name}`)
  return {
    url: url.href,
    vacuum: () => run(url.href, 'vacuum (analyze)'),
    drop: () => run(adminUrl, `drop database ${name} with (force)`),
  }
}

async function run(connectionString: string, statement: string): Promise<void> {
  const pool = createPool({ connectionString, max: 1 }, undefined)
  await pool.query(statement)
  await pool.end()
}

/** As Plantel's are called. */
function nameOf(number: number): string {
  return `person-${number}@acme.example`
}

/** One by one over SCIM, as a directory would. */
async function provision(scim: ScimTarget, size: number): Promise<Dataset> {
  const ids: string[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < size) {
      const number = next
      next += 1
      const draft = entraUser(nameOf(number), 'Patternia', 'Patternsen')
      const { status, body } = await sendScim(scim, 'POST', '/Users', draft)
      if (status !== 201) throw new Error(`POST /Users answered ${status}`)
      ids[number] = String(body['id'])
    }
  }
  await Promise.all(Array.from({ length: 16 }, work))
  return { size, user: (number) => ({ id: ids[number] ?? '', userName: nameOf(number) }) }
}

async function fillGroup(
  scim: ScimTarget,
  groupId: string,
  { user }: Dataset,
  members: number,
): Promise<void> {
  for (let start = 0; start < members; start += 500) {
    const value = Array.from({ length: Math.min(500, members - start) }, (_, index) => ({
      value: user(start + index).id,
    }))
    const added = patchOf({ op: 'add', path: 'members', value })
    const { status } = await sendScim(scim, 'PATCH', `/Groups/${groupId}`, added)
    if (status !== 200) throw new Error(`PATCH of a group answered ${status}`)
  }
}
