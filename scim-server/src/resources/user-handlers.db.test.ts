import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createUser, findIds, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

describe.each(testEngines)('users on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  test('a user is created, read, replaced, patched and deleted', async () => {
    const created = await client.request('POST', '/Users', {
      schemas: [urns.user],
      userName: 'Anna@Acme.example',
      name: { givenName: 'Anna', familyName: 'Bauer' },
      emails: [{ value: 'anna@acme.example', type: 'work', primary: true }],
    })
    expect(created.status).toBe(201)
    const { id } = created
    const location = `${client.baseUrl}/Users/${id}`
    expect(created.headers.get('location')).toBe(location)
    expect(created.headers.get('etag')).toBe('W/"1"')
    expect(created.headers.get('content-type')).toBe('application/scim+json')
    expect(created.body).toEqual({
      schemas: [urns.user],
      id,
      userName: 'Anna@Acme.example',
      name: { givenName: 'Anna', familyName: 'Bauer' },
      active: true,
      emails: [{ value: 'anna@acme.example', type: 'work', primary: true }],
      meta: {
        resourceType: 'User',
        created: expect.any(String),
        lastModified: expect.any(String),
        location,
        version: 'W/"1"',
      },
    })

    const read = await client.request('GET', `/Users/${id}`)
    expect(read.status).toBe(200)
    expect(read.body).toEqual(created.body)

    const replaced = await client.request('PUT', `/Users/${id}`, {
      schemas: [urns.user],
      userName: 'anna@acme.example',
      title: 'Agent',
    })
    expect(replaced.status).toBe(200)
    expect(replaced.body).toMatchObject({
      userName: 'anna@acme.example',
      title: 'Agent',
      active: true,
    })
    expect(replaced.body).not.toHaveProperty('emails')
    expect(replaced.headers.get('etag')).toBe('W/"2"')

    const patched = await client.request('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'title', value: 'Lead' }],
    })
    expect(patched.status).toBe(200)
    expect(patched.body).toMatchObject({ title: 'Lead', meta: { version: 'W/"3"' } })

    const deleted = await client.request('DELETE', `/Users/${id}`)
    expect(deleted).toMatchObject({ status: 204, text: '' })
    expect((await client.request('GET', `/Users/${id}`)).status).toBe(404)
    expect((await client.request('DELETE', `/Users/${id}`)).status).toBe(404)
  })

  test('a manager who is a user is shown with name and address, and can be asked for', async () => {
    const boss = await createUser(client, { displayName: 'Bea Boss' })
    const manager = { value: boss.id }
    const { id, body } = await createUser(client, { [urns.enterprise]: { manager } })
    const $ref = `${client.baseUrl}/Users/${boss.id}`
    const shown = { manager: { value: boss.id, $ref, displayName: 'Bea Boss' } }
    expect(body[urns.enterprise]).toEqual(shown)
    const list = await client.request('GET', `/Users?filter=id%20eq%20%22${id}%22`)
    expect(list.body).toMatchObject({ Resources: [{ [urns.enterprise]: shown }] })
    const name = `${urns.enterprise}:manager.displayName`
    expect(await findIds(client, '/Users', `${name} eq "BEA boss"`)).toEqual([id])

    const put = await client.request('PUT', `/Users/${id}`, { ...body, title: 'T' })
    expect(put.body).toMatchObject({ title: 'T', [urns.enterprise]: shown })
    await client.request('DELETE', `/Users/${boss.id}`)
    const read = await client.request('GET', `/Users/${id}`)
    expect(read.body[urns.enterprise]).toEqual({ manager })
    const self = { op: 'replace', path: 'manager', value: id }
    expect(await patch(client, `/Users/${id}`, self)).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
  })
})
