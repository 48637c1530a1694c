import { expect } from 'vitest'

import {
  createUser,
  freshName,
  memberIds,
  urns,
} from '../../scim-server/src/testing/scim-bodies.ts'
import type { ScimClient, ScimResponse } from '../../scim-server/src/testing/scim-installation.ts'
import { expectRefusal } from './expectations.ts'
import type { Section } from './requirement.ts'

interface Outcome {
  readonly method: string
  readonly bulkId?: string
  readonly location?: string
  readonly version?: string
  readonly status: string
  readonly response?: Record<string, unknown>
}

const bulk = (
  client: ScimClient,
  Operations: readonly unknown[],
  rest = {},
): Promise<ScimResponse> =>
  client.request('POST', '/Bulk', { schemas: [urns.bulk], ...rest, Operations })
const outcomes = ({ body }: ScimResponse): readonly Outcome[] => body['Operations'] as Outcome[]
const idOf = (outcome: Outcome | undefined): string => outcome?.location?.split('/').at(-1) ?? ''
const newUser = (bulkId: string, attributes = {}): object => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [urns.user], userName: freshName('u'), ...attributes },
})
const reportingTo = (value: string): object => ({ [urns.enterprise]: { manager: { value } } })
const newGroup = (bulkId: string, members: readonly string[]): object => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: {
    schemas: [urns.group],
    displayName: freshName('g'),
    members: members.map((value) => ({ value })),
  },
})

