import { type Actor, inWorkspace, readInWorkspace } from '@plantel/db'

import { isNotModified } from '../protocol/entity-tag.ts'
import { type ListQuery, parseListQuery, parseSearchRequest } from '../protocol/list-query.ts'
import type { LongLists } from '../protocol/long-list.ts'
import type { Profile } from '../protocol/profile.ts'
import { parseProjection, type Projection } from '../protocol/projection.ts'
import { pageLimits } from '../resources/list-query.ts'
import type {
  JsonText,
  ResourceAnswer,
  ResourceCall,
  ResourceHandlers,
} from '../resources/resource-call.ts'
import { searchAllTypes } from '../resources/search-handler.ts'
import { writableTypes } from '../resources/served-type.ts'
import type { Route, RouteAnswer, RouteRequest } from './route.ts'

/** The routes of one resource type. */
export interface ResourceRoutes {
  readonly list: Route
  readonly search: Route
  readonly create: Route
  readonly read: Route
  readonly replace: Route
  readonly patch: Route
  readonly remove: Route
}

/** Puts HTTP around what reads a resource type. RFC 7644 §3.4. */
export function createReadRoutes(
  handlers: Pick<ResourceHandlers, 'list' | 'read'>,
): Pick<ResourceRoutes, 'list' | 'search' | 'read'> {
  return {
    list: listRoute(handlers.list),
    search: searchRoute(handlers.list),
    read: route(async (request) => {
      const answer = await handlers.read(toCall(request), request.resourceId)
      const { entityTag, showsOthers } = answer
      const isKnown =
        entityTag !== undefined &&
        showsOthers !== true &&
        isNotModified(request.header('if-none-match'), entityTag)
      return isKnown ? { status: 304, headers: { ETag: entityTag } } : toRouteAnswer(answer)
    }),
  }
}

/** Puts HTTP around the handlers of a resource type. RFC 7644 §3.3–§3.6. */
export function createResourceRoutes(
  handlers: ResourceHandlers,
  longLists?: (profile: Profile) => LongLists,
): ResourceRoutes {
  const readBody = (request: RouteRequest): Promise<unknown> =>
    request.readBody(longLists?.(request.connection.profile))
  return {
    ...createReadRoutes(handlers),
    create: route(async (request) =>
      toRouteAnswer(await handlers.create(toCall(request), await readBody(request))),
    ),
    replace: route(async (request) =>
      toRouteAnswer(
        await handlers.replace(toCall(request), request.resourceId, await readBody(request)),
      ),
    ),
    patch: route(async (request) =>
      toRouteAnswer(
        await handlers.patch(toCall(request), request.resourceId, await readBody(request)),
      ),
    ),
    remove: route(async (request) =>
      toRouteAnswer(await handlers.remove(toCall(request), request.resourceId)),
    ),
  }
}

/** `POST /.search`. */
export const rootSearch: Route = route(async (request) => {
  const query = parseSearchRequest(await request.readBody(), pageLimits)
  const types = writableTypes(request.types).map(({ search }) => search)
  return {
    status: 200,
    json: await searchAllTypes(toCall(request, query.projection), query, types),
  }
})

type ListHandler = (call: ResourceCall, query: ListQuery) => Promise<JsonText>

function listRoute(list: ListHandler): Route {
  return route(async (request) => {
    const query = parseListQuery(request.parameters, pageLimits)
    return { status: 200, json: await list(toCall(request, query.projection), query) }
  })
}

function searchRoute(list: ListHandler): Route {
  return route(async (request) => {
    const query = parseSearchRequest(await request.readBody(), pageLimits)
    return { status: 200, json: await list(toCall(request, query.projection), query) }
  })
}

function route(answer: Route['answer']): Route {
  return { access: 'token', answer }
}

/** A request as a handler takes it. */
export function toCall(request: RouteRequest, projection?: Projection): ResourceCall {
  const { db, share, connection, baseUrl, parameters, record, cursors, positions } = request
  const actor = directoryActor(request)
  return {
    connection,
    baseUrl,
    record,
    cursors,
    positions,
    read: (work) => readInWorkspace(db, connection.workspaceId, actor, work, { eager: true }),
    // At least its line in the request log.
    write: (work) =>
      inWorkspace(db, connection.workspaceId, actor, work, { eager: true, writes: true }),
    share: (work) => share(connection.workspaceId, actor, work),
    projection:
      projection ?? parseProjection(parameters['attributes'], parameters['excludedAttributes']),
    ifMatch: request.header('if-match'),
    prefersMinimal: /(?:^|[,;\s])return=minimal(?:$|[,;\s])/i.test(request.header('prefer') ?? ''),
  }
}

/** In whose name a request acts. */
export function directoryActor({ connection, id }: RouteRequest): Actor {
  return { kind: 'directory', id: connection.id, requestId: id }
}

function toRouteAnswer({ status, entityTag, location, json }: ResourceAnswer): RouteAnswer {
  return {
    status,
    headers: {
      ...(entityTag === undefined ? {} : { ETag: entityTag }),
      ...(status === 201 && location !== undefined ? { Location: location } : {}),
    },
    json,
  }
}
