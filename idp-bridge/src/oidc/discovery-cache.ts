import {
  allowInsecureRequests,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client'

import type { OidcConnection } from '../connections/sso-connection.ts'
import type { GuardedFetch } from '../outgoing/guarded-fetch.ts'
import { clientAuthOf, currentCertificate } from './client-authentication.ts'

const freshMs = 10 * 60_000

/** What we know of each connection's provider: endpoints and keys, read anew every ten minutes. */
export interface DiscoveryCache {
  load: (connection: OidcConnection) => Promise<Configuration>
  /** After a failure: the provider may have changed its endpoints or keys. */
  drop: (connectionId: string) => void
}

export function createDiscoveryCache(options: {
  fetch: GuardedFetch
  allowPrivateNetwork: readonly string[]
}): DiscoveryCache {
  const entries = new Map<
    string,
    { settings: string; readAt: number; configuration: Promise<Configuration> }
  >()

  async function discover(connection: OidcConnection): Promise<Configuration> {
    const issuer = new URL(connection.issuer)
    // Without it the library refuses http altogether; the guard still decides about every request.
    const mayUseHttp =
      issuer.protocol === 'http:' && options.allowPrivateNetwork.includes(issuer.origin)
    return discovery(
      issuer,
      connection.clientId,
      { id_token_signed_response_alg: connection.idTokenAlgorithm },
      await clientAuthOf(connection),
      {
        [customFetch]: options.fetch,
        execute: mayUseHttp
          ? [enableNonRepudiationChecks, allowInsecureRequests]
          : [enableNonRepudiationChecks],
        timeout: 5,
      },
    )
  }

  return {
    load(connection) {
      const settings = JSON.stringify([
        connection.issuer,
        connection.clientId,
        connection.clientSecret ?? currentCertificate(connection),
        connection.idTokenAlgorithm,
      ])
      const known = entries.get(connection.id)
      if (known?.settings === settings && Date.now() - known.readAt < freshMs) {
        return known.configuration
      }
      const entry = { settings, readAt: Date.now(), configuration: discover(connection) }
      entries.set(connection.id, entry)
      entry.configuration.catch(() => {
        if (entries.get(connection.id) === entry) entries.delete(connection.id)
      })
      return entry.configuration
    },
    drop(connectionId) {
      entries.delete(connectionId)
    },
  }
}
