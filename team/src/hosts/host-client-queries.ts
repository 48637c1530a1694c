import type { Schema } from '@plantel/db'
import type { Kysely } from 'kysely'

import type { HostClientDraft } from './host-client-store.ts'

/** A client without its secret. */
export type HostClientView = HostClientDraft & { id: string }

/** The OpenID clients of a host, in the order of their making. */
export async function listHostClients(
  query: Kysely<Schema>,
  hostId: string,
): Promise<HostClientView[]> {
  const rows = await query
    .selectFrom('host_clients')
    .selectAll()
    .where('host_id', '=', hostId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    redirectUris: row.redirect_uris,
    postLogoutRedirectUris: row.post_logout_redirect_uris,
    backchannelLogoutUri: row.backchannel_logout_uri,
    initiateLoginUri: row.initiate_login_uri,
  }))
}
