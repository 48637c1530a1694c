import { expect } from 'vitest'

import {
  createGroup,
  createUser,
  freshName,
  urns,
} from '../../scim-server/src/testing/scim-bodies.ts'
import type { ScimClient } from '../../scim-server/src/testing/scim-installation.ts'
import { expectRefusal, list, resourcesOf } from './expectations.ts'
import type { Bench, Requirement, Section } from './requirement.ts'

interface People {
  readonly client: ScimClient
  readonly ids: Readonly<Record<'ann' | 'Bob' | 'cyd', string>>
}

/** Three users of a connection of their own, in the order of their ids. */
async function people({ connect }: Bench): Promise<People> {
  const client = await connect('rfc')
  const create = async (userName: string, attributes: object): Promise<string> =>
    (await createUser(client, { userName, ...attributes })).id
  const ann = await create('ann', {
    title: 'Chief "A"',
    active: true,
    name: { familyName: 'Zola' },
    emails: [
      { value: 'Ann@work.example', type: 'work' },
      { value: 'ann@home.example', type: 'home', primary: true },
    ],
  })
  const bob = await create('Bob', {
    title: 'clerk',
    active: false,
    name: { familyName: 'adams' },
    [urns.enterprise]: { department: 'Sales' },
    emails: [{ value: 'bob@home.example', type: 'work' }],
  })
  const cyd = await create('cyd', { externalId: 'X-9', name: { givenName: 'C' } })
  return { client, ids: { ann, Bob: bob, cyd } }
}

/** Filters with the names of the people who match. */
function matching(
  id: string,
  says: string,
  cases: readonly (readonly [filter: string, names: readonly (keyof People['ids'])[]])[],
): Requirement {
  return {
    id,
    says,
    async check(bench) {
      const { client } = await people(bench)
      for (const [filter, names] of cases) {
        const answer = await list(client, '/Users', { filter })
        const found =
          answer.status === 200 ? resourcesOf(answer).map(({ userName }) => userName) : answer.text
        expect({ filter, found }).toEqual({ filter, found: names })
      }
    },
  }
}

/** Filters that are refused as such. */
function refused(id: string, says: string, filters: readonly string[]): Requirement {
  return {
    id,
    says,
    async check({ rfc }) {
      for (const filter of filters) {
        const answer = await list(rfc, '/Users', { filter })
        expect({ filter, status: answer.status, type: answer.body['scimType'] }).toEqual({
          filter,
          status: 400,
          type: 'invalidFilter',
        })
      }
    },
  }
}

