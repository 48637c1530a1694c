import { RE2JS, RE2JSException } from 're2js'

import { TeamError } from '../errors.ts'
import { maxMatchedLength } from './directory-attribute.ts'

/** What a match may name. */
export type NamedKind = 'role' | 'department' | 'channel'

export const namedKinds: readonly NamedKind[] = ['role', 'department', 'channel']

/** A pattern that was compiled; matching takes time in proportion to the text, whatever the pattern is. */
export interface RulePattern {
  /** What its captures name. */
  readonly names: readonly NamedKind[]
  /** Its captures, or undefined for a text that does not match. Each distinct text is matched once. */
  match(text: string): Captures | undefined
}

export type Captures = Readonly<Partial<Record<NamedKind, string>>>

const maxPatternLength = 200
const maxProgramSize = 500
/** More distinct texts than this are matched again rather than kept. */
const maxRemembered = 10_000

/**
 * Compiles a pattern of RE2, which knows no backtracking. Case does not count; `^` and `$` say whether the whole name
 * is meant. Throws `pattern-invalid` with the reason.
 */
export function compilePattern(pattern: string): RulePattern {
  if (pattern.length > maxPatternLength) {
    throw refuse(`it is longer than ${maxPatternLength} characters`)
  }
  const program = compile(pattern)
  if (program.programSize() > maxProgramSize) {
    throw refuse('it is too large: repeat less or count less')
  }
  const captured = Object.keys(program.namedGroups())
  const unknown = captured.find((name) => !namedKinds.includes(name as NamedKind))
  if (unknown !== undefined) {
    throw refuse(`(?<${unknown}>…) names nothing; there is ${namedKinds.join(', ')}`)
  }
  const names = namedKinds.filter((kind) => captured.includes(kind))
  const remembered = new Map<string, Captures | undefined>()

  function find(text: string): Captures | undefined {
    const matcher = program.matcher(text)
    if (!matcher.find()) return undefined
    return Object.fromEntries(
      names.flatMap((name) => {
        const value = matcher.group(name)?.trim() ?? ''
        return value === '' ? [] : [[name, value]]
      }),
    )
  }

  return {
    names,
    match(text) {
      if (text.length > maxMatchedLength) return undefined
      if (remembered.has(text)) return remembered.get(text)
      if (remembered.size >= maxRemembered) remembered.clear()
      const captures = find(text)
      remembered.set(text, captures)
      return captures
    },
  }
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    const reason = error.message.replace(/^error parsing regexp: /, '')
    throw new TeamError('pattern-invalid', reason, { cause: error })
  }
}

function refuse(reason: string): TeamError {
  return new TeamError('pattern-invalid', reason)
}
