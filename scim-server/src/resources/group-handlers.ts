import { isId, type WorkspaceTransaction } from '@plantel/db'
import {
  createDirectoryGroup,
  type DirectoryGroupRow,
  lockDirectoryGroup,
  lockDirectoryGroupToRemove,
  type RefusedMembers,
  removeDirectoryGroup,
  writeDirectoryGroup,
} from '@plantel/team'

import { describeChanges, describeOperations } from '../connections/request-details.ts'
import type { ScimRequestDetails } from '../connections/request-log.ts'
import { formatEntityTag } from '../protocol/entity-tag.ts'
import { mapInTurns } from '../protocol/in-turns.ts'
import { createListResponse } from '../protocol/list-response.ts'
import { applyPatch } from '../protocol/patch-apply.ts'
import { parsePatchRequest } from '../protocol/patch-request.ts'
import type { Profile } from '../protocol/profile.ts'
import { mergePut } from '../protocol/put-merge.ts'
import type { Resource } from '../protocol/resource.ts'
import type { EngineResult } from '../protocol/row-operation.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { Warnings } from '../protocol/scim-warning.ts'
import { parseResource } from '../protocol/validate-resource.ts'
import { assertOwnExternalId } from './external-id.ts'
import { toMemberList } from './group-long-lists.ts'
import { toMemberOperations } from './group-member-operations.ts'
import { findGroup, listGroups } from './group-queries.ts'
import { groupFromRow, groupLocation, groupToDraft } from './group-resource.ts'
import { groupListToJson, groupToJson } from './group-text.ts'
import { createGroupViewer, type GroupViewer } from './group-viewer.ts'
import { endOf, listPage } from './list-page.ts'
import { resolveListQuery } from './list-query.ts'
import {
  type RequestWarning,
  requireResource,
  type ResourceAnswer,
  type ResourceCall,
  type ResourceHandlers,
  toRequestWarnings,
} from './resource-call.ts'
import { groupModel } from './resource-models.ts'

/** The verbs of `/Groups`. */
export const groupHandlers: ResourceHandlers = {
  async create(call, body) {
    const { connection } = call
    const { profile } = connection
    const viewer = createGroupViewer(call)
    const parsed = parseResource(body, groupModel, profile)
    const draft = groupToDraft(parsed.resource, profile)
    const members = toMemberList(parsed.rows.get('members') ?? [])
    return call.write(async (trx) => {
      const { group, refused } = await createDirectoryGroup(trx, connection.id, draft, members)
      await assertOwnExternalId(trx, profile, 'directory_groups', group)
      const unknown = judgeRefused(refused, profile)
      await call.record(trx, 201, [...toRequestWarnings(parsed.warnings), ...unknown], {
        resourceId: group.id,
        changes: describeChanges(groupModel, undefined, parsed.resource),
        members: { added: group.member_count, removed: 0 },
      })
      return answer(call, trx, viewer, 201, group)
    })
  },

  async read(call, id) {
    const { connection, baseUrl } = call
    const viewer = createGroupViewer(call)
    const row = await call.read((trx) => findGroup(trx, connection.id, id, viewer.relations))
    const group = requireResource(row, undefined)
    return {
      status: 200,
      entityTag: formatEntityTag(group.version),
      showsOthers: viewer.relations.memberLimit > 0 || viewer.relations.mappings,
      location: groupLocation(baseUrl, group.id),
      json: groupToJson(viewer.view(group, viewer.relations)),
    }
  },

  async list(call, query) {
    const { connection, baseUrl } = call
    const viewer = createGroupViewer(call)
    const { filter, sort } = resolveListQuery(query, groupModel, connection.profile)
    const { rows, total, position } = await listPage(call, '/Groups', query, (page) =>
      call.read(async (trx) => {
        const found = await listGroups(trx, baseUrl, {
          connectionId: connection.id,
          filter,
          sort,
          page,
          relations: viewer.listedRelations,
        })
        return endOf('Group', found)
      }),
    )
    const groups = await mapInTurns(rows, (row) => viewer.view(row, viewer.listedRelations))
    return groupListToJson(createListResponse(groups, total, position))
  },

  async replace(call, id, body) {
    const { profile } = call.connection
    const parsed = parseResource(body, groupModel, profile, { id })
    return modify(call, id, 200, (current) => mergePut(groupModel, current, parsed, profile))
  },

  async patch(call, id, body) {
    const { profile, patchResponse } = call.connection
    const request = parsePatchRequest(body, profile)
    // A body with all members of a group is what Entra advises against.
    const minimal = call.prefersMinimal || profile === 'compat' || patchResponse === 'no-content'
    const status = minimal && call.projection.kind === 'default' ? 204 : 200
    const patch = (current: Resource): Promise<EngineResult> =>
      applyPatch(groupModel, current, request, profile)
    return modify(call, id, status, patch, { operations: describeOperations(request.operations) })
  },

  async remove(call, id) {
    return call.write(async (trx) => {
      const group = isId(id)
        ? await lockDirectoryGroupToRemove(trx, call.connection.id, id)
        : undefined
      await removeDirectoryGroup(trx, requireResource(group, call.ifMatch))
      await call.record(trx, 204, [])
      return { status: 204, entityTag: undefined, location: undefined, json: undefined }
    })
  },
}

