import { expect } from 'vitest'

import {
  createGroup,
  createUser,
  freshName,
  patch,
  urns,
} from '../../scim-server/src/testing/scim-bodies.ts'
import { expectRefusal, list, resourcesOf } from './expectations.ts'
import type { Section } from './requirement.ts'

/** RFC 7644 §3.8–§7: what holds for all requests, discovery and security. */
export const protocolSections: readonly Section[] = [
  {
    id: 'RFC7644-3.8',
    title: 'Data input and output formats',
    requirements: [
      {
        id: 'RFC7644-3.8-01',
        says: 'Bodies are JSON in UTF-8; anything else is refused.',
        async check({ rfc }) {
          const body = { schemas: [urns.user], userName: freshName('u') }
          for (const type of [
            'application/xml',
            'text/plain',
            'application/json; charset=latin1',
          ]) {
            const headers = { 'content-type': type }
            expectRefusal(await rfc.request('POST', '/Users', body, headers), 415)
          }
          for (const text of ['{', '{"schemas":', '', '[1,]', '"x"']) {
            expectRefusal(await rfc.request('POST', '/Users', text), 400, 'invalidSyntax')
          }
          const accept = { accept: 'application/xml' }
          expectRefusal(await rfc.request('GET', '/Users', undefined, accept), 406)
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.9',
    title: 'Attributes of answers',
    requirements: [
      {
        id: 'RFC7644-3.9-01',
        says: '`attributes` narrows an answer to what it names and what is always there, `excludedAttributes` takes what it names away, for every method that answers resources.',
        async check({ rfc }) {
          const body = { schemas: [urns.user], userName: freshName('u'), title: 'T', nickName: 'N' }
          const created = await rfc.request('POST', '/Users?attributes=title', body)
          const { id } = created
          const narrow = { schemas: [urns.user], id, title: 'T' }
          expect(created.body).toEqual(narrow)
          const path = `/Users/${id}`
          expect((await rfc.request('PUT', `${path}?attributes=title`, body)).body).toEqual(narrow)
          const operation = { op: 'add', path: 'locale', value: 'en' }
          const patched = await patch(rfc, `${path}?attributes=title`, operation)
          expect(patched.body).toEqual(narrow)
          expect((await rfc.request('GET', `${path}?attributes=title`)).body).toEqual(narrow)
          const filter = `id eq "${id}"`
          expect(resourcesOf(await list(rfc, '/Users', { filter, attributes: 'title' }))).toEqual([
            narrow,
          ])
          const rest = await rfc.request('GET', `${path}?excludedAttributes=title,meta`)
          expect(rest.body).toMatchObject({ id, nickName: 'N' })
          expect(rest.body).not.toHaveProperty('title')
          expect(rest.body).not.toHaveProperty('meta')
        },
      },
      {
        id: 'RFC7644-3.9-02',
        says: '`attributes` and `excludedAttributes` exclude each other.',
        async check({ rfc }) {
          const parameters = { attributes: 'title', excludedAttributes: 'name' }
          expectRefusal(await list(rfc, '/Users', parameters), 400, 'invalidValue')
        },
      },
      {
        id: 'RFC7644-3.9-03',
        says: 'What is always answered can not be excluded.',
        async check({ rfc }) {
          const { id } = await createUser(rfc)
          const { body } = await rfc.request('GET', `/Users/${id}?excludedAttributes=id,schemas`)
          expect(body).toMatchObject({ id, schemas: [urns.user] })
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.10',
    title: 'Attribute notation',
    requirements: [
      {
        id: 'RFC7644-3.10-01',
        says: 'Attributes are named with sub-attribute by a dot and with the URN of their schema by a colon, in any case.',
        async check({ rfc }) {
          const { id } = await createUser(rfc, {
            name: { givenName: 'G', familyName: 'F' },
            [urns.enterprise]: { department: 'D', division: 'V' },
          })
          const names = [`${urns.enterprise.toUpperCase()}:department`, 'NAME.givenName']
          const { body } = await rfc.request('GET', `/Users/${id}?attributes=${names.join(',')}`)
          expect(body).toEqual({
            schemas: [urns.user, urns.enterprise],
            id,
            name: { givenName: 'G' },
            [urns.enterprise]: { department: 'D' },
          })
        },
      },
      {
        id: 'RFC7644-3.10-02',
        says: 'An attribute of an extension is named with its URN.',
        async check({ rfc }) {
          const answer = await list(rfc, '/Users', { filter: 'department eq "D"' })
          expectRefusal(answer, 400, 'invalidFilter')
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.11',
    title: '/Me',
    requirements: [
      {
        id: 'RFC7644-3.11-01',
        says: '/Me, which is not offered because tokens belong to machines, is 501 for every method.',
        async check({ rfc }) {
          for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
            const body = method === 'GET' || method === 'DELETE' ? undefined : {}
            expectRefusal(await rfc.request(method, '/Me', body), 501)
          }
        },
      },
    ],
    departures: [
      {
        id: 'RFC7644-3.11-R1',
        says: 'Offer /Me for the subject of the request.',
        reason: 'A token is a directory’s, not a person’s: there is nobody whom “me” could mean.',
      },
    ],
  },
  {
    id: 'RFC7644-3.12',
    title: 'Errors',
    requirements: [
      {
        id: 'RFC7644-3.12-01',
        says: 'An error is answered in JSON with the URN of Error, the status as a text, a detail, and a scimType where there is one; the same status is that of the response.',
        async check({ rfc }) {
          const answers = [
            await rfc.request('GET', '/Users/1'),
            await rfc.request('GET', '/nowhere'),
            await rfc.request('GET', '/Users?filter=x'),
            await rfc.request('GET', '/Users', undefined, { authorization: '' }),
          ]
          for (const answer of answers) {
            expect(answer.headers.get('content-type')).toBe('application/scim+json')
            expect(answer.body).toMatchObject({ schemas: [urns.error], status: `${answer.status}` })
          }
          expect(answers.map(({ status }) => status)).toEqual([404, 404, 400, 401])
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.13',
    title: 'Protocol versions',
    requirements: [
      {
        id: 'RFC7644-3.13-01',
        says: 'A request for a version of the protocol that there is not is invalidVers.',
        async check({ rfc }) {
          for (const version of ['v1', 'v3', 'v2.1']) {
            expectRefusal(await rfc.request('GET', `/../../${version}/Users`), 400, 'invalidVers')
          }
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.14',
    title: 'Versions of resources',
    departures: [
      {
        id: 'RFC7644-3.14-R1',
        says: 'Answer 304 for a user with groups or a group with members.',
        reason:
          'Those are other resources, of whose changes the version knows nothing: such answers are always whole. Without them (`excludedAttributes`) 304 is answered.',
      },
    ],
    requirements: [
      {
        id: 'RFC7644-3.14-01',
        says: 'Every answer with a resource has a weak ETag, equal to `meta.version`.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc)
          const operation = { op: 'add', path: 'title', value: 'T' }
          const answers = [
            await rfc.request('GET', `/Users/${id}`),
            await rfc.request('PUT', `/Users/${id}`, { ...body, nickName: 'N' }),
            await patch(rfc, `/Users/${id}`, operation),
          ]
          for (const answer of answers) {
            const version: unknown = Reflect.get(Object(answer.body['meta']), 'version')
            expect(version).toMatch(/^W\/"/)
            expect(answer.headers.get('etag')).toBe(version)
          }
        },
      },
      {
        id: 'RFC7644-3.14-02',
        says: 'If-None-Match with the present version is answered 304.',
        async check({ rfc }) {
          const { id, headers } = await createUser(rfc)
          const condition = { 'if-none-match': headers.get('etag') ?? '' }
          const path = `/Users/${id}?excludedAttributes=groups`
          const same = await rfc.request('GET', path, undefined, condition)
          expect([same.status, same.text]).toEqual([304, ''])
          await patch(rfc, `/Users/${id}`, { op: 'add', path: 'title', value: 'T' })
          expect(await rfc.request('GET', path, undefined, condition)).toMatchObject({
            status: 200,
          })
        },
      },
      {
        id: 'RFC7644-3.14-03',
        says: 'If-Match with another version is 412 for PUT, PATCH and DELETE, and nothing is changed.',
        async check({ rfc }) {
          for (const [path, made] of [
            ['/Users', await createUser(rfc)],
            ['/Groups', await createGroup(rfc)],
          ] as const) {
            const condition = { 'if-match': 'W/"99"' }
            const url = `${path}/${made.id}`
            const body = {
              schemas: [urns.patch],
              Operations: [{ op: 'add', path: 'externalId', value: 'x' }],
            }
            expectRefusal(await rfc.request('PATCH', url, body, condition), 412)
            expectRefusal(await rfc.request('PUT', url, made.body, condition), 412)
            expectRefusal(await rfc.request('DELETE', url, undefined, condition), 412)
            expect((await rfc.request('GET', url)).body).toEqual(made.body)
          }
        },
      },
    ],
  },
  {
    id: 'RFC7644-4',
    title: 'Discovery',
    requirements: [
      {
        id: 'RFC7644-4-01',
        says: '/ServiceProviderConfig, /ResourceTypes and /Schemas answer all there is, also to who has no token.',
        async check({ rfc }) {
          const anonymous = { authorization: '' }
          for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas']) {
            const answer = await rfc.request('GET', path, undefined, anonymous)
            expect(answer).toMatchObject({ status: 200 })
          }
          const types = await rfc.request('GET', '/ResourceTypes')
          expect(types.body).toMatchObject({ schemas: [urns.list], totalResults: 4 })
          expect(resourcesOf(types)).toHaveLength(4)
        },
      },
      {
        id: 'RFC7644-4-02',
        says: 'Sorting, paging and the choice of attributes mean nothing there; a filter is 403.',
        async check({ rfc }) {
          const whole = await rfc.request('GET', '/Schemas')
          const parameters = { startIndex: '2', count: '1', sortBy: 'id', attributes: 'id' }
          expect((await list(rfc, '/Schemas', parameters)).body).toEqual(whole.body)
          for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
            expectRefusal(await list(rfc, path, { filter: 'id pr' }), 403)
          }
        },
      },
      {
        id: 'RFC7644-4-03',
        says: 'One schema and one resource type are found by their id; another id is 404.',
        async check({ rfc }) {
          expect((await rfc.request('GET', `/Schemas/${urns.group}`)).id).toBe(urns.group)
          expect((await rfc.request('GET', '/ResourceTypes/User')).body['name']).toBe('User')
          expectRefusal(await rfc.request('GET', '/Schemas/urn:example:none'), 404)
          expectRefusal(await rfc.request('GET', '/ResourceTypes/Cat'), 404)
        },
      },
    ],
  },
  {
    id: 'RFC7644-5',
    title: 'Internationalized strings',
    requirements: [
      {
        id: 'RFC7644-5-01',
        says: 'Texts whose case means nothing are equal when they differ in case or in how their letters are composed, for filters and for uniqueness alike.',
        async check({ rfc }) {
          const userName = freshName('JOSÉ-Straße')
          const { id } = await createUser(rfc, { userName })
          const same = userName.toLowerCase().normalize('NFD')
          const found = await list(rfc, '/Users', { filter: `userName eq "${same}"` })
          expect(resourcesOf(found)).toMatchObject([{ id }])
          const body = { schemas: [urns.user], userName: same }
          expectRefusal(await rfc.request('POST', '/Users', body), 409, 'uniqueness')
        },
      },
    ],
  },
  {
    id: 'RFC7644-6',
    title: 'Multi-tenancy',
    requirements: [
      {
        id: 'RFC7644-6-01',
        says: 'A client sees nothing of other tenants: their resources are 404 and in no list.',
        async check({ rfc, connect }) {
          const { id, body } = await createUser(rfc)
          const other = await connect('rfc')
          expectRefusal(await other.request('GET', `/Users/${id}`), 404)
          expectRefusal(await other.request('DELETE', `/Users/${id}`), 404)
          const found = await list(other, '/Users', { filter: `id eq "${id}"` })
          expect(found.body['totalResults']).toBe(0)
          expect(await createUser(other, { userName: body['userName'] })).toMatchObject({
            status: 201,
          })
        },
      },
    ],
  },
  {
    id: 'RFC7644-7',
    title: 'Security considerations',
    requirements: [
      {
        id: 'RFC7644-7.5.2-01',
        says: 'What is private can be asked for in a body instead of a URL.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc)
          const filter = `userName eq "${String(body['userName'])}"`
          const search = { schemas: [urns.search], filter }
          const answer = await rfc.request('POST', '/Users/.search', search)
          expect(resourcesOf(answer)).toMatchObject([{ id }])
        },
      },
    ],
    departures: [
      {
        id: 'RFC7644-7.2-R1',
        says: 'TLS for every request.',
        reason: 'The proxy in front of the server ends TLS; the operator guide says how.',
      },
      {
        id: 'RFC7644-7.5.2-R1',
        says: 'Answer a filter with personal data in a URL with 403 and scimType sensitive.',
        reason:
          'Entra ID and Okta look people up by GET with their userName: refusing it would end provisioning. Query strings are written into no log.',
      },
    ],
  },
]
