import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type AddressEntry, parseAddressList } from './address-list.ts'
import { isEmailAddress } from './email-address.ts'

/** `name <email>` or `email` or `!problem: text`, in the order of the result. */
const brief = (text: string): string[] =>
  parseAddressList(text).map((entry) => {
    if (entry.kind === 'mistake') return `!${entry.problem}: ${entry.text}`
    return entry.name === null ? entry.email : `${entry.name} <${entry.email}>`
  })

describe('a pasted list of addresses', () => {
  it.each<[string, string, string[]]>([
    [
      'lines',
      'a@x.example\nb@x.example\r\nc@x.example',
      ['a@x.example', 'b@x.example', 'c@x.example'],
    ],
    ['commas', 'a@x.example, b@x.example,', ['a@x.example', 'b@x.example']],
    ['semicolons', 'a@x.example;b@x.example;', ['a@x.example', 'b@x.example']],
    ['a name in front', 'Ana García <ana@x.example>', ['Ana García <ana@x.example>']],
    [
      'a name in quotes with a comma',
      '"García, Ana" <ana@x.example>; b@x.example',
      ['García, Ana <ana@x.example>', 'b@x.example'],
    ],
    [
      'the surname first, without quotes',
      'García, Ana <ana@x.example>',
      ['Ana García <ana@x.example>'],
    ],
    [
      'cells of a spreadsheet, name first',
      'Ana\tGarcía\tana@x.example',
      ['Ana García <ana@x.example>'],
    ],
    [
      'cells of a spreadsheet, address first',
      'ana@x.example\tAna García',
      ['Ana García <ana@x.example>'],
    ],
    [
      'pairs in one line',
      'Ana, ana@x.example, Bo, bo@x.example',
      ['Ana <ana@x.example>', 'Bo <bo@x.example>'],
    ],
    [
      'a name and an address with a space between',
      'Ana García ana@x.example',
      ['Ana García <ana@x.example>'],
    ],
    ['only angle brackets', '<ana@x.example>', ['ana@x.example']],
    ['the address as its own name', 'ana@x.example <ana@x.example>', ['ana@x.example']],
    ['a mailto link and a full stop', 'mailto:ana@x.example.', ['ana@x.example']],
    ['an escaped quote', '"Ana \\"la jefa\\"" <ana@x.example>', ['Ana "la jefa" <ana@x.example>']],
    [
      'a quote that is never closed',
      'Ana "la jefa <ana@x.example>, b@x.example',
      ['Ana "la jefa <ana@x.example>', 'b@x.example'],
    ],
    ['invisible characters', '\uFEFFana@x.example\u200B', ['ana@x.example']],
    ['a non-breaking space', 'Ana\u00A0García <ana@x.example>', ['Ana García <ana@x.example>']],
    ['separators of another script', 'a@x.example，b@x.example', ['a@x.example', 'b@x.example']],
    ['letters of any language', 'ñandú@correo.example', ['ñandú@correo.example']],
    ['nothing', ' \n\n ;; \t', []],
  ])('reads %s', (_, text, expected) => {
    expect(brief(text)).toEqual(expected)
  })

  it.each<[string, string, string[]]>([
    ['a line without an address', 'Email', ['!no-address: Email']],
    ['an address without a domain', 'ana@', ['!address-invalid: ana@']],
    [
      'an address without a dot in its domain',
      'ana@localhost',
      ['!address-invalid: ana@localhost'],
    ],
    [
      'two addresses run together',
      'a@x.exampleb@x.example',
      ['!address-invalid: a@x.exampleb@x.example'],
    ],
    ['empty angle brackets', 'Ana <>', ['!address-invalid: Ana <>']],
    [
      'what follows a named address',
      'Ana\tana@x.example\tAgente',
      ['Ana <ana@x.example>', '!no-address: Agente'],
    ],
  ])('names %s', (_, text, expected) => {
    expect(brief(text)).toEqual(expected)
  })

  it('says the line of each', () => {
    const lines = parseAddressList('a@x.example, b@x.example\n\nnobody').map(({ line }) => line)
    expect(lines).toEqual([1, 1, 3])
  })

  it('reads whatever it is given, fast, and only ever answers addresses that can be written to', () => {
    const shred = fc.constantFrom(
      '"',
      '<',
      '>',
      ',',
      ';',
      '@',
      '\\',
      ' ',
      '\t',
      '\n',
      'a',
      '.',
      'é',
    )
    fc.assert(
      fc.property(fc.string({ unit: shred, maxLength: 300 }), (text) => {
        const emails = parseAddressList(text).flatMap((entry) =>
          entry.kind === 'address' ? [entry.email] : [],
        )
        expect(emails.filter((email) => !isEmailAddress(email))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('finds again every address of a list that a mail program wrote', () => {
    const person = fc.record({
      name: fc.stringMatching(/^[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ ,;"\\]{0,20}[A-Za-zÀ-ÿ]$/),
      email: fc
        .stringMatching(/^[a-z0-9.+-]{1,20}@[a-z0-9]{1,10}\.example$/)
        .filter(isEmailAddress),
    })
    fc.assert(
      fc.property(
        fc.array(person, { maxLength: 20 }),
        fc.constantFrom(', ', '; ', '\n'),
        (people, by) => {
          const text = people
            .map(({ name, email }) => `"${name.replaceAll(/["\\]/g, '\\$&')}" <${email}>`)
            .join(by)
          const found = parseAddressList(text).flatMap((entry: AddressEntry) =>
            entry.kind === 'address' ? [entry.email] : [`mistake ${entry.text}`],
          )
          expect(found).toEqual(people.map(({ email }) => email))
        },
      ),
    )
  })

  it('takes a hundred thousand characters of brackets in a moment', () => {
    const started = performance.now()
    parseAddressList('<'.repeat(100_000))
    parseAddressList('"\\'.repeat(50_000))
    parseAddressList(`${' '.repeat(50_000)}x${' '.repeat(50_000)}@`)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
