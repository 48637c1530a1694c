import { describe, expect, test } from 'vitest'

import { assertIfMatch, formatEntityTag, isNotModified } from './entity-tag.ts'
import { ScimError } from './scim-error.ts'

describe('RFC7644-3.14 versions', () => {
  const current = formatEntityTag(12n)

  test('a tag is weak', () => {
    expect(current).toBe('W/"12"')
  })

  test.each([undefined, '', 'W/"12"', '"12"', '"1", W/"12"', '*'])(
    'If-Match %s lets the write pass',
    (header) => {
      expect(() => assertIfMatch(header, current)).not.toThrow()
    },
  )

  test.each(['W/"11"', '"1"', '12', 'W/"112"'])('If-Match %s refuses the write', (header) => {
    expect(() => assertIfMatch(header, current)).toThrow(ScimError)
  })

  test('If-Match * demands that the resource exists', () => {
    expect(() => assertIfMatch('*', undefined)).toThrow(expect.objectContaining({ status: 412 }))
  })

  test('If-None-Match tells an unchanged resource', () => {
    expect(isNotModified('W/"11", "12"', current)).toBe(true)
    expect(isNotModified('W/"11"', current)).toBe(false)
    expect(isNotModified(undefined, current)).toBe(false)
  })
})
