import { createId, type Sealer, type SsoProvisioning, type WorkspaceTransaction } from '@plantel/db'
import { lockRules, signOutMember } from '@plantel/team'

import type { CertifiedKey } from '../saml/self-signed-certificate.ts'
import { addKey, deleteKeys } from './connection-key-store.ts'
import { requireRoles } from './provisioning-roles.ts'
import { recordConnection } from './record-connection.ts'
import { clientSecretPlace } from './sso-connection-store.ts'
import type { IdTokenAlgorithm, SecurityEventSource, SsoBinding } from './sso-connection.ts'

export interface SsoConnectionDraft {
  name: string
  /** As the provider's discovery document writes it. */
  issuer: string
  clientId: string
  /** Or a key of ours, made before the transaction begins: it takes a while. */
  credential: { clientSecret: string } | { key: CertifiedKey }
  idTokenAlgorithm?: IdTokenAlgorithm | undefined
  binding?: SsoBinding | undefined
  provisioning?: SsoProvisioning | null | undefined
}

/** Links the workspace to an OpenID provider; people may sign in through it at once. */
export async function createSsoConnection(
  trx: WorkspaceTransaction,
  sealer: Sealer,
  draft: SsoConnectionDraft,
): Promise<{ id: string }> {
  const id = createId()
  const { credential } = draft
  const binding = draft.binding ?? { claim: 'sub', attribute: 'externalId' }
  await requireRoles(trx, draft.provisioning)
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
      sealed_client_secret:
        'key' in credential ? null : sealer.seal(credential.clientSecret, clientSecretPlace),
      id_token_algorithm: draft.idTokenAlgorithm ?? 'RS256',
      binding_claim: binding.claim,
      binding_attribute: binding.attribute,
      provisioning: draft.provisioning == null ? null : JSON.stringify(draft.provisioning),
    })
    .execute()
  if ('key' in credential) await addKey(trx, sealer, id, 'current', credential.key)
  const { name, issuer, clientId } = draft
  const after = { name, kind: 'oidc', issuer, clientId }
  await recordConnection(trx, 'sso_connection.created', id, null, after)
  return { id }
}

/** What may be changed of a connection; what is absent stays. */
export interface SsoConnectionEdit {
  name?: string | undefined
  state?: 'active' | 'paused' | undefined
  binding?: SsoBinding | undefined
  provisioning?: SsoProvisioning | null | undefined
  events?: SecurityEventSource | null | undefined
  /** Of OpenID Connect, as the next ones. */
  issuer?: string | undefined
  clientId?: string | undefined
  clientSecret?: string | undefined
  idTokenAlgorithm?: IdTokenAlgorithm | undefined
  /** Whether signing out here signs out there; by SAML also the other way. */
  singleLogout?: boolean | undefined
}

const ofOidc = ['issuer', 'clientId', 'clientSecret', 'idTokenAlgorithm'] as const

/**
 * Changes a connection. `wrong-kind` when something is said that connections of its kind don't have, `no-logout-address`
 * when its identity provider takes no messages of single logout. Throws `role-unknown`, `role-not-mappable` and
 * `claims-beside-directory`.
 */
export async function editSsoConnection(
  trx: WorkspaceTransaction,
  sealer: Sealer,
  connectionId: string,
  edit: SsoConnectionEdit,
): Promise<'changed' | 'unknown' | 'wrong-kind' | 'no-logout-address'> {
  // Before the connection: whoever signs in holds the rules, and then links themselves to it.
  if (edit.provisioning?.roleClaim !== undefined) await lockRules(trx)
  const row = await trx.query
    .selectFrom('sso_connections')
    .select(['kind', 'name', 'state', 'issuer', 'client_id', 'binding_claim', 'binding_attribute'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', connectionId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return 'unknown'
  if (row.kind === 'saml' && ofOidc.some((name) => edit[name] !== undefined)) return 'wrong-kind'
  if (row.kind === 'saml' && edit.singleLogout !== undefined) {
    if (!(await setSingleLogout(trx, connectionId, edit.singleLogout))) return 'no-logout-address'
  }
  if (edit.clientSecret !== undefined) await deleteKeys(trx, connectionId)
  await requireRoles(trx, edit.provisioning)
  const columns = columnsOf(
    row.kind === 'saml' ? { ...edit, singleLogout: undefined } : edit,
    sealer,
  )
  if (Object.keys(columns).length > 0) {
    await trx.query
      .updateTable('sso_connections')
      .set(columns)
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', connectionId)
      .execute()
  }
  const { clientSecret, ...shown } = edit
  const renewed = clientSecret === undefined ? {} : { clientSecret: 'renewed' }
  const { kind: _, ...before } = row
  await recordConnection(trx, 'sso_connection.changed', connectionId, before, {
    ...shown,
    ...renewed,
  })
  return 'changed'
}

type Columns = Record<string, string | boolean | null>

function columnsOf(edit: SsoConnectionEdit, sealer: Sealer): Columns {
  const { binding, clientSecret, events, provisioning } = edit
  const columns: Record<string, Columns[string] | undefined> = {
    name: edit.name,
    state: edit.state,
    issuer: edit.issuer,
    client_id: edit.clientId,
    id_token_algorithm: edit.idTokenAlgorithm,
    binding_claim: binding?.claim,
    binding_attribute: binding?.attribute,
    sealed_client_secret:
      clientSecret === undefined ? undefined : sealer.seal(clientSecret, clientSecretPlace),
    provisioning: provisioning == null ? provisioning : JSON.stringify(provisioning),
    events_issuer: events === null ? null : events?.issuer,
    events_jwks_url: events === null ? null : events?.jwksUrl,
    single_logout: edit.singleLogout,
  }
  const said = Object.entries(columns).filter(
    (entry): entry is [string, string | boolean | null] => entry[1] !== undefined,
  )
  return Object.fromEntries(said)
}

async function setSingleLogout(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
  isOn: boolean,
): Promise<boolean> {
  const { numUpdatedRows } = await query
    .updateTable('saml_settings')
    .set({ single_logout: isOn })
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .$if(isOn, (update) => update.where('logout_url', 'is not', null))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Points an OpenID connection elsewhere or renews its secret; false when the workspace has no such one. */
export async function updateSsoConnection(
  trx: WorkspaceTransaction,
  sealer: Sealer,
  connectionId: string,
  change: { issuer?: string | undefined; clientSecret?: string | undefined },
): Promise<boolean> {
  return (await editSsoConnection(trx, sealer, connectionId, change)) === 'changed'
}

/**
 * Deletes a connection with everything that was learnt through it, and signs out whoever came in by it. Answers how many;
 * undefined when the workspace has no such one.
 */
export async function deleteSsoConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
): Promise<{ signedOut: number } | undefined> {
  const { query, workspaceId } = trx
  const row = await query
    .selectFrom('sso_connections')
    .select(['name', 'kind', 'issuer'])
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', connectionId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return undefined
  const people = await query
    .selectFrom('sessions')
    .innerJoin('members', (join) =>
      join
        .onRef('members.workspace_id', '=', 'sessions.workspace_id')
        .onRef('members.id', '=', 'sessions.member_id'),
    )
    .select('members.id')
    .distinct()
    .where('sessions.workspace_id', '=', workspaceId)
    .where('sessions.connection_id', '=', connectionId)
    .where('members.state', '=', 'active')
    .orderBy('members.id')
    .execute()
  for (const { id } of people) await signOutMember(trx, id)
  await query
    .deleteFrom('sso_connections')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', connectionId)
    .execute()
  await recordConnection(trx, 'sso_connection.deleted', connectionId, row, null)
  return { signedOut: people.length }
}
