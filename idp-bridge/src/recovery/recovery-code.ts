import { randomInt } from 'node:crypto'

/** Letters and digits that nobody takes for one another. */
const alphabet = '23456789abcdefghjkmnpqrstvwxyz'
const shape = new RegExp(`^([${alphabet}]{4})-?((?:[${alphabet}]{5}-?){3})$`)

/** A code in two parts: one to find it by, and the one that is secret (73 bits). */
export interface RecoveryCode {
  selector: string
  secret: string
}

export function createRecoveryCode(): RecoveryCode {
  return { selector: letters(4), secret: letters(15) }
}

function letters(count: number): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** As it is shown and printed: `abcd-efghj-kmnpq-rstvw`. */
export function printRecoveryCode({ selector, secret }: RecoveryCode): string {
  return [selector, secret.slice(0, 5), secret.slice(5, 10), secret.slice(10)].join('-')
}

/** What somebody typed, if it looks like a code: hyphens, spaces and capitals don't matter. */
export function parseRecoveryCode(text: string): RecoveryCode | undefined {
  if (text.length > 40) return undefined
  const compact = text.trim().toLowerCase().replaceAll(/\s+/g, '-')
  const [, selector, secret] = shape.exec(compact) ?? []
  if (selector === undefined || secret === undefined) return undefined
  return { selector, secret: secret.replaceAll('-', '') }
}
