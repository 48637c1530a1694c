/** Filter text to tokens in grammatical order, in one linear pass. RFC 7644 §3.4.2.2. */
import { isAttributePath } from './attribute-path.ts'
import type { CompareOperator, FilterValue } from './filter.ts'
import type { Profile } from './profile.ts'
import { ScimError } from './scim-error.ts'

/** What one filter may cost; beyond it the answer is 400 invalidFilter. */
export const filterLimits = {
  characters: 4096,
  tokens: 400,
  depth: 20,
  valueCharacters: 1024,
} as const

/** A token; `sub` is the attribute behind a value path, the `.value` of `emails[…].value`. */
export type FilterToken =
  | { readonly kind: 'path' | 'sub'; readonly text: string }
  | { readonly kind: 'value'; readonly value: FilterValue }
  | { readonly kind: 'operator'; readonly operator: CompareOperator | 'pr' }
  | { readonly kind: 'and' | 'or' | 'not' | '(' | ')' | '[' | ']' }

const operators: ReadonlySet<string> = new Set<CompareOperator | 'pr'>([
  ...(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const),
  'pr',
])
const blank = /[ \t\r\n]/
const wordEnd = /[ \t\r\n()[\]"]/
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const literals: ReadonlyMap<string, FilterValue> = new Map<string, FilterValue>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** What the grammar allows next. `openGroup` follows `not`, which demands parentheses. */
type Expectation = 'term' | 'openGroup' | 'operatorOrBracket' | 'operator' | 'value' | 'joint'

/** Scans a filter. Refuses with invalidFilter; a scanned list is balanced and in order. */
export function scanFilter(text: string, profile: Profile): readonly FilterToken[] {
  if (text.length > filterLimits.characters) {
    throw refuse(`is longer than ${filterLimits.characters} characters`)
  }
  const tokens: FilterToken[] = []
  const open: ('(' | '[')[] = []
  let expected = 'term' as Expectation
  let at = 0

  function push(token: FilterToken, next: Expectation): void {
    tokens.push(token)
    if (tokens.length > filterLimits.tokens) {
      throw refuse(`has more than ${filterLimits.tokens} tokens`)
    }
    expected = next
  }

  function openBracket(bracket: '(' | '['): void {
    open.push(bracket)
    if (open.length > filterLimits.depth) {
      throw refuse(`is nested deeper than ${filterLimits.depth} levels`)
    }
    push({ kind: bracket }, 'term')
  }

  function closeBracket(bracket: ')' | ']'): void {
    if (expected !== 'joint' || open.pop() !== (bracket === ')' ? '(' : '[')) {
      throw refuse(`has an unexpected '${bracket}'`)
    }
    push({ kind: bracket }, 'joint')
    if (bracket === ')' || text[at] !== '.') return
    const word = readWord(text, at + 1)
    if (word.includes('.') || !isAttributePath(word)) throw refuse('has a malformed sub-attribute')
    at += 1 + word.length
    push({ kind: 'sub', text: word }, 'operator')
  }

  function readTerm(word: string): void {
    // An attribute may be called `not`; a parenthesis never follows one.
    if (expected === 'term' && word.toLowerCase() === 'not' && /^\s*\(/.test(text.slice(at))) {
      push({ kind: 'not' }, 'openGroup')
      return
    }
    if (expected !== 'term' || !isAttributePath(word)) throw refuse('lacks an attribute name')
    // Value paths don't nest: no bracket follows a name inside one.
    push({ kind: 'path', text: word }, open.includes('[') ? 'operator' : 'operatorOrBracket')
  }

  function readOperator(word: string): void {
    const operator = word.toLowerCase()
    if (!operators.has(operator)) throw refuse('lacks an operator behind an attribute')
    push(
      { kind: 'operator', operator: operator as CompareOperator | 'pr' },
      operator === 'pr' ? 'joint' : 'value',
    )
  }

  function readJoint(word: string): void {
    const joint = word.toLowerCase()
    if (joint !== 'and' && joint !== 'or') throw refuse("lacks 'and' or 'or' between expressions")
    push({ kind: joint }, 'term')
  }

  while (at < text.length) {
    const character = text[at] ?? ''
    if (blank.test(character)) {
      at += 1
    } else if (character === '(' && (expected === 'term' || expected === 'openGroup')) {
      at += 1
      openBracket('(')
    } else if (character === '[' && expected === 'operatorOrBracket') {
      at += 1
      openBracket('[')
    } else if (character === ')' || character === ']') {
      at += 1
      closeBracket(character)
    } else if (character === '"' && expected === 'value') {
      const end = endOfString(text, at)
      push({ kind: 'value', value: readString(text.slice(at, end)) }, 'joint')
      at = end
    } else {
      const word = readWord(text, at)
      if (word === '') throw refuse(`has an unexpected '${character}'`)
      at += word.length
      switch (expected) {
        case 'value':
          push({ kind: 'value', value: readLiteral(word, profile) }, 'joint')
          break
        case 'operator':
        case 'operatorOrBracket':
          readOperator(word)
          break
        case 'joint':
          readJoint(word)
          break
        case 'term':
        case 'openGroup':
          readTerm(word)
          break
        default:
          expected satisfies never
      }
    }
  }
  if (expected !== 'joint' || open.length > 0) throw refuse('is incomplete')
  return tokens
}

function readWord(text: string, from: number): string {
  let end = from
  while (end < text.length && !wordEnd.test(text[end] ?? '')) end += 1
  return text.slice(from, end)
}

/** The index behind the closing quote of the JSON string that begins at `from`. */
export function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  throw refuse('has an unterminated string')
}

function readString(json: string): string {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw refuse('has a malformed string', cause)
  }
  if (typeof value !== 'string') throw refuse('has a malformed string')
  return limited(value)
}

function readLiteral(word: string, profile: Profile): FilterValue {
  const literal = literals.get(word.toLowerCase())
  if (literal !== undefined) return literal
  if (jsonNumber.test(word)) {
    const number = Number(word)
    if (!Number.isFinite(number)) throw refuse('has a number out of range')
    // -0 prints as 0, and no attribute tells them apart.
    return number === 0 ? 0 : number
  }
  // Entra's older samples leave the quotes out: externalId eq jyoung.
  if (profile === 'compat' && /^[A-Za-z0-9][\w@.+-]*$/.test(word)) return limited(word)
  throw refuse('has a malformed value')
}

function limited(value: string): string {
  if (value.length > filterLimits.valueCharacters) {
    throw refuse(`has a value of more than ${filterLimits.valueCharacters} characters`)
  }
  // Neither can be stored, so neither can be looked for.
  if (value.includes('\0') || !value.isWellFormed()) throw refuse('has a value that is not text')
  return value
}

function refuse(what: string, cause?: unknown): ScimError {
  return ScimError.of('invalidFilter', `The filter ${what}.`, { cause })
}
