import { describe, expect, it } from 'vitest'

import { flawOfPassword } from './password-rules.ts'

describe('A password', () => {
  it.each([
    ['tres tazas de agua', undefined],
    ['Contraseña-2026-lluvia', undefined],
    ['長い長い合言葉です本当に', undefined],
    ['123456789', 'too-short'],
    ['x'.repeat(257), 'too-long'],
    ['aaaaaaaaaaaa', 'guessable'],
    ['abababababab', 'guessable'],
    ['1234567890', 'guessable'],
    ['qwertyuiop', 'guessable'],
    ['abcdefabcdef', 'guessable'],
    ['ana.lopez2026', 'guessable'],
    ['Northwind-Ana', 'guessable'],
    ['northwind se va de viaje', undefined],
  ])('%s: %s', (password, flaw) => {
    expect(flawOfPassword(password, ['ana.lopez@northwind.example', 'Northwind'])).toBe(flaw)
  })
})
