import type { WorkspaceTransaction } from '@plantel/db'

import { describeChanges, describeOperations } from '../connections/request-details.ts'
import type { ScimRequestDetails } from '../connections/request-log.ts'
import { createResourceModel, type ResourceTypeDefinition } from '../protocol/attribute.ts'
import { formatEntityTag } from '../protocol/entity-tag.ts'
import { mapInTurns } from '../protocol/in-turns.ts'
import { createListResponse } from '../protocol/list-response.ts'
import { applyPatch } from '../protocol/patch-apply.ts'
import { parsePatchRequest } from '../protocol/patch-request.ts'
import { createProjector } from '../protocol/projection.ts'
import { mergePut } from '../protocol/put-merge.ts'
import type { Resource } from '../protocol/resource.ts'
import type { EngineResult } from '../protocol/row-operation.ts'
import { parseResource } from '../protocol/validate-resource.ts'
import {
  deleteDocument,
  type DocumentScope,
  findDocument,
  insertDocument,
  listDocuments,
  lockDocument,
  writeDocument,
} from './document-store.ts'
import { endOf, listPage } from './list-page.ts'
import { resolveListQuery } from './list-query.ts'
import { listToJson } from './list-text.ts'
import {
  requireResource,
  type ResourceAnswer,
  type ResourceCall,
  type ResourceHandlers,
  toRequestWarnings,
} from './resource-call.ts'
import type { SearchedType, WritableType } from './served-type.ts'
import { fromStored, type ResourceRow } from './stored-resource.ts'

/** Serves a type that the server knows nothing of but its definition; its attributes can't be stored as rows. */
export function createDocumentType(type: ResourceTypeDefinition): WritableType {
  const model = createResourceModel(type)
  const { endpoint, name } = type
  const scopeOf = ({ connection }: ResourceCall): DocumentScope => ({
    connectionId: connection.id,
    model,
  })
  const locationOf = ({ baseUrl }: ResourceCall, id = ''): string => `${baseUrl}${endpoint}/${id}`
  const toResource = (call: ResourceCall, row: ResourceRow): Resource =>
    fromStored(row, name, locationOf(call, row.id))

  function answer(call: ResourceCall, status: 200 | 201, row: ResourceRow): ResourceAnswer {
    const { project } = createProjector(model, call.projection)
    return {
      status,
      entityTag: formatEntityTag(row.version),
      location: locationOf(call, row.id),
      json: JSON.stringify(project(toResource(call, row))),
    }
  }

  async function lock(
    trx: WorkspaceTransaction,
    call: ResourceCall,
    id: string,
  ): Promise<ResourceRow> {
    return requireResource(await lockDocument(trx, scopeOf(call), id), call.ifMatch)
  }

  async function modify(
    call: ResourceCall,
    id: string,
    status: 200 | 204,
    change: (current: Resource) => EngineResult | Promise<EngineResult>,
    details: ScimRequestDetails = {},
  ): Promise<ResourceAnswer> {
    return call.write(async (trx) => {
      const before = await lock(trx, call, id)
      const current = toResource(call, before)
      const { resource, changed, warnings } = await change(current)
      const row = changed ? await writeDocument(trx, scopeOf(call), id, resource) : before
      const changes = changed ? describeChanges(model, current, resource) : []
      await call.record(trx, status, toRequestWarnings(warnings), { ...details, changes })
      const answered = answer(call, 200, row)
      return status === 200 ? answered : { ...answered, status, json: undefined }
    })
  }

  const handlers: ResourceHandlers = {
    async create(call, body) {
      const { resource, warnings } = parseResource(body, model, call.connection.profile)
      return call.write(async (trx) => {
        const row = await insertDocument(trx, scopeOf(call), resource)
        await call.record(trx, 201, toRequestWarnings(warnings), {
          resourceId: row.id,
          changes: describeChanges(model, undefined, resource),
        })
        return answer(call, 201, row)
      })
    },

    async read(call, id) {
      const row = await call.read((trx) => findDocument(trx, scopeOf(call), id))
      return answer(call, 200, requireResource(row, undefined))
    },

    async list(call, query) {
      const { project } = createProjector(model, call.projection)
      const { filter, sort } = resolveListQuery(query, model, call.connection.profile)
      const { rows, total, position } = await listPage(call, endpoint, query, (page) =>
        call.read(async (trx) => {
          const list = { filter, sort, page }
          return endOf(name, await listDocuments(trx, scopeOf(call), locationOf(call), list))
        }),
      )
      const documents = await mapInTurns(rows, (row) => project(toResource(call, row)))
      return listToJson(createListResponse(documents, total, position))
    },

    async replace(call, id, body) {
      const { profile } = call.connection
      const parsed = parseResource(body, model, profile, { id })
      return modify(call, id, 200, (current) => mergePut(model, current, parsed, profile))
    },

    async patch(call, id, body) {
      const { profile, patchResponse } = call.connection
      const request = parsePatchRequest(body, profile)
      const minimal = call.prefersMinimal || patchResponse === 'no-content'
      const status = minimal && call.projection.kind === 'default' ? 204 : 200
      const patch = (current: Resource): Promise<EngineResult> =>
        applyPatch(model, current, request, profile)
      const operations = describeOperations(request.operations)
      return modify(call, id, status, patch, { operations })
    },

    async remove(call, id) {
      return call.write(async (trx) => {
        await lock(trx, call, id)
        await deleteDocument(trx, id)
        await call.record(trx, 204, [])
        return { status: 204, entityTag: undefined, location: undefined, json: undefined }
      })
    },
  }

  const search: SearchedType = {
    model,
    open(call, filter) {
      const { project } = createProjector(model, call.projection)
      return async (trx, page) => {
        const list = { filter, sort: undefined, page }
        const found = await listDocuments(trx, scopeOf(call), locationOf(call), list)
        const rows = await mapInTurns(found.rows, (row) => ({
          id: row.id,
          view: { resource: project(toResource(call, row)), members: [], more: undefined },
        }))
        return { ...found, rows }
      }
    },
  }

  return { kind: 'writable', endpoint, publish: () => type, handlers, search }
}
