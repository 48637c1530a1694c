import type { Generated } from 'kysely'

import type { GeneratedBigInt, Json } from './columns.ts'

/** A person as the corporate directory asserts them, verbatim. */
export interface DirectoryUsersTable {
  workspace_id: string
  connection_id: string
  id: string
  user_name: string
  user_name_key: string
  external_id: string | null
  display_name: string | null
  display_key: string | null
  active: boolean
  /** Every other attribute, as SCIM shows it, without `id`, `meta` and `groups`. */
  resource: Json<Record<string, unknown>>
  version: GeneratedBigInt
  created_at: Generated<Date>
  last_modified_at: Generated<Date>
  /** Set by SCIM DELETE; the row is kept as a tombstone. */
  deleted_at: Date | null
}

/** `emails` of a directory user as rows, so that filters use an index. */
export interface DirectoryUserEmailsTable {
  workspace_id: string
  user_id: string
  ordinal: number
  type: string | null
  value: string
  value_key: string
  is_primary: boolean
}

export interface DirectoryGroupsTable {
  workspace_id: string
  connection_id: string
  id: string
  display_name: string
  display_key: string
  /** The folded name where the connection's profile makes names unique, else null. */
  unique_name_key: string | null
  external_id: string | null
  resource: Json<Record<string, unknown>>
  member_count: Generated<number>
  version: GeneratedBigInt
  created_at: Generated<Date>
  last_modified_at: Generated<Date>
  deleted_at: Date | null
}

export interface DirectoryGroupMembersTable {
  workspace_id: string
  group_id: string
  user_id: string
}

/** Groups that are members of groups; who belongs to one by another is computed, never stored. */
export interface DirectoryGroupChildrenTable {
  workspace_id: string
  group_id: string
  child_id: string
}

/** How many rows that are not deleted a connection has: the sum of all of these, which triggers add. */
export interface DirectoryCountsTable {
  workspace_id: string
  connection_id: string
  kind: 'directory_users' | 'directory_groups'
  /** Negative where some were deleted. */
  n: number
}
