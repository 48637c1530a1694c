import { describe, expect, test } from 'vitest'

import type { AttributeDefinition } from '../protocol/attribute.ts'
import { createGroupType, createUserType, resourceTypeToResource } from './resource-types.ts'
import { type AttributeResource, schemasOf, schemaToResource } from './schema-resource.ts'
import {
  bearerTokenScheme,
  clientCredentialsScheme,
  serviceProviderConfigToResource,
} from './service-provider-config.ts'

const baseUrl = 'https://scim.example/scim/v2/c1'
const types = [
  createUserType({ roleKeys: ['owner', 'agent'] }),
  createGroupType({ uniqueDisplayName: true }),
]
const schemas = schemasOf(types).map((each) => schemaToResource(each, baseUrl))

function attributesOf(list: readonly AttributeResource[]): readonly AttributeResource[] {
  return list.flatMap((each) => Array.of(each, ...attributesOf(each.subAttributes ?? [])))
}

const all = schemas.flatMap((each) => attributesOf(each.attributes))

describe('RFC7643-7 published schemas', () => {
  test('every schema of every resource type is there once, at its location', () => {
    expect(schemas.map(({ id }) => id)).toEqual([
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
      'urn:ietf:params:scim:schemas:extension:plantel:2.0:User',
      'urn:ietf:params:scim:schemas:core:2.0:Group',
      'urn:ietf:params:scim:schemas:extension:plantel:2.0:Group',
    ])
    for (const { id, meta } of schemas) expect(meta.location).toBe(`${baseUrl}/Schemas/${id}`)
  })

  test('every kind that values are told apart by says which kinds there are', () => {
    const lists = all.filter((each) => each.type === 'complex' && each.multiValued)
    const kinds = lists.flatMap((each) =>
      (each.subAttributes ?? []).filter(({ name }) => name === 'type'),
    )
    // Entra counts an attribute whose kinds are not published as none at all.
    expect(kinds.filter(({ canonicalValues = [] }) => canonicalValues.length === 0)).toEqual([])
    expect(kinds.length).toBeGreaterThan(9)
  })

  test('every attribute is complete, without nulls and without the hints of the engine', () => {
    const hints: readonly (keyof AttributeDefinition)[] = [
      'indexed',
      'stored',
      'derived',
      'identity',
      'alsoAccepts',
      'keptWhenOmitted',
      'notSelf',
    ]
    for (const each of all) {
      expect(Object.values(each)).not.toContain(null)
      expect(Object.keys(each)).toEqual(
        expect.arrayContaining([
          'name',
          'type',
          'multiValued',
          'description',
          'required',
          'caseExact',
          'mutability',
          'returned',
          'uniqueness',
        ]),
      )
      for (const hint of hints) expect(each).not.toHaveProperty(hint)
      expect(each.type === 'complex').toBe(each.subAttributes !== undefined)
      expect(each.type === 'reference').toBe(each.referenceTypes !== undefined)
    }
  })

  test('emails have a canonical type and no display, and there is no password', () => {
    const emails = all.find(({ name }) => name === 'emails')
    expect(emails?.subAttributes?.map(({ name }) => name)).toEqual(['value', 'type', 'primary'])
    expect(emails?.subAttributes?.[1]?.canonicalValues).toEqual(['work', 'home', 'other'])
    expect(all.map(({ name }) => name)).not.toContain('password')
  })

  test('the roles of the workspace are canonical values', () => {
    const roles = all.find(({ name }) => name === 'roles')
    expect(roles?.subAttributes?.[0]?.canonicalValues).toEqual(['owner', 'agent'])
    const asserted = all.find(({ name }) => name === 'workspaceRole')
    expect(asserted?.canonicalValues).toEqual(['owner', 'agent'])
  })
})

test('RFC7643-6 a resource type is found under its own name', () => {
  expect(types.map((each) => resourceTypeToResource(each, baseUrl))).toMatchObject([
    {
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      schemaExtensions: [{ required: false }, { required: false }],
      meta: { location: `${baseUrl}/ResourceTypes/User` },
    },
    { id: 'Group', endpoint: '/Groups' },
  ])
})

test('RFC7643-5 the configuration promises what the server was given, and no more', () => {
  const features = {
    patch: true,
    bulk: undefined,
    filter: { maxResults: 200 },
    sort: false,
    etag: true,
    pagination: { defaultPageSize: 100, maxPageSize: 200, cursorTimeoutSeconds: undefined },
    authenticationSchemes: [clientCredentialsScheme, bearerTokenScheme],
    interopProfileConformant: false,
  }
  const config = serviceProviderConfigToResource(features, baseUrl)
  expect(config).toMatchObject({
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 200 },
    changePassword: { supported: false },
    sort: { supported: false },
    pagination: { cursor: false, index: true, defaultPaginationMethod: 'index' },
    securityEvents: { asyncRequest: 'none' },
  })
  expect(config.securityEvents.eventUris).toContain('urn:ietf:params:scim:event:prov:delete')
  expect(config.pagination).not.toHaveProperty('cursorTimeout')
  expect(config.authenticationSchemes.map(({ type, primary }) => [type, primary])).toEqual([
    ['oauth2', true],
    ['oauthbearertoken', false],
  ])
})
