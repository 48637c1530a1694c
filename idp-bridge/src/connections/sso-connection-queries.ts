import type { Sealer, WorkspaceTransaction } from '@plantel/db'

import { oidcPartsOf } from './sso-connection-store.ts'
import type { IdTokenAlgorithm, SsoBinding } from './sso-connection.ts'

/** An SSO connection to an OpenID provider as those who manage it see it. */
export interface SsoConnectionView {
  id: string
  name: string
  kind: 'oidc'
  state: 'draft' | 'active' | 'paused'
  issuer: string
  clientId: string
  idTokenAlgorithm: IdTokenAlgorithm
  binding: SsoBinding
  /** Whether this is the client secret, which is shown to nobody. */
  hasSecret: (plain: string) => boolean
}

/** Every connection of the workspace to an OpenID provider, the oldest first. */
export async function listSsoConnections(
  trx: WorkspaceTransaction,
  sealer: Sealer,
): Promise<SsoConnectionView[]> {
  const rows = await trx.query
    .selectFrom('sso_connections')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('kind', '=', 'oidc')
    .orderBy('id')
    .execute()
  return rows.map((row) => {
    const { clientId, clientSecret, idTokenAlgorithm } = oidcPartsOf(row, sealer)
    return {
      id: row.id,
      name: row.name,
      kind: 'oidc',
      state: row.state,
      issuer: row.issuer,
      clientId,
      idTokenAlgorithm,
      binding: { claim: row.binding_claim, attribute: row.binding_attribute },
      hasSecret: (plain) => clientSecret === plain,
    }
  })
}
