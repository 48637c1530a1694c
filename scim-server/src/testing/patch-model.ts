/**
 * PATCH as the RFC and our table tell it, in the plainest way: on JSON, for the few attributes of the
 * test resource that it names. Slow, without schema, and written apart from the engine that it checks.
 */

/** What is expected of one request: a resource, or a refusal by its keyword. */
export type ModelOutcome = { readonly resource: ModelResource } | { readonly refused: string }

/** The attributes of a resource that a request can write. */
export type ModelResource = Readonly<Record<string, unknown>>

/** One operation; `where` stands for the filter of the path. */
export interface ModelOperation {
  readonly op: 'add' | 'remove' | 'replace'
  readonly attribute: 'note' | 'count' | 'tags' | 'place' | 'links' | 'name' | 'origin'
  readonly where?: ModelCondition
  readonly sub?: string
  readonly value?: unknown
}

/** A conjunction of equalities, or their negation. */
export interface ModelCondition {
  readonly equals: Readonly<Record<string, unknown>>
  readonly negated: boolean
}

type Profile = 'compat' | 'rfc'
type Element = Record<string, unknown>

class Refusal extends Error {}

/** Applies all operations, or answers why none is applied. */
export function patchModel(
  resource: ModelResource,
  operations: readonly ModelOperation[],
  profile: Profile,
): ModelOutcome {
  const next = structuredClone(resource) as Element
  try {
    for (const operation of operations) applyOne(next, operation, profile)
    if (next['name'] === undefined) throw new Refusal('invalidValue')
    for (const name of ['links', 'tags']) settle(next, name)
    return { resource: next }
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message }
    throw error
  }
}

/** The path of an operation, as it is sent. */
export function modelPath({ attribute, where, sub }: ModelOperation): string {
  const filter = where === undefined ? '' : `[${printCondition(where)}]`
  return `${attribute}${filter}${sub === undefined ? '' : `.${sub}`}`
}

function printCondition({ equals, negated }: ModelCondition): string {
  const text = Object.entries(equals)
    .map(([name, value]) => `${name} eq ${JSON.stringify(value)}`)
    .join(' and ')
  return negated ? `not (${text})` : text
}

function applyOne(resource: Element, operation: ModelOperation, profile: Profile): void {
  const { op, attribute, value } = operation
  if (op !== 'remove' && value === undefined) throw new Refusal('invalidValue')
  if (attribute === 'links' || attribute === 'tags') applyToList(resource, operation, profile)
  else if (attribute === 'place') applyToPlace(resource, operation)
  else applyToSimple(resource, operation)
}

function applyToSimple(resource: Element, { op, attribute, value }: ModelOperation): void {
  const before = resource[attribute]
  if (op === 'remove') {
    if (before === undefined) return
    if (attribute === 'name' || attribute === 'origin') throw new Refusal('mutability')
    delete resource[attribute]
    return
  }
  const given = simple(attribute === 'count' ? 'integer' : 'text', value)
  if (attribute === 'name' && given === undefined) throw new Refusal('invalidValue')
  if (attribute === 'origin' && before !== undefined && !sameText(before, given)) {
    throw new Refusal('mutability')
  }
  put(resource, attribute, given)
}

function applyToPlace(resource: Element, { op, sub, value }: ModelOperation): void {
  const before = resource['place'] as Element | undefined
  if (op === 'remove') {
    if (sub === undefined) delete resource['place']
    else if (before !== undefined) put(resource, 'place', withMembers(before, { [sub]: undefined }))
    return
  }
  if (sub !== undefined) {
    put(resource, 'place', withMembers(before, { [sub]: simple(kindOf(sub), value) }))
  } else if (value === null || value === '') {
    delete resource['place']
  } else {
    put(resource, 'place', withMembers(before, members(value)))
  }
}

function applyToList(resource: Element, operation: ModelOperation, profile: Profile): void {
  const { op, attribute, where, sub, value } = operation
  const before = (resource[attribute] ?? []) as readonly unknown[]
  if (where === undefined && sub === undefined) {
    put(resource, attribute, wholeList(before, operation, profile))
    return
  }
  if (op === 'remove' && where === undefined && before.length === 0) return
  const chosen = before.filter((each) => where === undefined || holds(each, where))
  if (chosen.length === 0) {
    const created = createdElement(operation, profile)
    if (created === 'nothing') return
    put(resource, attribute, yieldTo(attribute, [...before, created], [created]))
    return
  }
  const changed = before.map((each) =>
    chosen.includes(each) ? changedElement(attribute, each, op, sub, value) : each,
  )
  const winners = changed.filter((each, index) => each !== before[index])
  put(
    resource,
    attribute,
    yieldTo(
      attribute,
      changed.filter((each) => each !== undefined),
      op === 'remove' ? [] : winners,
    ),
  )
}

