import type { SsoConnectionsTable, SsoProvisioning, WorkspaceTransaction } from '@plantel/db'
import type { Selectable } from 'kysely'

import { eventsOf } from './sso-connection-store.ts'
import type { SecurityEventSource, SsoBinding } from './sso-connection.ts'

/** An SSO connection as those who manage it see it: everything but its secrets. */
export type SsoConnectionSummary = OidcConnectionSummary | SamlConnectionSummary

interface AnySummary {
  id: string
  name: string
  state: 'draft' | 'active' | 'paused'
  /** Of OpenID Connect the issuer, of SAML the identity provider's entity id. */
  issuer: string
  binding: SsoBinding
  provisioning: SsoProvisioning | null
  /** Keys in the provisioning that no role has: whoever would get one is refused. */
  unknownRoles: string[]
  events: SecurityEventSource | null
  createdAt: Date
}

interface OidcConnectionSummary extends AnySummary {
  kind: 'oidc'
  clientId: string
  /** How we prove to be the client. RFC 7591 §2. */
  clientAuthentication: 'client_secret' | 'private_key_jwt'
  idTokenAlgorithm: string
  singleLogout: boolean
  keys: KeySummary[]
}

/** A key pair of ours. */
interface KeySummary {
  state: 'next' | 'current' | 'previous'
  /** PEM, for identity providers that read no address. */
  certificate: string
  expiresAt: Date
}

interface SamlConnectionSummary extends AnySummary {
  kind: 'saml'
  signOnUrl: string
  signOnBinding: 'redirect' | 'post'
  logoutUrl: string | null
  singleLogout: boolean
  metadataUrl: string | null
  metadataReadAt: Date
  /** When it is read again; null when it was pasted. */
  metadataDueAt: Date | null
  /** The identity provider's, the newest first. */
  certificates: { fingerprint: string; expiresAt: Date; addedAt: Date }[]
  /** Ours. */
  keys: KeySummary[]
}

/** Every connection of the workspace, or the one that is named; the oldest first. */
export async function summarizeSsoConnections(
  trx: WorkspaceTransaction,
  connectionId?: string,
): Promise<SsoConnectionSummary[]> {
  const rows = await trx.query
    .selectFrom('sso_connections')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .$if(connectionId !== undefined, (query) => query.where('id', '=', connectionId ?? ''))
    .orderBy('id')
    .execute()
  const roleKeys = await readRoleKeys(trx)
  const summaries: SsoConnectionSummary[] = []
  for (const row of rows) {
    summaries.push(
      row.kind === 'oidc'
        ? {
            kind: 'oidc',
            ...anySummary(row, roleKeys),
            clientId: row.client_id ?? '',
            clientAuthentication:
              row.sealed_client_secret === null ? 'private_key_jwt' : 'client_secret',
            idTokenAlgorithm: row.id_token_algorithm ?? '',
            singleLogout: row.single_logout,
            keys: await keysOf(trx, row.id),
          }
        : {
            kind: 'saml',
            ...anySummary(row, roleKeys),
            ...(await samlPartsOf(trx, row.id)),
            keys: await keysOf(trx, row.id),
          },
    )
  }
  return summaries
}

async function readRoleKeys({
  query,
  workspaceId,
}: WorkspaceTransaction): Promise<ReadonlySet<string>> {
  const rows = await query
    .selectFrom('roles')
    .select('key')
    .where('workspace_id', '=', workspaceId)
    .where('retired_at', 'is', null)
    .execute()
  return new Set(rows.map(({ key }) => key))
}

function anySummary(
  row: Selectable<SsoConnectionsTable>,
  roleKeys: ReadonlySet<string>,
): AnySummary {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    issuer: row.issuer,
    binding: { claim: row.binding_claim, attribute: row.binding_attribute },
    provisioning: row.provisioning,
    unknownRoles: unknownIn(row.provisioning, roleKeys),
    events: eventsOf(row),
    createdAt: row.created_at,
  }
}

function unknownIn(provisioning: SsoProvisioning | null, roleKeys: ReadonlySet<string>): string[] {
  const { defaultRole = null, roles = [] } = provisioning ?? {}
  const named = [...(defaultRole === null ? [] : [defaultRole]), ...roles.map(({ role }) => role)]
  return [...new Set(named)].filter((key) => !roleKeys.has(key))
}

async function samlPartsOf(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
): Promise<Omit<SamlConnectionSummary, keyof AnySummary | 'kind' | 'keys'>> {
  const settings = await query
    .selectFrom('saml_settings')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .executeTakeFirstOrThrow()
  const certificates = await query
    .selectFrom('saml_idp_certificates')
    .select(['fingerprint', 'expires_at as expiresAt', 'added_at as addedAt'])
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .orderBy('added_at', 'desc')
    .orderBy('fingerprint')
    .execute()
  return {
    signOnUrl: settings.sign_on_url,
    signOnBinding: settings.sign_on_binding,
    logoutUrl: settings.logout_url,
    singleLogout: settings.single_logout,
    metadataUrl: settings.metadata_url,
    metadataReadAt: settings.metadata_read_at,
    metadataDueAt: settings.metadata_due_at,
    certificates,
  }
}

async function keysOf(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
): Promise<KeySummary[]> {
  return query
    .selectFrom('saml_keys')
    .select(['state', 'certificate', 'expires_at as expiresAt'])
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .orderBy('created_at', 'desc')
    .execute()
}
