import { monitorEventLoopDelay } from 'node:perf_hooks'

import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGroup, memberIds, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

describe.each(testEngines)('groups larger than an ordinary body on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient
  let ids: string[]

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
    ids = Array.from({ length: 12_000 }, () => createId())
    await client.inWorkspace(async (trx) => {
      await sql`
        insert into directory_users (workspace_id, connection_id, id, user_name, user_name_key, active, resource)
        select ${trx.workspaceId}, ${client.connectionId}, id, id::text, id::text, true,
          jsonb_build_object('userName', id::text, 'active', true)
        from unnest(${ids}::uuid[]) as made(id)`.execute(trx.query)
    })
    // As autovacuum does after any load: without statistics the planner takes the table for empty.
    await sql`analyze directory_users`.execute(scim.db.owner)
  })
  afterAll(() => scim.close())

  test('a group of 12,000 is pushed whole, by PUT and by PATCH, while others are served', async () => {
    const { id } = await createGroup(client)
    const members = ids.map((value) => ({ value, $ref: `${client.baseUrl}/Users/${value}` }))
    const body = { schemas: [urns.group], displayName: id, members }
    expect(JSON.stringify(body).length).toBeGreaterThan(1_048_576)
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const put = await client.request('PUT', `/Groups/${id}?excludedAttributes=members`, body)
    const changed = await patch(client, `/Groups/${id}`, {
      op: 'replace',
      path: 'members',
      value: members.slice(1),
    })
    delay.disable()
    if (process.env['MEASURE'] !== undefined) console.log(engine, 'longest ms', delay.max / 1e6)
    expect(put.status).toBe(200)
    expect(changed.status).toBe(204)
    expect(await memberIds(client, id)).toEqual(ids.slice(1).toSorted())
  })

  test('beyond 8 MiB a body is refused, and an ordinary one beyond 1 MiB', async () => {
    const large = { schemas: [urns.group], displayName: 'x'.repeat(8_388_608) }
    const group = await client.request('POST', '/Groups', large)
    expect(group).toMatchObject({ status: 413 })
    expect(group.body['detail']).toContain('8388608')
    const user = await client.request('POST', '/Users', { userName: 'x'.repeat(1_048_576) })
    expect(user).toMatchObject({ status: 413 })
  })
})
