import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGroup, createUser, freshName, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'
import { readScimHealth, type ScimHealth } from './connection-health.ts'
import { listScimRequests } from './request-log-queries.ts'
import { createScimReadLog } from './request-log.ts'
import { deleteScimConnection } from './scim-connection-commands.ts'

function read(client: ScimClient): Promise<ScimHealth> {
  return client.inWorkspace((trx) => readScimHealth(trx, client.connectionId))
}

async function troublesOf(client: ScimClient): Promise<string[]> {
  const { troubles } = await read(client)
  return troubles.map(({ code }) => code)
}

describe.each(testEngines)('the health of a connection on %s', (engine) => {
  let scim: ScimInstallation

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
  })
  afterAll(() => scim.close())

  test('what Okta and Entra send every day is no trouble', async () => {
    const okta = await scim.connect({ idp: 'okta' })
    const { id, body } = await createUser(okta, { password: 'x', groups: [] })
    const seen = await okta.request('GET', `/Users/${id}`)
    expect((await okta.request('PUT', `/Users/${id}`, { ...seen.body, title: 'T' })).status).toBe(
      200,
    )
    expect(await troublesOf(okta)).toEqual([])

    const entra = await scim.connect({ idp: 'entra' })
    const made = await createUser(entra, { active: 'True' })
    const off = { op: 'Replace', path: 'active', value: 'False' }
    expect((await patch(entra, `/Users/${made.id}`, off)).body['active']).toBe(false)
    const group = await createGroup(entra, [made.id])
    await patch(entra, `/Groups/${group.id}`, {
      op: 'Remove',
      path: 'members',
      value: [{ $ref: null, value: id }],
    })
    expect(await troublesOf(entra)).toEqual([])
    expect(body['active']).toBe(true)
  })

  test('a trouble is over when a later request about the same person has none, whatever was coerced in it', async () => {
    const client = await scim.connect()
    const { id, body } = await createUser(client)
    const path = `/Users/${id}`
    await patch(client, path, { op: 'replace', path: 'emails', value: 'not\0text' })
    expect((await read(client)).troubles).toMatchObject([
      { code: 'value-refused', person: { directoryUserId: id } },
    ])
    await patch(client, path, { op: 'Replace', path: 'active', value: 'True' })
    expect(await troublesOf(client)).toEqual([])

    const taken = { schemas: [urns.user], userName: body['userName'] }
    expect((await client.request('POST', '/Users', taken)).status).toBe(409)
    expect(await troublesOf(client)).toEqual(['name-taken'])
    await client.inWorkspace((trx) =>
      trx.query
        .updateTable('scim_requests')
        .set({ occurred_at: new Date(Date.now() - 8 * 86_400_000) })
        .where('workspace_id', '=', trx.workspaceId)
        .execute(),
    )
    expect(await troublesOf(client)).toEqual([])
  })

  test('what is wrong with somebody who was just made is told of them, and over with their next request', async () => {
    const client = await scim.connect()
    const emails = [{ value: `${freshName('e')}@acme.example`, type: 'work' }]
    await createUser(client, { emails })
    const second = await createUser(client, { emails })
    expect((await read(client)).troubles).toMatchObject([
      { code: 'email-taken', person: { directoryUserId: second.id } },
    ])
    const value = [{ value: `${freshName('e')}@acme.example`, type: 'work' }]
    await patch(client, `/Users/${second.id}`, { op: 'replace', path: 'emails', value })
    expect(await troublesOf(client)).toEqual([])
  })

  test('a connection that was only looked at was heard', async () => {
    const client = await scim.connect()
    expect(await read(client)).toMatchObject({ lastRequestAt: null })
    await client.request('GET', '/Users?startIndex=1&count=1')
    expect(await read(client)).toMatchObject({ lastRequestAt: expect.any(Date), lastSyncAt: null })
  })

  test('reads are in the log once it is written, however they were asked, and are no synchronisation', async () => {
    const client = await scim.connect()
    const { id } = await createUser(client)
    const synced = (await read(client)).lastSyncAt
    const reads = createScimReadLog(scim.db, () => {})
    const replica = await scim.withReadLog(client, reads)
    const search = { schemas: [urns.search], filter: 'userName eq "secret@acme.example"' }
    const first = await replica.request('GET', '/Users?filter=userName%20eq%20%22secret%22')
    await replica.request('GET', '/Users?filter=userName%20eq%20%22nobody%22')
    await replica.request('HEAD', `/Users/${id}`)
    await replica.request('POST', '/Users/.search', search)
    expect((await replica.request('GET', '/Users?filter=x')).status).toBe(400)
    await reads.close()
    const { requests } = await client.inWorkspace((trx) =>
      listScimRequests(trx, client.connectionId, { limit: 50 }),
    )
    const told = requests.map(({ method, path, status, details }) => ({
      what: `${method} ${path} ${status}`,
      times: details.times,
    }))
    expect(told.toSorted((a, b) => a.what.localeCompare(b.what))).toEqual([
      { what: 'GET /Users?filter=… 400', times: undefined },
      { what: 'GET /Users?filter=userName eq "…" 200', times: 2 },
      { what: `HEAD /Users/${id} 200`, times: 1 },
      { what: 'POST /Users 201', times: undefined },
      { what: 'POST /Users/.search 200', times: 1 },
    ])
    const shown = requests.find(({ details }) => details.times === 2)
    expect(shown?.id).toBe(first.headers.get('x-request-id'))
    const health = await read(client)
    expect(health).toMatchObject({ lastSyncAt: synced, requests: { total: 6, refused: 1 } })
    expect(health.lastRequestAt?.getTime()).toBeGreaterThan(synced?.getTime() ?? Infinity)
  })

  test('reads of a connection that is gone are no trouble to those of others', async () => {
    const [gone, client] = [await scim.connect(), await scim.connect()]
    const told: number[] = []
    const reads = createScimReadLog(scim.db, (missing) => told.push(missing))
    for (const each of [gone, client]) {
      expect((await (await scim.withReadLog(each, reads)).request('GET', '/Users')).status).toBe(
        200,
      )
    }
    await gone.inWorkspace((trx) => deleteScimConnection(trx, gone.connectionId))
    reads.note({
      workspaceId: client.workspace.id,
      connectionId: client.connectionId,
      requestId: createId(),
      method: 'GET',
      path: '/Groups',
      resourceId: undefined,
      parameters: {},
      status: 200,
      durationMs: 12.4,
    })
    await reads.close()
    const { requests } = await client.inWorkspace((trx) =>
      listScimRequests(trx, client.connectionId, { limit: 50 }),
    )
    expect(requests.toSorted((a, b) => a.path.localeCompare(b.path))).toMatchObject([
      { path: '/Groups', durationMs: 12 },
      { path: '/Users', details: { times: 1 } },
    ])
    expect(told).toEqual([])
  })
})
