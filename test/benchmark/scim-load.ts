import { entraUser } from '../support/scim-client.ts'
import { describeMachine } from './benchmark-database.ts'
import { LoadConnection } from './http-load.ts'
import { type ScimBench, startScimBench } from './scim-bench.ts'
import { filtered, patchOf, requestsOf } from './scim-requests.ts'

const connections = 8
const groupSize = 100
/** Entra sends members in several requests. */
const membersAtOnce = 20

/**
 * The first synchronisation of a directory as Entra sends it: each user is looked for and made, then the groups, then
 * their members by twenties. `BENCH_LOAD_USERS` people in a hundredth of as many groups; the limiter is raised.
 */
export async function benchScimLoad(): Promise<void> {
  const users = Number(process.env['BENCH_LOAD_USERS'] ?? 100_000)
  const bench = await startScimBench(0)
  const memory: number[] = []
  const timer = setInterval(
    () => void bench.residentBytes().then((bytes) => memory.push(bytes / 2 ** 20)),
    1_000,
  )
  try {
    console.info(await describeMachine(bench.db))
    const started = performance.now()
    const ids: string[] = []
    const provisioned = await phase(bench, users, async (send, number) => {
      const userName = `load-${number}@acme.example`
      await send('GET', filtered('/Users', `userName eq "${userName}"`), 200)
      const made = await send(
        'POST',
        '/Users',
        201,
        entraUser(userName, 'Load', `Person ${number}`),
      )
      ids[number] = String(made['id'])
    })
    const grouped = await phase(bench, users / groupSize, async (send, number) => {
      const displayName = `Load group ${number}`
      await send('GET', filtered('/Groups', `displayName eq "${displayName}"`), 200)
      const group = await send('POST', '/Groups', 201, {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        externalId: displayName,
        displayName,
      })
      for (let first = 0; first < groupSize; first += membersAtOnce) {
        const start = number * groupSize + first
        const value = ids
          .slice(start, start + membersAtOnce)
          .map((id) => ({ $ref: null, value: id }))
        const body = patchOf({ op: 'Add', path: 'members', value })
        await send('PATCH', `/Groups/${String(group['id'])}`, 204, body)
      }
    })
    // Caches and code are warm after a fifth.
    const warm = memory.slice(Math.floor(memory.length / 5))
    const seconds = (performance.now() - started) / 1_000
    console.info(
      `${users} users and ${users / groupSize} groups, ${connections} connections, limiter raised`,
    )
    console.table({
      'users: GET, POST': provisioned,
      'groups: GET, POST, 5 × PATCH': grouped,
      all: {
        requests: provisioned.requests + grouped.requests,
        seconds: seconds.toFixed(1),
        perSecond: ((provisioned.requests + grouped.requests) / seconds).toFixed(0),
      },
    })
    const [low, high] = [Math.min(...warm), Math.max(...warm)]
    console.info(
      `no error; memory of the process ${low.toFixed(0)} to ${high.toFixed(0)} MiB (± ${(((high - low) / (high + low)) * 100).toFixed(0)} %)`,
    )
  } finally {
    clearInterval(timer)
    await bench.stop()
  }
}

type Send = (
  method: string,
  path: string,
  expectedStatus: number,
  body?: unknown,
) => Promise<Record<string, unknown>>

interface Phase {
  requests: number
  seconds: string
  perSecond: string
}

/** Works off numbers from 0 over all connections; anything but the expected answer ends it. */
async function phase(
  { scim }: ScimBench,
  count: number,
  work: (send: Send, number: number) => Promise<void>,
): Promise<Phase> {
  const ask = requestsOf(scim, scim.baseUrl)
  const started = performance.now()
  let next = 0
  let requests = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new LoadConnection(scim.baseUrl)
      const send: Send = async (method, path, expectedStatus, body) => {
        const { status, readBody } = await connection.send(ask(method, path, body))
        if (status !== expectedStatus) throw new Error(`${method} ${path} answered ${status}`)
        requests += 1
        return status === 204 ? {} : readBody()
      }
      for (let number = next++; number < count; number = next++) await work(send, number)
      connection.close()
    }),
  )
  const seconds = (performance.now() - started) / 1_000
  return { requests, seconds: seconds.toFixed(1), perSecond: (requests / seconds).toFixed(0) }
}
