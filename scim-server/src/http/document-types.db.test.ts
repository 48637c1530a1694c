import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createUser, findIds, freshName, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'
import { testResourceType, testUrns } from '../testing/test-resource.ts'

const collection = '/TestResources'

describe.each(testEngines)('a resource type that the server only has as data on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine, { extraResourceTypes: [testResourceType] })
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  const create = async (attributes: object = {}, on = client): Promise<ScimResponse> => {
    const body = { schemas: [testUrns.core], name: freshName('test'), ...attributes }
    const created = await on.request('POST', collection, body)
    if (created.status !== 201) throw new Error(created.text)
    return created
  }

  test('it is published with its schemas', async () => {
    const type = await client.request('GET', '/ResourceTypes/TestResource')
    expect(type.body).toMatchObject({
      endpoint: collection,
      schema: testUrns.core,
      schemaExtensions: [{ schema: testUrns.extension, required: false }],
    })
    const schema = await client.request('GET', `/Schemas/${testUrns.core}`)
    expect(schema.body['attributes']).toContainEqual({
      name: 'digest',
      type: 'binary',
      multiValued: false,
      description: 'A binary.',
      required: false,
      caseExact: true,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    })
    expect(await client.request('GET', `/Schemas/${testUrns.extension}`)).toMatchObject({
      status: 200,
    })
  })

  test('it is created, read, replaced, patched and deleted like any other', async () => {
    const values = {
      code: 'Ab',
      count: 3,
      ratio: 0.5,
      enabled: true,
      startsAt: '2026-11-21T10:00:00+01:00',
      digest: 'AQID',
      page: 'https://x.example/',
      origin: 'here',
      label: 'L',
      tags: ['a', 'b'],
      scores: [1, 2],
      place: { city: 'Lima', floor: 2 },
      [testUrns.extension]: { level: 7 },
    }
    const hidden = { pin: '1234', detail: 'D' }
    const created = await create({ ...values, ...hidden })
    const { id, headers } = created
    const path = `${collection}/${id}`
    expect(headers.get('location')).toBe(`${client.baseUrl}${path}`)
    expect(created.body).toMatchObject({
      ...values,
      schemas: [testUrns.core, testUrns.extension],
      meta: { resourceType: 'TestResource', version: 'W/"1"' },
    })
    for (const name of Object.keys(hidden)) expect(created.body).not.toHaveProperty(name)

    const asked = await client.request('GET', `${path}?attributes=detail,pin`)
    expect(asked.body).toEqual({ schemas: created.body['schemas'], id, label: 'L', detail: 'D' })

    const patched = await patch(
      client,
      path,
      { op: 'add', path: 'tags', value: ['B', 'c'] },
      { op: 'replace', path: 'place', value: { city: 'Quito' } },
      { op: 'remove', path: 'scores[value eq 1]' },
      { op: 'replace', path: `${testUrns.extension}:level`, value: 8 },
    )
    expect(patched.body).toMatchObject({
      tags: ['a', 'b', 'c'],
      place: { city: 'Quito', floor: 2 },
      scores: [2],
      [testUrns.extension]: { level: 8 },
      meta: { version: 'W/"2"' },
    })

    const refused = { status: 400, body: { scimType: 'mutability' } }
    const move = { op: 'replace', path: 'origin', value: 'there' }
    expect(await patch(client, path, move)).toMatchObject(refused)

    const body = { schemas: [testUrns.core], name: created.body['name'], count: 4 }
    const replaced = await client.request('PUT', path, body, { 'if-match': 'W/"2"' })
    expect(replaced.body).toMatchObject({ count: 4, origin: 'here', meta: { version: 'W/"3"' } })
    expect(replaced.body).not.toHaveProperty('tags')
    const late = await client.request('PUT', path, body, { 'if-match': 'W/"2"' })
    expect(late.status).toBe(412)

    expect(await client.request('DELETE', path)).toMatchObject({ status: 204 })
    expect(await client.request('GET', path)).toMatchObject({ status: 404 })
  })

  test('it is filtered, sorted and paged by every kind of attribute', async () => {
    const own = await scim.connect()
    const ids: string[] = []
    for (const [index, tag] of ['red', 'Green', 'blue'].entries()) {
      const { id } = await create(
        {
          count: index,
          ratio: index + 0.5,
          enabled: index > 0,
          startsAt: `2026-01-0${index + 1}T00:00:00Z`,
          digest: ['AQ==', 'Ag==', 'Aw=='][index],
          code: `K${index}`,
          tags: [tag, 'all'],
          links: [{ value: `v${index}`, type: 'peer' }],
          [testUrns.extension]: { note: `n${index}` },
        },
        own,
      )
      ids.push(id)
    }
    const [zero = '', one = '', two = ''] = ids
    const cases: readonly (readonly [filter: string, expected: readonly string[]])[] = [
      ['count gt 0', [one, two]],
      ['ratio le 1.5', [zero, one]],
      ['enabled eq true', [one, two]],
      ['startsAt eq "2026-01-02T01:00:00+01:00"', [one]],
      ['digest eq "Aw=="', [two]],
      ['code eq "k1"', []],
      ['code sw "K"', ids],
      ['tags eq "green"', [one]],
      ['not (tags co "re")', [two]],
      ['links[type eq "peer" and value eq "v2"]', [two]],
      [`${testUrns.extension}:note ew "0"`, [zero]],
      ['note pr', []],
      [`meta.resourceType eq "TestResource" and id eq "${one}"`, [one]],
    ]
    for (const [filter, expected] of cases) {
      expect({ filter, ids: await findIds(own, collection, filter) }).toEqual({
        filter,
        ids: expected,
      })
    }
    const sorted = await own.request(
      'GET',
      `${collection}?sortBy=ratio&sortOrder=descending&count=2`,
    )
    expect(sorted.body).toMatchObject({ totalResults: 3, Resources: [{ id: two }, { id: one }] })
    const wrong = await own.request('GET', `${collection}?filter=enabled gt true`)
    expect(wrong).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } })
  })

  test('a unique value is taken once, by whatever replica is asked', async () => {
    const name = freshName('Unique')
    const names = [name, name.toUpperCase(), name.toLowerCase(), name]
    const answers = await Promise.all(
      names.map((each, index) =>
        (index % 2 === 0 ? client : client.otherReplica).request('POST', collection, {
          schemas: [testUrns.core],
          name: each,
        }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201, 409, 409, 409,
    ])
    const other = await create()
    const rename = { op: 'replace', path: 'name', value: name }
    expect(await patch(client, `${collection}/${other.id}`, rename)).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    })
    expect((await (await scim.connect()).request('GET', collection)).body['totalResults']).toBe(0)
  })

  test('Bulk makes it with references to others of the same request', async () => {
    const answer = await client.request('POST', '/Bulk', {
      schemas: [urns.bulk],
      Operations: [
        {
          method: 'POST',
          path: collection,
          bulkId: 'child',
          data: {
            schemas: [testUrns.core],
            name: freshName('child'),
            note: 'bulkId:parent',
            links: [{ value: 'bulkId:parent', type: 'parent' }],
          },
        },
        {
          method: 'POST',
          path: collection,
          bulkId: 'parent',
          data: { schemas: [testUrns.core], name: freshName('parent') },
        },
      ],
    })
    const [child, parent] = answer.body['Operations'] as { status: string; location: string }[]
    expect([child?.status, parent?.status]).toEqual(['201', '201'])
    const path = child?.location.slice(client.baseUrl.length) ?? ''
    const { body } = await client.request('GET', path)
    const parentId = parent?.location.split('/').at(-1)
    expect(body).toMatchObject({ note: 'bulkId:parent', links: [{ value: parentId }] })
  })

  test('a search over all types finds it among users, page by page', async () => {
    const own = await scim.connect()
    const note = freshName('note')
    const { id: userId } = await createUser(own, { nickName: note })
    const made = [await create({ note }, own), await create({ note }, own)]
    const expected = [userId, ...made.map(({ id }) => id)]
    const filter = `nickName eq "${note}" or note eq "${note}"`
    const byIndex = await own.request('POST', '/.search', { schemas: [urns.search], filter })
    expect(byIndex.body['totalResults']).toBe(3)
    expect((byIndex.body['Resources'] as { id: string }[]).map(({ id }) => id)).toEqual(expected)
    const found: string[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: ScimResponse = await own.request('POST', '/.search', {
        schemas: [urns.search],
        filter,
        cursor,
        count: 1,
      })
      expect(page.body['totalResults']).toBe(3)
      found.push(...(page.body['Resources'] as { id: string }[]).map(({ id }) => id))
      cursor = page.body['nextCursor'] as string | undefined
    }
    expect(found).toEqual(expected)
  })
})

test('two types can not share an endpoint', async () => {
  const twice = startScimInstallation('pglite', {
    extraResourceTypes: [{ ...testResourceType, endpoint: '/users' }],
  })
  await expect(twice).rejects.toThrow('Two resource types have the same endpoint.')
})
