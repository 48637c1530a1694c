/** Bulk operations. RFC 7644 §3.7. */
import { createId, inWorkspace, isId, type WorkspaceTransaction } from '@plantel/db'

import { recordScimRequest } from '../connections/request-log.ts'
import { planBulk } from '../protocol/bulk-plan.ts'
import {
  bulkIdOf,
  findReferences,
  referringNames,
  replaceReferences,
} from '../protocol/bulk-references.ts'
import {
  type BulkOperation,
  type BulkRequest,
  isRefused,
  parseBulkRequest,
  type RefusedBulkOperation,
} from '../protocol/bulk-request.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type {
  RequestWarning,
  ResourceAnswer,
  ResourceCall,
  ResourceHandlers,
  RunInTransaction,
} from '../resources/resource-call.ts'
import { writableTypes } from '../resources/served-type.ts'
import { toScimError } from './error-response.ts'
import { maxBodyBytes } from './read-body.ts'
import { directoryActor, toCall } from './resource-routes.ts'
import type { Route, RouteRequest } from './route.ts'

/** The schema URN of the answer. */
const bulkResponseSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'

/** How much one bulk request may ask for. */
export const bulkLimits: { readonly maxOperations: number; readonly maxPayloadSize: number } = {
  maxOperations: 1_000,
  maxPayloadSize: maxBodyBytes,
}

/** `POST /Bulk`: each operation is what it would be as a request of its own. */
export const bulk: Route = {
  access: 'token',
  async answer(request) {
    const endpoints = new Set(writableTypes(request.types).map(({ endpoint }) => endpoint))
    const body = parseBulkRequest(await request.readBody(), endpoints, bulkLimits.maxOperations)
    request.charge(Math.max(0, body.operations.length - 1))
    const outcomes = await run(request, body)
    // What was done is done, and told so, even if its entry can not be written.
    await inWorkspace(request.db, request.connection.workspaceId, directoryActor(request), (trx) =>
      request.record(trx, 200, warningsOf(body, outcomes)),
    ).catch((error: unknown) => request.reportFault(error))
    const answers = body.operations.flatMap((operation, index) => {
      const outcome = outcomes.get(index)
      return outcome === undefined ? [] : [toAnswer(request.baseUrl, operation, outcome)]
    })
    return {
      status: 200,
      json: JSON.stringify({ schemas: [bulkResponseSchema], Operations: answers }),
    }
  },
}

/** What became of one operation; `id` is the resource's, where it is known. */
type Outcome =
  | { readonly id: string; readonly status: number; readonly version: string | undefined }
  | { readonly id: string | undefined; readonly refusal: ScimError }

/** The outcomes of the operations that were tried, by their place in the request. */
async function run(
  request: RouteRequest,
  { operations, failOnErrors }: BulkRequest,
): Promise<ReadonlyMap<number, Outcome>> {
  const outcomes = new Map<number, Outcome>()
  const made = new Map<string, string>()
  const referring = referringNames(writableTypes(request.types).map(({ search }) => search.model))
  const dependencies = dependenciesOf(operations, referring)
  let errors = 0
  for (const component of planBulk(dependencies)) {
    if (failOnErrors !== undefined && errors >= failOnErrors) break
    const [first = 0] = component
    const isCycle = component.length > 1 || dependencies[first]?.has(first) === true
    const members = new Map(component.map((index) => [index, operations[index]]))
    const found = isCycle
      ? await runCycle(request, members, made, referring)
      : new Map([[first, await runAlone(request, members.get(first), made, referring)]])
    for (const [index, outcome] of found) {
      const operation = operations[index]
      outcomes.set(index, outcome)
      if ('refusal' in outcome) errors += 1
      else if (operation?.method === 'POST' && operation.bulkId !== undefined) {
        made.set(operation.bulkId, outcome.id)
      }
    }
  }
  return outcomes
}

