import type { InstallationTransaction } from '@plantel/db'

import type { HostClientDraft } from './host-client-store.ts'

/** A host with all that it has registered, without secrets. */
export interface HostSettings {
  id: string
  name: string
  allowedOrigins: string[]
  clients: (HostClientDraft & { id: string })[]
  webhookEndpoints: { id: string; url: string }[]
}

/** Locks a host until the end of the transaction, so that what is read of it stays true; undefined when there is none. */
export async function lockHostSettings(
  query: InstallationTransaction,
  name: string,
): Promise<HostSettings | undefined> {
  const host = await query
    .selectFrom('hosts')
    .select(['id', 'name', 'allowed_origins as allowedOrigins'])
    .where('name', '=', name)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (host === undefined) return undefined
  const clients = await query
    .selectFrom('host_clients')
    .selectAll()
    .where('host_id', '=', host.id)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const webhookEndpoints = await query
    .selectFrom('webhook_endpoints')
    .select(['id', 'url'])
    .where('host_id', '=', host.id)
    .where('workspace_id', 'is', null)
    .where('format', '=', 'webhook')
    .orderBy('id')
    .execute()
  return {
    ...host,
    clients: clients.map((row) => ({
      id: row.id,
      name: row.name,
      redirectUris: row.redirect_uris,
      postLogoutRedirectUris: row.post_logout_redirect_uris,
      backchannelLogoutUri: row.backchannel_logout_uri,
      initiateLoginUri: row.initiate_login_uri,
    })),
    webhookEndpoints,
  }
}
