import { expect } from 'vitest'

import { createUser, urns } from '../../scim-server/src/testing/scim-bodies.ts'
import type { ScimClient, ScimResponse } from '../../scim-server/src/testing/scim-installation.ts'
import { expectRefusal, list, resourcesOf } from './expectations.ts'
import type { Bench, Section } from './requirement.ts'

async function threeUsers({ connect }: Bench): Promise<{ client: ScimClient; ids: string[] }> {
  const client = await connect('rfc')
  const ids: string[] = []
  for (const title of ['a', 'b', 'c']) ids.push((await createUser(client, { title })).id)
  return { client, ids }
}

async function follow(
  first: ScimResponse,
  next: (cursor: string) => Promise<ScimResponse>,
): Promise<{ ids: unknown[]; pages: readonly ScimResponse[] }> {
  const pages = [first]
  for (let cursor = first.body['nextCursor']; typeof cursor === 'string';) {
    const page = await next(cursor)
    pages.push(page)
    cursor = page.body['nextCursor']
  }
  return { ids: pages.flatMap((page) => resourcesOf(page).map(({ id }) => id)), pages }
}

/** RFC 9865: cursor-based pagination. */
export const cursorSections: readonly Section[] = [
  {
    id: 'RFC9865-2',
    title: 'Query parameters and response attributes',
    requirements: [
      {
        id: 'RFC9865-2-01',
        says: 'An empty cursor asks for the first page; nextCursor leads to the next one and is missing on the last page only.',
        async check(bench) {
          const { client, ids } = await threeUsers(bench)
          const page = (cursor: string): Promise<ScimResponse> =>
            list(client, '/Users', { cursor, count: '2' })
          const { ids: found, pages } = await follow(await page(''), page)
          expect(found).toEqual(ids)
          expect(pages.map(({ body }) => body['itemsPerPage'])).toEqual([2, 1])
          const bare = await client.request('GET', '/Users?cursor&count=3')
          expect(bare.body).not.toHaveProperty('nextCursor')
        },
      },
      {
        id: 'RFC9865-2-02',
        says: 'A page holds no more than count.',
        async check(bench) {
          const { client } = await threeUsers(bench)
          const { body } = await list(client, '/Users', { cursor: '', count: '1' })
          expect(body).toMatchObject({ totalResults: 3, itemsPerPage: 1 })
        },
      },
      {
        id: 'RFC9865-2-03',
        says: 'A cursor holds only characters that a URL need not escape.',
        async check(bench) {
          const { client } = await threeUsers(bench)
          const { body } = await list(client, '/Users', { cursor: '', count: '1', sortBy: 'title' })
          expect(body['nextCursor']).toMatch(/^[\w.~-]+$/)
        },
      },
      {
        id: 'RFC9865-2.1-01',
        says: 'A cursor that is none, or of another query, is invalidCursor.',
        async check(bench) {
          const { client } = await threeUsers(bench)
          const { body } = await list(client, '/Users', { cursor: '', count: '1' })
          const cursor = String(body['nextCursor'])
          const changed = cursor.startsWith('A') ? `B${cursor.slice(1)}` : `A${cursor.slice(1)}`
          for (const parameters of [{ cursor: 'x' }, { cursor: changed }]) {
            expectRefusal(await list(client, '/Users', parameters), 400, 'invalidCursor')
          }
          const other = { cursor, filter: 'title pr' }
          expectRefusal(await list(client, '/Users', other), 400, 'invalidCursor')
          expectRefusal(await list(client, '/Groups', { cursor }), 400, 'invalidCursor')
        },
      },
      {
        id: 'RFC9865-2.1-02',
        says: 'A count that is too large, negative or no number is invalidCount.',
        async check(bench) {
          const { client } = await threeUsers(bench)
          for (const count of ['201', '-1', 'x']) {
            expectRefusal(await list(client, '/Users', { cursor: '', count }), 400, 'invalidCount')
          }
        },
      },
      {
        id: 'RFC9865-2.2-01',
        says: 'Pages behind a cursor are sorted as the query asks.',
        async check(bench) {
          const { client, ids } = await threeUsers(bench)
          const page = (cursor: string): Promise<ScimResponse> =>
            list(client, '/Users', { cursor, count: '1', sortBy: 'title', sortOrder: 'descending' })
          expect((await follow(await page(''), page)).ids).toEqual(ids.toReversed())
        },
      },
      {
        id: 'RFC9865-2.4-01',
        says: 'A query that says nothing of paging is answered by the method that ServiceProviderConfig names.',
        async check(bench) {
          const { client } = await threeUsers(bench)
          const config = await client.request('GET', '/ServiceProviderConfig')
          expect(config.body['pagination']).toMatchObject({ defaultPaginationMethod: 'index' })
          const { body } = await client.request('GET', '/Users')
          expect(body).toMatchObject({ startIndex: 1 })
          expect(body).not.toHaveProperty('nextCursor')
        },
      },
    ],
    departures: [
      {
        id: 'RFC9865-2-R1',
        says: 'previousCursor, to page backwards.',
        reason: 'It is optional, and no provisioning client goes back.',
      },
    ],
  },
  {
    id: 'RFC9865-3',
    title: 'Querying with POST',
    requirements: [
      {
        id: 'RFC9865-3-01',
        says: 'A SearchRequest takes a cursor too.',
        async check(bench) {
          const { client, ids } = await threeUsers(bench)
          const page = (cursor: string): Promise<ScimResponse> =>
            client.request('POST', '/Users/.search', { schemas: [urns.search], cursor, count: 2 })
          expect((await follow(await page(''), page)).ids).toEqual(ids)
        },
      },
    ],
  },
  {
    id: 'RFC9865-4',
    title: 'Service provider configuration',
    requirements: [
      {
        id: 'RFC9865-4-01',
        says: 'It says that both methods are offered, which is the default, how large pages are and how long a cursor lives; a larger count is cut to the largest page.',
        async check({ rfc }) {
          const { body } = await rfc.request('GET', '/ServiceProviderConfig')
          expect(body['pagination']).toEqual({
            cursor: true,
            index: true,
            defaultPaginationMethod: 'index',
            defaultPageSize: 100,
            maxPageSize: 200,
            cursorTimeout: 3600,
          })
          expect(await list(rfc, '/Users', { count: '500' })).toMatchObject({ status: 200 })
        },
      },
    ],
  },
]
