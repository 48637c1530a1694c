import type { Generated } from 'kysely'

import type { GeneratedBigInt, Json } from './columns.ts'

/** A SCIM resource of a type that only the start options know. */
export interface ScimDocumentsTable {
  workspace_id: string
  connection_id: string
  id: string
  /** Name of the type. */
  resource_type: string
  external_id: string | null
  /** As the client sent it, with its search document. */
  resource: Json<Record<string, unknown>>
  version: GeneratedBigInt
  created_at: Generated<Date>
  last_modified_at: Generated<Date>
  deleted_at: Date | null
}
