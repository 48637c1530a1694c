import { LongList } from './long-list.ts'
/** Resources as values: null-prototype objects keyed by canonical names, extensions under their URN. */

/** A simple value as it travels in JSON; dateTime, reference and binary are strings. */
export type SimpleValue = string | number | boolean

/** Anything an attribute may hold; absent, never null, when unassigned. */
export type ResourceValue = SimpleValue | ResourceObject | readonly ResourceValue[]

/** An object of the resource tree, made by {@link emptyObject} so that no name is inherited. */
export interface ResourceObject {
  [name: string]: ResourceValue
}

/** A whole resource. */
export type Resource = ResourceObject

/** A prototype rather than none: objects without one are hash tables, which take longer to fill, read and print. */
const nothing = Object.freeze(Object.create(null) as object)

/** An object that inherits nothing: looking up `constructor` in it finds nothing. */
export function emptyObject(): ResourceObject {
  return Object.create(nothing) as ResourceObject
}

/** Tells an object value (complex, extension) from simple ones and lists. */
export function isObject(value: unknown): value is ResourceObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof LongList)
  )
}

/** Deep copy with null prototypes; also turns parsed JSON that we wrote ourselves into a resource. */
export function copyValue<Value extends ResourceValue>(value: Value): Value {
  if (Array.isArray(value)) {
    return (value as readonly ResourceValue[]).map((each) =>
      copyValue(each),
    ) as ResourceValue as Value
  }
  if (!isObject(value)) return value
  const copy = emptyObject()
  for (const [name, each] of Object.entries(value)) copy[name] = copyValue(each)
  return copy as Value
}

/** Equality of values; the order of keys is irrelevant, that of list elements is not. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((each, index) => sameValue(each, b[index]))
    )
  }
  if (!isObject(a)) return a === b
  if (!isObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]))
  )
}
