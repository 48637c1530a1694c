import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGroup, createUser, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

function names({ body }: ScimResponse): unknown[] {
  return (body['Resources'] as Record<string, unknown>[]).map(({ userName }) => userName)
}

describe.each(testEngines)('lists on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient
  let ids: string[]

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
    const people = [
      { userName: 'b', title: 'Zoo', emails: [{ value: 'x@1' }, { value: 'a@1', primary: true }] },
      { userName: 'C', title: 'apple', emails: [{ value: 'b@1' }] },
      { userName: 'a' },
      { userName: 'É', title: 'Apple', active: false },
      { userName: 'd', title: 'éclair' },
    ]
    ids = []
    for (const person of people) ids.push((await createUser(client, person)).id)
  })
  afterAll(() => scim.close())

  test.each([
    ['', 1, 5, ['b', 'C', 'a', 'É', 'd']],
    ['?startIndex=2&count=2', 2, 2, ['C', 'a']],
    ['?startIndex=0&count=1', 1, 1, ['b']],
    ['?startIndex=-3&count=1', 1, 1, ['b']],
    ['?startIndex=5', 5, 1, ['d']],
    ['?startIndex=6', 6, 0, []],
    ['?startIndex=99999999999999999999', 9_007_199_254_740_991, 0, []],
    ['?count=0', 1, 0, []],
    ['?count=-1', 1, 0, []],
  ])('RFC7644-3.4.2.4 %s is the page from %i with %i items', async (query, start, size, page) => {
    const list = await client.request('GET', `/Users${query}`)
    expect(names(list)).toEqual(page)
    expect(list.body).toMatchObject({
      schemas: [urns.list],
      totalResults: 5,
      startIndex: start,
      itemsPerPage: size,
    })
  })

  test('a filtered list pages the same way', async () => {
    const list = await client.request('GET', '/Users?filter=title%20pr&startIndex=2&count=2')
    expect(names(list)).toEqual(['C', 'É'])
    expect(list.body).toMatchObject({ totalResults: 4, itemsPerPage: 2 })
    const beyond = await client.request('GET', '/Users?filter=title%20pr&startIndex=5')
    expect(beyond.body).toMatchObject({ totalResults: 4, itemsPerPage: 0, Resources: [] })
  })

  test.each([
    ['sortBy=userName', ['a', 'b', 'C', 'd', 'É']],
    ['sortBy=USERNAME&sortOrder=descending', ['É', 'd', 'C', 'b', 'a']],
    ['sortBy=title', ['C', 'É', 'b', 'd', 'a']],
    ['sortBy=title&sortOrder=descending', ['a', 'd', 'b', 'C', 'É']],
    ['sortBy=emails&count=2', ['b', 'C']],
    ['sortBy=active&filter=title%20pr', ['É', 'b', 'C', 'd']],
    ['sortBy=title&startIndex=2&count=2', ['É', 'b']],
  ])('RFC7644-3.4.2.3 %s', async (query, page) => {
    expect(names(await client.request('GET', `/Users?${query}`))).toEqual(page)
  })

  test('what has no order to sort by is refused', async () => {
    for (const by of ['groups', 'name', 'members']) {
      const answer = await client.request('GET', `/Users?sortBy=${by}`)
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
    }
  })

  test('RFC7644-3.9 attributes choose what is shown', async () => {
    const only = await client.request('GET', '/Users?count=1&attributes=userName,emails.value')
    expect(only.body['Resources']).toEqual([
      {
        schemas: [urns.user],
        id: ids[0],
        userName: 'b',
        emails: [{ value: 'x@1' }, { value: 'a@1' }],
      },
    ])
    const path = `/Users/${ids[0]}?excludedAttributes=emails,meta,active`
    expect((await client.request('GET', path)).body).toEqual({
      schemas: [urns.user],
      id: ids[0],
      userName: 'b',
      title: 'Zoo',
    })
  })

  test('RFC7644-3.4.3 a search by POST is a list', async () => {
    const search = {
      schemas: [urns.search],
      filter: 'title co "APP"',
      attributes: ['title'],
      sortBy: 'userName',
      startIndex: 1,
      count: 10,
    }
    const list = await client.request('POST', '/Users/.search', search)
    expect(list).toMatchObject({ status: 200, body: { totalResults: 2, itemsPerPage: 2 } })
    expect(list.body['Resources']).toMatchObject([{ title: 'apple' }, { title: 'Apple' }])
    const wrong = await client.request('POST', '/Users/.search', { filter: 'title pr' })
    expect(wrong).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } })
  })

  test('a search at the root spans users and groups, and refuses what neither knows', async () => {
    const groups = [await createGroup(client), await createGroup(client)]
    const search = (more: object): Promise<ScimResponse> =>
      client.request('POST', '/.search', { schemas: [urns.search], ...more })
    const all = await search({ startIndex: 5, count: 2, attributes: ['id'] })
    expect(all.body).toMatchObject({ totalResults: 7, startIndex: 5, itemsPerPage: 2 })
    expect(all.body['Resources']).toMatchObject([{ id: ids[4] }, { id: groups[0]?.id }])
    const last = await search({ startIndex: 7 })
    expect(last.body['Resources']).toMatchObject([{ id: groups[1]?.id }])
    const absent = await search({ filter: 'not (userName pr)' })
    expect(absent.body).toMatchObject({ totalResults: 2 })
    const unknown = await search({ filter: 'shoeSize pr' })
    expect(unknown).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } })
  })
})

// PGlite knows no statement timeout; its worker has one of its own.
describe.each(testEngines.filter((engine) => engine === 'postgres'))(
  'slow lists on %s',
  (engine) => {
    let scim: ScimInstallation

    beforeAll(async () => {
      scim = await startScimInstallation(engine)
    })
    afterAll(() => scim.close())

    test('a filter that takes too long is 400 tooMany', async () => {
      const client = await scim.connect()
      for (let index = 0; index < 4; index++) await createUser(client)
      await scim.db.owner.schema.alterTable('directory_users').renameTo('all_users').execute()
      await sql`create view directory_users as
      select * from all_users where pg_sleep(2)::text = ''`.execute(scim.db.owner)
      await sql`grant select on directory_users to plantel_app`.execute(scim.db.owner)
      const list = await client.request('GET', '/Users?filter=title%20co%20%22a%22')
      expect(list).toMatchObject({ status: 400, body: { scimType: 'tooMany' } })
    })
  },
)
