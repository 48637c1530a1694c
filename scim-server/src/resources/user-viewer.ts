import { formatEntityTag } from '../protocol/entity-tag.ts'
import { createProjector } from '../protocol/projection.ts'
import type { Resource } from '../protocol/resource.ts'
import { enterpriseUserSchema } from '../schemas/enterprise-user-schema.ts'
import { effectivePaths } from './effective-access.ts'
import type { ResourceAnswer, ResourceCall } from './resource-call.ts'
import { userModel } from './resource-models.ts'
import { viewStored } from './stored-resource.ts'
import type { UserRelations } from './user-queries.ts'
import { hasManager, userFromRow, userLocation, type UserRow } from './user-resource.ts'

const manager = `${enterpriseUserSchema.id}:manager`

/** What of users one request shows. */
export interface UserViewer {
  readonly relations: UserRelations
  show(row: UserRow): Resource
  answer(status: 200 | 201, row: UserRow): ResourceAnswer
}

/** Binds a request's projection. */
export function createUserViewer({ baseUrl, projection }: ResourceCall): UserViewer {
  const { needs, project } = createProjector(userModel, projection)
  const withGroups = needs('groups')
  const withManager = needs(manager)
  const withAccess = Object.values(effectivePaths).some((path) => needs(path))
  return {
    relations: { groups: withGroups, manager: withManager, effectiveAccess: withAccess },
    show: (row) => project(userFromRow(row, baseUrl, viewStored)),
    answer(status, row) {
      const user = userFromRow(row, baseUrl, viewStored)
      return {
        status,
        entityTag: formatEntityTag(row.version),
        showsOthers: withGroups || withAccess || (withManager && hasManager(user)),
        location: userLocation(baseUrl, row.id),
        json: JSON.stringify(project(user)),
      }
    },
  }
}
