import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  createGroup,
  createUser,
  findIds,
  freshName,
  memberIds,
  patch,
  urns,
} from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

describe.each(testEngines)('groups on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  test('a group is created, read, replaced, patched and deleted', async () => {
    const user = await createUser(client, { displayName: 'Ana' })
    const displayName = freshName('Sales')
    const created = await client.request('POST', '/Groups', {
      schemas: [urns.group],
      displayName,
      externalId: 'ext-1',
      members: [{ value: user.id }],
    })
    const location = `${client.baseUrl}/Groups/${created.id}`
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe(location)
    expect(created.body).toEqual({
      schemas: [urns.group],
      id: created.id,
      externalId: 'ext-1',
      displayName,
      members: [
        {
          value: user.id,
          $ref: `${client.baseUrl}/Users/${user.id}`,
          display: 'Ana',
          type: 'User',
        },
      ],
      meta: {
        resourceType: 'Group',
        created: expect.any(String),
        lastModified: expect.any(String),
        location,
        version: 'W/"1"',
      },
    })
    const path = `/Groups/${created.id}`
    expect((await client.request('GET', path)).body).toEqual(created.body)

    const holder = await client.request('GET', `/Users/${user.id}`)
    expect(holder.body['groups']).toEqual([
      { value: created.id, $ref: location, display: displayName, type: 'direct' },
    ])

    const renamed = freshName('Renamed')
    const replaced = await client.request('PUT', path, {
      schemas: [urns.group],
      displayName: renamed,
      members: [],
    })
    expect(replaced.status).toBe(200)
    expect(replaced.body).toMatchObject({ displayName: renamed, externalId: 'ext-1' })
    expect(replaced.body).not.toHaveProperty('members')

    const add = { op: 'add', path: 'members', value: [{ value: user.id }] }
    const patched = await patch(client, path, add)
    expect(patched).toMatchObject({ status: 204, text: '' })
    expect(patched.headers.get('etag')).toBe('W/"3"')
    const asked = await patch(client, `${path}?attributes=members.value`, add)
    expect(asked).toMatchObject({ status: 200 })
    expect(asked.body).toEqual({
      schemas: [urns.group],
      id: created.id,
      members: [{ value: user.id }],
    })

    expect((await client.request('DELETE', path)).status).toBe(204)
    expect((await client.request('GET', path)).status).toBe(404)
    expect((await client.request('GET', `/Users/${user.id}`)).body).not.toHaveProperty('groups')
    expect(await findIds(client, '/Groups', `displayName eq "${renamed}"`)).toEqual([])
  })

  test('deleting a user ends the memberships and moves the version of the groups', async () => {
    const user = await createUser(client)
    const { id } = await createGroup(client, [user.id])
    await client.request('DELETE', `/Users/${user.id}`)
    const { body } = await client.request('GET', `/Groups/${id}`)
    expect(body).toMatchObject({ meta: { version: 'W/"2"' } })
    expect(body).not.toHaveProperty('members')
  })

  test('a group with more members than one page holds is sent whole and in order', async () => {
    const ids = await insertUsers(client, 2_345)
    const { id } = await createGroup(client)
    const value = ids.map((each) => ({ value: each }))
    const added = await patch(client, `/Groups/${id}`, { op: 'add', path: 'members', value })
    expect(added.status).toBe(204)
    expect(await memberIds(client, id)).toEqual(ids)

    const read = await client.request('GET', `/Groups/${id}?attributes=members.value`)
    expect(read.headers.get('etag')).toBe('W/"2"')
    expect(read.body['members']).toEqual(value)
    const head = await client.request('HEAD', `/Groups/${id}`)
    expect(head).toMatchObject({ status: 200, text: '' })

    const displayName = encodeURIComponent(`id eq "${id}"`)
    const list = await client.request(
      'GET',
      `/Groups?filter=${displayName}&attributes=members.value`,
    )
    expect(list.body).toMatchObject({ totalResults: 1, Resources: [{ id, members: value }] })

    const matching = { op: 'remove', path: `members[value gt "${ids[9]}"]` }
    expect((await patch(client, `/Groups/${id}`, matching)).status).toBe(204)
    expect(await memberIds(client, id)).toEqual(ids.slice(0, 10))
  })

  test('in the rfc profile an unknown member is refused and nothing is applied', async () => {
    const strict = await scim.connect({ profile: 'rfc' })
    const user = await createUser(strict)
    const { id } = await createGroup(strict)
    const value = [{ value: user.id }, { value: 'nobody' }]
    const answer = await patch(strict, `/Groups/${id}`, { op: 'add', path: 'members', value })
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
    expect(answer.body['detail']).toContain('nobody')
    expect(await memberIds(strict, id)).toEqual([])
    const add = { op: 'add', path: 'members', value: [{ value: user.id }] }
    expect(await patch(strict, `/Groups/${id}`, add)).toMatchObject({
      status: 200,
      body: { members: [{ value: user.id }] },
    })
    const gone = { op: 'remove', path: 'members', value: [{ value: user.id }] }
    expect(await patch(strict, `/Groups/${id}`, gone)).toMatchObject({ status: 200 })
    const absent = { op: 'remove', path: `members[value eq "${user.id}"]` }
    expect(await patch(strict, `/Groups/${id}`, absent)).toMatchObject({
      status: 400,
      body: { scimType: 'noTarget' },
    })
  })

  test('only the rfc profile lets two groups share a name', async () => {
    const strict = await scim.connect({ profile: 'rfc' })
    const displayName = freshName('Twin')
    await createGroup(strict, [], { displayName })
    await createGroup(strict, [], { displayName })
    expect(await findIds(strict, '/Groups', `displayName eq "${displayName}"`)).toHaveLength(2)
  })

  test('a group of another workspace can be neither read nor filled with our users', async () => {
    const other = await scim.connect()
    const { id } = await createGroup(other)
    expect((await client.request('GET', `/Groups/${id}`)).status).toBe(404)
    expect((await client.request('DELETE', `/Groups/${id}`)).status).toBe(404)
    const user = await createUser(client)
    const value = [{ value: user.id }]
    await patch(other, `/Groups/${id}`, { op: 'add', path: 'members', value })
    expect(await memberIds(other, id)).toEqual([])
  })
})

/** Users straight into their table, because so many requests would take long. */
async function insertUsers(client: ScimClient, count: number): Promise<string[]> {
  const rows = await client.inWorkspace(async (trx) => {
    const names = Array.from({ length: count }, (_, index) => freshName(`bulk${index}`))
    return trx.query
      .insertInto('directory_users')
      .values(
        names.map((name, index) => ({
          workspace_id: trx.workspaceId,
          connection_id: client.connectionId,
          id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
          user_name: name,
          user_name_key: name,
          external_id: null,
          display_name: null,
          display_key: null,
          active: true,
          resource: JSON.stringify({ schemas: [urns.user], userName: name, active: true }),
          deleted_at: null,
        })),
      )
      .returning('id')
      .execute()
  })
  return rows.map(({ id }) => id).toSorted()
}
