import type { WorkspaceTransaction } from '@plantel/db'

import { formatEntityTag } from '../protocol/entity-tag.ts'
import { createProjector } from '../protocol/projection.ts'
import type { Resource } from '../protocol/resource.ts'
import type { ResourceAnswer, ResourceCall } from './resource-call.ts'
import { userModel } from './resource-models.ts'
import type { ResourceRow } from './stored-resource.ts'
import { findGroupsOfUser } from './user-queries.ts'
import { type GroupOfUser, userFromRow, userLocation } from './user-resource.ts'

/** What of users one request shows. */
export interface UserViewer {
  readonly withGroups: boolean
  /** Empty without a query when the response holds no groups. */
  readGroups(trx: WorkspaceTransaction, userId: string): Promise<readonly GroupOfUser[]>
  show(row: ResourceRow, groups: readonly GroupOfUser[]): Resource
  answer(status: 200 | 201 | 204, row: ResourceRow, groups: readonly GroupOfUser[]): ResourceAnswer
}

/** Binds a request's projection. */
export function createUserViewer({ baseUrl, projection }: ResourceCall): UserViewer {
  const { needs, project } = createProjector(userModel, projection)
  const withGroups = needs('groups')
  const show: UserViewer['show'] = (row, groups) => project(userFromRow(row, groups, baseUrl))
  return {
    withGroups,
    readGroups: async (trx, userId) => (withGroups ? findGroupsOfUser(trx, userId) : []),
    show,
    answer: (status, row, groups) => ({
      status,
      entityTag: formatEntityTag(row.version),
      location: userLocation(baseUrl, row.id),
      json: status === 204 ? undefined : JSON.stringify(show(row, groups)),
    }),
  }
}
