import { describe, expect, test } from 'vitest'

import { createResourceModel, type SchemaDefinition } from '../protocol/attribute.ts'
import { createProjector, parseProjection } from '../protocol/projection.ts'
import { copyValue, type Resource } from '../protocol/resource.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { attribute } from './define-attribute.ts'
import { createGroupType, createUserType } from './resource-types.ts'

/** Made for this test: what an extension shows by default beside what it shows on request. */
const audit: SchemaDefinition = {
  id: 'urn:example:params:scim:schemas:extension:audit:2.0:User',
  name: 'Audit',
  description: 'What an auditor asks for',
  attributes: [
    attribute('reviewer', 'Who looked last.'),
    attribute('verdict', 'What they found.', { mutability: 'readOnly', returned: 'request' }),
  ],
}
const type = createUserType()
const users = createResourceModel({
  ...type,
  extensions: [...type.extensions, { schema: audit, required: false }],
})
const groups = createResourceModel(createGroupType())
const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const user = copyValue<Resource>({
  schemas: [core, enterprise, audit.id],
  id: 'u1',
  meta: { version: 'W/"1"', created: '2026-01-01T00:00:00Z' },
  userName: 'ana',
  name: { givenName: 'Ana', familyName: 'Ruiz' },
  emails: [{ value: 'a@x', type: 'work' }, { value: 'b@x' }],
  [enterprise]: { department: 'Sales', manager: { value: 'u2' } },
  [audit.id]: { reviewer: 'eva', verdict: 'fine' },
})

function project(attributes?: unknown, excludedAttributes?: unknown): unknown {
  const projector = createProjector(users, parseProjection(attributes, excludedAttributes))
  return JSON.parse(JSON.stringify(projector.project(user)))
}

function needs(attributes?: string, excluded?: string): boolean {
  return createProjector(groups, parseProjection(attributes, excluded)).needs('members')
}

const always = { schemas: [core, enterprise, audit.id], id: 'u1' }

describe('RFC7644-3.9 projection', () => {
  test('by default everything but what is returned on request', () => {
    expect(project()).toEqual({
      ...JSON.parse(JSON.stringify(user)),
      [audit.id]: { reviewer: 'eva' },
    })
  })

  test('attributes narrows to the named ones, dotted, with URN, in any case', () => {
    expect(project('NAME.givenname,emails.TYPE')).toEqual({
      ...always,
      name: { givenName: 'Ana' },
      emails: [{ type: 'work' }],
    })
    expect(project(`${enterprise}:manager.value, ${core}:userName`)).toEqual({
      ...always,
      userName: 'ana',
      [enterprise]: { manager: { value: 'u2' } },
    })
    expect(project([enterprise.toUpperCase()])).toEqual({
      ...always,
      [enterprise]: { department: 'Sales', manager: { value: 'u2' } },
    })
  })

  test('what is returned on request comes when it is named', () => {
    expect(project(`${audit.id}:verdict`)).toEqual({
      ...always,
      [audit.id]: { verdict: 'fine' },
    })
  })

  test('excludedAttributes leaves out all but id and schemas', () => {
    expect(
      project(undefined, `id,schemas,meta.created,name,emails,userName,${enterprise},reviewer`),
    ).toEqual({ ...always, meta: { version: 'W/"1"' } })
  })

  test('unknown names are ignored, and leave only what is always returned', () => {
    expect(project('shoeSize,__proto__,constructor')).toEqual(always)
  })

  test('both parameters at once are refused', () => {
    expect(() => parseProjection('id', 'name')).toThrow(ScimError)
    expect(() => parseProjection([1], undefined)).toThrow(ScimError)
    expect(parseProjection('', 'name')).toEqual({ kind: 'except', names: ['name'] })
  })

  test('a group says whether its members are needed at all', () => {
    expect(needs()).toBe(true)
    expect(needs('members.value')).toBe(true)
    expect(needs('displayName')).toBe(false)
    expect(needs(undefined, 'MEMBERS')).toBe(false)
    expect(needs(undefined, 'members.display')).toBe(true)
  })
})
