/** What a text may not have in it after an erasure. */
export interface Mentioned {
  names: readonly string[]
  /** Folded. */
  emailKeys: readonly string[]
}

/** Shorter names are words of many texts that are not about their person. */
const fewestLetters = 4

/** Whether a text has one of the person's addresses in it, or calls them by a name. */
export function mentionsPerson(text: string, { names, emailKeys }: Mentioned): boolean {
  return mentionsAddress(text, emailKeys) || names.some((name) => mentionsName(text, name))
}

/** Whether a text has one of the addresses in it, and not only as a part of another address. */
export function mentionsAddress(text: string, emailKeys: readonly string[]): boolean {
  const folded = text.toLowerCase()
  return emailKeys.some((key) =>
    hasBetween(folded, key, /[\p{L}\p{M}\p{N}._%+-]$/u, /^[\p{L}\p{M}\p{N}_]|^[.-][\p{L}\p{N}]/u),
  )
}

function mentionsName(text: string, name: string): boolean {
  const letters = name.match(/\p{L}/gu)?.length ?? 0
  return (
    letters >= fewestLetters && hasBetween(text, name, /[\p{L}\p{M}\p{N}]$/u, /^[\p{L}\p{M}\p{N}]/u)
  )
}

/** Whether a text has a part that nothing before it and nothing behind it makes a longer one. */
function hasBetween(text: string, part: string, before: RegExp, behind: RegExp): boolean {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const end = at + part.length
    // Two units: letters beyond the basic plane have as many.
    const isLonger =
      before.test(text.slice(Math.max(0, at - 2), at)) || behind.test(text.slice(end, end + 3))
    if (!isLonger) return true
  }
  return false
}

/** Every string in a JSON value, however deep. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}
