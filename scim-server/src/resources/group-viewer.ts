import { createProjector } from '../protocol/projection.ts'
import { emptyObject, isObject, type Resource } from '../protocol/resource.ts'
import { mappingsPath, placeMappings } from './group-mappings.ts'
import { findMembersOfGroup, type GroupRelations, type GroupRow } from './group-queries.ts'
import { groupFromRow, memberFromRow, type MemberOfGroup } from './group-resource.ts'
import type { GroupView } from './group-text.ts'
import type { ResourceCall } from './resource-call.ts'
import { groupModel } from './resource-models.ts'

/** What of groups one request shows. */
export interface GroupViewer {
  /** What to read with one group. */
  readonly relations: GroupRelations
  /** What to read with each group of a list. */
  readonly listedRelations: GroupRelations
  /** `relations` are those with which the row was read: as many members as their limit may not be all. */
  view(row: GroupRow, relations: GroupRelations): GroupView
}

const pageSize = 1_000
const listedPageSize = 100

/** Binds a request's projection; the members of large groups are read while they are written. */
export function createGroupViewer(call: ResourceCall): GroupViewer {
  const { baseUrl, projection } = call
  const { needs, project } = createProjector(groupModel, projection)
  const withMembers = needs('members')
  const mappings = needs(mappingsPath)

  function show(members: readonly MemberOfGroup[]): readonly Resource[] {
    const holder = emptyObject()
    holder['members'] = members.map((each) => memberFromRow(each, baseUrl))
    const shown: unknown = project(holder)['members']
    return Array.isArray(shown) ? shown.filter((each) => isObject(each)) : []
  }

  return {
    relations: { memberLimit: withMembers ? pageSize : 0, mappings },
    listedRelations: { memberLimit: withMembers ? listedPageSize : 0, mappings },
    view(row, { memberLimit }) {
      const { members } = row
      const resource = groupFromRow(row, baseUrl)
      placeMappings(resource, row.mappings)
      return {
        resource: project(resource),
        members: withMembers ? show(members) : [],
        more:
          withMembers && members.length === memberLimit
            ? readOn(call, row.id, members.at(-1)?.id, show)
            : undefined,
      }
    },
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
