import { describe, expect, test } from 'vitest'

import { parsePatchRequest, patchOpSchema } from './patch-request.ts'
import { type Profile, profiles } from './profile.ts'
import { ScimError } from './scim-error.ts'

const operation = { op: 'add', path: 'title', value: 'x' }

function outcome(body: unknown, profile: Profile): unknown {
  try {
    const { operations, warnings } = parsePatchRequest(body, profile)
    return [operations.length, ...warnings.map((each) => each.code)]
  } catch (error) {
    if (error instanceof ScimError) return error.scimType ?? error.status
    throw error
  }
}

const inCompatOnly: readonly [string, unknown, unknown][] = [
  ['no schemas', { Operations: [operation] }, [1, 'schemas-missing']],
  ['other schemas', { schemas: ['x'], Operations: [operation] }, [1, 'schemas-missing']],
  ['operations in lower case', { schemas: [patchOpSchema], operations: [operation] }, [1]],
  ['no operation', { schemas: [patchOpSchema], Operations: [] }, [0, 'empty-operations']],
]

describe.each(profiles)('%s', (profile) => {
  test.each(inCompatOnly)(
    'RFC7644-3.5.2 a body with %s is accepted in compat only',
    (_, body, expected) => {
      expect(outcome(body, profile)).toEqual(profile === 'compat' ? expected : 'invalidSyntax')
    },
  )

  test.each([
    ['no object', [operation], 'invalidSyntax'],
    ['nothing', null, 'invalidSyntax'],
    ['no list of operations', { schemas: [patchOpSchema], Operations: operation }, 'invalidSyntax'],
    [
      'an operation that is none',
      { schemas: [patchOpSchema], Operations: ['add'] },
      'invalidSyntax',
    ],
    [
      'an unnamed operation',
      { schemas: [patchOpSchema], Operations: [{ path: 'a' }] },
      'invalidSyntax',
    ],
    [
      'a path that is no text',
      { schemas: [patchOpSchema], Operations: [{ ...operation, path: 1 }] },
      'invalidPath',
    ],
    [
      'too many operations',
      { schemas: [patchOpSchema], Operations: Array.from({ length: 1001 }, () => operation) },
      413,
    ],
    [
      'too many values',
      {
        schemas: [patchOpSchema],
        Operations: [{ op: 'add', value: { members: Array(10_001).fill('a') } }],
      },
      413,
    ],
    [
      'nesting without end',
      {
        schemas: [patchOpSchema],
        Operations: [
          { ...operation, value: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown },
        ],
      },
      'invalidSyntax',
    ],
  ])('RFC7644-3.5.2 %s is refused', (_, body, expected) => {
    expect(outcome(body, profile)).toBe(expected)
  })
})

test('a group route may allow more values', () => {
  const body = {
    schemas: [patchOpSchema],
    Operations: [{ ...operation, value: Array(20_000).fill('a') }],
  }
  expect(parsePatchRequest(body, 'rfc', { operations: 1, values: 20_000 }).operations).toHaveLength(
    1,
  )
})
