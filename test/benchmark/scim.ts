import { randomBytes } from 'node:crypto'

import { createId, inInstallation, inWorkspace } from '@plantel/db'
import { createTestDatabase } from '@plantel/db/testing'
import { createScimConnection, createScimToken, scimBaseUrl } from '@plantel/scim-server'
import { createHost, createWorkspace } from '@plantel/team'

import { createDataFolder, findFreePort, startPlantel } from '../support/plantel-process.ts'
import { entraUser, type ScimTarget, sendScim } from '../support/scim-client.ts'
import { startBaseline } from './baseline.ts'
import { compare, type LoadRequest } from './compare.ts'

/**
 * SCIM over PostgreSQL beside a bare Express route that does the least the same request can do: one keyed select, or one
 * transaction with the same directory rows. Server, client and database share this machine, so read the ratios.
 */
export async function benchScim(): Promise<void> {
  const seconds = Number(process.env['BENCH_SECONDS'] ?? 3)
  const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
  const users = Number(process.env['BENCH_USERS'] ?? 1_000)
  const database = await createTestDatabase('postgres')
  if (database.options.engine !== 'postgres') throw new Error('not PostgreSQL')
  const { workspaceId, connectionId, token } = await createInstallation(database)
  const data = await createDataFolder()
  const port = await findFreePort()
  const plantel = await startPlantel(data.folder, port, {
    DATABASE_URL: database.options.url,
    PLANTEL_SECRET: randomBytes(32).toString('hex'),
    PLANTEL_PUBLIC_URL: `http://localhost:${port}`,
    PLANTEL_LOG_LEVEL: 'error',
  })
  const scim = { baseUrl: scimBaseUrl(`http://localhost:${port}`, connectionId), token }
  const databaseUrl = database.options.url
  const baseline = await startBaseline({ databaseUrl, workspaceId, connectionId })
  try {
    const ids = await provision(scim, users)
    const table: Record<string, { ours: string; baseline: string; ratio: string }> = {}
    const report = async (
      name: string,
      connections: number,
      ours: { next: () => LoadRequest; expectedStatus: number },
      bare: { next: () => LoadRequest; expectedStatus: number },
    ): Promise<void> => {
      const result = await compare(
        { name: `${name} (Plantel)`, ...ours },
        { name: `${name} (baseline)`, ...bare },
        { connections, seconds, rounds },
      )
      table[name] = {
        ours: `${result.ours.toFixed(0)}/s`,
        baseline: `${result.baseline.toFixed(0)}/s`,
        ratio: result.ratio.toFixed(2),
      }
    }
    const authorized = {
      authorization: `Bearer ${scim.token}`,
      'content-type': 'application/scim+json',
    }
    const pick = (): { id: string; name: string } => {
      const index = Math.floor(Math.random() * ids.length)
      return { id: ids[index] ?? '', name: userName(index) }
    }
    let serial = 0
    await report(
      'GET /Users?filter=userName eq, 16 connections',
      16,
      {
        next: () => ({
          method: 'GET',
          url: `${scim.baseUrl}/Users?filter=${encodeURIComponent(`userName eq "${pick().name}"`)}`,
          headers: authorized,
        }),
        expectedStatus: 200,
      },
      {
        next: () => ({
          method: 'GET',
          url: `${baseline.url}/users?name=${encodeURIComponent(pick().name)}`,
          headers: {},
        }),
        expectedStatus: 200,
      },
    )
    await report(
      'GET /Users/{id}, 16 connections',
      16,
      {
        next: () => ({
          method: 'GET',
          url: `${scim.baseUrl}/Users/${pick().id}`,
          headers: authorized,
        }),
        expectedStatus: 200,
      },
      {
        next: () => ({ method: 'GET', url: `${baseline.url}/users/${pick().id}`, headers: {} }),
        expectedStatus: 200,
      },
    )
    await report(
      'POST /Users, 16 connections',
      16,
      {
        next: () => ({
          method: 'POST',
          url: `${scim.baseUrl}/Users`,
          headers: authorized,
          body: JSON.stringify(entraUser(`load-${(serial += 1)}@acme.example`, 'Load', 'Person')),
        }),
        expectedStatus: 201,
      },
      {
        next: () => ({ method: 'POST', url: `${baseline.url}/users`, headers: {} }),
        expectedStatus: 201,
      },
    )
    let active = false
    await report(
      'PATCH active, 16 connections',
      16,
      {
        next: () => {
          active = !active
          return {
            method: 'PATCH',
            url: `${scim.baseUrl}/Users/${pick().id}`,
            headers: authorized,
            body: JSON.stringify({
              schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
              Operations: [{ op: 'replace', path: 'active', value: active }],
            }),
          }
        },
        expectedStatus: 200,
      },
      {
        next: () => ({ method: 'PATCH', url: `${baseline.url}/users/${pick().id}`, headers: {} }),
        expectedStatus: 200,
      },
    )
    console.info(`PostgreSQL, ${users} users, medians of ${rounds} rounds of ${seconds} s each`)
    console.table(table)
  } finally {
    baseline.stop()
    await plantel.stop()
    await data.remove()
    await database.close()
  }
}

/** One workspace with a connection whose limiter does not take part: what is measured is the server. */
async function createInstallation(
  database: Awaited<ReturnType<typeof createTestDatabase>>,
): Promise<{ workspaceId: string; connectionId: string; token: string }> {
  const actor = { kind: 'system', id: null, requestId: createId() } as const
  const { id: hostId } = await inInstallation(database, (query) =>
    createHost(query, { name: 'Benchmark', allowedOrigins: [] }),
  )
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
    const { id } = await createScimConnection(trx, { name: 'Entra', idp: 'entra' })
    const { plainToken } = await createScimToken(trx, id)
    return { connectionId: id, token: plainToken }
  })
  await database.owner
    .updateTable('scim_connections')
    .set({ requests_per_minute: 10_000_000, request_burst: 1_000_000 })
    .execute()
  return { workspaceId, ...created }
}

function userName(index: number): string {
  return `bench-${index}@acme.example`
}

async function provision(scim: ScimTarget, count: number): Promise<string[]> {
  const ids: string[] = []
  const queue = Array.from({ length: count }, (_, index) => index)
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
        const user = entraUser(userName(index), 'Bench', `Person ${index}`)
        const { status, body } = await sendScim(scim, 'POST', '/Users', user)
        if (status !== 201) throw new Error(`POST /Users answered ${status}`)
        ids[index] = String(body['id'])
      }
    }),
  )
  return ids
}
