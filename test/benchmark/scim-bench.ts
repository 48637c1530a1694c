import { randomBytes } from 'node:crypto'

import { createId, inInstallation, inWorkspace } from '@plantel/db'
import { createScimConnection, createScimToken, scimBaseUrl } from '@plantel/scim-server'
import { createHost, createWorkspace } from '@plantel/team'

import { createDataFolder, findFreePort, startPlantel } from '../support/plantel-process.ts'
import type { ScimTarget } from '../support/scim-client.ts'
import { startBaseline } from './baseline.ts'
import { type BenchmarkDatabase, openBenchmarkDatabase } from './benchmark-database.ts'
import { type CpuClock, cpuClock } from './cpu-time.ts'
import { createDataset, type Dataset } from './scim-dataset.ts'

/** Plantel and the bare server over one database, ready to be compared. */
export interface ScimBench {
  db: BenchmarkDatabase
  scim: ScimTarget
  bare: string
  workspaceId: string
  connectionId: string
  dataset: Dataset
  /** Of Plantel and of the bare server, each while only it is asked. */
  cpu: { ours: CpuClock; bare: CpuClock }
  /** What Plantel's process holds of memory. */
  residentBytes(): Promise<number>
  stop(): Promise<void>
}

const actor = { kind: 'system', id: null, requestId: 'benchmark' } as const

/** Starts both, and fills one workspace. */
export async function startScimBench(users: number): Promise<ScimBench> {
  const stops: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) await each()
  }
  try {
    const db = await openBenchmarkDatabase()
    stops.push(() => db.close())
    const { workspaceId, connectionId, token } = await createInstallation(db)
    const data = await createDataFolder()
    stops.push(() => data.remove())
    const port = await findFreePort()
    const publicUrl = `http://localhost:${port}`
    const plantel = await startPlantel(data.folder, port, {
      DATABASE_URL: db.url,
      PLANTEL_SECRET: randomBytes(32).toString('hex'),
      PLANTEL_PUBLIC_URL: publicUrl,
      PLANTEL_LOG_LEVEL: 'error',
      // `--cpu-prof` and the like, for Plantel only.
      NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] ?? '',
    })
    stops.push(() => plantel.stop())
    const scim = { baseUrl: scimBaseUrl(publicUrl, connectionId), token }
    const dataset = await createDataset(db, scim, users)
    const { baseUrl } = scim
    const baseline = await startBaseline({
      databaseUrl: db.url,
      workspaceId,
      connectionId,
      baseUrl,
    })
    stops.push(() => baseline.stop())
    const cpu = {
      ours: cpuClock(db, plantel.processId),
      bare: cpuClock(db, baseline.processId),
    }
    const residentBytes = (): Promise<number> => plantel.residentBytes()
    return {
      db,
      scim,
      bare: baseline.url,
      workspaceId,
      connectionId,
      dataset,
      cpu,
      residentBytes,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** One workspace with a connection whose limiter does not take part: what is measured is the server. */
async function createInstallation({
  database,
}: BenchmarkDatabase): Promise<{ workspaceId: string; connectionId: string; token: string }> {
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
    const { id } = await createScimConnection(trx, {
      name: 'Entra',
      idp: 'entra',
      rateLimit: { requestsPerMinute: 10_000_000, burst: 1_000_000 },
    })
    const { plainToken } = await createScimToken(trx, id)
    return { connectionId: id, token: plainToken }
  })
  return { workspaceId, ...created }
}
