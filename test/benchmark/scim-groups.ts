import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { openBenchmarkDatabase } from './benchmark-database.ts'

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/**
 * Groups as large as a whole company, on both engines: how long a request takes, by how much the server's process grows
 * and how long its event loop stands still meanwhile, and how others fare who look up a user at the same time.
 */
export async function benchScimGroups(): Promise<void> {
  const members = Number(process.env['BENCH_MEMBERS'] ?? 500_000)
  const postgres = await openBenchmarkDatabase()
  try {
    for (const engine of ['postgres', 'pglite']) await benchOn(engine, members)
  } finally {
    await postgres.close()
  }
}

async function benchOn(engine: string, members: number): Promise<void> {
  const server = await startServer(engine, members + 1_100)
  try {
    const all = (await server.json('GET', '/ids', undefined, server.origin)) as string[]
    const ids = all.slice(0, members)
    const others = all.slice(members)
    const table: Record<string, object> = {}
    const measure = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      await server.gauge()
      const bystander = server.lookUp(ids)
      const started = performance.now()
      const ended = work().then(() => performance.now())
      const waits = await ended.then(bystander, bystander)
      const ms = (await ended) - started
      const { grownBytes, blockedMs } = await server.gauge()
      table[name] = {
        ms: Math.round(ms),
        'grown by MB': Math.round(grownBytes / 2 ** 20),
        'loop busy ms': Math.round(blockedMs),
        'others served': waits.times.length,
        'put off': waits.refused,
        'their p50 ms': median(waits.times),
        'longest ms': round(Math.max(...waits.times)),
      }
    }
    const large = await server.createGroup('Everybody')
    const small = await server.createGroup('Few')
    const groupPath = `/Groups/${large}`
    const put = (memberIds: readonly string[]): Promise<unknown> =>
      server.json('PUT', `${groupPath}?excludedAttributes=members`, {
        schemas: [groupSchema],
        displayName: 'Everybody',
        members: memberIds.map((value) => ({ value, type: 'User' })),
      })
    const patch = (id: string, operation: object): Promise<unknown> =>
      server.json('PATCH', `/Groups/${id}`, { schemas: [patchSchema], Operations: [operation] })
    const replacement = ids.map((value) => ({ value }))

    await patch(small, { op: 'add', path: 'members', value: replacement.slice(0, 1_000) })
    await measure(`PUT of ${members} new members`, () => put(ids))
    const changed = [...ids.slice(50), ...others.slice(0, 50)]
    await measure('PUT with 100 changes', () => put(changed))
    await measure('PATCH that replaces all, 100 changes', () =>
      patch(large, { op: 'replace', path: 'members', value: replacement }),
    )
    await measure('GET', async () => {
      const bytes = await server.download(groupPath, () => Promise.resolve())
      table['GET, size'] = { MB: Math.round(bytes / 2 ** 20) }
    })
    // A thousand pauses of ten milliseconds.
    let paused = 0
    await measure('GET by a slow reader', () =>
      server.download(groupPath, () => (++paused % 2 === 0 ? delay(10) : Promise.resolve())),
    )
    for (const [name, id] of [
      ['1,000', small],
      [String(members), large],
    ] as const) {
      const times: number[] = []
      for (const value of others.slice(100, 400)) {
        const started = performance.now()
        await patch(id, { op: 'add', path: 'members', value: [{ value }] })
        times.push(performance.now() - started)
      }
      table[`PATCH add one of ${name}, p50`] = { ms: median(times) }
    }
    await measure('PATCH that removes 1,000', () =>
      patch(large, { op: 'remove', path: 'members', value: replacement.slice(0, 1_000) }),
    )
    await measure('DELETE', () => server.json('DELETE', groupPath))
    console.info(`${engine}, ${members} members`)
    console.table(table)
  } finally {
    server.stop()
  }
}

function median(times: readonly number[]): number {
  return round(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0)
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}

/** What became of look-ups: on PGlite they wait for a transaction, and are put off when it takes too long. */
interface LookUps {
  times: number[]
  refused: number
}

interface GroupServer {
  origin: string
  json(method: string, path: string, body?: unknown, base?: string): Promise<unknown>
  createGroup(displayName: string): Promise<string>
  gauge(): Promise<{ grownBytes: number; blockedMs: number }>
  /** Reads an answer chunk by chunk and answers its length. */
  download(path: string, pause: () => Promise<void>): Promise<number>
  /** Looks up users until the answer is called, which tells how long each took. */
  lookUp(ids: readonly string[]): () => Promise<LookUps>
  stop(): void
}

async function startServer(engine: string, users: number): Promise<GroupServer> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=plantel:source',
      '--expose-gc',
      fileURLToPath(new URL('./scim-groups-server.ts', import.meta.url)),
      JSON.stringify({ engine, users }),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { origin, baseUrl, token } = JSON.parse(line.toString()) as Record<string, string>
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/scim+json',
  }
  const json: GroupServer['json'] = async (method, path, body, base = baseUrl) => {
    // Unlike `fetch`, it waits for an answer as long as it takes.
    const sent = request(`${base}${path}`, { method, headers })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const text = await readText(response)
    const { statusCode = 500 } = response
    if (statusCode >= 400) throw new Error(`${method} ${path} answered ${statusCode} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    origin: origin ?? '',
    json,
    async createGroup(displayName) {
      const body = await json('POST', '/Groups', { schemas: [groupSchema], displayName })
      return (body as { id: string }).id
    },
    gauge: async () =>
      (await json('POST', '/gauge', undefined, origin)) as {
        grownBytes: number
        blockedMs: number
      },
    async download(path, pause) {
      const sent = request(`${baseUrl}${path}`, { headers }).end()
      const [response] = await once(sent, 'response')
      let bytes = 0
      for await (const chunk of response) {
        bytes += (chunk as Buffer).length
        await pause()
      }
      return bytes
    },
    lookUp(ids) {
      const signal = new AbortController()
      const waits: LookUps = { times: [], refused: 0 }
      const look = async (index: number): Promise<void> => {
        const started = performance.now()
        const id = ids[(index * 7_919) % ids.length]
        const response = await fetch(`${baseUrl}/Users/${id}?attributes=userName`, { headers })
        await response.text()
        if (response.status === 503) waits.refused += 1
        else if (response.ok) waits.times.push(performance.now() - started)
        else throw new Error(`A look-up was answered ${response.status}`)
      }
      const run = async (): Promise<void> => {
        for (let index = 0; !signal.signal.aborted; index += 1) {
          await look(index)
          await delay(5)
        }
      }
      const running = run()
      return async () => {
        signal.abort()
        await running
        return waits
      }
    },
    stop: () => void child.kill(),
  }
}
