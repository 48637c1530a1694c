import { describe, expect, test } from 'vitest'

import { createSealer } from './sealer.ts'

const secret = 'a secret of an installation, long enough'
const place = 'host_clients.sealed_secret'

describe('sealed secrets', () => {
  test('open to what was sealed, and never look alike twice', () => {
    const sealer = createSealer(secret)
    const first = sealer.seal('contraseña 🔑', place)
    expect(sealer.open(first, place)).toBe('contraseña 🔑')
    expect(sealer.seal('contraseña 🔑', place)).not.toBe(first)
    expect(first).not.toContain('contraseña')
  })

  test('do not open in another place, changed, or under another secret', () => {
    const sealer = createSealer(secret)
    const sealed = sealer.seal('value', place)
    expect(() => sealer.open(sealed, 'signing_keys.sealed_private_jwk')).toThrow(/authenticate/)
    const last = sealed.at(-2) === 'A' ? 'B' : 'A'
    expect(() => sealer.open(sealed.slice(0, -2) + last + sealed.at(-1), place)).toThrow(
      /authenticate/,
    )
    expect(() => createSealer(`${secret}!`).open(sealed, place)).toThrow(/another PLANTEL_SECRET/)
    expect(() => sealer.open('value', place)).toThrow(/Not a sealed secret/)
  })

  test('refuse a secret that is too short to protect anything', () => {
    expect(() => createSealer('short')).toThrow(/32 characters/)
  })
})
