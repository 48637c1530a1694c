import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { afterEach, describe, expect, test } from 'vitest'

import {
  createDataFolder,
  findFreePort,
  type PlantelProcess,
  readDemoFile,
  startPlantel,
} from '../support/plantel-process.ts'
import { entraUser, type ScimTarget, sendScim } from '../support/scim-client.ts'

const isDeep = process.env['TEST_DEPTH'] === 'deep'
const rounds = isDeep ? 5 : 1
const changesPerRound = isDeep ? 1_000 : 80
const people = 8

interface HostEvent {
  id: string
  type: string
  timestamp: string
  data: { member?: { id: string }; handover?: { member: { id: string } } }
}

/** Takes webhooks in, and remembers the order in which they came. */
interface Receiver {
  origin: string
  received: HostEvent[]
  close(): Promise<void>
}

async function openReceiver(): Promise<Receiver> {
  const received: HostEvent[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const id = String(request.headers['webhook-id'])
      received.push({ ...(JSON.parse(body) as Omit<HostEvent, 'id'>), id })
      response.writeHead(204).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function isChange({ type }: HostEvent): boolean {
  return type === 'member.suspended' || type === 'member.reactivated'
}

async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(5)
}

/** Whose events came before an earlier one of theirs had come. */
function outOfOrder(received: readonly HostEvent[]): string[] {
  const newest = new Map<string, bigint>()
  const seen = new Set<string>()
  const wrong: string[] = []
  for (const { id, data } of received) {
    const member = data.member?.id ?? data.handover?.member.id ?? ''
    const position = BigInt(id.replace('evt_', ''))
    // What comes a second time says nothing about the order.
    if (!seen.has(id) && position < (newest.get(member) ?? 0n)) wrong.push(`${member} ${id}`)
    seen.add(id)
    newest.set(
      member,
      position > (newest.get(member) ?? 0n) ? position : (newest.get(member) ?? 0n),
    )
  }
  return wrong
}

async function callHost(
  { hostApi }: { hostApi: { baseUrl: string; key: string } },
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${hostApi.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${hostApi.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return (await response.json()) as Record<string, unknown>
}

/** Everything that happened from a cursor on, by the list of events. */
async function readEvents(
  demo: { hostApi: { baseUrl: string; key: string } },
  start: string,
): Promise<HostEvent[]> {
  const events: HostEvent[] = []
  for (let cursor = start; ;) {
    const page = await callHost(demo, 'GET', `/events?limit=500&cursor=${cursor}`)
    events.push(...(page['events'] as HostEvent[]))
    cursor = String(page['nextCursor'])
    if (page['hasMore'] !== true) return events
  }
}

async function scimPatiently(
  scim: ScimTarget,
  method: string,
  path: string,
  body: unknown,
): Promise<Awaited<ReturnType<typeof sendScim>> | undefined> {
  for (;;) {
    const answer = await sendScim(scim, method, path, body).catch(() => undefined)
    if (answer?.status !== 429) return answer
    await delay(200)
  }
}

describe('webhooks after kill -9', () => {
  const closings: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closings.splice(0).toReversed()) await close()
  })

  async function newFolder(): Promise<string> {
    const { folder, remove } = await createDataFolder()
    closings.push(remove)
    return folder
  }

  /** A process that is started again after each kill. */
  async function newReplica(
    port: number,
    environment: Record<string, string>,
  ): Promise<{ folder: string; kill: () => Promise<void> }> {
    const folder = await newFolder()
    let process: PlantelProcess = await startPlantel(folder, port, environment)
    closings.push(() => process.stop())
    return {
      folder,
      async kill() {
        await process.stop('SIGKILL')
        process = await startPlantel(folder, port, environment)
      },
    }
  }

  /** Suspends and reactivates people in turns while processes are killed; answers how many changes were acknowledged. */
  async function changeWhileKilled(scim: ScimTarget, kill: () => Promise<void>): Promise<number> {
    const userIds: string[] = []
    for (let index = 0; index < people; index += 1) {
      const name = `killed-${index}-${randomBytes(4).toString('hex')}@acme.example`
      const answer = await scimPatiently(scim, 'POST', '/Users', entraUser(name, 'K', name))
      userIds.push(String(answer?.body['id']))
    }
    const done = { count: 0 }
    const enough = changesPerRound / 3
    async function change(userId: string): Promise<void> {
      for (let turn = 0; turn < changesPerRound / people; turn += 1) {
        const value = turn % 2 === 1
        const body = {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'replace', path: 'active', value }],
        }
        const answer = await scimPatiently(scim, 'PATCH', `/Users/${userId}`, body)
        if (answer !== undefined && answer.status < 300) done.count += 1
        // Cut off: it may be done or not, and is done again when Plantel is back.
        else {
          turn -= 1
          await delay(200)
        }
      }
    }
    const changing = Promise.all(userIds.map(change))
    await waitUntil(() => done.count >= enough)
    await kill()
    await changing
    return done.count
  }

  /** What became of the changes: how many were acknowledged, are in the list of events, never arrived, or came too early. */
  async function run(
    receiver: Receiver,
    demo: Awaited<ReturnType<typeof readDemoFile>>,
    kill: () => Promise<void>,
  ): Promise<{ acknowledged: number; listed: number; missing: string[]; early: string[] }> {
    const [workspace] = demo.workspaces
    if (workspace === undefined) throw new Error('demo.json names no workspace')
    const url = `${receiver.origin}/hook`
    const { id } = await callHost(demo, 'POST', '/webhook-endpoints', { url })
    const endpoint = await callHost(demo, 'GET', `/webhook-endpoints/${String(id)}`)
    // What the demo began with may end only now, and is from before the endpoint.
    const since = new Date(String(endpoint['createdAt']))
    const { nextCursor } = await callHost(demo, 'GET', '/events?cursor=latest')
    const start = String(nextCursor)
    let acknowledged = 0
    for (let round = 0; round < rounds; round += 1) {
      acknowledged += await changeWhileKilled(workspace.scim, kill)
    }
    // A killed process's turn is over after its lease.
    const deadline = performance.now() + 90_000
    let events = await readEvents(demo, start)
    while (events.filter(isChange).length < acknowledged && performance.now() < deadline) {
      await delay(500)
      events = await readEvents(demo, start)
    }
    // Of that moment: handovers come of these changes for as long as the inbox answers them.
    const due = events.filter(({ timestamp }) => new Date(timestamp) > since)
    const findMissing = (): string[] => {
      const heard = new Set(receiver.received.map(({ id }) => id))
      return due.map(({ id }) => id).filter((id) => !heard.has(id))
    }
    while (findMissing().length > 0 && performance.now() < deadline) await delay(100)
    return {
      acknowledged,
      listed: due.filter(isChange).length,
      missing: findMissing(),
      early: outOfOrder(receiver.received),
    }
  }

  async function newReceiver(): Promise<Receiver> {
    const receiver = await openReceiver()
    closings.push(() => receiver.close())
    return receiver
  }

  async function newDatabase(receiver: Receiver): Promise<Record<string, string>> {
    const database = await createTestDatabase('postgres')
    closings.push(() => database.close())
    if (database.options.engine !== 'postgres') throw new Error('not PostgreSQL')
    return {
      DATABASE_URL: database.options.url,
      PLANTEL_SECRET: randomBytes(32).toString('hex'),
      PLANTEL_ALLOW_PRIVATE_NETWORK: receiver.origin,
    }
  }

  const timeout = 180_000 + rounds * 120_000
  const least = rounds * changesPerRound

  test('tell of every change in order, on the embedded database', { timeout }, async () => {
    const receiver = await newReceiver()
    const { folder, kill } = await newReplica(await findFreePort(), {
      PLANTEL_ALLOW_PRIVATE_NETWORK: receiver.origin,
    })
    const { acknowledged, listed, ...wrong } = await run(receiver, await readDemoFile(folder), kill)
    expect(wrong).toEqual({ missing: [], early: [] })
    expect(acknowledged).toBeGreaterThanOrEqual(least)
    expect(listed).toBeGreaterThanOrEqual(acknowledged)
  })

  describe.skipIf(!testEngines.includes('postgres'))('on PostgreSQL', () => {
    test.runIf(isDeep)('tell of every change in order', { timeout }, async () => {
      const receiver = await newReceiver()
      const environment = { ...(await newDatabase(receiver)), PLANTEL_DEMO: '1' }
      const { folder, kill } = await newReplica(await findFreePort(), environment)
      const { acknowledged, listed, ...wrong } = await run(
        receiver,
        await readDemoFile(folder),
        kill,
      )
      expect(wrong).toEqual({ missing: [], early: [] })
      expect(acknowledged).toBeGreaterThanOrEqual(least)
      expect(listed).toBeGreaterThanOrEqual(acknowledged)
    })

    test('tell of every change in order when one of two is killed', { timeout }, async () => {
      const receiver = await newReceiver()
      const environment = await newDatabase(receiver)
      const port = await findFreePort()
      const first = await newReplica(port, { ...environment, PLANTEL_DEMO: '1' })
      const second = await newReplica(await findFreePort(), {
        ...environment,
        PLANTEL_DEMO: '0',
        PLANTEL_PUBLIC_URL: `http://localhost:${port}`,
      })
      const { acknowledged, listed, ...wrong } = await run(
        receiver,
        await readDemoFile(first.folder),
        second.kill,
      )
      expect(wrong).toEqual({ missing: [], early: [] })
      expect(acknowledged).toBeGreaterThanOrEqual(least)
      expect(listed).toBeGreaterThanOrEqual(acknowledged)
    })
  })
})
