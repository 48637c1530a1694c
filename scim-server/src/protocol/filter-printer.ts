/** Filters back to text. RFC 7644 §3.4.2.2. */
import type { Filter } from './filter.ts'

/** Prints a filter so that parsing it gives the same tree; used in messages to ourselves and tests. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.map((each) => printOperand(each)).join(` ${filter.kind} `)
    case 'not':
      return `not (${printFilter(filter.operand)})`
    case 'present':
      return `${filter.path} pr`
    case 'compare':
      return `${filter.path} ${filter.operator} ${JSON.stringify(filter.value)}`
    case 'element':
      return `${filter.path}[${printFilter(filter.filter)}]`
    default:
      return filter satisfies never
  }
}

function printOperand(filter: Filter): string {
  const joined = filter.kind === 'and' || filter.kind === 'or'
  return joined ? `(${printFilter(filter)})` : printFilter(filter)
}
