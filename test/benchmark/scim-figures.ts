import { describeMachine } from './benchmark-database.ts'
import { takeTurns } from './compare.ts'
import { type ScimBench, startScimBench } from './scim-bench.ts'
import {
  groupSizes,
  type Measurable,
  type ScimOperation,
  scimOperations,
} from './scim-operations.ts'
import { createGroups, fillGroups, requestsOf } from './scim-requests.ts'

/** The best rate that any other PostgreSQL-backed SCIM server had, each on two cores. */
const best: Readonly<Record<ScimOperation, number>> = {
  create: 1_363,
  find: 2_445,
  read: 3_247,
  page: 502,
  activate: 1_111,
  'small-group': 216,
  'large-group': 205,
  'read-group': 843,
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
    const operations = await operationsOf(bench)
    for (const [key, operation] of Object.entries(operations) as [ScimOperation, Measurable][]) {
      const { connections } = operation
      const [measured] = await takeTurns([operation], { connections, seconds, rounds })
      const perSecond = measured?.perSecond ?? 0
      table[`${operation.name}, ${connections}`] = {
        'Plantel/s': perSecond.toFixed(0),
        'best other/s': String(best[key]),
        times: (perSecond / best[key]).toFixed(2),
        'p50 ms': measured?.p50Ms.toFixed(2) ?? '',
      }
    }
    console.table(table)
  } finally {
    await bench.stop()
  }
}

/** Of Plantel, with its two groups filled. */
export async function operationsOf({
  db,
  scim,
  dataset,
}: ScimBench): Promise<Record<ScimOperation, Measurable>> {
  const sizes = groupSizes(dataset)
  const [small = '', large = ''] = await createGroups(scim, 2)
  await fillGroups(db, [small], dataset, sizes.small)
  await fillGroups(db, [large], dataset, sizes.large)
  const ask = requestsOf(scim, scim.baseUrl)
  return scimOperations({ ask, dataset, groups: { small, large }, patchedGroup: 204 })
}
