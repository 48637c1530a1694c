import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGroup, createUser, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'
import { createPageCursors } from './page-cursor.ts'

const idsOf = ({ body }: ScimResponse): string[] =>
  (body['Resources'] as { id: string }[]).map(({ id }) => id)
const cursorOf = ({ body }: ScimResponse): string | undefined =>
  body['nextCursor'] as string | undefined

describe.each(testEngines)('RFC9865-2 cursors on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient
  const alike: string[] = []

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
    const titles = ['b', 'B', 'a', undefined, 'é', `${'x'.repeat(300)}1`, `${'x'.repeat(300)}0`]
    for (const [index, title] of titles.entries()) {
      const { id } = await createUser(client, {
        title,
        ...(index % 3 === 0 ? {} : { nickName: `Nick ${index % 2}` }),
        active: index % 2 === 0,
        emails: [{ value: `${index % 3}@x.example`, primary: true }],
        ...(index === 2 ? { photos: [{ value: `data:,${'p'.repeat(100_000)}` }] } : {}),
      })
      if (title?.startsWith('xx') === true) alike.push(id)
    }
    for (let index = 0; index < 3; index++) await createGroup(client)
  })
  afterAll(() => scim.close())

  /** Reads a list to its end, each page from the other replica. */
  const readAll = async (path: string): Promise<ScimResponse[]> => {
    const pages: ScimResponse[] = []
    let replica = client
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: ScimResponse = await replica.request('GET', `${path}&cursor=${cursor}`)
      expect(page.status).toBe(200)
      pages.push(page)
      cursor = cursorOf(page)
      replica = replica.otherReplica
    }
    return pages
  }

  test.each([1, 2, 3, 7, 200])('pages of %i hold everybody once, in order', async (count) => {
    const pages = await readAll(`/Users?count=${count}`)
    expect(pages).toHaveLength(Math.ceil(7 / count))
    expect(pages.flatMap((page) => idsOf(page))).toEqual(
      idsOf(await client.request('GET', '/Users')),
    )
    for (const [index, { body }] of pages.entries()) {
      expect(body).toMatchObject({ schemas: [urns.list], totalResults: 7 })
      expect(body).not.toHaveProperty('startIndex')
      expect(body['itemsPerPage']).toBe(Math.min(count, 7 - index * count))
    }
  })

  test.each([
    'sortBy=active&sortOrder=descending',
    'sortBy=emails',
    'sortBy=meta.created&sortOrder=descending',
    'sortBy=meta.lastModified',
    'sortBy=id&sortOrder=descending',
    'sortBy=nickName',
    'sortBy=nickName&sortOrder=descending',
    'filter=active%20eq%20true',
    'filter=title%20pr&sortBy=nickName',
  ])('%s pages as it lists', async (query) => {
    const ids = (await readAll(`/Users?${query}&count=2`)).flatMap((page) => idsOf(page))
    expect(ids).toEqual(idsOf(await client.request('GET', `/Users?${query}`)))
  })

  test.each(['sortBy=title', 'sortBy=title&sortOrder=descending', 'sortBy=photos'])(
    '%s has short cursors: texts that begin alike for long keep the order of ids',
    async (query) => {
      const pages = await readAll(`/Users?${query}&count=2`)
      for (const page of pages) expect(cursorOf(page)?.length ?? 0).toBeLessThan(1_000)
      const ids = pages.flatMap((page) => idsOf(page))
      const whole = idsOf(await client.request('GET', `/Users?${query}`))
      expect(new Set(ids)).toEqual(new Set(whole))
      expect(ids).toHaveLength(whole.length)
      expect(ids.filter((id) => !alike.includes(id))).toEqual(
        whole.filter((id) => !alike.includes(id)),
      )
    },
  )

  test('groups, and users with groups, are paged too', async () => {
    const groups = (await readAll('/Groups?count=2')).flatMap((page) => idsOf(page))
    expect(groups).toEqual(idsOf(await client.request('GET', '/Groups')))
    for (const count of [1, 3, 4, 7, 8, 10]) {
      const found: string[] = []
      let pages = 0
      for (let cursor: string | undefined = ''; cursor !== undefined; pages++) {
        const body = { schemas: [urns.search], cursor, count }
        const page = await client.request('POST', '/.search', body)
        expect(page.body).toMatchObject({ totalResults: 10 })
        found.push(...idsOf(page))
        cursor = cursorOf(page)
      }
      const whole = await client.request('POST', '/.search', { schemas: [urns.search] })
      expect(found).toEqual(idsOf(whole))
      expect(pages).toBe(Math.ceil(10 / count))
    }
  })

  test('who comes or goes between pages neither repeats nor hides others', async () => {
    const own = await scim.connect()
    const ids: string[] = []
    for (let index = 0; index < 4; index++) ids.push((await createUser(own)).id)
    const first = await own.request('GET', '/Users?cursor=&count=2')
    await own.request('DELETE', `/Users/${ids[0]}`)
    await own.request('DELETE', `/Users/${ids[1]}`)
    const late = await createUser(own)
    const rest = await own.request('GET', `/Users?cursor=${cursorOf(first)}&count=2`)
    expect(idsOf(rest)).toEqual(ids.slice(2))
    const last = await own.request('GET', `/Users?cursor=${cursorOf(rest)}`)
    expect(idsOf(last)).toEqual([late.id])
    expect(cursorOf(last)).toBeUndefined()
  })

  test('a cursor is good for its own query, connection, collection and count only', async () => {
    const cursor = cursorOf(await client.request('GET', '/Users?cursor=&count=2')) ?? ''
    expect(cursor).toMatch(/^[\w-]+$/)
    const refused = async (path: string, from = client): Promise<unknown> =>
      (await from.request('GET', path)).body['scimType']
    expect(await refused(`/Users?cursor=${cursor}&count=3`)).toBe('invalidCount')
    expect(await refused(`/Users?cursor=${cursor}&filter=title%20pr`)).toBe('invalidCursor')
    expect(await refused(`/Users?cursor=${cursor}&sortBy=title`)).toBe('invalidCursor')
    expect(await refused(`/Groups?cursor=${cursor}`)).toBe('invalidCursor')
    const stranger = await scim.connect()
    expect(await refused(`/Users?cursor=${cursor}`, stranger)).toBe('invalidCursor')
    for (const index of [0, 20, 50, cursor.length - 1]) {
      const other = cursor[index] === 'A' ? 'Q' : 'A'
      const tampered = cursor.slice(0, index) + other + cursor.slice(index + 1)
      expect(await refused(`/Users?cursor=${tampered}`)).toBe('invalidCursor')
    }
    expect(await refused(`/Users?cursor=${cursor.slice(0, 10)}`)).toBe('invalidCursor')
    expect(await client.request('GET', `/Users?cursor=${cursor}`)).toMatchObject({ status: 200 })
    const anonymous = { authorization: '' }
    const page = await client.request('GET', `/Users?cursor=${cursor}`, undefined, anonymous)
    expect(page.status).toBe(401)
  })

  test('a count of none tells the total and ends there', async () => {
    const page = await client.request('GET', '/Users?cursor=&count=0')
    expect(page.body).toMatchObject({ totalResults: 7, itemsPerPage: 0, Resources: [] })
    expect(cursorOf(page)).toBeUndefined()
  })
})

test('RFC9865-2 a cursor ends after its hour, and another secret makes no cursors of ours', () => {
  let now = 0
  const cursors = createPageCursors('one secret', () => now)
  const scope = {
    workspaceId: 'w',
    connectionId: 'c',
    endpoint: '/Users',
    query: {
      filter: undefined,
      page: { kind: 'cursor', cursor: '', count: 2, defaultCount: 100 },
      sort: undefined,
      projection: { kind: 'default' },
    },
  } as const
  const after = { type: 'User', id: 'u1', key: null }
  const cursor = cursors.seal({ count: 2, after, total: 7 }, scope)
  const page = { kind: 'cursor', cursor, count: undefined, defaultCount: 100 } as const
  now = 3_599_000
  expect(cursors.open(page, scope)).toEqual({ count: 2, after, total: 7 })
  expect(() => createPageCursors('other secret', () => now).open(page, scope)).toThrow(
    expect.objectContaining({ scimType: 'invalidCursor' }),
  )
  now = 3_600_000
  expect(() => cursors.open(page, scope)).toThrow(
    expect.objectContaining({ scimType: 'expiredCursor' }),
  )
})
