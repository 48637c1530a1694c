import { describe, expect, test } from 'vitest'

import { ScimError } from './scim-error.ts'

describe('RFC7644-3.12 errors', () => {
  test('the body holds schemas, status as string, scimType and detail, and nothing else', () => {
    expect(ScimError.of('noTarget', 'd').toBody()).toStrictEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '400',
      scimType: 'noTarget',
      detail: 'd',
    })
  })

  test('an error without keyword has no scimType member', () => {
    expect(ScimError.status(404, 'd').toBody()).toStrictEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '404',
      detail: 'd',
    })
  })

  test.each([
    ['uniqueness', 409],
    ['invalidVers', 400],
    ['tooMany', 400],
  ] as const)('%s is %i', (scimType, status) => {
    expect(ScimError.of(scimType, 'd').status).toBe(status)
  })

  test('the cause is kept', () => {
    const cause = new Error('why')
    expect(ScimError.of('invalidFilter', 'd', { cause }).cause).toBe(cause)
  })
})
