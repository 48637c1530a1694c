import { describe, expect, test } from 'vitest'

import { OAuthError, type OAuthErrorCode } from './oauth-error.ts'
import { type ClientProof, parseTokenRequest } from './oauth-token-request.ts'

const grant = 'grant_type=client_credentials'
const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

test.each<[string, string, string | undefined, ClientProof]>([
  [
    'a secret in the body',
    `${grant}&client_id=c&client_secret=s`,
    undefined,
    { kind: 'secret', clientId: 'c', secret: 's' },
  ],
  [
    'a secret in the header',
    grant,
    basic('c:s%3A%20+'),
    { kind: 'secret', clientId: 'c', secret: 's:  ' },
  ],
  [
    'the same secret in both',
    `${grant}&client_id=c&client_secret=s&scope=scim`,
    basic('c:s'),
    { kind: 'secret', clientId: 'c', secret: 's' },
  ],
  [
    'an empty scope',
    `${grant}&client_id=c&client_secret=s&scope=`,
    undefined,
    { kind: 'secret', clientId: 'c', secret: 's' },
  ],
  [
    'an assertion',
    `${grant}&client_assertion=a.b.c&client_assertion_type=${encodeURIComponent(jwtBearer)}`,
    undefined,
    { kind: 'assertion', clientId: undefined, assertion: 'a.b.c' },
  ],
])('%s proves a client', (_, form, authorization, proof) => {
  expect(parseTokenRequest(form, authorization)).toEqual(proof)
})

describe('a token request is refused', () => {
  test.each<[string, string, string | undefined, OAuthErrorCode]>([
    ['without a grant', 'client_id=c&client_secret=s', undefined, 'invalid_request'],
    ['with another grant', 'grant_type=password', undefined, 'unsupported_grant_type'],
    ['with another scope', `${grant}&scope=admin`, basic('c:s'), 'invalid_scope'],
    ['with a parameter twice', `${grant}&${grant}`, basic('c:s'), 'invalid_request'],
    ['with an empty parameter twice', `${grant}&a=&a=`, basic('c:s'), 'invalid_request'],
    [
      'with different secrets in header and body',
      `${grant}&client_id=c&client_secret=t`,
      basic('c:s'),
      'invalid_request',
    ],
    [
      'with different clients in header and body',
      `${grant}&client_id=d`,
      basic('c:s'),
      'invalid_request',
    ],
    [
      'with secret and assertion',
      `${grant}&client_id=c&client_secret=s&client_assertion=a&client_assertion_type=${jwtBearer}`,
      undefined,
      'invalid_request',
    ],
    [
      'with an assertion of another type',
      `${grant}&client_assertion=a&client_assertion_type=saml`,
      undefined,
      'invalid_request',
    ],
    [
      'with a type and no assertion',
      `${grant}&client_assertion_type=${jwtBearer}`,
      undefined,
      'invalid_request',
    ],
    ['without a proof', `${grant}&client_id=c`, undefined, 'invalid_client'],
    ['with a bearer token', grant, 'Bearer x', 'invalid_client'],
    ['with a header that is no pair', grant, basic('c'), 'invalid_client'],
    ['with a header that is badly encoded', grant, basic('c:%zz'), 'invalid_client'],
  ])('%s', (_, form, authorization, code) => {
    expect(() => parseTokenRequest(form, authorization)).toThrow(
      expect.objectContaining({ name: OAuthError.name, code }) as Error,
    )
  })
})
