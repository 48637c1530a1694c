import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createId, inWorkspace, openDatabase, readInWorkspace } from '@plantel/db'
import express from 'express'

/**
 * The least that a SCIM request can do in Express: the same rows in the same tables under the same policies, without
 * token, schema, filter, history and projection.
 */
const { databaseUrl, workspaceId, connectionId } = JSON.parse(process.argv[2] ?? '{}') as {
  databaseUrl: string
  workspaceId: string
  connectionId: string
}
const database = await openDatabase({ engine: 'postgres', url: databaseUrl })
const actor = { kind: 'system', id: null, requestId: createId() } as const
const app = express()

app.get('/users', async (request, response) => {
  const { name } = request.query
  const rows = await readInWorkspace(database, workspaceId, actor, ({ query }) =>
    query
      .selectFrom('directory_users')
      .selectAll()
      .where('connection_id', '=', connectionId)
      .where('user_name_key', '=', typeof name === 'string' ? name : '')
      .where('deleted_at', 'is', null)
      .execute(),
  )
  response.json({ totalResults: rows.length, Resources: rows })
})

app.get('/users/:id', async (request, response) => {
  const row = await readInWorkspace(database, workspaceId, actor, ({ query }) =>
    query
      .selectFrom('directory_users')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', request.params.id)
      .executeTakeFirst(),
  )
  response.json(row)
})

app.post('/users', async (_request, response) => {
  const id = createId()
  await inWorkspace(database, workspaceId, actor, async ({ query }) => {
    await query
      .insertInto('directory_users')
      .values({
        workspace_id: workspaceId,
        connection_id: connectionId,
        id,
        user_name: id,
        user_name_key: id,
        external_id: id,
        display_name: 'Load Person',
        display_key: 'load person',
        active: true,
        resource: JSON.stringify({ name: { givenName: 'Load', familyName: 'Person' } }),
      })
      .execute()
    await query
      .insertInto('directory_user_emails')
      .values({
        workspace_id: workspaceId,
        user_id: id,
        ordinal: 0,
        type: 'work',
        value: id,
        value_key: id,
        is_primary: true,
      })
      .execute()
  })
  response.status(201).json({ id })
})

app.patch('/users/:id', async (request, response) => {
  const { id } = request.params
  await inWorkspace(database, workspaceId, actor, async ({ query }) => {
    await query
      .selectFrom('directory_users')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .forNoKeyUpdate()
      .execute()
    await query
      .updateTable('directory_users')
      .set((eb) => ({ active: eb.not('active') }))
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .execute()
  })
  response.json({ id })
})

const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
console.info(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
