import { isId, type WorkspaceTransaction } from '@plantel/db'
import {
  type DirectoryUserRow,
  holdMember,
  lockDirectoryUser,
  lockDirectoryUserToRemove,
  provisionDirectoryUser,
  removeDirectoryUser,
  writeDirectoryUser,
} from '@plantel/team'

import { describeChanges, describeOperations } from '../connections/request-details.ts'
import type { ScimRequestDetails } from '../connections/request-log.ts'
import { formatEntityTag } from '../protocol/entity-tag.ts'
import { mapInTurns } from '../protocol/in-turns.ts'
import { createListResponse } from '../protocol/list-response.ts'
import { applyPatch } from '../protocol/patch-apply.ts'
import { parsePatchRequest } from '../protocol/patch-request.ts'
import { mergePut } from '../protocol/put-merge.ts'
import type { Resource } from '../protocol/resource.ts'
import type { EngineResult } from '../protocol/row-operation.ts'
import { parseResource } from '../protocol/validate-resource.ts'
import { applyPatchQuirks, applyQuirks } from '../quirks/apply-quirks.ts'
import { assertOwnExternalId } from './external-id.ts'
import { endOf, listPage } from './list-page.ts'
import { resolveListQuery } from './list-query.ts'
import { listToJson } from './list-text.ts'
import {
  type RequestWarning,
  requireResource,
  type ResourceAnswer,
  type ResourceCall,
  type ResourceHandlers,
  toRequestWarnings,
} from './resource-call.ts'
import { userModel } from './resource-models.ts'
import { judgeRoles } from './unknown-roles.ts'
import { findGroups, findUser, listUsers } from './user-queries.ts'
import { hasManager, userFromRow, type UserRow, userToDraft } from './user-resource.ts'
import { createUserViewer, type UserViewer } from './user-viewer.ts'

/** The verbs of `/Users`. */
export const userHandlers: ResourceHandlers = {
  async create(call, body) {
    const { connection } = call
    const viewer = createUserViewer(call)
    const meant = applyQuirks(body, connection.profile)
    const parsed = parseResource(meant.body, userModel, connection.profile)
    const draft = userToDraft(parsed.resource)
    return call.share(async (trx) => {
      const { outcome, user, warnings } = await provisionDirectoryUser(trx, connection.id, draft)
      await assertOwnExternalId(trx, connection.profile, 'directory_users', user)
      const roles = await judgeRoles(trx, connection.profile, undefined, parsed.resource)
      const remarks = [
        ...meant.warnings,
        ...toRequestWarnings([...parsed.warnings, ...roles]),
        ...warnings,
      ]
      await call.record(trx, 201, remarks, {
        resourceId: user.id,
        changes: describeChanges(userModel, undefined, parsed.resource),
      })
      const isAlone =
        outcome === 'created' && !hasManager(parsed.resource) && !viewer.relations.effectiveAccess
      return viewer.answer(201, isAlone ? alone(user) : await readBack(trx, user, viewer))
    })
  },

  async read(call, id) {
    const { connection } = call
    const viewer = createUserViewer(call)
    const row = await call.read((trx) => findUser(trx, connection.id, id, viewer.relations))
    return viewer.answer(200, requireResource(row, undefined))
  },

  async list(call, query) {
    const { connection, baseUrl } = call
    const viewer = createUserViewer(call)
    const { filter, sort } = resolveListQuery(query, userModel, connection.profile)
    const { rows, total, position } = await listPage(call, '/Users', query, (page) =>
      call.read(async (trx) => {
        const found = await listUsers(trx, baseUrl, {
          connectionId: connection.id,
          filter,
          sort,
          page,
          relations: viewer.relations,
        })
        return endOf('User', found)
      }),
    )
    const users = await mapInTurns(rows, (row) => viewer.show(row))
    return listToJson(createListResponse(users, total, position))
  },

  async replace(call, id, body) {
    const { profile } = call.connection
    const meant = applyQuirks(body, profile)
    const parsed = parseResource(meant.body, userModel, profile, { id })
    const merge = (current: Resource): EngineResult => mergePut(userModel, current, parsed, profile)
    return modify(call, id, 200, merge, { quirks: meant.warnings })
  },

  async patch(call, id, body) {
    const { profile, patchResponse } = call.connection
    const meant = applyPatchQuirks(parsePatchRequest(body, profile), profile)
    const { request } = meant
    const minimal = call.prefersMinimal || patchResponse === 'no-content'
    const status = minimal && call.projection.kind === 'default' ? 204 : 200
    const patch = (current: Resource): Promise<EngineResult> =>
      applyPatch(userModel, current, request, profile)
    const details = { operations: describeOperations(request.operations) }
    return modify(call, id, status, patch, { quirks: meant.warnings, details })
  },

  async remove(call, id) {
    return call.write(async (trx) => {
      const user = isId(id)
        ? await lockDirectoryUserToRemove(trx, call.connection.id, id)
        : undefined
      await removeDirectoryUser(trx, requireResource(user, call.ifMatch))
      await call.record(trx, 204, [])
      return { status: 204, entityTag: undefined, location: undefined, json: undefined }
    })
  },
}

