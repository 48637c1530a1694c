import { describe, expect, it } from 'vitest'

import { isOwnPath } from './sign-in-flow.ts'

describe('isOwnPath', () => {
  it.each(['/', '/sign-in/abc', '/sign-in/abc?workspace=north', '/a//b'])('accepts %s', (path) => {
    expect(isOwnPath(path)).toBe(true)
    expect(new URL(path, 'https://plantel.example').origin).toBe('https://plantel.example')
  })

  it.each([
    '',
    'sign-in',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/a\\b',
    '/\t/evil.example',
    '/\n/evil.example',
    ' /a',
    'https://evil.example',
    'javascript:alert(1)',
    `/${'a'.repeat(2_048)}`,
  ])('refuses %j', (path) => {
    expect(isOwnPath(path)).toBe(false)
  })
})
