import { expect } from 'vitest'

import { createUser, freshName, patch, urns } from '../../scim-server/src/testing/scim-bodies.ts'
import { testUrns } from '../../scim-server/src/testing/test-resource.ts'
import { expectRefusal, publishedAttribute, resourcesOf } from './expectations.ts'
import type { Section } from './requirement.ts'

const schemaUrn = 'urn:ietf:params:scim:schemas:core:2.0:Schema'
const typeUrn = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType'
const configUrn = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'

/** RFC 7643 §5–§7: configuration, resource types, schemas and what their characteristics mean. */
export const discoverySections: readonly Section[] = [
  {
    id: 'RFC7643-5',
    title: 'Service provider configuration',
    requirements: [
      {
        id: 'RFC7643-5-01',
        says: 'It says for PATCH, Bulk, filters, change of password, sorting and ETags whether they are offered, and Bulk and filters with their limits.',
        async check({ rfc }) {
          const { body } = await rfc.request('GET', '/ServiceProviderConfig')
          expect(body).toMatchObject({
            schemas: [configUrn],
            patch: { supported: true },
            bulk: {
              supported: true,
              maxOperations: expect.any(Number),
              maxPayloadSize: expect.any(Number),
            },
            filter: { supported: true, maxResults: expect.any(Number) },
            changePassword: { supported: false },
            sort: { supported: true },
            etag: { supported: true },
          })
        },
      },
      {
        id: 'RFC7643-5-02',
        says: 'Each way to authenticate has a type, a name and a description, and one is the primary.',
        async check({ rfc }) {
          const { body } = await rfc.request('GET', '/ServiceProviderConfig')
          const schemes = body['authenticationSchemes'] as Record<string, unknown>[]
          expect(schemes.length).toBeGreaterThan(0)
          for (const scheme of schemes) {
            expect(scheme).toMatchObject({
              type: expect.stringMatching(
                /^(?:oauth2|oauthbearertoken|httpbasic|httpdigest|oauth)$/,
              ),
              name: expect.any(String),
              description: expect.any(String),
            })
          }
          expect(schemes.filter(({ primary }) => primary === true)).toHaveLength(1)
        },
      },
    ],
  },
  {
    id: 'RFC7643-6',
    title: 'Resource types',
    requirements: [
      {
        id: 'RFC7643-6-01',
        says: 'A resource type has a name, an endpoint below the base URL and the URN of a published schema; each extension says whether it is required.',
        async check({ rfc }) {
          const types = resourcesOf(await rfc.request('GET', '/ResourceTypes'))
          const schemas = resourcesOf(await rfc.request('GET', '/Schemas')).map(({ id }) => id)
          expect(types.map(({ name }) => name)).toEqual(expect.arrayContaining(['User', 'Group']))
          for (const type of types) {
            expect(type).toMatchObject({
              schemas: [typeUrn],
              endpoint: expect.stringMatching(/^\//),
            })
            expect(schemas).toContain(type['schema'])
            for (const { schema, required } of type['schemaExtensions'] as {
              schema: string
              required: boolean
            }[]) {
              expect(schemas).toContain(schema)
              expect(required).toBe(false)
            }
            const listed = await rfc.request('GET', `${String(type['endpoint'])}?count=1`)
            expect(listed.status).toBe(200)
          }
        },
      },
    ],
  },
  {
    id: 'RFC7643-7',
    title: 'Schemas and what their characteristics mean',
    requirements: [
      {
        id: 'RFC7643-7-01',
        says: 'The id of a schema is its URN, under which it is found.',
        async check({ rfc }) {
          for (const schema of resourcesOf(await rfc.request('GET', '/Schemas'))) {
            expect(schema).toMatchObject({
              schemas: [schemaUrn],
              id: expect.stringMatching(/^urn:/),
            })
            const alone = await rfc.request('GET', `/Schemas/${String(schema['id'])}`)
            expect(alone.body).toEqual(schema)
          }
        },
      },
      {
        id: 'RFC7643-7-02',
        says: 'Every attribute states name, type, multiValued, description, required, caseExact, mutability, returned and uniqueness; complex ones their sub-attributes, references what they refer to.',
        async check({ rfc }) {
          const all = resourcesOf(await rfc.request('GET', '/Schemas')).flatMap(({ attributes }) =>
            withChildren(attributes as Attribute[]),
          )
          for (const each of all) {
            expect(each).toMatchObject({
              name: expect.stringMatching(/^\$?[A-Za-z][\w-]*$/),
              type: expect.stringMatching(
                /^(?:string|boolean|decimal|integer|dateTime|reference|binary|complex)$/,
              ),
              multiValued: expect.any(Boolean),
              description: expect.any(String),
              required: expect.any(Boolean),
              caseExact: expect.any(Boolean),
              mutability: expect.stringMatching(/^(?:readOnly|readWrite|immutable|writeOnly)$/),
              returned: expect.stringMatching(/^(?:always|never|default|request)$/),
              uniqueness: expect.stringMatching(/^(?:none|server|global)$/),
            })
            expect(each.type === 'complex').toBe(each.subAttributes !== undefined)
            expect(each.type === 'reference').toBe(each.referenceTypes !== undefined)
          }
        },
      },
      {
        id: 'RFC7643-7-03',
        says: 'A required attribute is never missing.',
        async check({ rfc }) {
          expect(await publishedAttribute(rfc, urns.user, 'userName')).toMatchObject({
            required: true,
          })
          const { id } = await createUser(rfc)
          const remove = { op: 'remove', path: 'userName' }
          expectRefusal(await patch(rfc, `/Users/${id}`, remove), 400, 'mutability')
        },
      },
      {
        id: 'RFC7643-7-04',
        says: 'A readOnly attribute is not changed by anybody.',
        async check({ rfc }) {
          const { id, body } = await createUser(rfc)
          const set = { op: 'replace', path: 'meta.created', value: '2001-01-01T00:00:00Z' }
          expectRefusal(await patch(rfc, `/Users/${id}`, set), 400, 'mutability')
          const sent = { ...body, meta: { created: '2001-01-01T00:00:00Z' } }
          const replaced = await rfc.request('PUT', `/Users/${id}`, sent)
          expect(replaced.body['meta']).toEqual(body['meta'])
        },
      },
      {
        id: 'RFC7643-7-05',
        says: 'An immutable attribute is set once and not changed afterwards.',
        async check({ rfc }) {
          const name = freshName('t')
          const made = await rfc.request('POST', '/TestResources', {
            schemas: [testUrns.core],
            name,
          })
          const path = `/TestResources/${made.id}`
          const set = (origin: string): ReturnType<typeof patch> =>
            patch(rfc, path, { op: 'add', path: 'origin', value: origin })
          expect((await set('here')).body['origin']).toBe('here')
          expectRefusal(await set('there'), 400, 'mutability')
          const put = { schemas: [testUrns.core], name, origin: 'there' }
          expectRefusal(await rfc.request('PUT', path, put), 400, 'mutability')
        },
      },
      {
        id: 'RFC7643-7-06',
        says: 'A writeOnly attribute is taken and never answered; one that is returned “never” stays hidden also when it is asked for.',
        async check({ rfc }) {
          const body = { schemas: [testUrns.core], name: freshName('t'), pin: '4711' }
          const made = await rfc.request('POST', '/TestResources', body)
          const asked = await rfc.request('GET', `/TestResources/${made.id}?attributes=pin`)
          for (const answer of [made, asked]) expect(answer.text).not.toContain('4711')
        },
      },
      {
        id: 'RFC7643-7-07',
        says: 'What is returned “always” is answered whatever is asked for, what is returned on “request” only when it is.',
        async check({ rfc }) {
          const body = { schemas: [testUrns.core], name: freshName('t'), label: 'L', detail: 'D' }
          const { id } = await rfc.request('POST', '/TestResources', body)
          const path = `/TestResources/${id}`
          const usual = await rfc.request('GET', path)
          expect(usual.body).toMatchObject({ label: 'L' })
          expect(usual.body).not.toHaveProperty('detail')
          const without = await rfc.request('GET', `${path}?excludedAttributes=label,id,name`)
          expect(without.body).toMatchObject({ id, label: 'L' })
          expect(without.body).not.toHaveProperty('name')
          const asked = await rfc.request('GET', `${path}?attributes=detail`)
          expect(asked.body).toEqual({ schemas: [testUrns.core], id, label: 'L', detail: 'D' })
        },
      },
      {
        id: 'RFC7643-7-08',
        says: 'A value that must be unique on the server is refused when it is taken.',
        async check({ rfc }) {
          const body = { schemas: [testUrns.core], name: freshName('t') }
          await rfc.request('POST', '/TestResources', body)
          expectRefusal(await rfc.request('POST', '/TestResources', body), 409, 'uniqueness')
        },
      },
      {
        id: 'RFC7643-7-09',
        says: 'Whether case matters is told by caseExact and kept in filters and in uniqueness.',
        async check({ rfc }) {
          const code = freshName('Code')
          const send = (text: string): ReturnType<typeof patch> =>
            rfc.request('POST', '/TestResources', {
              schemas: [testUrns.core],
              name: freshName('t'),
              code: text,
            })
          expect(await send(code)).toMatchObject({ status: 201 })
          expect(await send(code.toUpperCase())).toMatchObject({ status: 201 })
          expectRefusal(await send(code), 409, 'uniqueness')
        },
      },
    ],
  },
]

interface Attribute {
  readonly type: string
  readonly subAttributes?: readonly Attribute[]
  readonly referenceTypes?: readonly string[]
}

function withChildren(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.flatMap((each) => [each, ...withChildren(each.subAttributes ?? [])])
}
