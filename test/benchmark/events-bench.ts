import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createId, inInstallation, inWorkspace } from '@plantel/db'
import { createScimConnection, createScimToken, scimBaseUrl } from '@plantel/scim-server'
import { createHost, createHostKey, createWorkspace } from '@plantel/team'

import {
  createDataFolder,
  findFreePort,
  type PlantelProcess,
  startPlantel,
} from '../support/plantel-process.ts'
import type { ScimTarget } from '../support/scim-client.ts'
import { type BenchmarkDatabase, openBenchmarkDatabase } from './benchmark-database.ts'

/** A webhook as it came in. */
export interface Arrival {
  at: number
  id: string
  type: string
  memberId: string
}

/** Plantel, a workspace with a directory, and a receiver of webhooks. */
export interface EventsBench {
  db: BenchmarkDatabase
  url: string
  hostKey: string
  workspaceId: string
  scim: ScimTarget
  arrivals: Arrival[]
  /** Calls the Host API; throws for a refusal. */
  host: (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>
  residentBytes(): Promise<number>
  /** Another replica over the same database. */
  startReplica(): Promise<PlantelProcess>
  stop(): Promise<void>
}

const actor = { kind: 'system', id: null, requestId: 'benchmark' } as const

export async function startEventsBench(): Promise<EventsBench> {
  const stops: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) await each()
  }
  const db = await openBenchmarkDatabase()
  stops.push(() => db.close())
  const receiver = await openReceiver()
  stops.push(() => receiver.close())
  const installation = await createInstallation(db)
  const port = await findFreePort()
  const publicUrl = `http://localhost:${port}`
  const environment = {
    DATABASE_URL: db.url,
    PLANTEL_SECRET: randomBytes(32).toString('hex'),
    PLANTEL_PUBLIC_URL: publicUrl,
    PLANTEL_LOG_LEVEL: 'error',
    PLANTEL_ALLOW_PRIVATE_NETWORK: receiver.origin,
    PLANTEL_HOST_REQUESTS_PER_MINUTE: '9999999',
    PLANTEL_MEMBER_REQUESTS_PER_MINUTE: '9999999',
  }
  async function start(at: number): Promise<PlantelProcess> {
    const data = await createDataFolder()
    stops.push(() => data.remove())
    const plantel = await startPlantel(data.folder, at, environment)
    stops.push(() => plantel.stop())
    return plantel
  }
  const plantel = await start(port)
  const { hostKey, workspaceId, connectionId, token } = installation
  const host: EventsBench['host'] = async (method, path, body) => {
    const response = await fetch(`${publicUrl}/host/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }
  await host('POST', '/webhook-endpoints', { url: `${receiver.origin}/hook` })
  return {
    db,
    url: publicUrl,
    hostKey,
    workspaceId,
    scim: { baseUrl: scimBaseUrl(publicUrl, connectionId), token },
    arrivals: receiver.arrivals,
    host,
    residentBytes: () => plantel.residentBytes(),
    startReplica: async () => start(await findFreePort()),
    stop,
  }
}

async function createInstallation({ database }: BenchmarkDatabase): Promise<{
  hostKey: string
  workspaceId: string
  connectionId: string
  token: string
}> {
  const { hostId, plainKey } = await inInstallation(database, async (query) => {
    const { id } = await createHost(query, { name: 'Benchmark', allowedOrigins: [] })
    return { hostId: id, ...(await createHostKey(query, id, { name: 'benchmark' })) }
  })
  const workspaceId = createId()
  const created = await inWorkspace(database, workspaceId, actor, async (trx) => {
    await createWorkspace(trx, {
      hostId,
      slug: 'acme',
      name: 'Acme',
      preset: 'respond',
      locale: 'en',
      timeZone: 'UTC',
      owner: { email: 'owner@acme.example', displayName: 'Olive Owner' },
      departments: ['Sales'],
      channels: [],
    })
    const { id } = await createScimConnection(trx, {
      name: 'Entra',
      idp: 'entra',
      // The limiter does not take part: what is measured is the server.
      rateLimit: { requestsPerMinute: 10_000_000, burst: 1_000_000 },
      defaultRole: 'agent',
    })
    const { plainToken } = await createScimToken(trx, id)
    return { connectionId: id, token: plainToken }
  })
  return { hostKey: plainKey, workspaceId, ...created }
}

async function openReceiver(): Promise<{
  origin: string
  arrivals: Arrival[]
  close: () => Promise<void>
}> {
  const arrivals: Arrival[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const at = performance.now()
      response.writeHead(204).end()
      const { type, data } = JSON.parse(body) as {
        type: string
        data: { member?: { id: string } }
      }
      const id = String(request.headers['webhook-id'])
      arrivals.push({ at, id, type, memberId: data.member?.id ?? '' })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
