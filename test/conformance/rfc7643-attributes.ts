import { expect } from 'vitest'

import {
  createGroup,
  createUser,
  freshName,
  patch,
  urns,
} from '../../scim-server/src/testing/scim-bodies.ts'
import { testUrns } from '../../scim-server/src/testing/test-resource.ts'
import { expectRefusal, list, resourcesOf } from './expectations.ts'
import type { Bench, Section } from './requirement.ts'

const createTest = async (
  { rfc }: Bench,
  attributes: object,
): Promise<Awaited<ReturnType<typeof createUser>>> =>
  rfc.request('POST', '/TestResources', {
    schemas: [testUrns.core],
    name: freshName('t'),
    ...attributes,
  })

/** RFC 7643 §2: attributes and their types. */
export const attributeSections: readonly Section[] = [
  {
    id: 'RFC7643-2.1',
    title: 'Attributes',
    requirements: [
      {
        id: 'RFC7643-2.1-01',
        says: 'Names of attributes are read in any case and answered as the schema spells them.',
        async check({ rfc }) {
          const body = { schemas: [urns.user], USERNAME: freshName('u'), Name: { GIVENNAME: 'A' } }
          const created = await rfc.request('POST', '/Users', body)
          expect(created.body).toMatchObject({ userName: body.USERNAME, name: { givenName: 'A' } })
        },
      },
    ],
  },
  {
    id: 'RFC7643-2.2',
    title: 'Attribute characteristics',
    requirements: [
      {
        id: 'RFC7643-2.2-01',
        says: 'Every published attribute states its characteristics; what the RFC defaults is the default.',
        async check({ rfc }) {
          const { body } = await rfc.request('GET', `/Schemas/${urns.user}`)
          const title = (body['attributes'] as Record<string, unknown>[]).find(
            ({ name }) => name === 'title',
          )
          expect(title).toMatchObject({
            type: 'string',
            multiValued: false,
            required: false,
            caseExact: false,
            mutability: 'readWrite',
            returned: 'default',
            uniqueness: 'none',
          })
        },
      },
    ],
  },
  {
    id: 'RFC7643-2.3',
    title: 'Attribute data types',
    requirements: [
      {
        id: 'RFC7643-2.3.1-01',
        says: 'A string is any Unicode text and is kept as it was sent.',
        async check({ rfc }) {
          const title = 'Ｌｅａｄ — “Ω” 😀 e\u0301\u200d\t"\\'
          const { id } = await createUser(rfc, { title })
          expect((await rfc.request('GET', `/Users/${id}`)).body['title']).toBe(title)
        },
      },
      {
        id: 'RFC7643-2.3.2-01',
        says: 'A boolean is true or false and nothing else.',
        async check(bench) {
          for (const enabled of ['true', 1, 'yes']) {
            expectRefusal(await createTest(bench, { enabled }), 400, 'invalidValue')
          }
          expect((await createTest(bench, { enabled: false })).body['enabled']).toBe(false)
        },
      },
      {
        id: 'RFC7643-2.3.3-01',
        says: 'A decimal is a number, with a fraction or without.',
        async check(bench) {
          expectRefusal(await createTest(bench, { ratio: '1.5' }), 400, 'invalidValue')
          expect((await createTest(bench, { ratio: -1.25e2 })).body['ratio']).toBe(-125)
        },
      },
      {
        id: 'RFC7643-2.3.4-01',
        says: 'An integer has no fraction.',
        async check(bench) {
          expectRefusal(await createTest(bench, { count: 1.5 }), 400, 'invalidValue')
          expect((await createTest(bench, { count: -7 })).body['count']).toBe(-7)
        },
      },
      {
        id: 'RFC7643-2.3.5-01',
        says: 'A dateTime has a date and a time.',
        async check(bench) {
          for (const startsAt of ['2026-11-21', '10:00:00Z', '2026-13-01T00:00:00Z', 0]) {
            expectRefusal(await createTest(bench, { startsAt }), 400, 'invalidValue')
          }
          const startsAt = '2026-11-21T10:00:00.5+05:30'
          expect((await createTest(bench, { startsAt })).body['startsAt']).toBe(startsAt)
        },
      },
      {
        id: 'RFC7643-2.3.6-01',
        says: 'A binary is base64, in either alphabet.',
        async check(bench) {
          expectRefusal(await createTest(bench, { digest: '%%%' }), 400, 'invalidValue')
          for (const digest of ['AQID', 'A-_w', 'AQ==']) {
            expect((await createTest(bench, { digest })).body['digest']).toBe(digest)
          }
        },
      },
      {
        id: 'RFC7643-2.3.7-01',
        says: 'A reference that the server makes leads to the resource.',
        async check({ rfc }) {
          const manager = await createUser(rfc)
          const { id } = await createUser(rfc, {
            [urns.enterprise]: { manager: { value: manager.id } },
          })
          const group = await createGroup(rfc, [id])
          const user = await rfc.request('GET', `/Users/${id}`)
          const shown = await rfc.request('GET', `/Groups/${group.id}`)
          const references = [
            [Reflect.get(Object(user.body[urns.enterprise]), 'manager'), manager.id],
            [(user.body['groups'] as object[])[0], group.id],
            [(shown.body['members'] as object[])[0], id],
          ] as const
          for (const [element, target] of references) {
            const url = String(Reflect.get(Object(element), '$ref'))
            expect(url.startsWith(`${rfc.baseUrl}/`)).toBe(true)
            expect((await rfc.request('GET', url.slice(rfc.baseUrl.length))).id).toBe(target)
          }
        },
      },
      {
        id: 'RFC7643-2.3.8-01',
        says: 'The order of the sub-attributes of a complex value means nothing.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc, { name: { givenName: 'A', familyName: 'B' } })
          const again = { ...body, name: { familyName: 'B', givenName: 'A' } }
          const replaced = await rfc.request('PUT', `/Users/${id}`, again)
          expect(replaced.body['meta']).toEqual(body['meta'])
        },
      },
      {
        id: 'RFC7643-2.3.8-02',
        says: 'No sub-attribute has sub-attributes of its own.',
        async check({ rfc }) {
          const { body } = await rfc.request('GET', '/Schemas')
          const schemas = body['Resources'] as { attributes: { subAttributes?: object[] }[] }[]
          const children = schemas.flatMap(({ attributes }) =>
            attributes.flatMap(({ subAttributes = [] }) => subAttributes),
          )
          expect(children.length).toBeGreaterThan(20)
          for (const child of children) expect(child).not.toHaveProperty('subAttributes')
        },
      },
    ],
  },
  {
    id: 'RFC7643-2.4',
    title: 'Multi-valued attributes',
    requirements: [
      {
        id: 'RFC7643-2.4-01',
        says: 'At most one value of an attribute is primary.',
        async check({ rfc }) {
          const emails = [
            { value: 'a@x.example', primary: true },
            { value: 'b@x.example', primary: true },
          ]
          const body = { schemas: [urns.user], userName: freshName('u'), emails }
          expectRefusal(await rfc.request('POST', '/Users', body), 400, 'invalidValue')
        },
      },
      {
        id: 'RFC7643-2.4-02',
        says: 'The same combination of type and value is answered once.',
        async check({ rfc }) {
          const email = { value: 'a@x.example', type: 'work' }
          const { body } = await createUser(rfc, { emails: [email, email] })
          expect(body['emails']).toEqual([email])
        },
      },
      {
        id: 'RFC7643-2.4-03',
        says: 'A value outside the canonical ones is taken: they are suggestions.',
        async check({ rfc }) {
          const emails = [{ value: 'a@x.example', type: 'boat' }]
          expect((await createUser(rfc, { emails })).body['emails']).toEqual(emails)
        },
      },
    ],
  },
  {
    id: 'RFC7643-2.5',
    title: 'Unassigned and null values',
    requirements: [
      {
        id: 'RFC7643-2.5-01',
        says: 'Null, an empty list and an absent attribute are the same state, and unassigned attributes are left out of answers.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc, { title: null, emails: [], nickName: 'N' })
          expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['title']))
          expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['emails']))
          const set = { op: 'replace', path: 'nickName', value: null }
          const cleared = await patch(rfc, `/Users/${id}`, set)
          expect(cleared.body).not.toHaveProperty('nickName')
          const filter = `id eq "${id}" and not (emails pr) and title eq null`
          expect(resourcesOf(await list(rfc, '/Users', { filter }))).toHaveLength(1)
        },
      },
    ],
  },
]
