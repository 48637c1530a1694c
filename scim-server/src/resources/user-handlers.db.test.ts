import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'

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
      schemas: [userSchema],
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
      schemas: [userSchema],
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
      schemas: [userSchema],
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
})
