import { createProjector, type Projector } from '../protocol/projection.ts'
import { emptyObject, isObject, type Resource } from '../protocol/resource.ts'
import { mappingsPath, placeMappings } from './group-mappings.ts'
import { findMembersOfGroup, type GroupRelations, type GroupRow } from './group-queries.ts'
import {
  groupFromRow,
  type MemberElement,
  memberFromRow,
  type MemberOfGroup,
  memberParts,
} from './group-resource.ts'
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
/** Small, because others wait for a page on the embedded database, and what it is made of stays in memory for a while. */
const nextPageSize = 500

/** Binds a request's projection; the members of large groups are read while they are written. */
export function createGroupViewer(call: ResourceCall): GroupViewer {
  const { baseUrl, projection } = call
  const { needs, project } = createProjector(groupModel, projection)
  const withMembers = needs('members')
  const mappings = needs(mappingsPath)

  const parts = shownParts(project)

  // Written out: half a million times through the projection would take as long as all the rest.
  function show(members: readonly MemberOfGroup[]): readonly Resource[] {
    if (parts.length === 0) return []
    return members.map((each) => {
      const member = memberFromRow(each, baseUrl)
      return Object.fromEntries(parts.map((part) => [part, member[part]]))
    })
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

/** The sub-attributes of a member that a projection lets through, which are the same for all. */
function shownParts(project: Projector['project']): readonly (keyof MemberElement)[] {
  const sample = memberFromRow({ id: 'id', display: 'display', isGroup: false }, '')
  const holder = emptyObject()
  holder['members'] = [Object.assign(emptyObject(), sample)]
  const shown = project(holder)['members']
  const [first]: readonly unknown[] = Array.isArray(shown) ? shown : []
  return isObject(first) ? memberParts.filter((part) => part in first) : []
}

/** Page after page, each in a transaction that is over before its members are sent. */
async function* readOn(
  call: ResourceCall,
  groupId: string,
  lastId: string | undefined,
  show: (members: readonly MemberOfGroup[]) => readonly Resource[],
): AsyncGenerator<readonly Resource[]> {
  for (let after = lastId; ;) {
    const members = await call.read((trx) => findMembersOfGroup(trx, groupId, after, nextPageSize))
    yield show(members)
    after = members.at(-1)?.id
    if (members.length < nextPageSize) return
  }
}