/** What the request log is to say of a request besides its outcome. */
interface Asked {
  readonly quirks?: readonly RequestWarning[]
  readonly details?: ScimRequestDetails
}

/** Locks the user, lets the engine say what becomes of them, and writes that if it is anything new. */
async function modify(
  call: ResourceCall,
  id: string,
  status: 200 | 204,
  change: (current: Resource) => EngineResult | Promise<EngineResult>,
  { quirks = [], details = {} }: Asked = {},
): Promise<ResourceAnswer> {
  const { connection, baseUrl } = call
  const viewer = createUserViewer(call)
  const decide = async (trx: WorkspaceTransaction) => {
    // Groups stay as they are whatever is written here: they come with the lock, and so do rules and member.
    const [row, groups, held] = await Promise.all([
      lock(trx, call, id),
      findGroups(trx, viewer.relations.groups && isId(id) ? [id] : []),
      isId(id) ? holdMember(trx, id) : undefined,
    ])
    const before = userFromRow(alone(row), baseUrl)
    const result = await change(before)
    const roles = await judgeRoles(trx, connection.profile, before, result.resource)
    return { ...result, row, groups, held, before, roles }
  }
  return call.share(async (trx) => {
    const { row, groups, held, before, resource, changed, warnings, roles } = await decide(
      trx,
    ).catch((error: unknown) => {
      // Nothing is written yet: who is refused takes nobody else along.
      trx.shared?.leave()
      throw error
    })
    const { user, warnings: remarks } = changed
      ? await writeDirectoryUser(trx, row, userToDraft(resource), held)
      : { user: row, warnings: [] }
    if (changed) await assertOwnExternalId(trx, connection.profile, 'directory_users', user)
    const own = toRequestWarnings([...warnings, ...roles])
    const changes = changed ? describeChanges(userModel, before, resource) : []
    await call.record(trx, status, [...quirks, ...own, ...remarks], { ...details, changes })
    if (status === 200) {
      const needsReading = hasManager(resource) || viewer.relations.effectiveAccess
      const shown = needsReading
        ? await readBack(trx, user, viewer)
        : { ...alone(user), groups: groups.get(user.id) ?? [] }
      return viewer.answer(200, shown)
    }
    const entityTag = formatEntityTag(user.version)
    return { status, entityTag, location: undefined, json: undefined }
  })
}

/** The user with what the response shows of the resources around them. */
async function readBack(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
  { relations }: UserViewer,
): Promise<UserRow> {
  const found =
    relations.groups || relations.manager || relations.effectiveAccess
      ? await findUser(trx, user.connection_id, user.id, relations)
      : undefined
  return found ?? alone(user)
}

function alone(row: DirectoryUserRow): UserRow {
  return { ...row, groups: [], manager: null, effective_access: null }
}

async function lock(
  trx: WorkspaceTransaction,
  { connection, ifMatch }: ResourceCall,
  id: string,
): Promise<DirectoryUserRow> {
  const row = isId(id) ? await lockDirectoryUser(trx, connection.id, id) : undefined
  return requireResource(row, ifMatch)
}
