/** Somebody out of a text: what looks like an address, or what does not and has to be looked at. */
export interface TypedAddress {
  /** As it was typed; an address without what was around it. */
  text: string
  name: string | null
  isValid: boolean
}

/** One @ between what has no spaces, and a dot after it; the mail server decides about the rest. */
const shape =
  /^[^\s@<>()[\],;:"']+(?:'[^\s@<>()[\],;:"']+)*@[^\s@<>()[\],;:"']+\.[^\s@<>()[\],;:"'.]+$/
const named = /^\s*["']?([^"'<>]*?)["']?\s*<\s*([^<>]+?)\s*>\s*$/

/**
 * Reads addresses from whatever people paste: `Ana <ana@acme.example>`, lines of a spreadsheet with tabs, lists
 * with commas, semicolons or spaces. What else stands in a line with exactly one address is that person's name.
 */
export function parseAddresses(text: string): TypedAddress[] {
  return text.split(/[\r\n]+/).flatMap(parseLine)
}

function parseLine(line: string): TypedAddress[] {
  // What stands between quotes belongs together: "Ruiz, Ana" <ana@acme.example>.
  const cells = (line.match(/(?:"[^"]*"|[^\t,;])+/g) ?? []).filter((cell) => cell.trim() !== '')
  const found = cells.flatMap(parseCell)
  const addresses = found.filter(({ isValid }) => isValid)
  const [only] = addresses
  if (addresses.length !== 1 || only === undefined || !line.includes('\t')) return found
  // A row of a spreadsheet: its other cells say who it is.
  const others = found.filter((one) => one !== only).map(({ text }) => text)
  return [{ ...only, name: only.name ?? (others.slice(0, 2).join(' ') || null) }]
}

function parseCell(cell: string): TypedAddress[] {
  const match = named.exec(cell)
  if (match !== null) {
    const [, name = '', address = ''] = match
    return [{ text: address, name: name.trim() || null, isValid: shape.test(address) }]
  }
  const words = cell.trim().split(/\s+/)
  const areAddresses = words.some((word) => word.includes('@'))
  return areAddresses
    ? words.map((word) => ({ text: word, name: null, isValid: shape.test(word) }))
    : [{ text: cell.trim(), name: null, isValid: false }]
}
