import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parseFilter } from './filter-parser.ts'
import { printFilter } from './filter-printer.ts'
import { filterLimits } from './filter-scanner.ts'
import type { CompareOperator, Filter, FilterValue } from './filter.ts'
import { ScimError } from './scim-error.ts'

const deep = process.env['TEST_DEPTH'] === 'deep'
const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31)
const runs = { numRuns: deep ? 20_000 : 500, seed }

function refusal(text: string): string | undefined {
  try {
    parseFilter(text, 'rfc')
    return undefined
  } catch (error) {
    if (error instanceof ScimError) return error.scimType
    throw error
  }
}

const nested = (levels: number): string => `${'('.repeat(levels)}a pr${')'.repeat(levels)}`
const chain = (leaves: number): string => Array(leaves).fill('a pr').join(' or ')

const operand = (text: string): unknown => {
  const filter = parseFilter(`a eq ${text}`, 'rfc')
  return filter.kind === 'compare' ? filter.value : filter
}

describe('RFC7644-3.4.2.2 grammar', () => {
  test('and binds tighter than or, not tighter than both', () => {
    expect(parseFilter('a pr or b pr AND Not (c pr) or d pr', 'rfc')).toEqual({
      kind: 'or',
      operands: [
        { kind: 'present', path: 'a' },
        {
          kind: 'and',
          operands: [
            { kind: 'present', path: 'b' },
            { kind: 'not', operand: { kind: 'present', path: 'c' } },
          ],
        },
        { kind: 'present', path: 'd' },
      ],
    })
  })

  test('a sub-attribute behind a value path is asked of the same element', () => {
    expect(parseFilter('emails[type eq "work" or primary eq true].value co "x"', 'rfc')).toEqual({
      kind: 'element',
      path: 'emails',
      filter: parseFilter('(type eq "work" or primary eq true) and value co "x"', 'rfc'),
    })
    expect(parseFilter('a pr and emails[type pr].value pr or b pr', 'rfc')).toEqual(
      parseFilter('a pr and emails[type pr and value pr] or b pr', 'rfc'),
    )
  })

  test.each([
    [String.raw`"\n\u00e9\/\\"`, '\n\u00e9/\\'],
    [String.raw`"say \"hi\""`, 'say "hi"'],
    [String.raw`"ends in \\"`, 'ends in \\'],
    ['"]) and (x"', ']) and (x'],
    ['-3', -3],
    ['-0', 0],
    ['1.5e2', 150],
    ['True', true],
    ['FALSE', false],
    ['Null', null],
  ])('the literal %s is read as JSON reads it', (text, expected) => {
    expect(operand(text)).toBe(expected)
    expect(parseFilter(`(a eq ${text}) and (b pr)`, 'rfc').kind).toBe('and')
  })

  test('names may be URNs with dots, and $ref', () => {
    const path = 'urn:ietf:params:scim:schemas:core:2.0:User:emails.$ref'
    expect(parseFilter(`${path} pr`, 'rfc')).toEqual({ kind: 'present', path })
    expect(parseFilter('not pr and or eq 1 or and pr', 'rfc').kind).toBe('or')
  })

  test('an unquoted word is a string in compat only', () => {
    expect(parseFilter('externalId eq jyoung', 'compat')).toMatchObject({ value: 'jyoung' })
    expect(refusal('externalId eq jyoung')).toBe('invalidFilter')
  })

  test.each([
    '',
    ' ',
    'a',
    'a eq',
    'a is 1',
    'a eq 1 b pr',
    'a pr and',
    'and a pr',
    '(a pr',
    'a pr)',
    'a[b pr',
    'a[b pr)',
    'a(b pr]',
    'a[]',
    'a[b pr].',
    'a[b pr].c',
    'a[b pr].c.d pr',
    'a[b[c pr] pr]',
    'a.b[c pr]]',
    'not a eq 1',
    'not not (a pr)',
    'a..b pr',
    'a. pr',
    '1a pr',
    '.a pr',
    'a/b%20 pr',
    '"a" pr',
    'a eq 01',
    'a eq +1',
    'a eq 1e999',
    'a eq {}',
    "a eq 'x'",
    'a eq "x',
    String.raw`a eq "x\"`,
    String.raw`a eq "\x"`,
    'a eq "line\nbreak"',
    String.raw`a eq "\u0000"`,
    String.raw`a eq "\ud800"`,
  ])('%j is refused', (text) => {
    expect(refusal(text)).toBe('invalidFilter')
  })
})

