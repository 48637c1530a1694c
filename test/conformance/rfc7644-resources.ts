import { expect } from 'vitest'

import { createUser, freshName, patch, urns } from '../../scim-server/src/testing/scim-bodies.ts'
import { expectRefusal, list, resourcesOf } from './expectations.ts'
import type { Section } from './requirement.ts'

/** RFC 7644 §2–§3.4.1, §3.5.1, §3.6: authentication, creating, reading, replacing and deleting. */
export const lifecycleSections: readonly Section[] = [
  {
    id: 'RFC7644-2',
    title: 'Authentication and authorization',
    requirements: [
      {
        id: 'RFC7644-2-01',
        says: 'A request without valid credentials is answered 401, and told by WWW-Authenticate how to come with some.',
        async check({ rfc }) {
          for (const authorization of ['', 'Bearer nothing', 'Basic YTpi']) {
            const answer = await rfc.request('GET', '/Users', undefined, { authorization })
            expectRefusal(answer, 401)
            expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
          }
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.1',
    title: 'Background: media types',
    requirements: [
      {
        id: 'RFC7644-3.1-01',
        says: 'Bodies are taken as application/scim+json and as application/json, and answered as application/scim+json.',
        async check({ rfc }) {
          const types = [
            'application/scim+json',
            'application/json',
            'application/json; charset=utf-8',
          ]
          for (const type of types) {
            const body = { schemas: [urns.user], userName: freshName('u') }
            const headers = { 'content-type': type, accept: 'application/scim+json' }
            const answer = await rfc.request('POST', '/Users', body, headers)
            expect(answer.status).toBe(201)
            expect(answer.headers.get('content-type')).toBe('application/scim+json')
          }
        },
      },
      {
        id: 'RFC7644-3.1-02',
        says: 'A client that accepts plain JSON, or anything, is answered too.',
        async check({ rfc }) {
          for (const accept of ['application/json', '*/*', 'text/html, application/*;q=0.5']) {
            expect(await rfc.request('GET', '/Users?count=1', undefined, { accept })).toMatchObject(
              {
                status: 200,
              },
            )
          }
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.2',
    title: 'Endpoints and methods',
    requirements: [
      {
        id: 'RFC7644-3.2-01',
        says: 'A method that a path does not have is refused, with the list of those it has.',
        async check({ rfc }) {
          const cases = [
            ['PATCH', '/Users'],
            ['DELETE', '/Groups'],
            ['POST', '/ServiceProviderConfig'],
            ['PUT', '/Schemas'],
            ['POST', '/Users/1'],
            ['GET', '/Bulk'],
          ] as const
          for (const [method, path] of cases) {
            const answer = await rfc.request(method, path, method === 'GET' ? undefined : {})
            expectRefusal(answer, 405)
            expect(answer.headers.get('allow')).not.toContain(method)
          }
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.3',
    title: 'Creating resources',
    requirements: [
      {
        id: 'RFC7644-3.3-01',
        says: 'A created resource is answered 201 with its representation.',
        async check({ rfc }) {
          const userName = freshName('u')
          const created = await createUser(rfc, { userName, title: 'T' })
          expect(created).toMatchObject({ status: 201, body: { userName, title: 'T' } })
          expect((await rfc.request('GET', `/Users/${created.id}`)).body).toEqual(created.body)
        },
      },
      {
        id: 'RFC7644-3.3-02',
        says: 'Its URI is in the Location header and in `meta.location`.',
        async check({ rfc }) {
          const { id, headers, body } = await createUser(rfc)
          const location = `${rfc.baseUrl}/Users/${id}`
          expect(headers.get('location')).toBe(location)
          expect(body['meta']).toMatchObject({ location })
        },
      },
      {
        id: 'RFC7644-3.3-03',
        says: 'What the server owns is ignored in the body.',
        async check({ rfc }) {
          const meta = { created: '2001-01-01T00:00:00Z' }
          const { id, body } = await createUser(rfc, { id: 'x', meta, groups: [{ value: 'g' }] })
          expect(id).not.toBe('x')
          expect(body).not.toHaveProperty('groups')
        },
      },
      {
        id: 'RFC7644-3.3-04',
        says: 'A resource that exists already is 409 with scimType uniqueness.',
        async check({ rfc }) {
          const { body } = await createUser(rfc)
          const again = { schemas: [urns.user], userName: body['userName'] }
          expectRefusal(await rfc.request('POST', '/Users', again), 409, 'uniqueness')
        },
      },
      {
        id: 'RFC7644-3.3.1-01',
        says: '`meta.resourceType` is that of the endpoint.',
        async check({ rfc }) {
          const body = { schemas: [urns.group], displayName: freshName('g') }
          const { body: group } = await rfc.request('POST', '/Groups', body)
          expect(group['meta']).toMatchObject({ resourceType: 'Group' })
          const { body: user } = await createUser(rfc)
          expect(user['meta']).toMatchObject({ resourceType: 'User' })
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.4.1',
    title: 'Retrieving a known resource',
    requirements: [
      {
        id: 'RFC7644-3.4.1-01',
        says: 'A resource that exists is 200 with its representation, one that does not is 404.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc)
          expect(await rfc.request('GET', `/Users/${id}`)).toMatchObject({ status: 200, body })
          expectRefusal(await rfc.request('GET', `/Users/${id.replace(/.$/, 'x')}`), 404)
          expectRefusal(await rfc.request('GET', '/Users/no%20id'), 404)
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.5.1',
    title: 'Replacing with PUT',
    requirements: [
      {
        id: 'RFC7644-3.5.1-01',
        says: 'What the body names replaces what was there, what it omits is cleared, and the answer is 200 with the whole resource.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc, {
            title: 'old',
            nickName: 'N',
            emails: [{ value: 'a@x.example' }],
          })
          const next = { schemas: [urns.user], userName: body['userName'], title: 'new' }
          const replaced = await rfc.request('PUT', `/Users/${id}`, next)
          expect(replaced).toMatchObject({ status: 200, body: { id, title: 'new' } })
          expect(replaced.body).not.toHaveProperty('nickName')
          expect(replaced.body).not.toHaveProperty('emails')
        },
      },
      {
        id: 'RFC7644-3.5.1-02',
        says: 'Read-only values in the body are ignored.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc)
          const sent = { ...body, groups: [{ value: 'g' }], meta: { version: 'W/"77"' } }
          const replaced = await rfc.request('PUT', `/Users/${id}`, sent)
          expect(replaced).toMatchObject({ status: 200, body: { meta: body['meta'] } })
        },
      },
      {
        id: 'RFC7644-3.5.1-03',
        says: 'A required attribute must be in the body.',
        async check({ rfc }) {
          const { id } = await createUser(rfc)
          const sent = { schemas: [urns.user], title: 'T' }
          expectRefusal(await rfc.request('PUT', `/Users/${id}`, sent), 400, 'invalidValue')
        },
      },
      {
        id: 'RFC7644-3.5.1-04',
        says: 'PUT makes no resource: an unknown id is 404.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc)
          await rfc.request('DELETE', `/Users/${id}`)
          expectRefusal(await rfc.request('PUT', `/Users/${id}`, body), 404)
        },
      },
      {
        id: 'RFC7644-3.5.1-05',
        says: 'A body equal to what is there changes nothing, not even the version.',
        async check({ rfc }) {
          const created = await createUser(rfc, { name: { givenName: 'A' } })
          const same = await rfc.request('PUT', `/Users/${created.id}`, created.body)
          expect(same.body).toEqual(created.body)
        },
      },
      {
        id: 'RFC7644-3.5.1-06',
        says: 'A userName that somebody else has is 409.',
        async check({ rfc }) {
          const [one, other] = [await createUser(rfc), await createUser(rfc)]
          const sent = { ...one.body, userName: other.body['userName'] }
          expectRefusal(await rfc.request('PUT', `/Users/${one.id}`, sent), 409, 'uniqueness')
        },
      },
    ],
  },
  {
    id: 'RFC7644-3.6',
    title: 'Deleting resources',
    requirements: [
      {
        id: 'RFC7644-3.6-01',
        says: 'DELETE is answered 204 without a body.',
        async check({ rfc }) {
          const { id } = await createUser(rfc)
          const gone = await rfc.request('DELETE', `/Users/${id}`)
          expect([gone.status, gone.text]).toEqual([204, ''])
        },
      },
      {
        id: 'RFC7644-3.6-02',
        says: 'What is deleted is 404 for every method.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc)
          const path = `/Users/${id}`
          await rfc.request('DELETE', path)
          expectRefusal(await rfc.request('GET', path), 404)
          expectRefusal(await rfc.request('PUT', path, body), 404)
          expectRefusal(await patch(rfc, path, { op: 'add', path: 'title', value: 'T' }), 404)
          expectRefusal(await rfc.request('DELETE', path), 404)
        },
      },
      {
        id: 'RFC7644-3.6-03',
        says: 'It is in no list and in no group.',
        async check({ rfc }) {
          const { id } = await createUser(rfc)
          const body = {
            schemas: [urns.group],
            displayName: freshName('g'),
            members: [{ value: id }],
          }
          const group = await rfc.request('POST', '/Groups', body)
          await rfc.request('DELETE', `/Users/${id}`)
          const found = await list(rfc, '/Users', { filter: `id eq "${id}"` })
          expect(resourcesOf(found)).toEqual([])
          const shown = await rfc.request('GET', `/Groups/${group.id}`)
          expect(shown.body).not.toHaveProperty('members')
        },
      },
      {
        id: 'RFC7644-3.6-04',
        says: 'It is in nobody’s way: its userName is free.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc)
          await rfc.request('DELETE', `/Users/${id}`)
          expect(await createUser(rfc, { userName: body['userName'] })).toMatchObject({
            status: 201,
          })
        },
      },
    ],
  },
]
