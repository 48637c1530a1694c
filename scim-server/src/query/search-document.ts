/**
 * The companion of a stored resource that filters and sorting read: the same tree with texts folded
 * where case is irrelevant and dateTimes in UTC, because SQL can't fold as we do.
 */
import type { Attribute, ResourceModel } from '../protocol/attribute.ts'
import { hasValue } from '../protocol/filter-match.ts'
import { fold } from '../protocol/fold.ts'
import { parseInstant } from '../protocol/instant.ts'
import {
  emptyObject,
  isObject,
  type Resource,
  type ResourceObject,
  type ResourceValue,
} from '../protocol/resource.ts'

/** Where a stored resource keeps its search document: no attribute can have this name. */
export const searchKey = '#search'

/** Builds the document; `inColumns` are the paths of the attributes that have columns of their own. */
export function searchDocument(
  resource: Resource,
  model: ResourceModel,
  inColumns: ReadonlySet<string>,
): ResourceObject {
  const document = emptyObject()
  for (const schema of [model.core, ...model.extensions]) {
    const source = schema.extension ? resource[schema.id] : resource
    if (!isObject(source)) continue
    const attributes = [...schema.attributes.values()].filter((each) => !inColumns.has(each.path))
    const target = comparableObject(attributes, source)
    if (schema.extension) {
      if (hasValue(target)) document[schema.id] = target
    } else Object.assign(document, target)
  }
  return document
}

function comparableObject(
  attributes: readonly Attribute[],
  source: ResourceObject,
): ResourceObject {
  const target = emptyObject()
  for (const attribute of attributes) {
    const value = source[attribute.name]
    if (hasValue(value) && value !== undefined)
      target[attribute.name] = comparable(attribute, value)
  }
  return target
}

function comparable(attribute: Attribute, value: ResourceValue): ResourceValue {
  if (Array.isArray(value)) {
    return (value as readonly ResourceValue[])
      .filter((each) => hasValue(each))
      .map((each) => comparable(attribute, each))
  }
  if (isObject(value)) return comparableObject([...attribute.children.values()], value)
  if (typeof value !== 'string') return value
  if (attribute.type === 'dateTime') return parseInstant(value) ?? value
  return attribute.caseExact || attribute.type === 'binary' ? value : fold(value)
}
