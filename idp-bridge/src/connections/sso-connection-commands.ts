import { createId, type Sealer, type WorkspaceTransaction } from '@plantel/db'

import { clientSecretPlace } from './sso-connection-store.ts'
import type { IdTokenAlgorithm, SsoBinding } from './sso-connection.ts'

export interface SsoConnectionDraft {
  name: string
  /** As the provider's discovery document writes it. */
  issuer: string
  clientId: string
  clientSecret: string
  idTokenAlgorithm?: IdTokenAlgorithm | undefined
  binding?: SsoBinding | undefined
}

/** Links the workspace to an OpenID provider; people may sign in through it at once. */
export async function createSsoConnection(
  trx: WorkspaceTransaction,
  sealer: Sealer,
  draft: SsoConnectionDraft,
): Promise<{ id: string }> {
  const id = createId()
  const binding = draft.binding ?? { claim: 'sub', attribute: 'externalId' }
  await trx.query
    .insertInto('sso_connections')
    .values({
      workspace_id: trx.workspaceId,
      id,
      name: draft.name,
      kind: 'oidc',
      state: 'active',
      issuer: draft.issuer,
      client_id: draft.clientId,
      sealed_client_secret: sealer.seal(draft.clientSecret, clientSecretPlace),
      id_token_algorithm: draft.idTokenAlgorithm ?? 'RS256',
      binding_claim: binding.claim,
      binding_attribute: binding.attribute,
    })
    .execute()
  return { id }
}

/** Points an OpenID connection elsewhere or renews its secret; false when the workspace has no such one. */
export async function updateSsoConnection(
  trx: WorkspaceTransaction,
  sealer: Sealer,
  connectionId: string,
  change: { issuer?: string | undefined; clientSecret?: string | undefined },
): Promise<boolean> {
  const row = await trx.query
    .updateTable('sso_connections')
    .set((eb) => ({
      issuer: change.issuer ?? eb.ref('issuer'),
      sealed_client_secret:
        change.clientSecret === undefined
          ? eb.ref('sealed_client_secret')
          : sealer.seal(change.clientSecret, clientSecretPlace),
    }))
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', connectionId)
    .where('kind', '=', 'oidc')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
