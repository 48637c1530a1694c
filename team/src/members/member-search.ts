import { presetRolesSaid } from '../roles/role-reference.ts'
import { nameKey } from './name-key.ts'

/** What the database looks for; each part may be null, and any that matches is enough. */
export interface SearchPatterns {
  /** LIKE, anywhere in name, email and userName. */
  part: string | null
  /** Regular expression: a word of them begins so. */
  wordStart: string | null
  /** LIKE, anywhere in the digits of the phone number. */
  digits: string | null
  role: RolePattern | null
}

/** Which roles a search names. */
export interface RolePattern {
  /** LIKE, anywhere in the name. */
  part: string
  /** Key and name of those of presets that are called so in some language. */
  presets: readonly string[]
}

/** More whom a search finds are not sorted: the list is walked in its order, where so many are soon found. */
export const mostSorted = 10_000

/** Trigrams find any part of three letters or more. */
const trigramLength = 3

/**
 * What somebody who looks for a person types: part of a name, an email, a phone number with or without its spaces, or a
 * role. One or two letters find the words that begin with them. Undefined when nothing was typed.
 */
export function searchPatterns(search: string): SearchPatterns | undefined {
  const key = nameKey(search.trim())
  if (key === '') return undefined
  const isLong = key.length >= trigramLength
  return {
    part: isLong ? containing(key) : null,
    wordStart: isLong ? null : `${beforeWord}${escapeExpression(key)}`,
    digits: phonePattern(search),
    role: isLong ? { part: containing(key), presets: presetRolesSaid(key) } : null,
  }
}

/** Not `\m`: under the keys' collation no letter but those of ASCII is part of a word. */
const beforeWord = String.raw`(^|[\s[:punct:]])`

function containing(key: string): string {
  return `%${key.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
}

function escapeExpression(key: string): string {
  return key.replaceAll(/[^\p{L}\p{N}]/gu, String.raw`\$&`)
}

function phonePattern(search: string): string | null {
  const digits = search.replaceAll(/\D/g, '')
  return digits.length >= trigramLength && /^[\d\s()+./-]+$/.test(search) ? `%${digits}%` : null
}
