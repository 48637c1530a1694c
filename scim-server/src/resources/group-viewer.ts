import { createProjector } from '../protocol/projection.ts'
import { emptyObject, isObject, type Resource } from '../protocol/resource.ts'
import { findMembersOfGroup } from './group-queries.ts'
import { groupFromRow, memberFromRow, type MemberOfGroup } from './group-resource.ts'
import type { GroupView } from './group-text.ts'
import type { ResourceCall } from './resource-call.ts'
import { groupModel } from './resource-models.ts'
import type { ResourceRow } from './stored-resource.ts'

/** What of groups one request shows. */
export interface GroupViewer {
  /** How many members to read with one group; 0 when the response holds none. */
  readonly memberLimit: number
  /** How many to read with each group of a list. */
  readonly listedMemberLimit: number
  /** `limit` is the one with which the members were read: as many as that may not be all. */
  view(row: ResourceRow, members: readonly MemberOfGroup[], limit?: number): GroupView
}

const pageSize = 1_000
const listedPageSize = 100

/** Binds a request's projection; the members of large groups are read while they are written. */
export function createGroupViewer(call: ResourceCall): GroupViewer {
  const { baseUrl, projection } = call
  const { needs, project } = createProjector(groupModel, projection)
  const withMembers = needs('members')

  function show(members: readonly MemberOfGroup[]): readonly Resource[] {
    const holder = emptyObject()
    holder['members'] = members.map((each) => memberFromRow(each, baseUrl))
    const shown: unknown = project(holder)['members']
    return Array.isArray(shown) ? shown.filter((each) => isObject(each)) : []
  }

  return {
    memberLimit: withMembers ? pageSize : 0,
    listedMemberLimit: withMembers ? listedPageSize : 0,
    view: (row, members, limit = pageSize) => ({
      resource: project(groupFromRow(row, baseUrl)),
      members: withMembers ? show(members) : [],
      more:
        withMembers && members.length === limit
          ? readOn(call, row.id, members.at(-1)?.id, show)
          : undefined,
    }),
  }
}

/** Page after page, each in a transaction that is over before its members are sent. */
async function* readOn(
  call: ResourceCall,
  groupId: string,
  lastId: string | undefined,
  show: (members: readonly MemberOfGroup[]) => readonly Resource[],
): AsyncGenerator<readonly Resource[]> {
  for (let after = lastId; ;) {
    const members = await call.read((trx) => findMembersOfGroup(trx, groupId, after, pageSize))
    yield show(members)
    after = members.at(-1)?.id
    if (members.length < pageSize) return
  }
}
