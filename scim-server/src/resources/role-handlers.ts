import { createResourceModel, type ResourceModel } from '../protocol/attribute.ts'
import { matchesFilter } from '../protocol/filter-match.ts'
import { createListResponse } from '../protocol/list-response.ts'
import { createProjector } from '../protocol/projection.ts'
import { emptyObject, type Resource } from '../protocol/resource.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { createRoleType, roleSchemaIds } from '../schemas/role-schema.ts'
import { listPage } from './list-page.ts'
import { resolveListQuery } from './list-query.ts'
import type { ResourceCall, ResourceHandlers } from './resource-call.ts'
import { isSupported, listRoles, type RoleRow } from './role-queries.ts'

const draftModel = createResourceModel(createRoleType(roleSchemaIds.draft))
const oktaModel = createResourceModel(createRoleType(roleSchemaIds.okta))

/** Roles as a connection's identity provider looks for them. */
export function roleModelOf({ idp }: { readonly idp: string }): ResourceModel {
  return idp === 'okta' ? oktaModel : draftModel
}

/** The verbs of `/Roles`: roles are made and changed in the workspace. */
export const roleHandlers: Pick<ResourceHandlers, 'list' | 'read'> = {
  async list(call, query) {
    const { connection } = call
    const model = roleModelOf(connection)
    const { filter, sort } = resolveListQuery(query, model, connection.profile)
    if (sort !== undefined)
      throw ScimError.of('invalidValue', 'Roles come in the order of their ids.')
    const { project } = createProjector(model, call.projection)
    const { rows, total, position } = await listPage(call, '/Roles', query, async (page) => {
      const all = (await call.read(listRoles))
        .map((row) => ({ id: row.key, resource: roleFromRow(row, call, model) }))
        .filter(({ resource }) => filter === undefined || matchesFilter(resource, filter))
      const after = page.kind === 'keyset' ? (page.after?.id ?? '') : ''
      const start = page.kind === 'index' ? page.startIndex - 1 : 0
      const rest = all.filter(({ id }) => id > after).slice(start)
      const found = rest.slice(0, page.count)
      const last = rest.length > found.length ? found.at(-1) : undefined
      return {
        rows: found.map(({ resource }) => project(resource)),
        total: all.length,
        end: last === undefined ? undefined : { type: 'Role', id: last.id, key: null },
      }
    })
    return JSON.stringify(createListResponse(rows, total, position))
  },

  async read(call, id) {
    const model = roleModelOf(call.connection)
    const row = (await call.read(listRoles)).find(({ key }) => key === id)
    if (row === undefined) throw ScimError.status(404, 'There is no such resource.')
    const { project } = createProjector(model, call.projection)
    return {
      status: 200,
      entityTag: undefined,
      location: roleLocation(call, row),
      json: JSON.stringify(project(roleFromRow(row, call, model))),
    }
  },
}

function roleFromRow(row: RoleRow, call: ResourceCall, model: ResourceModel): Resource {
  const meta = Object.assign(emptyObject(), {
    resourceType: 'Role',
    location: roleLocation(call, row),
  })
  return Object.assign(emptyObject(), {
    schemas: [model.core.id],
    id: row.key,
    value: row.key,
    display: row.name,
    displayName: row.name,
    supported: isSupported(row),
    meta,
  })
}

function roleLocation({ baseUrl }: ResourceCall, { key }: RoleRow): string {
  return `${baseUrl}/Roles/${encodeURIComponent(key)}`
}
