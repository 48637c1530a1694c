/**
 * The adapter on scim2-parse-filter, which knows nothing here but `and`, `or`, `not` and brackets:
 * every path and literal is masked, because its own reading of them is wrong or, for an unterminated
 * string, exponential. RFC 7644 §3.4.2.2.
 */
import { parse, type Filter as MaskedFilter } from 'scim2-parse-filter'

import { type FilterToken, scanFilter } from './filter-scanner.ts'
import type { Filter, FilterValue } from './filter.ts'
import type { Profile } from './profile.ts'
import { ScimError } from './scim-error.ts'

/** Parses a filter; throws invalidFilter. Names are grammatical but not looked up. */
export function parseFilter(text: string, profile: Profile): Filter {
  const masked = mask(scanFilter(text, profile))
  try {
    return unmask(parse(masked.text), masked)
  } catch (cause) {
    throw ScimError.of('invalidFilter', 'The filter cannot be parsed.', { cause })
  }
}

interface Masked {
  readonly text: string
  readonly paths: readonly string[]
  readonly values: readonly FilterValue[]
}

function mask(tokens: readonly FilterToken[]): Masked {
  const paths: string[] = []
  const values: FilterValue[] = []
  const words: string[] = []
  /** Where the `[` of the open value path stands; value paths don't nest. */
  let opening = -1
  let closesAfterTerm = false
  for (const [index, token] of tokens.entries()) {
    switch (token.kind) {
      case 'path':
        words.push(`a${paths.push(token.text) - 1}`)
        break
      case 'sub':
        // x[F].sub op v asks for one element that satisfies both: x[(F) and sub op v].
        words[opening] = '[('
        words.push(`) and a${paths.push(token.text) - 1}`)
        closesAfterTerm = true
        break
      case 'value':
        words.push(String(values.push(token.value) - 1))
        break
      case 'operator':
        words.push(token.operator)
        break
      case '[':
        opening = words.push('[') - 1
        break
      case ']':
        if (tokens[index + 1]?.kind !== 'sub') words.push(']')
        break
      case 'and':
      case 'or':
      case 'not':
      case '(':
      case ')':
        words.push(token.kind)
        break
      default:
        token satisfies never
    }
    const ends = token.kind === 'value' || (token.kind === 'operator' && token.operator === 'pr')
    if (ends && closesAfterTerm) {
      words.push(']')
      closesAfterTerm = false
    }
  }
  return { text: words.join(' '), paths, values }
}

function unmask(node: MaskedFilter, masked: Masked): Filter {
  switch (node.op) {
    case 'and':
    case 'or':
      return { kind: node.op, operands: node.filters.map((each) => unmask(each, masked)) }
    case 'not':
      return { kind: 'not', operand: unmask(node.filter, masked) }
    case '[]':
      return {
        kind: 'element',
        path: pathOf(node.attrPath, masked),
        filter: unmask(node.valFilter, masked),
      }
    case 'pr':
      return { kind: 'present', path: pathOf(node.attrPath, masked) }
    case 'eq':
    case 'ne':
    case 'co':
    case 'sw':
    case 'ew':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le': {
      const value = masked.values[Number(node.compValue)]
      if (value === undefined) throw new Error('unknown literal')
      return { kind: 'compare', operator: node.op, path: pathOf(node.attrPath, masked), value }
    }
    default:
      return node satisfies never
  }
}

function pathOf(word: string, masked: Masked): string {
  const path = masked.paths[Number(word.slice(1))]
  if (path === undefined) throw new Error('unknown path')
  return path
}
