import type { Database, Sealer } from '@plantel/db'
import { type HostClient, loadHostClient } from '@plantel/team'
import type { Adapter, AdapterPayload } from 'oidc-provider'

/** The client metadata in which we keep whose client it is. */
export const hostIdMetadata = 'plantel_host_id'

/** Reads the hosts' OpenID clients from their own table, each time: a changed client is a changed client at once. */
export function createClientAdapter(db: Database, sealer: Sealer): Adapter {
  return {
    async find(id) {
      // PostgreSQL takes no NUL, and the id comes from requests.
      if (id.includes('\0')) return undefined
      const client = await loadHostClient(db, sealer, id)
      return client && toClientMetadata(client)
    },
    findByUid: () => Promise.resolve(undefined),
    findByUserCode: () => Promise.resolve(undefined),
    upsert: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('OpenID clients are registered through the Host API.'))
}

function toClientMetadata(client: HostClient): AdapterPayload {
  return {
    client_id: client.id,
    client_secret: client.clientSecret,
    client_name: client.name,
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...(client.backchannelLogoutUri === null
      ? {}
      : {
          backchannel_logout_uri: client.backchannelLogoutUri,
          backchannel_logout_session_required: true,
        }),
    [hostIdMetadata]: client.hostId,
  }
}