function wholeList(
  before: readonly unknown[],
  { op, attribute, value }: ModelOperation,
  profile: Profile,
): readonly unknown[] {
  if (op === 'remove') {
    if (value === undefined || value === null) return []
    const listed = elements(attribute, Array.isArray(value) ? value : [value])
    return before.filter((each) => !listed.some((one) => sameElement(attribute, each, one)))
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const single = profile === 'compat' || (op === 'add' && isObject)
  const list =
    Array.isArray(value) || value === null || value === '' ? value : single ? [value] : 'wrong'
  if (list === 'wrong') throw new Refusal('invalidValue')
  const given = Array.isArray(list) ? elements(attribute, list) : []
  if (op === 'replace') return onePrimary(merged(attribute, given))
  const next = [...before]
  const winners: unknown[] = []
  for (const one of given) {
    const at = next.findIndex((each) => sameElement(attribute, each, one))
    const after = at < 0 ? one : mergedElement(next[at], one)
    if (at < 0) next.push(after)
    else {
      const lost = winners.indexOf(next[at])
      if (lost >= 0) winners.splice(lost, 1)
      next[at] = after
    }
    if (isPrimary(one)) winners.push(after)
  }
  return onePrimary(yieldTo(attribute, next, winners))
}

function createdElement(
  { op, where, sub, value, attribute }: ModelOperation,
  profile: Profile,
): unknown {
  if (op === 'remove') {
    if (profile === 'compat') return 'nothing'
    throw new Refusal('noTarget')
  }
  if (profile === 'compat' && where !== undefined && isEmpty(value)) return 'nothing'
  if (where === undefined || where.negated || (op === 'replace' && profile === 'rfc')) {
    throw new Refusal('noTarget')
  }
  const created = changedElement(attribute, { ...where.equals }, op, sub, value)
  if (created === undefined) throw new Refusal('noTarget')
  return created
}

/** The element after an operation on it; undefined when nothing is left that says something. */
function changedElement(
  attribute: string,
  element: unknown,
  op: string,
  sub: string | undefined,
  value: unknown,
): unknown {
  if (op === 'remove' && sub === undefined) return undefined
  if (attribute === 'tags') return simple('text', value)
  if (sub === undefined && (value === null || value === '')) return undefined
  const parts =
    op === 'remove'
      ? { [sub ?? '']: undefined }
      : sub === undefined
        ? members(value)
        : { [sub]: simple(kindOf(sub), value) }
  const changed = withMembers(element as Element, parts)
  return changed?.['value'] === undefined ? undefined : changed
}

function elements(attribute: string, list: readonly unknown[]): readonly unknown[] {
  return list
    .map((each) => (attribute === 'tags' ? simple('text', each) : element(each)))
    .filter((each) => each !== undefined)
}

function element(json: unknown): Element | undefined {
  if (json === null || json === '') return undefined
  const made = withMembers(undefined, members(json))
  return made?.['value'] === undefined ? undefined : made
}

/** The members of an object that the schema knows, read; those that are empty are undefined. */
function members(json: unknown): Element {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Refusal('invalidValue')
  const known = Object.entries(json).filter(([name]) => kinds[name] !== undefined)
  return Object.fromEntries(known.map(([name, each]) => [name, simple(kindOf(name), each)]))
}

const kinds: Readonly<Record<string, 'text' | 'integer' | 'boolean'>> = {
  city: 'text',
  floor: 'integer',
  value: 'text',
  type: 'text',
  primary: 'boolean',
}

function kindOf(sub: string): 'text' | 'integer' | 'boolean' {
  return kinds[sub] ?? 'text'
}

function simple(kind: 'text' | 'integer' | 'boolean', value: unknown): unknown {
  if (value === null || value === '') return undefined
  const fits =
    kind === 'text'
      ? typeof value === 'string'
      : kind === 'integer'
        ? Number.isInteger(value)
        : typeof value === 'boolean'
  if (!fits) throw new Refusal('invalidValue')
  return value
}

function withMembers(before: Element | undefined, parts: Element): Element | undefined {
  const after = { ...before, ...parts }
  const left = Object.entries(after).filter(([, value]) => value !== undefined)
  return left.length === 0 ? undefined : Object.fromEntries(left)
}

function put(resource: Element, name: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) delete resource[name]
  else resource[name] = value
}

function holds(json: unknown, { equals, negated }: ModelCondition): boolean {
  const all = Object.entries(equals).every(([name, value]) => {
    const actual = typeof json === 'object' && json !== null ? (json as Element)[name] : json
    return name === 'type' || typeof json === 'string' ? sameText(actual, value) : actual === value
  })
  return all !== negated
}

/** Links are the same by their value, whose case matters; tags without regard to case. */
function sameElement(attribute: string, one: unknown, other: unknown): boolean {
  return attribute === 'tags'
    ? sameText(one, other)
    : (one as Element)['value'] === (other as Element)['value']
}

function sameText(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string'
    ? one.toLowerCase() === other.toLowerCase()
    : one === other
}

function merged(attribute: string, list: readonly unknown[]): readonly unknown[] {
  const result: unknown[] = []
  for (const one of list) {
    const at = result.findIndex((each) => sameElement(attribute, each, one))
    if (at < 0) result.push(one)
    else result[at] = mergedElement(result[at], one)
  }
  return result
}

function mergedElement(before: unknown, after: unknown): unknown {
  return typeof before === 'object' ? { ...before, ...(after as Element) } : before
}

function isPrimary(json: unknown): boolean {
  return typeof json === 'object' && json !== null && (json as Element)['primary'] === true
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null || value === ''
  return Object.values(value).every((each) => isEmpty(each))
}

/** A primary one among the winners takes the mark from all others. */
function yieldTo(
  attribute: string,
  list: readonly unknown[],
  winners: readonly unknown[],
): readonly unknown[] {
  if (attribute === 'tags' || !winners.some((each) => isPrimary(each))) return list
  return list.map((each) =>
    isPrimary(each) && !winners.includes(each) ? { ...(each as Element), primary: false } : each,
  )
}

function onePrimary(list: readonly unknown[]): readonly unknown[] {
  if (list.filter((each) => isPrimary(each)).length > 1) throw new Refusal('invalidValue')
  return list
}

/** What operations made equal is one at the end. */
function settle(resource: Element, name: string): void {
  const list = resource[name]
  if (Array.isArray(list)) put(resource, name, onePrimary(merged(name, list)))
}
