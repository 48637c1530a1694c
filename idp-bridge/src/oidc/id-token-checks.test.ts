import { describe, expect, it } from 'vitest'

import { accessTokenHash, findIdTokenProblem, type IdTokenFacts } from './id-token-checks.ts'

const now = new Date('2026-01-01T00:00:00Z')
const seconds = now.getTime() / 1000

function idTokenWith(header: Record<string, unknown>): string {
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.`
}

function facts(
  change: Partial<IdTokenFacts> = {},
  claims: Record<string, unknown> = {},
): IdTokenFacts {
  return {
    idToken: idTokenWith({ alg: 'RS256', kid: 'one' }),
    claims: { iss: 'https://idp.example', iat: seconds, ...claims },
    accessToken: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y',
    issuer: 'https://idp.example',
    clientId: 'plantel',
    algorithm: 'RS256',
    now,
    ...change,
  }
}

describe('Checks of an ID token beyond the library’s', () => {
  it('OIDC-CORE-3.1.3.8 hash the access token as the standard’s example does', () => {
    // OpenID Connect Core, appendix A.3.
    expect(accessTokenHash('jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y', 'RS256')).toBe(
      '77QmUPtjPfzWtF2AnpK9RQ',
    )
  })

  it('take the hash from the signature algorithm', () => {
    expect(accessTokenHash('x', 'ES384')).toHaveLength(32)
    expect(accessTokenHash('x', 'PS512')).toHaveLength(43)
  })

  it('find nothing wrong with a good token', () => {
    expect(findIdTokenProblem(facts())).toBeUndefined()
    const claims = { azp: 'plantel', at_hash: '77QmUPtjPfzWtF2AnpK9RQ', iat: seconds + 59 }
    expect(findIdTokenProblem(facts({}, claims))).toBeUndefined()
  })

  it.each([
    ['wrong-issuer', { iss: 'https://idp.example/other-tenant' }],
    ['wrong-authorized-party', { azp: 'other' }],
    ['wrong-authorized-party', { azp: ['plantel'] }],
    ['issued-in-future', { iat: seconds + 61 }],
    ['issued-in-future', { iat: 'now' }],
    ['issued-in-future', { iat: undefined }],
    ['at-hash-mismatch', { at_hash: '77QmUPtjPfzWtF2AnpK9RR' }],
    ['at-hash-mismatch', { at_hash: '' }],
    ['at-hash-mismatch', { at_hash: null }],
  ])('find %s in %j', (problem, claims) => {
    expect(findIdTokenProblem(facts({}, claims))).toBe(problem)
  })

  it.each([{ jwk: {} }, { jku: 'https://x' }, { x5u: 'https://x' }])(
    'find a key in the header %j',
    (header) => {
      const idToken = idTokenWith({ alg: 'RS256', ...header })
      expect(findIdTokenProblem(facts({ idToken }))).toBe('key-in-header')
    },
  )
})
