import type { ResourceModel } from '../protocol/attribute.ts'
import { formatEntityTag } from '../protocol/entity-tag.ts'
import { copyValue, emptyObject, type Resource } from '../protocol/resource.ts'
import { searchDocument, searchKey } from '../query/search-document.ts'

/** What users and groups have in common as rows. */
export interface ResourceRow {
  readonly id: string
  readonly resource: Record<string, unknown>
  readonly version: string
  readonly created_at: Date
  readonly last_modified_at: Date
}

/** A resource for its row: as the directory sent it, without what the server owns, and its search document. */
export function toStored(
  resource: Resource,
  model: ResourceModel,
  inColumns: ReadonlySet<string>,
): Record<string, unknown> {
  const stored = emptyObject()
  for (const [name, value] of Object.entries(resource)) {
    const attribute = model.core.attributes.get(name.toLowerCase())
    if (name === 'schemas' || attribute?.mutability !== 'readOnly') stored[name] = value
  }
  return { ...stored, [searchKey]: searchDocument(stored, model, inColumns) }
}

/** The resource of a row, as SCIM shows it, to be changed; rows of other tables are not in it. */
export function fromStored(row: ResourceRow, resourceType: string, location: string): Resource {
  return copyValue(viewStored(row, resourceType, location))
}

/** The same to be looked at: what is in it belongs to the row. */
export function viewStored(row: ResourceRow, resourceType: string, location: string): Resource {
  const meta = emptyObject()
  meta['resourceType'] = resourceType
  meta['created'] = row.created_at.toISOString()
  meta['lastModified'] = row.last_modified_at.toISOString()
  meta['location'] = location
  meta['version'] = formatEntityTag(row.version)
  const resource = Object.assign(emptyObject(), row.resource)
  delete resource[searchKey]
  resource['id'] = row.id
  resource['meta'] = meta
  return resource
}
