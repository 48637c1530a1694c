import { expect, it } from 'vitest'

import { domainOfEmail, parseDomain } from './domain-name.ts'

it.each([
  ['Acme.Example', 'acme.example'],
  ['acme.example.', 'acme.example'],
  ['münchen.example', 'xn--mnchen-3ya.example'],
])('reads %s as %s', (text, domain) => {
  expect(parseDomain(text)).toBe(domain)
})

it.each(['localhost', 'a..b', '-a.example', '127.0.0.1', 'a b.example', '', 'a_b.example'])(
  'takes %j for no domain',
  (text) => {
    expect(parseDomain(text)).toBeUndefined()
  },
)

it('reads the domain behind the last @', () => {
  expect(domainOfEmail('"a@b"@Acme.example')).toBe('acme.example')
  expect(domainOfEmail('@acme.example')).toBeUndefined()
  expect(domainOfEmail('acme.example')).toBeUndefined()
})