/** Locks the group, lets the engine say what becomes of it, and writes attributes and members. */
async function modify(
  call: ResourceCall,
  id: string,
  status: 200 | 204,
  change: (current: Resource) => EngineResult | Promise<EngineResult>,
  details: ScimRequestDetails = {},
): Promise<ResourceAnswer> {
  const { connection, baseUrl } = call
  const viewer = createGroupViewer(call)
  return call.write(async (trx) => {
    const row = await lock(trx, call, id)
    const before = groupFromRow(row, baseUrl)
    const { resource, changed, rowOperations, warnings } = await change(before)
    const draft = groupToDraft(resource, connection.profile)
    const unmatched = new Warnings()
    const operations = toMemberOperations(trx, row.id, rowOperations, baseUrl, unmatched)
    const written = await writeDirectoryGroup(trx, row, draft, operations)
    const { group, members, refused } = written
    if (written.missed) unmatched.add('no-match-ignored', 'members')
    await assertOwnExternalId(trx, connection.profile, 'directory_groups', group)
    const unknown = judgeRefused(refused, connection.profile)
    const own = toRequestWarnings([...warnings, ...unmatched.list()])
    const changes = changed ? describeChanges(groupModel, before, resource) : []
    await call.record(trx, status, [...own, ...unknown], {
      ...details,
      changes,
      members,
    })
    return answer(call, trx, viewer, status, group)
  })
}

async function lock(
  trx: WorkspaceTransaction,
  { connection, ifMatch }: ResourceCall,
  id: string,
): Promise<DirectoryGroupRow> {
  const row = isId(id) ? await lockDirectoryGroup(trx, connection.id, id) : undefined
  return requireResource(row, ifMatch)
}

/** Okta never retries a 400: in `compat` one stale id must not cost all the others. */
function judgeRefused(
  { unknown, mistyped }: RefusedMembers,
  profile: Profile,
): readonly RequestWarning[] {
  // MUST: `type` says what `value` refers to (RFC 7643 §2.4); a wrong one would move rights unseen.
  if (mistyped.length > 0) {
    throw ScimError.of(
      'invalidValue',
      `members names ids that have another type: ${few(mistyped)}.`,
    )
  }
  if (unknown.length > 0 && profile !== 'compat') {
    const named = few(unknown)
    throw ScimError.of('invalidValue', `members names ids that nobody has: ${named}.`)
  }
  // What isn't an id of ours may be anything, even an address.
  const subjects = unknown.map((id) => (isId(id) ? id : 'members'))
  return [...new Set(subjects)]
    .slice(0, 100)
    .map((subject) => ({ code: 'unknown-member', subject }))
}

function few(ids: readonly string[]): string {
  return ids.slice(0, 10).join(', ')
}

async function answer(
  { baseUrl, connection }: ResourceCall,
  trx: WorkspaceTransaction,
  viewer: GroupViewer,
  status: 200 | 201 | 204,
  group: DirectoryGroupRow,
): Promise<ResourceAnswer> {
  const row =
    status === 204 ? undefined : await findGroup(trx, connection.id, group.id, viewer.relations)
  return {
    status,
    entityTag: formatEntityTag(group.version),
    location: groupLocation(baseUrl, group.id),
    json: row === undefined ? undefined : groupToJson(viewer.view(row, viewer.relations)),
  }
}
