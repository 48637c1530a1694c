import { describe, expect, it } from 'vitest'

import { redirectUri, serverAddress } from './addresses.ts'

const allowed = ['http://inbox.internal:8080']

describe('an address that browsers are sent to', () => {
  it.each([
    'https://inbox.example/callback',
    'https://inbox.example/callback?tenant=a%20b',
    'http://localhost:3000/callback',
    'http://127.0.0.1:3000/callback',
    'http://[::1]:3000/callback',
    'http://inbox.internal:8080/callback',
  ])('may be %s', (text) => {
    expect(redirectUri(allowed).parse(text)).toBe(text)
  })

  it.each([
    ['a leading space', ' https://inbox.example/callback'],
    ['a trailing space', 'https://inbox.example/callback '],
    ['a space inside', 'https://inbox.example/call back'],
    ['a line break, which URL parsers drop', 'https://inbox.example/call\nback'],
    ['a zero byte', 'https://inbox.example/\u0000'],
    ['a user', 'https://ana@inbox.example/callback'],
    ['a password', 'https://ana:hunter2@inbox.example/callback'],
    ['http', 'http://inbox.example/callback'],
    ['http at a name that only begins like loopback', 'http://localhost.evil.example/callback'],
    ['http at another port than was allowed', 'http://inbox.internal:8081/callback'],
    ['a fragment', 'https://inbox.example/callback#top'],
    ['a script', 'javascript:alert(1)'],
  ])('is refused with %s', (_, text) => {
    expect(redirectUri(allowed).safeParse(text).success).toBe(false)
  })
})

describe('a server that Plantel calls', () => {
  it.each([
    ' https://inbox.example/hook',
    'https://ana:hunter2@inbox.example/hook',
    // Loopback is the operator's own machine: only the operator may open it.
    'http://127.0.0.1:3000/hook',
  ])('is not %s', (text) => {
    expect(serverAddress(allowed).safeParse(text).success).toBe(false)
  })

  it('may be where the operator allowed it', () => {
    const text = 'http://inbox.internal:8080/hook'
    expect(serverAddress(allowed).parse(text)).toBe(text)
  })
})
