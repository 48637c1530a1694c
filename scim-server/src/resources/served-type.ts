import type { WorkspaceTransaction } from '@plantel/db'

import type { ScimConnection } from '../connections/scim-connection-queries.ts'
import type { ResourceModel, ResourceTypeDefinition } from '../protocol/attribute.ts'
import type { ResolvedFilter } from '../protocol/filter.ts'
import type { LongLists } from '../protocol/long-list.ts'
import type { Profile } from '../protocol/profile.ts'
import type { RowList, RowPage } from '../query/list-rows.ts'
import type { GroupView } from './group-text.ts'
import type { ResourceCall, ResourceHandlers } from './resource-call.ts'

/** For whom a type is published. */
export interface TypeScope {
  readonly connection: ScimConnection
  /** Keys of the roles that a directory may give; none for who has no token. */
  readonly roleKeys: readonly string[]
}

interface Published {
  /** Begins with a slash. */
  readonly endpoint: string
  readonly publish: (scope: TypeScope) => ResourceTypeDefinition
}

/** A type whose resources are made elsewhere. */
export interface ReadOnlyType extends Published {
  readonly kind: 'read-only'
  readonly handlers: Pick<ResourceHandlers, 'list' | 'read'>
}

/** A type whose resources clients make. */
export interface WritableType extends Published {
  readonly kind: 'writable'
  readonly handlers: ResourceHandlers
  readonly search: SearchedType
  /** What of a body may be too long to be in memory as a whole. */
  readonly longLists?: (profile: Profile) => LongLists
}

/** A resource type as the server offers it; routes, discovery, Bulk and search know types only as such values. */
export type ServedType = ReadOnlyType | WritableType

/** A type in a search over all of them. */
export interface SearchedType {
  readonly model: ResourceModel
  /** Binds one request. */
  readonly open: (call: ResourceCall, filter: ResolvedFilter | undefined) => SearchPage
}

/** Reads one page of the type's resources, in order of their ids. */
export type SearchPage = (
  trx: WorkspaceTransaction,
  page: RowList['page'],
) => Promise<RowPage<FoundResource>>

/** A resource that a search found, ready to be printed. */
export interface FoundResource {
  readonly id: string
  readonly view: GroupView
}

/** The types whose resources clients make, in the order of a search. */
export function writableTypes(types: readonly ServedType[]): readonly WritableType[] {
  return types.filter((type) => type.kind === 'writable')
}
