/** Authorization server metadata. RFC 8414. */
import type { Database } from '@plantel/db'
import express, { type Router } from 'express'

import { assertionAlgorithms } from '../connections/client-trusts.ts'
import { scimBaseUrl } from '../connections/scim-base-url.ts'
import { findScimConnection, type ScimConnection } from '../connections/scim-connection-queries.ts'

/** Serves the metadata of every connection, to be mounted at `/.well-known/oauth-authorization-server/scim/v2`. */
export function createScimMetadata({ db, publicUrl }: { db: Database; publicUrl: string }): Router {
  const router = express.Router()
  router
    .route('/:connectionId')
    .get(async (request, response) => {
      const connection = await findScimConnection(db, request.params.connectionId)
      if (connection === undefined) {
        response.status(404).end()
        return
      }
      response.setHeader('Cache-Control', 'public, max-age=300')
      response.json(metadataOf(connection, scimBaseUrl(publicUrl, connection.id)))
    })
    .all((_request, response) => {
      response.status(405).setHeader('Allow', 'GET, HEAD')
      response.end()
    })
  return router
}

function metadataOf({ profile }: ScimConnection, issuer: string): Record<string, unknown> {
  const bySecret = profile === 'interop' ? [] : ['client_secret_basic', 'client_secret_post']
  return {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    token_endpoint_auth_methods_supported: [...bySecret, 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    grant_types_supported: ['client_credentials'],
    // Required, and empty: there is no authorization endpoint.
    response_types_supported: [],
    scopes_supported: ['scim'],
  }
}
