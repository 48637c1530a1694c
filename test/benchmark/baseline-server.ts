/**
 * The least that a request of SCIM can do in Express: plain `pg`, no token, policy, schema, filter, projection, history
 * or log. It reads and writes the very rows and answers the very bytes that Plantel does.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createId } from '@plantel/db'
import { createPool } from '@plantel/db/testing'
import express from 'express'

import type { BaselineInput } from './baseline.ts'

const { databaseUrl, workspaceId, connectionId, baseUrl } = JSON.parse(
  process.argv[2] ?? '{}',
) as BaselineInput
// As many connections as Plantel opens; the owner of the tables, whom no policy binds.
const pool = createPool({ connectionString: databaseUrl, max: 10 }, undefined)
const app = express()
const readJson = express.json({ type: () => true })

interface UserRow {
  id: string
  resource: Record<string, unknown>
  version: string
  created_at: Date
  last_modified_at: Date
}

type Transaction = Pick<typeof pool, 'query'>

async function inTransaction<Result>(
  work: (client: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  await client.query('begin')
  const result = await work(client)
  await client.query('commit')
  client.release()
  return result
}

function show(row: UserRow): Record<string, unknown> {
  const { '#search': _, ...resource } = row.resource
  const meta = {
    resourceType: 'User',
    created: row.created_at.toISOString(),
    lastModified: row.last_modified_at.toISOString(),
    location: `${baseUrl}/Users/${row.id}`,
    version: `W/"${row.version}"`,
  }
  return { ...resource, id: row.id, meta }
}

app.get('/Users', async (request, response) => {
  const { rows } = await pool.query<UserRow>(
    `select * from directory_users
     where workspace_id = $1 and connection_id = $2 and user_name_key = $3 and deleted_at is null`,
    [workspaceId, connectionId, request.query['name']],
  )
  response.json({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: rows.length,
    itemsPerPage: rows.length,
    startIndex: 1,
    Resources: rows.map((row) => show(row)),
  })
})

app.get('/Users/:id', async (request, response) => {
  const { rows } = await pool.query<UserRow>(
    'select * from directory_users where workspace_id = $1 and id = $2',
    [workspaceId, request.params.id],
  )
  const [row] = rows
  response.json(row === undefined ? undefined : show(row))
})

// What Plantel stores of a user, beside what the request says: its rows are no wider than ours.
const { rows: samples } = await pool.query<UserRow>(
  'select * from directory_users where workspace_id = $1 order by id limit 1',
  [workspaceId],
)
const sample = samples[0]?.resource

app.post('/Users', readJson, async (request, response) => {
  const body = request.body as {
    userName: string
    externalId: string
    displayName: string
    emails: { value: string; type: string; primary: boolean }[]
  }
  const id = createId()
  const { userName, externalId, displayName, emails } = body
  const [email] = emails
  const row = await inTransaction(async (client) => {
    const { rows } = await client.query<UserRow>(
      `insert into directory_users (workspace_id, connection_id, id, user_name, user_name_key, external_id,
         display_name, display_key, active, resource)
       values ($1, $2, $3, $4, $5, $6, $7, $8, true, $9) returning *`,
      [
        workspaceId,
        connectionId,
        id,
        userName,
        userName.toLowerCase(),
        externalId,
        displayName,
        displayName.toLowerCase(),
        JSON.stringify({ ...sample, userName, externalId, displayName, emails }),
      ],
    )
    await client.query(
      `insert into directory_user_emails (workspace_id, user_id, ordinal, type, value, value_key, is_primary)
       values ($1, $2, 0, $3, $4, $5, $6)`,
      [workspaceId, id, email?.type, email?.value, email?.value.toLowerCase(), email?.primary],
    )
    return rows[0]
  })
  response.status(201).json(row === undefined ? undefined : show(row))
})

app.patch('/Users/:id', readJson, async (request, response) => {
  const { id } = request.params
  const { Operations } = request.body as { Operations: { value: boolean }[] }
  const active = Operations[0]?.value === true
  const row = await inTransaction(async (client) => {
    const { rows } = await client.query<UserRow>(
      'select * from directory_users where workspace_id = $1 and id = $2 for no key update',
      [workspaceId, id],
    )
    const updated = await client.query<UserRow>(
      `update directory_users set active = $3, resource = $4, version = version + 1, last_modified_at = now()
       where workspace_id = $1 and id = $2 returning *`,
      [workspaceId, id, active, JSON.stringify({ ...rows[0]?.resource, active })],
    )
    return updated.rows[0]
  })
  response.json(row === undefined ? undefined : show(row))
})

app.patch('/Groups/:id', readJson, async (request, response) => {
  const { id } = request.params
  const { Operations } = request.body as { Operations: { value: { value: string }[] }[] }
  await inTransaction(async (client) => {
    await client.query(
      'select * from directory_groups where workspace_id = $1 and id = $2 for no key update',
      [workspaceId, id],
    )
    await client.query(
      'insert into directory_group_members (workspace_id, group_id, user_id) values ($1, $2, $3)',
      [workspaceId, id, Operations[0]?.value[0]?.value],
    )
    await client.query(
      `update directory_groups set member_count = member_count + 1, version = version + 1, last_modified_at = now()
       where workspace_id = $1 and id = $2`,
      [workspaceId, id],
    )
  })
  response.status(204).end()
})

const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
console.info(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
