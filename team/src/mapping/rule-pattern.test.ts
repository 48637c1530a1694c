import { describe, expect, test } from 'vitest'

import { TeamError } from '../errors.ts'
import { compilePattern } from './rule-pattern.ts'

describe('a name pattern', () => {
  const inbox = compilePattern('^inbox-(?<department>.+)-(?<role>.+)$')

  test('captures what a name says, whatever its case', () => {
    expect(inbox.names).toEqual(['role', 'department'])
    expect(inbox.match('INBOX-Ventas MX-agent')).toEqual({ department: 'Ventas MX', role: 'agent' })
    expect(inbox.match('inbox-Ventas')).toBeUndefined()
  })

  test('leaves out what a match has captured nothing for', () => {
    expect(compilePattern('^a(?<role>-.*)?(?<channel>\\s*)$').match('a ')).toEqual({})
  })

  test.each([
    ['(', 'missing closing )'],
    ['(?=x)', 'invalid or unsupported Perl syntax'],
    ['(?<!x)y', 'invalid named capture'],
    [String.raw`(a)\1`, 'invalid escape sequence'],
    ['x{1001}', 'invalid repeat count'],
    ['((a{100}){100}){100}', 'invalid repeat count'],
    ['(?<team>.+)', '(?<team>…) names nothing; there is role, department, channel'],
    [String.raw`\p{L}{1,1000}`, 'it is too large'],
    ['x'.repeat(201), 'it is longer than 200 characters'],
  ])('that can not be used is refused with the reason: %s', (pattern, reason) => {
    const refused = (): unknown => compilePattern(pattern)
    expect(refused).toThrow(TeamError)
    expect(refused).toThrow(reason)
  })

  test('that would backtrack elsewhere takes no time here', () => {
    const evil = compilePattern('^(a+)+(a|a)*(a|aa)+$')
    const started = performance.now()
    expect(evil.match(`${'a'.repeat(255)}!`)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('looks at no name of a length that names nothing', () => {
    expect(inbox.match(`inbox-${'v'.repeat(300)}-agent`)).toBeUndefined()
  })
})
