/** Case folding of caseExact=false values; filters, keys and uniqueness must all use this one. */

const plain = /^[ -~]*$/

/**
 * The comparison key of a text. Lower case of a final sigma depends on its neighbours, so it is
 * levelled: otherwise the folded prefix of a word would not be a prefix of the folded word.
 */
export function fold(text: string): string {
  // Most names are plain: normalizing them changes nothing, and costs most of the time.
  if (plain.test(text)) return text.toLowerCase()
  return text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ')
}

/** Order of code points, which is that of PostgreSQL's collation "C"; JavaScript's `<` is not. */
export function compareCodePoints(a: string, b: string): number {
  const left = a[Symbol.iterator]()
  const right = b[Symbol.iterator]()
  for (;;) {
    const one = left.next()
    const other = right.next()
    if (one.done === true || other.done === true) {
      return Number(other.done ?? false) - Number(one.done ?? false)
    }
    const difference = (one.value.codePointAt(0) ?? 0) - (other.value.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
}
