/** Discovery. RFC 7644 §4. */
import type { ResourceTypeDefinition, SchemaDefinition } from '../protocol/attribute.ts'
import { createListResponse } from '../protocol/list-response.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { pageLimits } from '../resources/list-query.ts'
import { cursorTimeoutSeconds } from '../resources/page-cursor.ts'
import { isSupported, listRoles } from '../resources/role-queries.ts'
import { resourceTypeToResource } from '../schemas/resource-types.ts'
import { schemasOf, schemaToResource } from '../schemas/schema-resource.ts'
import {
  bearerTokenScheme,
  clientCredentialsScheme,
  serviceProviderConfigToResource,
} from '../schemas/service-provider-config.ts'
import { bulkLimits } from './bulk-route.ts'
import { toCall } from './resource-routes.ts'
import type { Route, RouteRequest } from './route.ts'

function typesOf(
  { types, connection }: RouteRequest,
  roleKeys: readonly string[] = [],
): readonly ResourceTypeDefinition[] {
  return types.map(({ publish }) => publish({ connection, roleKeys }))
}

/** The schemas; what roles there are is for the directory alone to know. */
async function readSchemas(request: RouteRequest): Promise<readonly SchemaDefinition[]> {
  const roles = request.isAuthenticated ? await toCall(request).read(listRoles) : []
  return schemasOf(
    typesOf(
      request,
      roles.filter(isSupported).map(({ key }) => key),
    ),
  )
}

/** `/ServiceProviderConfig`: what this server really does. */
export const serviceProviderConfig: Route = discovery(({ baseUrl, connection }) =>
  serviceProviderConfigToResource(
    {
      patch: true,
      bulk: bulkLimits,
      filter: { maxResults: pageLimits.maxCount },
      sort: true,
      etag: true,
      pagination: {
        defaultPageSize: pageLimits.defaultCount,
        maxPageSize: pageLimits.maxCount,
        cursorTimeoutSeconds,
      },
      authenticationSchemes:
        connection.profile === 'interop'
          ? [clientCredentialsScheme, bearerTokenScheme]
          : [bearerTokenScheme, clientCredentialsScheme],
      interopProfileConformant: connection.profile === 'interop',
    },
    baseUrl,
  ),
)

/** `/ResourceTypes`. */
export const resourceTypeList: Route = discovery((request) =>
  listOf(typesOf(request).map((type) => resourceTypeToResource(type, request.baseUrl))),
)

/** `/ResourceTypes/{name}`. */
export const resourceType: Route = discovery((request) => {
  const type = typesOf(request).find((each) => each.name === request.resourceId)
  return type === undefined ? undefined : resourceTypeToResource(type, request.baseUrl)
})

/** `/Schemas`. */
export const schemaList: Route = {
  ...discovery(async (request) =>
    listOf((await readSchemas(request)).map((each) => schemaToResource(each, request.baseUrl))),
  ),
  access: 'either',
}

/** `/Schemas/{URN}`. */
export const schema: Route = {
  ...discovery(async (request) => {
    const wanted = request.resourceId.toLowerCase()
    const found = (await readSchemas(request)).find((each) => each.id.toLowerCase() === wanted)
    return found === undefined ? undefined : schemaToResource(found, request.baseUrl)
  }),
  access: 'either',
}

type DiscoveryDocument = object | undefined

function discovery(
  document: (request: RouteRequest) => DiscoveryDocument | Promise<DiscoveryDocument>,
): Route {
  return {
    access: 'public',
    async answer(request) {
      // MUST: a filter on discovery → 403
      if (request.parameters['filter'] !== undefined) {
        throw ScimError.status(403, 'Discovery takes no filter.')
      }
      const found = await document(request)
      if (found === undefined) throw ScimError.status(404, 'There is no such document.')
      return { status: 200, json: JSON.stringify(found) }
    },
  }
}

function listOf(documents: readonly object[]): object {
  return createListResponse(documents, documents.length, { kind: 'index', startIndex: 1 })
}
