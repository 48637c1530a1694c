/** What is wrong with a password that somebody chose. */
export type PasswordFlaw = 'too-short' | 'too-long' | 'guessable'

export const minPasswordLength = 10
/** Long enough for a sentence; what hashing costs doesn't grow without end. */
export const maxPasswordLength = 256

/**
 * Judges by length and by what somebody who knows the person would try first, not by kinds of characters.
 * NIST SP 800-63B §3.1.1.2.
 */
export function flawOfPassword(
  password: string,
  knownAbout: readonly string[],
): PasswordFlaw | undefined {
  const length = Array.from(password.normalize('NFKC')).length
  if (length < minPasswordLength) return 'too-short'
  if (length > maxPasswordLength) return 'too-long'
  const folded = password.normalize('NFKC').toLowerCase()
  if (new Set(folded).size < 5 || isSequence(folded)) return 'guessable'
  const known = knownAbout
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= 3)
  const rest = known
    .reduce((left, word) => left.replaceAll(word, ''), folded)
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  return Array.from(rest).length < minPasswordLength / 2 ? 'guessable' : undefined
}

const runs = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklñzxcvbnm']

/** The alphabet, the digits or the keyboard from left to right, or one of them twice. */
function isSequence(folded: string): boolean {
  const half = folded.slice(0, Math.ceil(folded.length / 2))
  return [folded, half].some((part) => part.length >= 5 && runs.some((run) => run.includes(part)))
}
