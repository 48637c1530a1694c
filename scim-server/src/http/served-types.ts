import type { ResourceTypeDefinition } from '../protocol/attribute.ts'
import { createDocumentType } from '../resources/document-handlers.ts'
import { groupHandlers } from '../resources/group-handlers.ts'
import { groupLongLists } from '../resources/group-long-lists.ts'
import { groupSearch } from '../resources/group-search.ts'
import { groupTypeOf } from '../resources/resource-models.ts'
import { roleHandlers, roleModelOf } from '../resources/role-handlers.ts'
import type { ServedType } from '../resources/served-type.ts'
import { userHandlers } from '../resources/user-handlers.ts'
import { userSearch } from '../resources/user-search.ts'
import { createUserType } from '../schemas/resource-types.ts'

const users: ServedType = {
  kind: 'writable',
  endpoint: '/Users',
  publish: ({ roleKeys }) => createUserType({ roleKeys }),
  handlers: userHandlers,
  search: userSearch,
}

const groups: ServedType = {
  kind: 'writable',
  endpoint: '/Groups',
  publish: ({ connection }) => groupTypeOf(connection.profile),
  handlers: groupHandlers,
  search: groupSearch,
  longLists: groupLongLists,
}

const roles: ServedType = {
  kind: 'read-only',
  endpoint: '/Roles',
  publish: ({ connection }) => roleModelOf(connection).type,
  handlers: roleHandlers,
}

/** All types of a server, in the order of `/ResourceTypes`; `extra` ones are stored as documents. */
export function createServedTypes(extra: readonly ResourceTypeDefinition[]): readonly ServedType[] {
  const types = [users, groups, roles, ...extra.map((type) => createDocumentType(type))]
  const endpoints = new Set(types.map(({ endpoint }) => endpoint.toLowerCase()))
  if (endpoints.size < types.length) throw new Error('Two resource types have the same endpoint.')
  return types
}
