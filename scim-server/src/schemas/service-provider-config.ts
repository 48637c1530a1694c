/** What the server offers. RFC 7643 §5, RFC 9865 §2, RFC 9967, draft-ietf-scim-roles-entitlements-01. */

import { provisioningEvents } from './provisioning-events.ts'

/** The features that the HTTP layer really has; undefined or false is printed as unsupported. */
export interface ServiceProviderFeatures {
  readonly patch: boolean
  readonly bulk: { readonly maxOperations: number; readonly maxPayloadSize: number } | undefined
  readonly filter: { readonly maxResults: number } | undefined
  readonly sort: boolean
  readonly etag: boolean
  readonly pagination: {
    readonly defaultPageSize: number
    readonly maxPageSize: number
    /** Seconds that a cursor lives; undefined when cursors are not offered. */
    readonly cursorTimeoutSeconds: number | undefined
  }
  /** The first one is the primary. */
  readonly authenticationSchemes: readonly AuthenticationScheme[]
  readonly documentationUri?: string
  readonly interopProfileConformant: boolean
}

/** A way to authenticate; `oauth2` is client credentials, `oauthbearertoken` a static token. */
export interface AuthenticationScheme {
  readonly type: 'oauth2' | 'oauthbearertoken'
  readonly name: string
  readonly description: string
  readonly specUri?: string
}

/** A static bearer token. */
export const bearerTokenScheme: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'OAuth Bearer Token',
  description: 'A bearer token that an administrator of the workspace issues.',
  specUri: 'https://www.rfc-editor.org/info/rfc6750',
}

/** OAuth 2.0 client credentials. */
export const clientCredentialsScheme: AuthenticationScheme = {
  type: 'oauth2',
  name: 'OAuth 2.0 client credentials',
  description: "Access tokens from the connection's token endpoint.",
  specUri: 'https://www.rfc-editor.org/info/rfc6749',
}

/** The JSON of `/ServiceProviderConfig`. */
export interface ServiceProviderConfigResource {
  readonly schemas: readonly ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig']
  readonly documentationUri?: string
  readonly patch: { readonly supported: boolean }
  readonly bulk: {
    readonly supported: boolean
    readonly maxOperations: number
    readonly maxPayloadSize: number
  }
  readonly filter: { readonly supported: boolean; readonly maxResults: number }
  readonly changePassword: { readonly supported: false }
  readonly sort: { readonly supported: boolean }
  readonly etag: { readonly supported: boolean }
  readonly pagination: {
    readonly cursor: boolean
    readonly index: true
    readonly defaultPaginationMethod: 'index'
    readonly defaultPageSize: number
    readonly maxPageSize: number
    readonly cursorTimeout?: number
  }
  readonly securityEvents: {
    readonly asyncRequest: 'none'
    readonly eventUris: readonly string[]
  }
  readonly authenticationSchemes: readonly (AuthenticationScheme & { readonly primary: boolean })[]
  readonly RolesAndEntitlements: {
    readonly roles: {
      readonly supported: true
      readonly multipleRolesSupported: true
      readonly primarySupported: true
      readonly typeSupported: false
    }
    readonly entitlements: { readonly supported: false }
  }
  readonly interopProfileConformant: boolean
  readonly meta: {
    readonly resourceType: 'ServiceProviderConfig'
    readonly location: string
  }
}

/** Prints the configuration; `baseUrl` is the connection's. */
export function serviceProviderConfigToResource(
  features: ServiceProviderFeatures,
  baseUrl: string,
): ServiceProviderConfigResource {
  const { bulk, filter, pagination, documentationUri } = features
  const { cursorTimeoutSeconds } = pagination
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    ...(documentationUri === undefined ? {} : { documentationUri }),
    patch: { supported: features.patch },
    bulk: {
      supported: bulk !== undefined,
      maxOperations: bulk?.maxOperations ?? 0,
      maxPayloadSize: bulk?.maxPayloadSize ?? 0,
    },
    filter: { supported: filter !== undefined, maxResults: filter?.maxResults ?? 0 },
    changePassword: { supported: false },
    sort: { supported: features.sort },
    etag: { supported: features.etag },
    pagination: {
      cursor: cursorTimeoutSeconds !== undefined,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: pagination.defaultPageSize,
      maxPageSize: pagination.maxPageSize,
      ...(cursorTimeoutSeconds === undefined ? {} : { cursorTimeout: cursorTimeoutSeconds }),
    },
    // Hosts are sent these; requests are answered when they are done.
    securityEvents: { asyncRequest: 'none', eventUris: Object.values(provisioningEvents) },
    authenticationSchemes: features.authenticationSchemes.map((scheme, index) => ({
      ...scheme,
      primary: index === 0,
    })),
    RolesAndEntitlements: {
      roles: {
        supported: true,
        multipleRolesSupported: true,
        primarySupported: true,
        typeSupported: false,
      },
      entitlements: { supported: false },
    },
    interopProfileConformant: features.interopProfileConformant,
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  }
}
