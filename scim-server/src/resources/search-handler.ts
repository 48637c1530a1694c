/** Search over all resource types. RFC 7644 §3.4.3. */
import type { ResourceModel } from '../protocol/attribute.ts'
import { parseFilter } from '../protocol/filter-parser.ts'
import { resolveFilter } from '../protocol/filter-resolve.ts'
import type { Filter, ResolvedFilter } from '../protocol/filter.ts'
import type { IndexPage, ListQuery } from '../protocol/list-query.ts'
import { createListResponse } from '../protocol/list-response.ts'
import type { Profile } from '../protocol/profile.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type { KeysetPage, RowList, RowPage } from '../query/list-rows.ts'
import { type GroupRow, listGroups } from './group-queries.ts'
import { groupListToJson } from './group-text.ts'
import { createGroupViewer } from './group-viewer.ts'
import { endOf, listPage, type ReadPage, type ReadRows } from './list-page.ts'
import type { JsonText, ResourceCall } from './resource-call.ts'
import { groupModel, userModel } from './resource-models.ts'
import { listUsers } from './user-queries.ts'
import type { UserRow } from './user-resource.ts'
import { createUserViewer } from './user-viewer.ts'

/** Lists users, then groups; a type that lacks an attribute of the filter has no value there. */
export async function searchAllTypes(call: ResourceCall, query: ListQuery): Promise<JsonText> {
  const { connection, baseUrl } = call
  if (query.sort !== undefined) {
    throw ScimError.of('invalidValue', 'A search over several resource types cannot be sorted.')
  }
  const [userFilter, groupFilter] = resolveForAll(query.filter, connection.profile)
  const userViewer = createUserViewer(call)
  const groupViewer = createGroupViewer(call)
  const read: ReadPage<ReadRows<FoundRow>> = (page, type) =>
    call.read((trx) => {
      const common = { connectionId: connection.id, sort: undefined }
      const lists: Lists = {
        users: (own) =>
          listUsers(trx, baseUrl, {
            ...common,
            filter: userFilter,
            page: own,
            relations: userViewer.relations,
          }),
        groups: (own) =>
          listGroups(trx, baseUrl, {
            ...common,
            filter: groupFilter,
            page: own,
            relations: groupViewer.listedRelations,
          }),
      }
      return page.kind === 'index' ? readByIndex(lists, page) : readBehind(lists, page, type)
    })
  const { rows, total, position } = await listPage(call, '', query, read)
  const views = rows.map((row) =>
    row.kind === 'group'
      ? groupViewer.view(row.group, groupViewer.listedRelations)
      : { resource: userViewer.show(row.user), members: [], more: undefined },
  )
  return groupListToJson(createListResponse(views, total, position))
}

type FoundRow =
  | { readonly kind: 'user'; readonly user: UserRow }
  | { readonly kind: 'group'; readonly group: GroupRow }

interface Lists {
  readonly users: (page: RowList['page']) => Promise<RowPage<UserRow>>
  readonly groups: (page: RowList['page']) => Promise<RowPage<GroupRow>>
}

async function readByIndex(lists: Lists, page: IndexPage): Promise<ReadRows<FoundRow>> {
  const users = await lists.users(page)
  const groups = await lists.groups({
    kind: 'index',
    startIndex: Math.max(1, page.startIndex - users.total),
    count: page.count - users.rows.length,
  })
  const total = users.total + groups.total
  return { rows: foundRows(users.rows, groups.rows), total, end: undefined }
}

async function readBehind(
  lists: Lists,
  page: KeysetPage,
  type: string | undefined,
): Promise<ReadRows<FoundRow>> {
  const users = type === 'Group' ? undefined : await lists.users(page)
  const left = page.count - (users?.rows.length ?? 0)
  const isFull = left === 0 || users?.last !== undefined
  // Where users fill the page to its end, one group still tells that there are more.
  const groups = await lists.groups({
    ...page,
    count: page.count === 0 ? 0 : Math.max(1, left),
    after: type === 'Group' ? page.after : undefined,
  })
  const total = page.total ?? (users?.total ?? 0) + groups.total
  const rows = foundRows(users?.rows ?? [], isFull ? [] : groups.rows)
  const lastUser = users?.rows.at(-1)
  const end =
    lastUser !== undefined && isFull
      ? users?.last !== undefined || groups.rows.length > 0
        ? { type: 'User', id: lastUser.id, key: null }
        : undefined
      : endOf('Group', groups).end
  return { rows, total, end }
}

function foundRows(users: readonly UserRow[], groups: readonly GroupRow[]): readonly FoundRow[] {
  return [
    ...users.map((user) => ({ kind: 'user' as const, user })),
    ...groups.map((group) => ({ kind: 'group' as const, group })),
  ]
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