/** For each operation the operations that make what it refers to. */
function dependenciesOf(
  operations: readonly (BulkOperation | RefusedBulkOperation)[],
  referring: ReadonlySet<string>,
): readonly ReadonlySet<number>[] {
  const makers = new Map<string, number>()
  for (const [index, operation] of operations.entries()) {
    if (isRefused(operation) || operation.method !== 'POST') continue
    if (operation.bulkId !== undefined) makers.set(operation.bulkId, index)
  }
  return operations.map((operation) => {
    if (isRefused(operation)) return new Set()
    const target = operation.target === undefined ? undefined : bulkIdOf(operation.target)
    const names = [
      ...findReferences(operation.data, referring),
      ...(target === undefined ? [] : [target]),
    ]
    return new Set(names.map((name) => makers.get(name)).filter((index) => index !== undefined))
  })
}

async function runAlone(
  request: RouteRequest,
  operation: BulkOperation | RefusedBulkOperation | undefined,
  made: ReadonlyMap<string, string>,
  referring: ReadonlySet<string>,
): Promise<Outcome> {
  if (operation === undefined) throw new Error('There is no such operation.')
  if (isRefused(operation)) return { id: undefined, refusal: operation.refusal }
  const resolve = (bulkId: string): string => made.get(bulkId) ?? unresolved(bulkId)
  let id: string | undefined
  try {
    await request.confirm()
    const { target } = operation
    const bulkId = target === undefined ? undefined : bulkIdOf(target)
    id = bulkId === undefined ? target : resolve(bulkId)
    const data = replaceReferences(operation.data, referring, resolve)
    return await perform(request, toOperationCall(request, operation), operation, id, data)
  } catch (error) {
    return { id, refusal: refusalOf(request, error) }
  }
}

/**
 * Makes resources that refer to each other: first without those references, then each as it was sent.
 * All or none, so in one transaction.
 */
async function runCycle(
  request: RouteRequest,
  members: ReadonlyMap<number, BulkOperation | RefusedBulkOperation | undefined>,
  made: ReadonlyMap<string, string>,
  referring: ReadonlySet<string>,
): Promise<ReadonlyMap<number, Outcome>> {
  const operations = new Map(
    [...members].flatMap(([index, each]) =>
      each === undefined || isRefused(each) ? [] : [[index, each] as const],
    ),
  )
  const ring = new Set([...operations.values()].map((each) => each.bulkId))
  let failing: number | undefined
  const attempt = async (trx: WorkspaceTransaction): Promise<ReadonlyMap<number, Outcome>> => {
    const known = new Map(made)
    const outcomes = new Map<number, Outcome>()
    const pass = async (
      method: 'POST' | 'PUT',
      resolve: (bulkId: string) => string | undefined,
    ): Promise<void> => {
      for (const [index, operation] of operations) {
        failing = index
        const { bulkId = '' } = operation
        const call = toOperationCall(request, operation, trx)
        const data = replaceReferences(operation.data, referring, resolve)
        const outcome = await perform(
          request,
          call,
          { ...operation, method },
          known.get(bulkId),
          data,
        )
        // What fails must fail here, where it is known which operation it was.
        await trx.settle()
        known.set(bulkId, outcome.id)
        outcomes.set(index, { ...outcome, status: 201 })
      }
    }
    await pass(
      'POST',
      (bulkId) => made.get(bulkId) ?? (ring.has(bulkId) ? undefined : unresolved(bulkId)),
    )
    await pass('PUT', (bulkId) => known.get(bulkId) ?? unresolved(bulkId))
    return outcomes
  }
  try {
    await request.confirm()
    const { db, connection } = request
    return await inWorkspace(db, connection.workspaceId, directoryActor(request), attempt)
  } catch (error) {
    const refusal = refusalOf(request, error)
    const undone = ScimError.status(409, 'A resource that this one refers to could not be made.')
    return new Map(
      [...operations.keys()].map((index) => [
        index,
        { id: undefined, refusal: (failing ?? index) === index ? refusal : undone },
      ]),
    )
  }
}

