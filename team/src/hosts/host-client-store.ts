import { randomBytes } from 'node:crypto'

import type { Database, Schema, Sealer } from '@plantel/db'
import type { Transaction } from 'kysely'

import { TeamError } from '../errors.ts'

const secretPlace = 'host_clients.sealed_secret'

/** A host as OpenID relying party. */
export interface HostClient {
  id: string
  hostId: string
  name: string
  clientSecret: string
  redirectUris: string[]
  postLogoutRedirectUris: string[]
  backchannelLogoutUri: string | null
  initiateLoginUri: string | null
}

/** Absolute URLs, compared character by character. */
export interface HostClientDraft {
  name: string
  redirectUris: readonly string[]
  postLogoutRedirectUris: readonly string[]
  backchannelLogoutUri: string | null
  /** Where the host begins a sign-in for somebody who comes from a mail. OpenID Connect Core §4. */
  initiateLoginUri: string | null
}

/** Registers an OpenID client of a host; the secret is sealed, and shown here only. */
export async function createHostClient(
  query: Transaction<Schema>,
  sealer: Sealer,
  hostId: string,
  draft: HostClientDraft,
): Promise<{ clientId: string; clientSecret: string }> {
  const clientId = `plt_client_${randomBytes(12).toString('hex')}`
  const clientSecret = randomBytes(32).toString('base64url')
  await query
    .insertInto('host_clients')
    .values({
      id: clientId,
      host_id: hostId,
      sealed_secret: sealer.seal(clientSecret, secretPlace),
      ...columnsOf(draft),
    })
    .execute()
  return { clientId, clientSecret }
}

/** Replaces what a client may do; throws `host-client-not-found`. */
export async function updateHostClient(
  query: Transaction<Schema>,
  hostId: string,
  clientId: string,
  draft: HostClientDraft,
): Promise<void> {
  const { numUpdatedRows } = await query
    .updateTable('host_clients')
    .set(columnsOf(draft))
    .where('id', '=', clientId)
    .where('host_id', '=', hostId)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new TeamError('host-client-not-found', clientId)
}

export async function loadHostClient(
  db: Database,
  sealer: Sealer,
  clientId: string,
): Promise<HostClient | undefined> {
  const row = await db.query
    .selectFrom('host_clients')
    .selectAll()
    .where('id', '=', clientId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    id: row.id,
    hostId: row.host_id,
    name: row.name,
    clientSecret: sealer.open(row.sealed_secret, secretPlace),
    redirectUris: row.redirect_uris,
    postLogoutRedirectUris: row.post_logout_redirect_uris,
    backchannelLogoutUri: row.backchannel_logout_uri,
    initiateLoginUri: row.initiate_login_uri,
  }
}

/** The address of a host's first client that has one; undefined when none has. */
export async function findInitiateLoginUri(
  db: Database,
  hostId: string,
): Promise<string | undefined> {
  const row = await db.query
    .selectFrom('host_clients')
    .select('initiate_login_uri')
    .where('host_id', '=', hostId)
    .where('initiate_login_uri', 'is not', null)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row?.initiate_login_uri ?? undefined
}

/** A client that is told by back-channel logout. */
export interface LogoutClient {
  id: string
  hostId: string
  /** Whoever left before is not its business. */
  createdAt: Date
}

/** Every host's clients that want to be told when a session ends. */
export async function listLogoutClients(db: Database): Promise<LogoutClient[]> {
  const rows = await db.query
    .selectFrom('host_clients')
    .select(['id', 'host_id', 'created_at'])
    .where('backchannel_logout_uri', 'is not', null)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ id: row.id, hostId: row.host_id, createdAt: row.created_at }))
}

function columnsOf(draft: HostClientDraft): {
  name: string
  redirect_uris: string[]
  post_logout_redirect_uris: string[]
  backchannel_logout_uri: string | null
  initiate_login_uri: string | null
} {
  return {
    name: draft.name,
    redirect_uris: [...draft.redirectUris],
    post_logout_redirect_uris: [...draft.postLogoutRedirectUris],
    backchannel_logout_uri: draft.backchannelLogoutUri,
    initiate_login_uri: draft.initiateLoginUri,
  }
}
