/** The least that a read can do in Express: one keyed select with plain `pg`, no token, policy, schema or log. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createPool } from '@plantel/db/testing'
import express from 'express'

const { databaseUrl, workspaceId } = JSON.parse(process.argv[2] ?? '{}') as {
  databaseUrl: string
  workspaceId: string
}
// As many connections as Plantel opens.
const pool = createPool({ connectionString: databaseUrl, max: 10 }, undefined)
const app = express()

async function readMember(id: unknown): Promise<unknown> {
  const { rows } = await pool.query(
    'select id, display_name, email, state, role_id from members where workspace_id = $1 and id = $2',
    [workspaceId, id],
  )
  return rows[0]
}

app.get('/members/:id', async (request, response) => {
  response.json(await readMember(request.params.id))
})

app.post('/authorize', express.json(), async (request, response) => {
  const { member } = request.body as { member: string }
  response.json({ allowed: (await readMember(member)) !== undefined })
})

const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
console.info(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
