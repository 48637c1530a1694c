import type { IdTokenAlgorithm, SsoBinding } from '@plantel/idp-bridge'
import type { ScimRateLimit } from '@plantel/scim-server'
import type {
  HostClientDraft,
  MappingRuleDraft,
  Permission,
  WorkspaceEdit,
  WorkspaceDraft,
} from '@plantel/team'

/** What an installation should be like, as far as a file says it: what is absent stays as it is. */
export interface Plan {
  host: HostPlan
  workspaces?: readonly WorkspacePlan[] | undefined
}

/** An inbox product; known by its name. */
export interface HostPlan {
  name: string
  allowedOrigins?: readonly string[] | undefined
  /** Known by their names. */
  clients?: readonly HostClientDraft[] | undefined
  /** Addresses. */
  webhookEndpoints?: readonly string[] | undefined
}

/** A customer; known by its slug. What only a new one needs is left alone in one that there is. */
export interface WorkspacePlan extends WorkspaceEdit {
  slug: string
  preset?: string | undefined
  owner?: WorkspaceDraft['owner'] | undefined
  roles?: readonly RolePlan[] | undefined
  departments?: readonly DepartmentPlan[] | undefined
  channels?: readonly { key: string; name: string }[] | undefined
  scimConnections?: readonly ScimConnectionPlan[] | undefined
  ssoConnections?: readonly SsoConnectionPlan[] | undefined
}

/** Known by its key. */
export interface RolePlan {
  key: string
  name?: string | undefined
  /** Key of the role that a new one is ranked directly below, and is like where the plan says nothing. */
  below?: string | undefined
  permissions?: readonly Permission[] | undefined
  grantable?: readonly string[] | undefined
  conversationAccess?: 'own' | 'departments' | 'all' | undefined
}

/** Known by its name. */
export interface DepartmentPlan {
  name: string
  default?: boolean | undefined
  /** Keys of the channels that come with it. */
  channels?: readonly string[] | undefined
}

/** Known by its name. */
export interface ScimConnectionPlan {
  name: string
  idp: 'okta' | 'entra' | 'google' | 'onelogin' | 'jumpcloud' | 'generic'
  state?: 'draft' | 'active' | 'paused' | undefined
  profile?: 'compat' | 'rfc' | 'interop' | undefined
  patchResponse?: 'resource' | 'no-content' | undefined
  defaultRole?: string | null | undefined
  rateLimit?: ScimRateLimit | undefined
  /** All of them. */
  rules?: readonly MappingRuleDraft[] | undefined
}

/** Known by its name. */
export type SsoConnectionPlan = OidcConnectionPlan | SamlConnectionPlan

export interface OidcConnectionPlan {
  name: string
  kind: 'oidc'
  issuer: string
  clientId: string
  /** The environment variable that holds the secret: a file is no place for one. Or we sign with a key of ours. */
  clientSecret?: { env: string } | undefined
  clientAuthentication?: 'private_key_jwt' | undefined
  idTokenAlgorithm?: IdTokenAlgorithm | undefined
  binding?: SsoBinding | undefined
}

export interface SamlConnectionPlan {
  name: string
  kind: 'saml'
  /** An address, or a file beside the plan. */
  metadata?: string | undefined
  /** Or the metadata itself. */
  metadataXml?: string | undefined
  /** Which one, where several identity providers are in it. */
  entityId?: string | undefined
  binding?: SsoBinding | undefined
  singleLogout?: boolean | undefined
}
