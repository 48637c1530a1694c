import { isEmailAddress } from './email-address.ts'

/** What became of one address, or of text without one. `line` counts from 1. */
export type AddressEntry =
  | { kind: 'address'; line: number; email: string; name: string | null }
  | { kind: 'mistake'; line: number; text: string; problem: AddressProblem }

/** `no-address`: a text that belongs to no address. `address-invalid`: nobody can be reached there. */
export type AddressProblem = 'no-address' | 'address-invalid'

/**
 * Reads addresses as people paste them: `Name <a@b>`, with a name in quotes, separated by commas, semicolons, tabs or
 * lines, a name in the cell before or after. Nothing is dropped: what can't be read is named with its line.
 */
export function parseAddressList(text: string): AddressEntry[] {
  return text.split(/\r\n|\r|\n|\u2028/u).flatMap((line, index) => parseLine(line, index + 1))
}

interface Piece {
  text: string
  /** Undefined for text without an address. */
  email?: string
  name: string | null
}

function parseLine(unreadLine: string, line: number): AddressEntry[] {
  const pieces = splitLine(unreadLine).map((text) => parsePiece(text))
  const addresses = pieces.filter((piece) => piece.email !== undefined)
  if (addresses.length === 0) {
    const whole = tidy(unreadLine)
    return pieces.length === 0
      ? []
      : [{ kind: 'mistake', line, text: whole, problem: 'no-address' }]
  }
  // A line that begins with a name goes on so: every name stands before its address.
  const isNameFirst = pieces[0]?.email === undefined
  const unnamed = attachNames(isNameFirst ? pieces : pieces.toReversed())
  return pieces.flatMap((piece): AddressEntry[] => {
    const { text, email, name } = piece
    if (email === undefined) {
      return unnamed.has(piece) ? [{ kind: 'mistake', line, text, problem: 'no-address' }] : []
    }
    return isEmailAddress(email)
      ? [{ kind: 'address', line, email, name }]
      : [{ kind: 'mistake', line, text, problem: 'address-invalid' }]
  })
}

/** Gives every address the names before it in this order; answers the texts that are nobody's name. */
function attachNames(pieces: readonly Piece[]): Set<Piece> {
  const unnamed = new Set<Piece>()
  let waiting: Piece[] = []
  for (const piece of pieces) {
    if (piece.email === undefined) {
      waiting.push(piece)
      continue
    }
    const isSurname = waiting.length === 1 && piece.name !== null
    if (piece.name === null && waiting.length > 0) {
      piece.name = waiting.map(({ text }) => text).join(' ')
    } else if (isSurname) {
      // `García, Ana <ana@example.com>`, as mail programs write it.
      piece.name = `${piece.name} ${waiting[0]?.text}`
    } else {
      for (const text of waiting) unnamed.add(text)
    }
    waiting = []
  }
  for (const text of waiting) unnamed.add(text)
  return unnamed
}

/** Splits at separators that are neither in quotes nor between angle brackets; what is not closed opens nothing. */
function splitLine(line: string): string[] {
  const pieces = splitOutside(line, { '"': '"', '<': '>' }) ?? splitOutside(line, {}) ?? []
  return pieces.map((text) => tidy(text)).filter((text) => /[^"<>\s]/.test(text))
}

/** Answers undefined when something stays open until the end. */
function splitOutside(
  line: string,
  closings: Readonly<Record<string, string>>,
): string[] | undefined {
  const pieces: string[] = []
  let piece = ''
  let closing: string | undefined
  let isEscaped = false
  for (const character of line) {
    if (closing === undefined && ',;\t、，；'.includes(character)) {
      pieces.push(piece)
      piece = ''
      continue
    }
    piece += character
    if (isEscaped) isEscaped = false
    else if (character === '\\' && closing === '"') isEscaped = true
    else if (character === closing) closing = undefined
    else closing ??= closings[character]
  }
  return closing === undefined ? [...pieces, piece] : undefined
}

function parsePiece(text: string): Piece {
  const bracketed = /^(.*?)<([^<>]*)>?$/u.exec(text)
  if (bracketed !== null) {
    const [, before = '', inside = ''] = bracketed
    const name = unquote(before)
    return { text, email: bare(inside), name: name === '' || name === bare(inside) ? null : name }
  }
  if (!text.includes('@')) return { text: unquote(text), name: null }
  // `Ana ana@example.com`: one word has the address, the others are the name.
  const words = unquote(text).split(' ')
  const email = words.find((word) => word.includes('@')) ?? text
  const name = unquote(words.filter((word) => word !== email).join(' '))
  return { text, email: bare(email), name: name === '' ? null : name }
}

function bare(email: string): string {
  return email
    .trim()
    .replace(/^mailto:/i, '')
    .replaceAll(/^['"(]+|['").]+$/g, '')
}

function unquote(text: string): string {
  const inner = /^"(.*)"$/u.exec(text.trim())?.[1] ?? text
  return inner.replaceAll(/\\(.)/gu, '$1').trim()
}

/** Without what spreadsheets and mail programs put between letters and nobody sees. */
function tidy(text: string): string {
  return text
    .replaceAll(/[\u200B-\u200D\u2060\uFEFF]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
}