/** RFC 7644 §3.7: bulk operations. */
export const bulkSections: readonly Section[] = [
  {
    id: 'RFC7644-3.7',
    title: 'Bulk operations',
    requirements: [
      {
        id: 'RFC7644-3.7-01',
        says: 'A BulkRequest is answered by a BulkResponse with the outcome of every operation: method, bulkId, location, version and status.',
        async check({ rfc }) {
          const user = await createUser(rfc)
          const answer = await bulk(rfc, [
            newUser('one'),
            {
              method: 'PATCH',
              path: `/Users/${user.id}`,
              data: {
                schemas: [urns.patch],
                Operations: [{ op: 'add', path: 'title', value: 'T' }],
              },
            },
            { method: 'PUT', path: `/Users/${user.id}`, data: { ...user.body, nickName: 'N' } },
            { method: 'DELETE', path: `/Users/${user.id}` },
          ])
          expect(answer.status).toBe(200)
          expect(answer.body['schemas']).toEqual([
            'urn:ietf:params:scim:api:messages:2.0:BulkResponse',
          ])
          const location = `${rfc.baseUrl}/Users/${user.id}`
          expect(outcomes(answer)).toEqual([
            {
              method: 'POST',
              bulkId: 'one',
              location: expect.stringContaining(`${rfc.baseUrl}/Users/`),
              version: 'W/"1"',
              status: '201',
            },
            { method: 'PATCH', location, version: 'W/"2"', status: '200' },
            { method: 'PUT', location, version: 'W/"3"', status: '200' },
            { method: 'DELETE', location, status: '204' },
          ])
        },
      },
      {
        id: 'RFC7644-3.7-02',
        says: 'A body without the URN of BulkRequest or without a list of operations is refused.',
        async check({ rfc }) {
          for (const body of [{ Operations: [] }, { schemas: [urns.bulk] }, []]) {
            expectRefusal(await rfc.request('POST', '/Bulk', body), 400, 'invalidSyntax')
          }
        },
      },
      {
        id: 'RFC7644-3.7-03',
        says: 'A POST needs a bulkId of its own; every operation but DELETE needs data; a path names a resource type.',
        async check({ rfc }) {
          const answer = await bulk(rfc, [
            { ...newUser('x'), bulkId: undefined },
            newUser('twice'),
            newUser('twice'),
            { method: 'PUT', path: '/Users/1' },
            { method: 'POST', path: '/Cats', bulkId: 'cat', data: {} },
            { method: 'GET', path: '/Users/1' },
          ])
          expect(outcomes(answer).map(({ status }) => status)).toEqual([
            '400',
            '201',
            '400',
            '400',
            '400',
            '400',
          ])
        },
      },
      {
        id: 'RFC7644-3.7-04',
        says: 'An operation is the same as a request of its own, its version the condition of If-Match.',
        async check({ rfc }) {
          const { id } = await createUser(rfc)
          const rename = (version: string): object => ({
            method: 'PATCH',
            path: `/Users/${id}`,
            version,
            data: {
              schemas: [urns.patch],
              Operations: [{ op: 'add', path: 'title', value: version }],
            },
          })
          const answer = await bulk(rfc, [rename('W/"1"'), rename('W/"1"')])
          expect(outcomes(answer).map(({ status }) => status)).toEqual(['200', '412'])
        },
      },
      {
        id: 'RFC7644-3.7.1-01',
        says: 'Resources that refer to each other in a circle are made.',
        async check({ rfc }) {
          const answer = await bulk(rfc, [
            newUser('a', reportingTo('bulkId:b')),
            newUser('b', reportingTo('bulkId:a')),
          ])
          const [a, b] = outcomes(answer)
          expect([a?.status, b?.status]).toEqual(['201', '201'])
          const { body } = await rfc.request('GET', `/Users/${idOf(a)}`)
          expect(body[urns.enterprise]).toMatchObject({ manager: { value: idOf(b) } })
        },
      },
      {
        id: 'RFC7644-3.7.2-01',
        says: 'A bulkId stands for the id of the resource that its operation makes, also when that comes later.',
        async check({ rfc }) {
          const answer = await bulk(rfc, [newGroup('team', ['bulkId:ann']), newUser('ann')])
          const [group, user] = outcomes(answer)
          expect(await memberIds(rfc, idOf(group))).toEqual([idOf(user)])
        },
      },
      {
        id: 'RFC7644-3.7.2-02',
        says: 'What refers to an operation that failed, or that there is not, is 409.',
        async check({ rfc }) {
          const answer = await bulk(rfc, [
            newUser('bad', { userName: '' }),
            newGroup('one', ['bulkId:bad']),
            newGroup('other', ['bulkId:nobody']),
          ])
          expect(outcomes(answer).map(({ status }) => status)).toEqual(['400', '409', '409'])
        },
      },
      {
        id: 'RFC7644-3.7.3-01',
        says: 'A failure does not undo or stop the other operations; it is answered with its error, a failed POST without a location.',
        async check({ rfc }) {
          const answer = await bulk(rfc, [newUser('bad', { userName: '' }), newUser('good')])
          const [bad, good] = outcomes(answer)
          expect(bad).toMatchObject({
            bulkId: 'bad',
            status: '400',
            response: { schemas: [urns.error], status: '400', scimType: 'invalidValue' },
          })
          expect(bad).not.toHaveProperty('location')
          expect(good).toMatchObject({ status: '201' })
          expect(good).not.toHaveProperty('response')
        },
      },
      {
        id: 'RFC7644-3.7.3-02',
        says: 'After as many errors as failOnErrors says, the rest is not tried and not answered.',
        async check({ rfc }) {
          const bad = (bulkId: string): object => newUser(bulkId, { userName: '' })
          const operations = [bad('1'), newUser('2'), bad('3'), newUser('4')]
          const stopped = await bulk(rfc, operations, { failOnErrors: 2 })
          expect(outcomes(stopped).map(({ status }) => status)).toEqual(['400', '201', '400'])
        },
      },
      {
        id: 'RFC7644-3.7.4-01',
        says: 'More operations or bytes than ServiceProviderConfig names are 413.',
        async check({ rfc }) {
          const { body } = await rfc.request('GET', '/ServiceProviderConfig')
          const limits = body['bulk'] as { maxOperations: number; maxPayloadSize: number }
          const remove = { method: 'DELETE', path: '/Users/1' }
          const many = Array.from({ length: limits.maxOperations + 1 }, () => remove)
          expectRefusal(await bulk(rfc, many), 413)
          const large = newUser('large', { title: 'x'.repeat(limits.maxPayloadSize) })
          expectRefusal(await bulk(rfc, [large]), 413)
        },
      },
    ],
  },
]
