import { SignInError } from '@plantel/idp-bridge'
import { TeamError } from '@plantel/team'
import { describe, expect, it } from 'vitest'

import { errorToProblem, ProblemError } from './problem.ts'

describe('what a caller is told of an error', () => {
  it.each<[unknown, number, string, string | undefined]>([
    [new ProblemError('rate-limited', 'Slower.'), 429, 'rate-limited', undefined],
    [new TeamError('slug-taken', 'acme'), 409, 'conflict', 'slug-taken'],
    [new TeamError('member-not-found'), 404, 'not-found', 'member-not-found'],
    [new TeamError('role-unknown', 'x'), 400, 'invalid-request', 'role-unknown'],
    [new TeamError('last-owner'), 409, 'conflict', 'last-owner'],
    [new SignInError('token-invalid'), 401, 'unauthenticated', 'token-invalid'],
    [new SignInError('token-expired'), 401, 'token-expired', 'token-expired'],
    [
      new SignInError('access-refused', { adminDetail: 'suspended' }),
      403,
      'forbidden',
      'suspended',
    ],
    [new URIError('malformed'), 400, 'invalid-request', undefined],
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 503, 'unavailable', undefined],
    [Object.assign(new Error('x'), { code: '57014' }), 503, 'unavailable', undefined],
    [new SignInError('idp-unreachable'), 500, 'internal', undefined],
    [new Error('boom'), 500, 'internal', undefined],
    ['boom', 500, 'internal', undefined],
  ])('%s', (error, status, code, reason) => {
    const problem = errorToProblem(error, 'request-1')
    expect(problem).toMatchObject({
      type: `urn:plantel:problem:${code}`,
      title: expect.any(String),
      status,
      code,
      requestId: 'request-1',
    })
    expect(problem.reason).toBe(reason)
  })

  it('names what a refusal is about, and nothing of what went wrong inside', () => {
    const refused = new TeamError('slug-taken', 'acme', { cause: new Error('SQL: hunter2') })
    expect(errorToProblem(refused, 'r').detail).toBe(
      'The host already has a workspace with this slug. (acme)',
    )
    const bug = Object.assign(new Error('relation "hunter2" does not exist'), { code: '42P01' })
    expect(JSON.stringify(errorToProblem(bug, 'r'))).not.toContain('hunter2')
  })
})
