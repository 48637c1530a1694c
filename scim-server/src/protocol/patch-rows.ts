/** PATCH of an attribute stored as rows, compiled to operations in request order. RFC 7644 §3.5.2. */
import type { Attribute } from './attribute.ts'
import { LongList } from './long-list.ts'
import { readRows } from './long-rows.ts'
import type { PatchContext } from './patch-place.ts'
import { equalityParts, isUnassignment } from './patch-selected.ts'
import type { AttributeTarget } from './patch-target.ts'
import { readRowValues } from './read-rows.ts'
import { isObject } from './resource.ts'
import type { RowOperation, RowValue } from './row-operation.ts'
import { ScimError } from './scim-error.ts'

/** Appends to `context.rowOperations` what an operation on the attribute means. */
export function compileRows(
  context: PatchContext,
  op: 'add' | 'remove' | 'replace',
  target: AttributeTarget,
  json: unknown,
): void {
  const { attribute, filter, subAttribute } = target
  const operation =
    filter === undefined && subAttribute === undefined
      ? wholeOperation(context, op, attribute, json)
      : selectedOperation(context, op, target, json)
  if (operation !== undefined) {
    context.rowOperations.push({ attribute: attribute.path, ...operation })
  }
}

type Operation = RowOperation extends infer Each
  ? Each extends RowOperation
    ? Omit<Each, 'attribute'>
    : never
  : never

function wholeOperation(
  context: PatchContext,
  op: 'add' | 'remove' | 'replace',
  attribute: Attribute,
  json: unknown,
): Operation | undefined {
  if (op === 'remove') {
    if (json === undefined || json === null) return { kind: 'clear' }
    const values = readRows(attribute, isList(json) ? json : [json], context)
    if (values.length > 0) return { kind: 'remove', values }
    context.warnings.add('empty-list-ignored', attribute.path)
    return undefined
  }
  const single = op === 'add' && isObject(json) && context.profile !== 'compat'
  const values = readRows(attribute, single ? [json] : json, context)
  if (op === 'replace') return values.length === 0 ? { kind: 'clear' } : { kind: 'replace', values }
  return values.length === 0 ? undefined : { kind: 'add', values }
}

function isList(json: unknown): boolean {
  return Array.isArray(json) || json instanceof LongList
}

function selectedOperation(
  context: PatchContext,
  op: 'add' | 'remove' | 'replace',
  { attribute, filter, subAttribute }: AttributeTarget,
  json: unknown,
): Operation {
  const compat = context.profile === 'compat'
  // MUST: what an element refers to is immutable → 400 mutability
  if (filter === undefined) throw immutable(attribute)
  if (op === 'remove' || (subAttribute === undefined && isUnassignment(json))) {
    if (subAttribute !== undefined) throw immutable(attribute)
    return { kind: 'remove-matching', filter, whenNoMatch: compat ? 'ignore' : 'noTarget' }
  }
  if (context.profile === 'interop' && subAttribute === undefined) {
    throw ScimError.of('invalidPath', 'The path must name a sub-attribute behind its value filter.')
  }
  const demanded = demandedValue(attribute, filter)
  const source = subAttribute === undefined ? json : { [subAttribute.name]: json }
  for (const given of readRowValues(attribute, withValue(source, demanded.value), context)) {
    const changesType = given.type !== undefined && given.type !== demanded.type
    if (given.value !== demanded.value || (changesType && subAttribute !== undefined)) {
      throw immutable(attribute)
    }
    if (op === 'replace' && !compat) return { kind: 'require-match', filter }
    return { kind: 'add', values: [{ value: demanded.value, type: given.type ?? demanded.type }] }
  }
  throw immutable(attribute)
}

function withValue(source: unknown, value: string): readonly unknown[] {
  const element: unknown = Array.isArray(source) && source.length === 1 ? source[0] : source
  return [isObject(element) ? { value, ...element } : element]
}

function demandedValue(
  attribute: Attribute,
  filter: NonNullable<AttributeTarget['filter']>,
): RowValue {
  const parts = equalityParts(filter)
  const value = parts?.get(childOf(attribute, 'value'))
  if (typeof value !== 'string') throw immutable(attribute)
  const type = parts?.get(childOf(attribute, 'type'))
  return { value, type: typeof type === 'string' ? type : undefined }
}

function childOf(attribute: Attribute, name: string): Attribute {
  const child = attribute.children.get(name)
  if (child === undefined) throw new Error(`${attribute.path} has no ${name}`)
  return child
}

function immutable(attribute: Attribute): ScimError {
  return ScimError.of('mutability', `The elements of ${attribute.path} are immutable.`)
}
