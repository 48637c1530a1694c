import { expect } from 'vitest'

import {
  createGroup,
  createUser,
  freshName,
  patch,
  urns,
} from '../../scim-server/src/testing/scim-bodies.ts'
import { expectRefusal } from './expectations.ts'
import type { Section } from './requirement.ts'

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** RFC 7643 §3: what all resources have in common. */
export const resourceSections: readonly Section[] = [
  {
    id: 'RFC7643-3',
    title: 'SCIM resources',
    requirements: [
      {
        id: 'RFC7643-3-01',
        says: '`schemas` is there, is not empty, has no duplicates, and names exactly the schemas of the attributes in the answer.',
        async check({ rfc }) {
          const plain = await createUser(rfc)
          expect(plain.body['schemas']).toEqual([urns.user])
          const extended = await createUser(rfc, {
            schemas: [urns.enterprise, urns.user, urns.user],
            [urns.enterprise]: { department: 'D' },
          })
          expect(extended.body['schemas']).toEqual([urns.user, urns.enterprise])
          const removed = await patch(rfc, `/Users/${extended.id}`, {
            op: 'remove',
            path: `${urns.enterprise}:department`,
          })
          expect(removed.body['schemas']).toEqual([urns.user])
        },
      },
      {
        id: 'RFC7643-3-02',
        says: 'A body whose `schemas` lacks the schema of its resource type is refused.',
        async check({ rfc }) {
          for (const schemas of [undefined, [], [urns.group]]) {
            const body = { schemas, userName: freshName('u') }
            expectRefusal(await rfc.request('POST', '/Users', body), 400, 'invalidSyntax')
          }
        },
      },
    ],
  },
  {
    id: 'RFC7643-3.1',
    title: 'Common attributes',
    requirements: [
      {
        id: 'RFC7643-3.1-01',
        says: '`id` is made by the server, is never empty, and what a client sends for it is ignored.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc, { id: 'mine' })
          expect(body['id']).toMatch(/^[\w-]+$/)
          expect(id).not.toBe('mine')
          expect(id).not.toContain('bulkId')
        },
      },
      {
        id: 'RFC7643-3.1-02',
        says: '`id` is stable and is not given to anybody else.',
        async check({ rfc }) {
          const { id } = await createUser(rfc)
          const renamed = await patch(rfc, `/Users/${id}`, {
            op: 'replace',
            path: 'userName',
            value: freshName('renamed'),
          })
          expect(renamed.id).toBe(id)
          await rfc.request('DELETE', `/Users/${id}`)
          const again = await createUser(rfc, { userName: renamed.body['userName'] })
          expect(again.id).not.toBe(id)
        },
      },
      {
        id: 'RFC7643-3.1-03',
        says: '`id` is the same in one representation of a resource and in every other, unique among all resources of the server.',
        async check({ rfc }) {
          const [user, group] = [await createUser(rfc), await createGroup(rfc)]
          expect(user.id).not.toBe(group.id)
          expectRefusal(await rfc.request('GET', `/Groups/${user.id}`), 404)
          expectRefusal(await rfc.request('GET', `/Users/${group.id}`), 404)
        },
      },
      {
        id: 'RFC7643-3.1-04',
        says: '`externalId` is the client’s: any text, its case matters, and two resources may have the same one.',
        async check({ rfc }) {
          const externalId = freshName('Ext')
          const one = await createUser(rfc, { externalId })
          const other = await createUser(rfc, { externalId })
          expect([one.body['externalId'], other.body['externalId']]).toEqual([
            externalId,
            externalId,
          ])
          const filter = encodeURIComponent(`externalId eq "${externalId.toLowerCase()}"`)
          const found = await rfc.request('GET', `/Users?filter=${filter}`)
          expect(found.body['totalResults']).toBe(0)
        },
      },
      {
        id: 'RFC7643-3.1-05',
        says: '`externalId` belongs to the provisioning domain of the client: no other connection sees it.',
        async check({ rfc, connect }) {
          const externalId = freshName('Ext')
          await createUser(rfc, { externalId })
          const filter = encodeURIComponent(`externalId eq "${externalId}"`)
          const other = await connect('rfc')
          const found = await other.request('GET', `/Users?filter=${filter}`)
          expect(found.body['totalResults']).toBe(0)
        },
      },
      {
        id: 'RFC7643-3.1-06',
        says: '`meta` is the server’s: what a client sends for it is ignored.',
        async check({ rfc }) {
          const meta = { resourceType: 'Cat', created: '2001-01-01T00:00:00Z', version: 'W/"9"' }
          const { body } = await createUser(rfc, { meta })
          expect(body['meta']).toMatchObject({ resourceType: 'User', version: 'W/"1"' })
        },
      },
      {
        id: 'RFC7643-3.1-07',
        says: '`meta` has resourceType, created, lastModified, location and version; a new resource was last modified when it was created.',
        async check({ rfc }) {
          for (const { body, headers } of [await createUser(rfc), await createGroup(rfc)]) {
            const meta = body['meta'] as Record<string, string>
            expect(Object.keys(meta)).toEqual(
              expect.arrayContaining([
                'resourceType',
                'created',
                'lastModified',
                'location',
                'version',
              ]),
            )
            expect(meta['created']).toMatch(dateTime)
            expect(meta['lastModified']).toBe(meta['created'])
            expect(meta['location']).toBe(headers.get('location'))
            expect(meta['version']).toBe(headers.get('etag'))
          }
        },
      },
      {
        id: 'RFC7643-3.1-08',
        says: '`lastModified` and `version` move when the resource changes, `created` does not.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc)
          const before = body['meta'] as Record<string, string>
          const changed = await patch(rfc, `/Users/${id}`, { op: 'add', path: 'title', value: 'T' })
          const after = changed.body['meta'] as Record<string, string>
          expect(after['created']).toBe(before['created'])
          expect(after['version']).not.toBe(before['version'])
          expect(Date.parse(after['lastModified'] ?? '')).toBeGreaterThanOrEqual(
            Date.parse(before['lastModified'] ?? ''),
          )
        },
      },
    ],
  },
  {
    id: 'RFC7643-3.3',
    title: 'Attribute extensions to resources',
    requirements: [
      {
        id: 'RFC7643-3.3-01',
        says: 'Attributes of an extension live in an object of their own under the URN of its schema, read in any case.',
        async check({ rfc }) {
          const { body } = await createUser(rfc, {
            [urns.enterprise.toUpperCase()]: { DEPARTMENT: 'D' },
          })
          expect(body[urns.enterprise]).toEqual({ department: 'D' })
          expect(body).not.toHaveProperty('department')
        },
      },
    ],
  },
]
