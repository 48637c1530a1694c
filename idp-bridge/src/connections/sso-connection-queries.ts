import type { Sealer, WorkspaceTransaction } from '@plantel/db'

import { clientSecretPlace } from './sso-connection-store.ts'
import type { IdTokenAlgorithm, SsoBinding } from './sso-connection.ts'

/** An SSO connection as those who manage it see it. */
export interface SsoConnectionView {
  id: string
  name: string
  kind: 'oidc'
  state: 'draft' | 'active' | 'disabled'
  issuer: string
  clientId: string
  idTokenAlgorithm: IdTokenAlgorithm
  binding: SsoBinding
  /** Whether this is the client secret, which is shown to nobody. */
  hasSecret: (plain: string) => boolean
}

/** Every SSO connection of the workspace, the oldest first. */
export async function listSsoConnections(
  trx: WorkspaceTransaction,
  sealer: Sealer,
): Promise<SsoConnectionView[]> {
  const rows = await trx.query
    .selectFrom('sso_connections')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    state: row.state,
    issuer: row.issuer,
    clientId: row.client_id,
    idTokenAlgorithm: row.id_token_algorithm as IdTokenAlgorithm,
    binding: { claim: row.binding_claim, attribute: row.binding_attribute },
    hasSecret: (plain) => sealer.open(row.sealed_client_secret, clientSecretPlace) === plain,
  }))
}
