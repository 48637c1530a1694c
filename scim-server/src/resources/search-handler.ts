/** Search over all resource types. RFC 7644 §3.4.3. */
import type { ResourceModel } from '../protocol/attribute.ts'
import { parseFilter } from '../protocol/filter-parser.ts'
import { resolveFilter } from '../protocol/filter-resolve.ts'
import type { Filter, ResolvedFilter } from '../protocol/filter.ts'
import { type ListQuery, requireIndexPage } from '../protocol/list-query.ts'
import { createListResponse } from '../protocol/list-response.ts'
import type { Profile } from '../protocol/profile.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { listGroups } from './group-queries.ts'
import { groupListToJson } from './group-text.ts'
import { createGroupViewer } from './group-viewer.ts'
import type { JsonText, ResourceCall } from './resource-call.ts'
import { groupModel, userModel } from './resource-models.ts'
import { listUsers } from './user-queries.ts'
import { createUserViewer } from './user-viewer.ts'

/** Lists users, then groups; a type that lacks an attribute of the filter has no value there. */
export async function searchAllTypes(call: ResourceCall, query: ListQuery): Promise<JsonText> {
  const { connection, baseUrl } = call
  if (query.sort !== undefined) {
    throw ScimError.of('invalidValue', 'A search over several resource types cannot be sorted.')
  }
  const { startIndex, count } = requireIndexPage(query)
  const [userFilter, groupFilter] = resolveForAll(query.filter, connection.profile)
  const userViewer = createUserViewer(call)
  const groupViewer = createGroupViewer(call)
  const [users, groups] = await call.read(async (trx) => {
    const userPage = await listUsers(trx, baseUrl, {
      connectionId: connection.id,
      filter: userFilter,
      sort: undefined,
      page: { startIndex, count },
      relations: userViewer.relations,
    })
    const groupPage = await listGroups(trx, baseUrl, {
      connectionId: connection.id,
      filter: groupFilter,
      sort: undefined,
      page: {
        startIndex: Math.max(1, startIndex - userPage.total),
        count: count - userPage.rows.length,
      },
      memberLimit: groupViewer.listedMemberLimit,
    })
    return [userPage, groupPage] as const
  })
  const views = [
    ...users.rows.map((row) => ({
      resource: userViewer.show(row),
      members: [],
      more: undefined,
    })),
    ...groups.rows.map((row) => groupViewer.view(row, row.members, groupViewer.listedMemberLimit)),
  ]
  const position = { kind: 'index', startIndex } as const
  return groupListToJson(createListResponse(views, users.total + groups.total, position))
}

function resolveForAll(
  text: string | undefined,
  profile: Profile,
): readonly [ResolvedFilter | undefined, ResolvedFilter | undefined] {
  if (text === undefined) return [undefined, undefined]
  const filter = parseFilter(text, profile)
  // MUST: what no type knows → 400 invalidFilter
  if (!isKnown(filter, userModel, profile)) resolveFilter(filter, groupModel, profile)
  const unknown = { unknown: 'absent' } as const
  return [
    resolveFilter(filter, userModel, profile, unknown),
    resolveFilter(filter, groupModel, profile, unknown),
  ]
}

function isKnown(filter: Filter, model: ResourceModel, profile: Profile): boolean {
  try {
    resolveFilter(filter, model, profile)
    return true
  } catch (error) {
    if (error instanceof ScimError) return false
    throw error
  }
}
