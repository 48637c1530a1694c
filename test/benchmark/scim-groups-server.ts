import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createId, inInstallation, inWorkspace } from '@plantel/db'
import { analyzeTables, createTestDatabase, type TestEngine } from '@plantel/db/testing'
import { createScimConnection, createScimServer, createScimToken } from '@plantel/scim-server'
import { createHost, createWorkspace } from '@plantel/team'
import express from 'express'

/**
 * A SCIM server whose connection has as many users as asked for, in a process of its own: `POST /gauge` says how much
 * memory it grew by at most, and how long at most it kept its event loop busy without a break, since it was asked the last time.
 */
const { engine, users } = JSON.parse(process.argv[2] ?? '{}') as {
  engine: TestEngine
  users: number
}
const actor = { kind: 'system', id: null, requestId: createId() } as const
const database = await createTestDatabase(engine)
const { id: hostId } = await inInstallation(database, (query) =>
  createHost(query, { name: 'Benchmark', allowedOrigins: [] }),
)
const workspaceId = createId()
const { connectionId, token } = await inWorkspace(database, workspaceId, actor, async (trx) => {
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
    name: 'Directory',
    idp: 'generic',
    rateLimit: { requestsPerMinute: 10_000_000, burst: 1_000_000 },
  })
  return { connectionId: id, token: (await createScimToken(trx, id)).plainToken }
})
const chunk = 5_000
for (let start = 0; start < users; start += chunk) {
  const ids = Array.from({ length: Math.min(chunk, users - start) }, () => createId())
  await database.owner
    .insertInto('directory_users')
    .values(
      ids.map((id) => ({
        workspace_id: workspaceId,
        connection_id: connectionId,
        id,
        user_name: id,
        user_name_key: id,
        display_name: `Person ${id}`,
        display_key: `person ${id}`,
        active: true,
        resource: JSON.stringify({ userName: id, active: true }),
      })),
    )
    .execute()
}
await analyzeTables(database)

// Ends with whoever started it, however they end.
process.stdin.on('end', () => process.exit()).resume()

let startBytes = process.memoryUsage.rss()
let peakBytes = startBytes
let longestMs = 0
let before = process.threadCpuUsage()
// In time of the processor: that others keep this process waiting is not its doing.
setInterval(() => {
  const { user, system } = process.threadCpuUsage(before)
  before = process.threadCpuUsage()
  longestMs = Math.max(longestMs, (user + system) / 1_000)
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
}, 1)

const app = express()
app.post('/gauge', (_request, response) => {
  response.json({ grownBytes: Math.max(0, peakBytes - startBytes), blockedMs: longestMs })
  globalThis.gc?.()
  startBytes = process.memoryUsage.rss()
  peakBytes = startBytes
  longestMs = 0
  before = process.threadCpuUsage()
})
app.get('/ids', async (_request, response) => {
  const rows = await database.owner
    .selectFrom('directory_users')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .orderBy('id')
    .execute()
  response.json(rows.map((row) => row.id))
})
const publicUrl = 'https://plantel.example'
const secret = 'a secret of at least 32 characters'
const log = (entry: { status: number; error?: unknown }): void => {
  if (entry.status === 500) console.error(entry.error)
}
app.use('/scim/v2', createScimServer({ db: database, publicUrl, secret, fetch, log }))
const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
console.info(JSON.stringify({ origin, baseUrl: `${origin}/scim/v2/${connectionId}`, token }))