/** RFC 7644 §3.4.2–§3.4.3: queries. */
export const querySections: readonly Section[] = [
  {
    id: 'RFC7644-3.4.2',
    title: 'Query resources',
    requirements: [
      {
        id: 'RFC7644-3.4.2-01',
        says: 'A list is a ListResponse with totalResults and Resources, and with startIndex and itemsPerPage.',
        async check(bench) {
          const { client } = await people(bench)
          const { status, body } = await client.request('GET', '/Users?count=2')
          expect(status).toBe(200)
          expect(body).toMatchObject({
            schemas: [urns.list],
            totalResults: 3,
            startIndex: 1,
            itemsPerPage: 2,
            Resources: [{ userName: 'ann' }, { userName: 'Bob' }],
          })
        },
      },
      {
        id: 'RFC7644-3.4.2-02',
        says: 'A query that nothing matches is 200 with a total of 0.',
        async check({ rfc }) {
          const filter = `userName eq "${freshName('nobody')}"`
          const answer = await list(rfc, '/Users', { filter })
          expect(answer).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [] } })
        },
      },
      {
        id: 'RFC7644-3.4.2.1-01',
        says: 'In a search over several types an attribute that a type lacks has no value there.',
        async check({ connect }) {
          const client = await connect('rfc')
          const user = await createUser(client, { displayName: 'Same' })
          const group = await createGroup(client, [], { displayName: 'Same' })
          const search = async (filter: string): Promise<readonly unknown[]> => {
            const body = { schemas: [urns.search], filter }
            return resourcesOf(await client.request('POST', '/.search', body)).map(({ id }) => id)
          }
          expect(await search('displayName eq "same"')).toEqual([user.id, group.id])
          expect(await search('displayName eq "same" and userName pr')).toEqual([user.id])
          expect(await search('not (userName pr)')).toEqual([group.id])
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.4.2.2',
    title: 'Filtering',
    requirements: [
      matching('RFC7644-3.4.2.2-01', 'Names and operators are read in any case.', [
        ['USERNAME Eq "ann"', ['ann']],
        ['userName EQ "ann" OR UserName eq "cyd"', ['ann', 'cyd']],
        ['NOT (userName eq "ann")', ['Bob', 'cyd']],
      ]),
      matching('RFC7644-3.4.2.2-02', 'eq and ne compare by whether the attribute’s case matters.', [
        ['userName eq "BOB"', ['Bob']],
        ['userName ne "bob"', ['ann', 'cyd']],
        ['externalId eq "X-9"', ['cyd']],
        ['externalId eq "x-9"', []],
      ]),
      matching(
        'RFC7644-3.4.2.2-03',
        'co, sw and ew find a text inside, at the start and at the end.',
        [
          ['name.familyName co "OL"', ['ann']],
          ['userName sw "b"', ['Bob']],
          ['emails.value ew ".EXAMPLE"', ['ann', 'Bob']],
        ],
      ),
      matching(
        'RFC7644-3.4.2.2-04',
        'pr is true for what has a value, of a complex attribute any.',
        [
          ['title pr', ['ann', 'Bob']],
          ['name pr', ['ann', 'Bob', 'cyd']],
          ['emails pr', ['ann', 'Bob']],
          ['not (externalId pr)', ['ann', 'Bob']],
        ],
      ),
      matching('RFC7644-3.4.2.2-05', 'gt, ge, lt and le compare texts in their order.', [
        ['userName gt "ann"', ['Bob', 'cyd']],
        ['userName ge "bob"', ['Bob', 'cyd']],
        ['userName lt "BOB"', ['ann']],
        ['userName le "bob"', ['ann', 'Bob']],
      ]),
      {
        id: 'RFC7644-3.4.2.2-06',
        says: 'dateTimes are compared as moments, whatever their offset.',
        async check(bench) {
          const { client, ids } = await people(bench)
          const { body } = await client.request('GET', `/Users/${ids.Bob}`)
          const created = String(Reflect.get(Object(body['meta']), 'created'))
          const shifted = new Date(Date.parse(created) + 7_200_000)
            .toISOString()
            .replace('Z', '+02:00')
          for (const filter of [
            `meta.created eq "${shifted}" and userName eq "bob"`,
            `meta.created ge "${shifted}" and meta.created le "${created}" and userName eq "bob"`,
            `meta.lastModified lt "2099-01-01T00:00:00Z" and userName eq "bob"`,
          ]) {
            expect(resourcesOf(await list(client, '/Users', { filter }))).toHaveLength(1)
          }
        },
      },
      refused('RFC7644-3.4.2.2-07', 'Booleans and binaries have no order.', [
        'active gt true',
        'active le false',
        'x509Certificates.value ge "AAAA"',
      ]),
      matching(
        'RFC7644-3.4.2.2-08',
        'not binds before and, and before or; parentheses before all.',
        [
          ['userName eq "ann" or userName eq "bob" and active eq false', ['ann', 'Bob']],
          ['(userName eq "ann" or userName eq "bob") and active eq false', ['Bob']],
          ['not (userName eq "ann") and not (userName eq "cyd")', ['Bob']],
          ['not (userName eq "ann" or userName eq "cyd")', ['Bob']],
        ],
      ),
      matching(
        'RFC7644-3.4.2.2-09',
        'A multi-valued attribute matches when one of its values does.',
        [
          ['emails.type eq "work"', ['ann', 'Bob']],
          ['emails co "home.example"', ['ann', 'Bob']],
        ],
      ),
      matching('RFC7644-3.4.2.2-10', 'In brackets all conditions are about the same value.', [
        ['emails[type eq "work" and value co "home.example"]', ['Bob']],
        ['emails.type eq "work" and emails.value co "home.example"', ['ann', 'Bob']],
        ['emails[type eq "home" and primary eq true]', ['ann']],
        ['userName pr and emails[not (type eq "work")]', ['ann']],
      ]),
      matching(
        'RFC7644-3.4.2.2-11',
        'Attributes of extensions are named by the URN of their schema.',
        [
          [`${urns.enterprise}:department eq "sales"`, ['Bob']],
          [`${urns.user}:userName eq "ann"`, ['ann']],
        ],
      ),
      matching(
        'RFC7644-3.4.2.2-12',
        'A value is JSON: a quoted text with escapes, a number, a boolean or null.',
        [
          ['title eq "chief \\"a\\""', ['ann']],
          ['title eq "\\u0063lerk"', ['Bob']],
          ['active eq false', ['Bob']],
          ['title eq null', ['cyd']],
        ],
      ),
      refused(
        'RFC7644-3.4.2.2-13',
        'What is no filter, or names what there is not, is refused and never ignored.',
        [
          'userName',
          'userName eq',
          'userName like "a"',
          'userName eq "a',
          '(userName eq "a"',
          'userName eq "a" and',
          'noSuchAttribute eq "a"',
          'emails[type eq "work"',
          'emails[noSuch eq "a"]',
          'urn:example:none:2.0:User:x eq "a"',
          'active eq "perhaps"',
          'meta.created gt "yesterday"',
        ],
      ),
    ],
  },
  {
    id: 'RFC7644-3.4.2.3',
    title: 'Sorting',
    departures: [
      {
        id: 'RFC7644-3.4.2.3-R1',
        says: 'Sort a search over several types, and sort by `members` or `groups`.',
        reason:
          'Different types have no common order, and a set of rows no first value. Both are refused with invalidValue, never ignored.',
      },
    ],
    requirements: [
      {
        id: 'RFC7644-3.4.2.3-01',
        says: 'sortBy sorts ascending unless sortOrder says descending, without regard to case where case means nothing.',
        async check(bench) {
          const { client } = await people(bench)
          const names = async (parameters: Record<string, string>): Promise<unknown[]> =>
            resourcesOf(await list(client, '/Users', parameters)).map(({ userName }) => userName)
          expect(await names({ sortBy: 'userName' })).toEqual(['ann', 'Bob', 'cyd'])
          expect(await names({ sortBy: 'userName', sortOrder: 'descending' })).toEqual([
            'cyd',
            'Bob',
            'ann',
          ])
        },
      },
      {
        id: 'RFC7644-3.4.2.3-02',
        says: 'Resources without a value come last ascending and first descending.',
        async check(bench) {
          const { client } = await people(bench)
          const names = async (sortOrder: string): Promise<unknown[]> =>
            resourcesOf(await list(client, '/Users', { sortBy: 'name.familyName', sortOrder })).map(
              ({ userName }) => userName,
            )
          expect(await names('ascending')).toEqual(['Bob', 'ann', 'cyd'])
          expect(await names('descending')).toEqual(['cyd', 'ann', 'Bob'])
        },
      },
      {
        id: 'RFC7644-3.4.2.3-03',
        says: 'Of several values the primary one counts, or else the first.',
        async check(bench) {
          const { client } = await people(bench)
          await createUser(client, { userName: 'dan', emails: [{ value: 'ann@z.example' }] })
          const sorted = await list(client, '/Users', { sortBy: 'emails', count: '3' })
          expect(resourcesOf(sorted).map(({ userName }) => userName)).toEqual(['ann', 'dan', 'Bob'])
        },
      },
      {
        id: 'RFC7644-3.4.2.3-04',
        says: 'An attribute that can not be sorted by, and an unknown order, are refused.',
        async check({ rfc }) {
          for (const parameters of [
            { sortBy: 'noSuch' },
            { sortBy: 'name' },
            { sortBy: 'userName', sortOrder: 'up' },
          ]) {
            expectRefusal(await list(rfc, '/Users', parameters), 400, 'invalidValue')
          }
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.4.2.4',
    title: 'Pagination',
    departures: [
      {
        id: 'RFC7644-3.4.2.4-R1',
        says: 'A count larger than the server’s largest page.',
        reason:
          'A page holds at most 200 resources, as ServiceProviderConfig says (maxResults), and ends early where they are 8 MiB together: itemsPerPage says how many it has.',
      },
    ],
    requirements: [
      {
        id: 'RFC7644-3.4.2.4-01',
        says: 'A startIndex below 1 is 1, a negative count is 0.',
        async check(bench) {
          const { client } = await people(bench)
          for (const startIndex of ['0', '-5']) {
            const { body } = await list(client, '/Users', { startIndex, count: '1' })
            expect(body).toMatchObject({ startIndex: 1, Resources: [{ userName: 'ann' }] })
          }
          const none = await list(client, '/Users', { count: '-1' })
          expect(none.body).toMatchObject({ totalResults: 3, itemsPerPage: 0, Resources: [] })
        },
      },
      {
        id: 'RFC7644-3.4.2.4-02',
        says: 'A count of 0 tells the total alone.',
        async check(bench) {
          const { client } = await people(bench)
          const { body } = await list(client, '/Users', { count: '0' })
          expect(body).toMatchObject({ totalResults: 3, itemsPerPage: 0, Resources: [] })
        },
      },
      {
        id: 'RFC7644-3.4.2.4-03',
        says: 'A page never holds more than count, and pages follow each other without gap or repetition.',
        async check(bench) {
          const { client } = await people(bench)
          const found: unknown[] = []
          for (const startIndex of ['1', '2', '3', '4']) {
            const page = await list(client, '/Users', { startIndex, count: '1' })
            expect(page.body).toMatchObject({ totalResults: 3, startIndex: Number(startIndex) })
            found.push(...resourcesOf(page).map(({ userName }) => userName))
          }
          expect(found).toEqual(['ann', 'Bob', 'cyd'])
        },
      },
      {
        id: 'RFC7644-3.4.2.4-04',
        says: 'totalResults counts what the filter finds on all pages.',
        async check(bench) {
          const { client } = await people(bench)
          const { body } = await list(client, '/Users', { filter: 'emails pr', count: '1' })
          expect(body).toMatchObject({ totalResults: 2, itemsPerPage: 1 })
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.4.3',
    title: 'Querying with POST',
    requirements: [
      {
        id: 'RFC7644-3.4.3-01',
        says: 'A SearchRequest to `.search` of a type is answered as the same query by GET.',
        async check(bench) {
          const { client } = await people(bench)
          const query = { filter: 'userName ne "cyd"', sortBy: 'userName', sortOrder: 'descending' }
          const body = { ...query, schemas: [urns.search], attributes: ['userName'], count: 1 }
          const searched = await client.request('POST', '/Users/.search', body)
          const got = await list(client, '/Users', { ...query, attributes: 'userName', count: '1' })
          expect(searched.status).toBe(200)
          expect(searched.body).toEqual(got.body)
          expect(resourcesOf(searched)).toMatchObject([{ userName: 'Bob' }])
        },
      },
      {
        id: 'RFC7644-3.4.3-02',
        says: 'A body without the URN of SearchRequest is refused.',
        async check({ rfc }) {
          for (const body of [{}, { schemas: [urns.user] }, []]) {
            expectRefusal(await rfc.request('POST', '/Users/.search', body), 400, 'invalidSyntax')
          }
        },
      },
    ],
  },
]
