import type { Attribute } from './attribute.ts'
import { readElements } from './read-value.ts'
import { isObject } from './resource.ts'
import type { RowValue } from './row-operation.ts'
import type { ReadContext } from './simple-value.ts'

/** Reads elements as rows, each value once; the type in the schema's spelling. */
export function readRowValues(
  attribute: Attribute,
  json: unknown,
  context: ReadContext,
): readonly RowValue[] {
  const canonical = attribute.children.get('type')?.canonicalValues ?? []
  const rows = new Map<string, RowValue>()
  for (const element of readElements(attribute, json, context)) {
    if (!isObject(element)) continue
    const { value, type } = element
    if (typeof value !== 'string') continue
    const spelt =
      typeof type === 'string'
        ? (canonical.find((each) => each.toLowerCase() === type.toLowerCase()) ?? type)
        : undefined
    rows.set(value, { value, type: spelt ?? rows.get(value)?.type })
  }
  return [...rows.values()]
}
