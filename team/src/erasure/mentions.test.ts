import { describe, expect, it } from 'vitest'

import { mentionsPerson, stringsIn } from './mentions.ts'

describe('what mentions a person', () => {
  it.each([
    ['Juana invited you', 'Juan', false],
    ['Juan invited you', 'Juan', true],
    ['Hello Zoë', 'Zoë', false],
    ['Ask Íñigo: he knows', 'Íñigo', true],
    ['a table', 'a', false],
  ])('%s: by the name %s: %s', (text, name, expected) => {
    expect(mentionsPerson(text, { names: [name], emailKeys: [] })).toBe(expected)
  })

  it.each([
    ['Write to Ana@acme.example.', true],
    ['<ana@acme.example>', true],
    ['Write to susana@acme.example', false],
    ['Write to ana@acme.example.mx', false],
  ])('%s: by their address: %s', (text, expected) => {
    expect(mentionsPerson(text, { names: [], emailKeys: ['ana@acme.example'] })).toBe(expected)
  })

  it('is looked for in every string of a JSON value', () => {
    expect(stringsIn({ a: ['x', { b: 'y' }], c: null, d: 1 })).toEqual(['x', 'y'])
  })
})
