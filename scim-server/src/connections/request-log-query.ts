import { parseFilter } from '../protocol/filter-parser.ts'
import { printFilter } from '../protocol/filter-printer.ts'
import type { Filter } from '../protocol/filter.ts'

/** Parameters that say nothing of a person: numbers and names of attributes. RFC 7644 §3.4.2, §3.9; RFC 9865. */
const shownWhole: Readonly<Record<string, RegExp>> = {
  startIndex: /^-?\d{1,10}$/,
  count: /^-?\d{1,10}$/,
  sortBy: /^[\w.:$-]{1,200}$/,
  sortOrder: /^(?:ascending|descending)$/,
  attributes: /^[\w.:$, -]{1,500}$/,
  excludedAttributes: /^[\w.:$, -]{1,500}$/,
}

/**
 * The query of a request as the log may keep it: how a directory looks for people without whom it looked for, such as
 * `?filter=userName eq "…"`. What the server doesn't know is left out.
 */
export function loggedQuery(parameters: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(parameters).flatMap(([name, value]) => {
    if (typeof value !== 'string') return []
    if (name === 'filter') return [`filter=${loggedFilter(value)}`]
    return shownWhole[name]?.test(value) === true ? [`${name}=${value}`] : []
  })
  return shown.length === 0 ? '' : `?${shown.join('&')}`
}

/** The path of a PATCH operation as the log may keep it: `emails[value eq "…"].type`. */
export function loggedPath(path: string): string {
  const opening = path.indexOf('[')
  if (opening < 0) return path
  const closing = path.lastIndexOf(']')
  const filter = closing < opening ? '…' : loggedFilter(path.slice(opening + 1, closing))
  const rest = closing < opening ? '' : path.slice(closing + 1)
  return `${path.slice(0, opening)}[${filter}]${/^\.\$?[A-Za-z][\w-]*$/.test(rest) ? rest : ''}`
}

/** A filter that can't be parsed has no shape, only values. */
function loggedFilter(text: string): string {
  try {
    return printFilter(withoutValues(parseFilter(text, 'compat')))
  } catch {
    return '…'
  }
}

function withoutValues(filter: Filter): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, operands: filter.operands.map(withoutValues) }
    case 'not':
      return { ...filter, operand: withoutValues(filter.operand) }
    case 'element':
      return { ...filter, filter: withoutValues(filter.filter) }
    case 'compare':
      return isImpersonal(filter) ? filter : { ...filter, value: '…' }
    case 'present':
      return filter
    default:
      return filter satisfies never
  }
}

/** The kinds of addresses and whether somebody is active are what administrators look for in a log. */
function isImpersonal({ value }: Extract<Filter, { kind: 'compare' }>): boolean {
  return (
    typeof value === 'boolean' || value === null || (typeof value === 'string' && kinds.has(value))
  )
}

const kinds: ReadonlySet<string> = new Set(['work', 'home', 'mobile', 'other', 'primary'])