/** MUST: a reference to what isn't there → 409 */
function unresolved(bulkId: string): never {
  throw ScimError.status(409, `bulkId ${bulkId} names no resource that this request has made.`)
}

function refusalOf(request: RouteRequest, error: unknown): ScimError {
  const refusal = toScimError(error)
  if (refusal.status >= 500) request.reportFault(error)
  return refusal
}

async function perform(
  { types }: RouteRequest,
  call: ResourceCall,
  { method, endpoint }: BulkOperation,
  id: string | undefined,
  data: unknown,
): Promise<Extract<Outcome, { status: number }>> {
  const type = writableTypes(types).find((each) => each.endpoint === endpoint)
  if (type === undefined) throw new Error(`There are no handlers of ${endpoint}.`)
  const answer = await handle(call, type.handlers, method, id ?? '', data)
  const location = answer.location ?? ''
  return {
    id: id ?? location.slice(location.lastIndexOf('/') + 1),
    status: answer.status,
    version: answer.entityTag,
  }
}

function handle(
  call: ResourceCall,
  handlers: ResourceHandlers,
  method: BulkOperation['method'],
  id: string,
  data: unknown,
): Promise<ResourceAnswer> {
  switch (method) {
    case 'POST':
      return handlers.create(call, data)
    case 'PUT':
      return handlers.replace(call, id, data)
    case 'PATCH':
      return handlers.patch(call, id, data)
    case 'DELETE':
      return handlers.remove(call, id)
    default:
      return method satisfies never
  }
}

/** The call of one operation, in its own transaction or in `trx`; nothing of the resource is printed. */
function toOperationCall(
  request: RouteRequest,
  { method, endpoint, target, version }: BulkOperation,
  trx?: WorkspaceTransaction,
): ResourceCall {
  const call = toCall(request, { kind: 'only', names: ['id'] })
  const startedAt = performance.now()
  const shown = target === undefined ? '' : isId(target) ? `/${target}` : '/:id'
  const within: RunInTransaction | undefined = trx && ((work) => work(trx))
  return {
    ...call,
    ...(within === undefined ? {} : { read: within, write: within, share: within }),
    ifMatch: version,
    prefersMinimal: false,
    record: (own, status, warnings, details = {}) =>
      recordScimRequest(own, call.connection.id, {
        id: createId(),
        method,
        path: `${endpoint}${shown}`,
        status,
        scimType: null,
        warnings,
        details,
        durationMs: performance.now() - startedAt,
      }),
  }
}

/** What was refused is in no transaction of its own: the request's entry names it. */
function warningsOf(
  { operations }: BulkRequest,
  outcomes: ReadonlyMap<number, Outcome>,
): readonly RequestWarning[] {
  const refused = operations.flatMap((operation, index) => {
    const outcome = outcomes.get(index)
    if (outcome === undefined) return [{ code: 'operation-not-tried', subject: `${index + 1}` }]
    if (!('refusal' in outcome)) return []
    const { status, scimType } = outcome.refusal
    const method = isRefused(operation) ? '' : `${operation.method} ${operation.endpoint} `
    const subject = `${index + 1}: ${method}${status} ${scimType ?? ''}`.trim()
    return [{ code: 'operation-refused', subject }]
  })
  return refused.slice(0, 100)
}

function toAnswer(
  baseUrl: string,
  operation: BulkOperation | RefusedBulkOperation,
  outcome: Outcome,
): object {
  const { method, bulkId } = operation
  const endpoint = isRefused(operation) ? undefined : operation.endpoint
  const { id } = outcome
  const location =
    endpoint === undefined || id === undefined ? undefined : `${baseUrl}${endpoint}/${id}`
  // JSON leaves out what is undefined.
  return 'refusal' in outcome
    ? {
        method,
        bulkId,
        location,
        status: String(outcome.refusal.status),
        response: outcome.refusal.toBody(),
      }
    : { method, bulkId, location, version: outcome.version, status: String(outcome.status) }
}
