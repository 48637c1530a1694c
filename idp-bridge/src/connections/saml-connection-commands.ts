import { createId, type Sealer, type SsoProvisioning, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import type { IdpMetadata } from '../saml/metadata/parse-idp-metadata.ts'
import type { CertifiedKey } from '../saml/self-signed-certificate.ts'
import { addKey } from './connection-key-store.ts'
import { requireRoles } from './provisioning-roles.ts'
import { recordConnection } from './record-connection.ts'
import type { SsoBinding } from './sso-connection.ts'

export interface SamlConnectionDraft {
  name: string
  metadata: IdpMetadata
  /** Where the metadata was read, and will be read again; undefined when it was pasted. */
  metadataUrl?: string | undefined
  /** Made before the transaction begins: it takes a while. */
  key: CertifiedKey
  binding?: SsoBinding | undefined
  provisioning?: SsoProvisioning | null | undefined
}

/** Links the workspace to a SAML identity provider; people may sign in through it at once. */
export async function createSamlConnection(
  trx: WorkspaceTransaction,
  sealer: Sealer,
  draft: SamlConnectionDraft,
): Promise<{ id: string }> {
  const { query, workspaceId } = trx
  const id = createId()
  const binding = draft.binding ?? { claim: 'NameID', attribute: 'externalId' }
  await requireRoles(trx, draft.provisioning)
  await query
    .insertInto('sso_connections')
    .values({
      workspace_id: workspaceId,
      id,
      name: draft.name,
      kind: 'saml',
      state: 'active',
      issuer: draft.metadata.entityId,
      binding_claim: binding.claim,
      binding_attribute: binding.attribute,
      provisioning: draft.provisioning == null ? null : JSON.stringify(draft.provisioning),
    })
    .execute()
  await query
    .insertInto('saml_settings')
    .values({
      workspace_id: workspaceId,
      connection_id: id,
      sign_on_url: draft.metadata.signOnUrl,
      sign_on_binding: draft.metadata.signOnBinding,
      metadata_url: draft.metadataUrl ?? null,
      metadata_due_at: draft.metadataUrl === undefined ? null : tomorrow(),
      logout_url: draft.metadata.logout?.url ?? null,
      logout_binding: draft.metadata.logout?.binding ?? null,
    })
    .execute()
  await addIdpCertificates(trx, id, draft.metadata)
  await addKey(trx, sealer, id, 'current', draft.key)
  const { entityId, signOnUrl, certificates } = draft.metadata
  const fingerprints = certificates.map(({ fingerprint }) => fingerprint)
  const after = { name: draft.name, kind: 'saml', entityId, signOnUrl, fingerprints }
  await recordConnection(trx, 'sso_connection.created', id, null, after)
  return { id }
}

function tomorrow(): RawBuilder<Date> {
  return sql<Date>`now() + interval '1 day'`
}

/** Keeps what is there: while an identity provider changes its key, both sign. Answers which are new. */
async function addIdpCertificates(
  { query, workspaceId }: WorkspaceTransaction,
  connectionId: string,
  { certificates }: IdpMetadata,
): Promise<string[]> {
  const added = await query
    .insertInto('saml_idp_certificates')
    .values(
      certificates.map(({ fingerprint, certificate, expiresAt }) => ({
        workspace_id: workspaceId,
        connection_id: connectionId,
        fingerprint,
        certificate,
        expires_at: expiresAt,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('fingerprint')
    .execute()
  return added.map(({ fingerprint }) => fingerprint)
}

/** What new metadata of an identity provider changed. */
export interface MetadataDifference {
  signOnMoved: boolean
  /** Fingerprints of certificates that are believed from now on. */
  added: readonly string[]
  /** Fingerprints of those that are no longer published; they stay until somebody takes them out. */
  unpublished: readonly string[]
}

/**
 * Takes over what an identity provider now says about itself; another entity id is another identity provider, and
 * answers `other-entity`. Undefined when the workspace has no such SAML connection.
 */
export async function refreshSamlConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
  metadata: IdpMetadata,
): Promise<MetadataDifference | 'other-entity' | undefined> {
  const { query, workspaceId } = trx
  const row = await query
    .selectFrom('sso_connections')
    .innerJoin('saml_settings', (join) =>
      join
        .onRef('saml_settings.workspace_id', '=', 'sso_connections.workspace_id')
        .onRef('saml_settings.connection_id', '=', 'sso_connections.id'),
    )
    .select(['issuer', 'sign_on_url', 'sign_on_binding'])
    .where('sso_connections.workspace_id', '=', workspaceId)
    .where('sso_connections.id', '=', connectionId)
    .forUpdate('sso_connections')
    .executeTakeFirst()
  if (row === undefined) return undefined
  if (row.issuer !== metadata.entityId) return 'other-entity'
  const { logout } = metadata
  await query
    .updateTable('saml_settings')
    .set((eb) => ({
      sign_on_url: metadata.signOnUrl,
      sign_on_binding: metadata.signOnBinding,
      // Where it no longer takes messages of single logout, the old address is still the best there is.
      ...(logout === undefined ? {} : { logout_url: logout.url, logout_binding: logout.binding }),
      metadata_read_at: trx.now,
      metadata_due_at: eb.case().when('metadata_url', 'is', null).then(null).else(tomorrow()).end(),
    }))
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .execute()
  const added = await addIdpCertificates(trx, connectionId, metadata)
  const published = metadata.certificates.map(({ fingerprint }) => fingerprint)
  const unpublished = await query
    .selectFrom('saml_idp_certificates')
    .select('fingerprint')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('fingerprint', 'not in', published)
    .orderBy('fingerprint')
    .execute()
  const signOnMoved =
    row.sign_on_url !== metadata.signOnUrl || row.sign_on_binding !== metadata.signOnBinding
  if (signOnMoved || added.length > 0) {
    const before = { signOnUrl: row.sign_on_url, signOnBinding: row.sign_on_binding }
    const { signOnUrl, signOnBinding } = metadata
    const after = { signOnUrl, signOnBinding, addedFingerprints: added }
    await recordConnection(trx, 'sso_connection.metadata_changed', connectionId, before, after)
  }
  return { signOnMoved, added, unpublished: unpublished.map(({ fingerprint }) => fingerprint) }
}

/**
 * Believes a certificate no longer. The last one stays: without any, nobody could sign in.
 */
export async function removeIdpCertificate(
  trx: WorkspaceTransaction,
  connectionId: string,
  fingerprint: string,
): Promise<'removed' | 'unknown' | 'last-one'> {
  const { query, workspaceId } = trx
  const known = await query
    .selectFrom('saml_idp_certificates')
    .select('fingerprint')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .forUpdate()
    .execute()
  if (!known.some((each) => each.fingerprint === fingerprint)) return 'unknown'
  if (known.length === 1) return 'last-one'
  await query
    .deleteFrom('saml_idp_certificates')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('fingerprint', '=', fingerprint)
    .execute()
  const before = { fingerprint }
  await recordConnection(trx, 'sso_connection.certificate_removed', connectionId, before, null)
  return 'removed'
}
