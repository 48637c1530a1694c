import { describe, expect, test } from 'vitest'

import { isAttributePath, namesPrototype, resolveName } from './attribute-path.ts'
import {
  type AttributeDefinition,
  createResourceModel,
  requireAttribute,
  type SchemaDefinition,
} from './attribute.ts'
import type { Profile } from './profile.ts'

function define(name: string, subAttributes?: readonly AttributeDefinition[]): AttributeDefinition {
  return {
    name,
    type: subAttributes === undefined ? 'string' : 'complex',
    multiValued: false,
    description: '',
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...(subAttributes === undefined ? {} : { subAttributes }),
  }
}

function schema(id: string, attributes: readonly AttributeDefinition[]): SchemaDefinition {
  return { id, name: id, description: '', attributes }
}

const model = createResourceModel({
  name: 'Thing',
  description: '',
  endpoint: '/Things',
  schema: schema('urn:x:2.0:Thing', [define('title'), define('size', [define('value')])]),
  extensions: [
    {
      schema: schema('urn:x:2.0:Thing:extra', [define('title'), define('colour')]),
      required: false,
    },
    { schema: schema('urn:y:2.0:Thing', [define('colour'), define('weight')]), required: false },
  ],
})

function pathOf(text: string, profile: Profile = 'rfc'): string {
  const name = resolveName(text, model, profile)
  if (name.kind === 'schema') return `schema ${name.schema.id}`
  return name.kind === 'attribute' ? (name.subAttribute ?? name.attribute).path : name.kind
}

describe('RFC7644-3.10 attribute notation', () => {
  test.each([
    ['TITLE', 'title'],
    ['size.Value', 'size.value'],
    ['meta.lastModified', 'meta.lastModified'],
    ['URN:X:2.0:thing:title', 'title'],
    ['urn:x:2.0:Thing:id', 'id'],
    ['urn:x:2.0:Thing:extra:title', 'urn:x:2.0:Thing:extra:title'],
    ['urn:x:2.0:Thing:extra', 'schema urn:x:2.0:Thing:extra'],
    ['urn:y:2.0:Thing:Weight', 'urn:y:2.0:Thing:weight'],
    ['urn:x:2.0:Thing:weight', 'unknown-attribute'],
    ['urn:z:2.0:Thing:weight', 'unknown-schema'],
    ['size.value.value', 'unknown-attribute'],
    ['title.length', 'unknown-attribute'],
    ['constructor', 'unknown-attribute'],
    ['__proto__', 'unknown-attribute'],
    ['size.constructor', 'unknown-attribute'],
    ['', 'unknown-attribute'],
  ])('%s is %s', (text, expected) => {
    expect(pathOf(text)).toBe(expected)
  })

  test('an unprefixed extension attribute is found in compat when only one extension has it', () => {
    expect(pathOf('weight', 'compat')).toBe('urn:y:2.0:Thing:weight')
    expect(pathOf('weight', 'interop')).toBe('unknown-attribute')
    expect(pathOf('colour', 'compat')).toBe('unknown-attribute')
    expect(pathOf('title', 'compat')).toBe('title')
  })

  test.each([
    'a',
    '$ref',
    'a.b',
    'a-b_c.$ref',
    'urn:ietf:params:scim:schemas:core:2.0:User:emails.value',
  ])('%s is a path', (text) => {
    expect(isAttributePath(text)).toBe(true)
  })

  test.each([
    '',
    '1a',
    'a.',
    '.a',
    'a..b',
    'a.b.c',
    'a b',
    'a/b',
    'urn:',
    'urn:a',
    'urn:a::b',
    'http://a/b',
  ])('%j is no path', (text) => {
    expect(isAttributePath(text)).toBe(false)
  })
})

test('names that reach a prototype are told from those that only resemble them', () => {
  for (const text of ['__proto__', 'a.constructor', 'urn:x:prototype', 'prototype.x']) {
    expect(namesPrototype(text)).toBe(true)
  }
  for (const text of ['proto', 'constructors', 'my__proto__'])
    expect(namesPrototype(text)).toBe(false)
})

test('a path that we wrote ourselves must exist', () => {
  expect(requireAttribute(model, 'size.value').name).toBe('value')
  expect(() => requireAttribute(model, 'constructor')).toThrow('no attribute')
})
