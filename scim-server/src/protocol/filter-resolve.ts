import { resolveName } from './attribute-path.ts'
/** Names and operands of a filter checked against a resource type. RFC 7644 §3.4.2.2. */
import type { Attribute, ResourceModel } from './attribute.ts'
import type {
  CompareOperator,
  Filter,
  FilterTarget,
  FilterValue,
  ResolvedFilter,
  SimpleOperand,
} from './filter.ts'
import { parseInstant } from './instant.ts'
import type { Profile } from './profile.ts'
import { ScimError } from './scim-error.ts'
import { isBase64 } from './simple-value.ts'

/** How to read the names of a filter. */
export interface ResolveOptions {
  /** `absent` in a search over several types: what a type lacks has no value there. */
  readonly unknown?: 'refuse' | 'absent'
}

/** Resolves a whole filter; an unknown attribute is 400 invalidFilter, never an empty result. */
export function resolveFilter(
  filter: Filter,
  model: ResourceModel,
  profile: Profile,
  options: ResolveOptions = {},
): ResolvedFilter {
  return resolve(filter, profile, (path) => {
    const name = resolveName(path, model, profile)
    if (name.kind === 'attribute') return name
    if (options.unknown === 'absent') return undefined
    throw unknownAttribute(path)
  })
}

/** Resolves the filter of a value path, whose names are those of the attribute's elements. */
export function resolveElementFilter(
  filter: Filter,
  attribute: Attribute,
  profile: Profile,
): ResolvedFilter {
  return resolve(filter, profile, (path) => {
    const lower = path.toLowerCase()
    const subAttribute = attribute.children.get(lower)
    // The elements of a simple multi-valued attribute have one thing to ask for.
    if (subAttribute !== undefined || (attribute.children.size === 0 && lower === 'value')) {
      return { attribute, subAttribute }
    }
    throw unknownAttribute(path)
  })
}

type Lookup = (path: string) => FilterTarget | undefined

function resolve(filter: Filter, profile: Profile, lookup: Lookup): ResolvedFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return {
        kind: filter.kind,
        operands: filter.operands.map((each) => resolve(each, profile, lookup)),
      }
    case 'not':
      return { kind: 'not', operand: resolve(filter.operand, profile, lookup) }
    case 'present': {
      const path = lookup(filter.path)
      return path === undefined ? never : { kind: 'present', path }
    }
    case 'compare': {
      const path = lookup(filter.path)
      if (path === undefined) return resolveOnAbsent(filter.operator, filter.value)
      return resolveComparison(valueTarget(path, filter.path), filter, profile)
    }
    case 'element': {
      const path = lookup(filter.path)
      if (path === undefined) return never
      if (path.subAttribute !== undefined || !path.attribute.multiValued) {
        throw invalid(filter.path, 'is not multi-valued, so it has no elements to select')
      }
      return {
        kind: 'element',
        path,
        filter: resolveElementFilter(filter.filter, path.attribute, profile),
      }
    }
    default:
      return filter satisfies never
  }
}

const never: ResolvedFilter = { kind: 'constant', value: false }

function resolveOnAbsent(operator: CompareOperator, value: FilterValue): ResolvedFilter {
  const empty = value === null || value === ''
  return { kind: 'constant', value: (operator === 'eq' && empty) || (operator === 'ne' && !empty) }
}

/** `emails co "x"` and `manager eq "id"` mean the sub-attribute `value`. */
function valueTarget(target: FilterTarget, text: string): FilterTarget {
  if (target.subAttribute !== undefined || target.attribute.type !== 'complex') return target
  const subAttribute = target.attribute.children.get('value')
  if (subAttribute === undefined) throw invalid(text, 'is complex and has no value to compare')
  return { attribute: target.attribute, subAttribute }
}

const textOperators: ReadonlySet<CompareOperator> = new Set(['co', 'sw', 'ew'])
const orderOperators: ReadonlySet<CompareOperator> = new Set(['gt', 'ge', 'lt', 'le'])

function resolveComparison(
  path: FilterTarget,
  { operator, path: text, value }: Extract<Filter, { kind: 'compare' }>,
  profile: Profile,
): ResolvedFilter {
  const { type } = path.subAttribute ?? path.attribute
  const ofText = type === 'string' || type === 'reference'
  const isOrder = orderOperators.has(operator)
  // MUST: booleans and binaries have no order → 400 invalidFilter
  if (isOrder && (type === 'boolean' || type === 'binary')) {
    throw invalid(text, `has no order: ${operator} does not apply`)
  }
  if (textOperators.has(operator) && !ofText) {
    throw invalid(text, `is not text: ${operator} does not apply`)
  }
  const present: ResolvedFilter = { kind: 'present', path }
  if (value === null || value === '') {
    if (operator === 'eq') return { kind: 'not', operand: present }
    if (operator === 'ne') return present
    if (value === null || !ofText)
      throw invalid(text, `cannot be compared with null by ${operator}`)
    // Every present text contains "", begins and ends with it, and comes after it.
    return operator === 'lt' || operator === 'le' ? never : present
  }
  return { kind: 'compare', operator, path, value: readOperand(type, value, text, profile) }
}

function readOperand(
  type: Attribute['type'],
  value: Exclude<FilterValue, null>,
  text: string,
  profile: Profile,
): SimpleOperand {
  switch (type) {
    case 'string':
    case 'reference':
    case 'complex':
      if (typeof value === 'string') return value
      throw invalid(text, 'must be compared with a string')
    case 'boolean':
      if (typeof value === 'boolean') return value
      if (profile === 'compat' && typeof value === 'string' && /^(?:true|false)$/i.test(value)) {
        return value.toLowerCase() === 'true'
      }
      throw invalid(text, 'must be compared with true or false')
    case 'integer':
    case 'decimal':
      if (typeof value === 'number') return value
      throw invalid(text, 'must be compared with a number')
    case 'dateTime': {
      const instant = typeof value === 'string' ? parseInstant(value) : undefined
      if (instant !== undefined) return instant
      throw invalid(text, 'must be compared with a dateTime')
    }
    case 'binary':
      if (typeof value === 'string' && isBase64(value)) return value
      throw invalid(text, 'must be compared with a base64 string')
    default:
      return type satisfies never
  }
}

function unknownAttribute(path: string): ScimError {
  return invalid(path, 'is not an attribute of this resource')
}

function invalid(path: string, what: string): ScimError {
  return ScimError.of('invalidFilter', `Filter: ${path} ${what}.`)
}