describe('limits', () => {
  test('an unterminated string full of line breaks is refused at once', () => {
    const started = performance.now()
    expect(refusal(`a eq "${'\n'.repeat(4000)}`)).toBe('invalidFilter')
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('length, tokens, depth and operands are limited', () => {
    const { depth, tokens, valueCharacters, characters } = filterLimits
    expect(refusal(nested(depth))).toBeUndefined()
    expect(refusal(nested(depth + 1))).toBe('invalidFilter')
    expect(refusal(nested(2000))).toBe('invalidFilter')
    expect(refusal(chain(Math.floor(tokens / 3)))).toBeUndefined()
    expect(refusal(chain(Math.ceil(tokens / 3)))).toBe('invalidFilter')
    expect(refusal(`a eq "${'x'.repeat(valueCharacters)}"`)).toBeUndefined()
    expect(refusal(`a eq "${'x'.repeat(valueCharacters + 1)}"`)).toBe('invalidFilter')
    expect(refusal(`a pr${' '.repeat(characters)}`)).toBe('invalidFilter')
  })
})

const operators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
const name = fc.stringMatching(/^\$?[A-Za-z][A-Za-z0-9_-]{0,5}$/)
const path = fc.oneof(
  name,
  fc.tuple(name, name).map((each) => each.join('.')),
  name.map((each) => `urn:example:a-b:2.0:User:${each}.value`),
)
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('" or a pr', '\\', '](', '\u2028'),
  )
  .filter((each) => each.isWellFormed() && !each.includes('\0'))
const value: fc.Arbitrary<FilterValue> = fc.oneof(
  text,
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((each) => (each === 0 ? 0 : each)),
  fc.constantFrom(true, false, null),
)
const leaf = (paths: fc.Arbitrary<string>): fc.Arbitrary<Filter> =>
  fc.oneof(
    paths.map((each): Filter => ({ kind: 'present', path: each })),
    fc
      .record({ path: paths, operator: fc.constantFrom<CompareOperator>(...operators), value })
      .map((each): Filter => ({ kind: 'compare', ...each })),
  )
const tree = (leaves: fc.Arbitrary<Filter>, levels: number): fc.Arbitrary<Filter> => {
  if (levels === 0) return leaves
  const inner = tree(leaves, levels - 1)
  return fc.oneof(
    leaves,
    inner.map((operand): Filter => ({ kind: 'not', operand })),
    fc
      .record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        operands: fc.array(inner, { minLength: 2, maxLength: 3 }),
      })
      .map((each): Filter => each),
  )
}
const element = fc
  .record({ path: name, filter: tree(leaf(name), 2) })
  .map((each): Filter => ({ kind: 'element', ...each }))
const filter = tree(fc.oneof(leaf(path), element), 3)

describe(`properties (seed ${seed})`, () => {
  test('parsing what was printed gives the same tree', () => {
    fc.assert(
      fc.property(filter, (each) => {
        expect(parseFilter(printFilter(each), 'rfc')).toEqual(each)
      }),
      runs,
    )
  })

  test('letter case, blanks and escapes of the text make no difference', () => {
    fc.assert(
      fc.property(filter, fc.infiniteStream(fc.nat(5)), (each, noise) => {
        expect(parseFilter(printNoisily(each, noise), 'rfc')).toEqual(each)
      }),
      runs,
    )
  })

  test('any text is a filter or refused', () => {
    const pieces = fc.constantFrom(
      'a',
      'eq',
      'pr',
      'not',
      'and',
      '(',
      ')',
      '[',
      ']',
      '.b',
      '"x"',
      '1',
      '"',
      '\\',
    )
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((each) => each.join(' ')),
    )
    fc.assert(
      fc.property(anything, (each) => {
        expect([undefined, 'invalidFilter']).toContain(refusal(each))
      }),
      runs,
    )
  })
})

/** A second printer: only the parentheses that precedence demands, anything else at random. */
function printNoisily(node: Filter, noise: Iterator<number>): string {
  const next = (): number => Number(noise.next().value)
  const blank = (): string => [' ', '  ', '\t', ' \n', ' ', ' '][next()] ?? ' '
  const word = (each: string): string => (next() > 2 ? each.toUpperCase() : each)
  const print = (each: Filter): string => printNoisily(each, noise)
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands
        .map((each) => {
          const looser = each.kind === 'or' || (each.kind === 'and' && node.kind === 'and')
          return looser || next() === 0 ? `(${print(each)})` : print(each)
        })
        .join(`${blank()}${word(node.kind)}${blank()}`)
    case 'not':
      return `${word('not')}${next() > 2 ? '' : blank()}(${print(node.operand)})`
    case 'present':
      return `${node.path}${blank()}${word('pr')}`
    case 'compare': {
      const json =
        typeof node.value === 'string' && next() > 2
          ? `"${escaped(node.value)}"`
          : JSON.stringify(node.value)
      return `${node.path}${blank()}${word(node.operator)}${blank()}${json}`
    }
    case 'element':
      return `${node.path}[${print(node.filter)}]`
    default:
      return node satisfies never
  }
}

function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, at) => {
    return String.raw`\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`
  }).join('')
}
