/** Bearer tokens. RFC 7644 §2, RFC 6750. */
import { type Database, hashToken } from '@plantel/db'

import { ScimError } from '../protocol/scim-error.ts'
import {
  findTokenGrant,
  type ScimConnection,
  type ScimTokenGrant,
} from './scim-connection-queries.ts'

/** Says whose request it is, or refuses: 401 for a credential that doesn't fit, 403 for a paused connection. */
export type Authenticate = (
  connectionId: string,
  authorization: string | undefined,
) => Promise<ScimConnection>

/** A revoked token works for at most this long on a replica that has just seen it. */
const freshForMs = 1_000
const maxRemembered = 10_000

/** Looks tokens up by hash and remembers each for a second: the look-up costs more than a keyed read. */
export function createAuthenticate(db: Database): Authenticate {
  const remembered = new Map<string, { grant: ScimTokenGrant; until: number }>()

  async function findGrant(plainToken: string): Promise<ScimTokenGrant | undefined> {
    const hash = hashToken(plainToken)
    const key = hash.toString('base64')
    const known = remembered.get(key)
    if (known !== undefined && known.until > Date.now()) return known.grant
    remembered.delete(key)
    const grant = await findTokenGrant(db, hash)
    if (grant === undefined) return undefined
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(key, { grant, until: Date.now() + freshForMs })
    return grant
  }

  return async (connectionId, authorization) => {
    const credential = readCredential(authorization)
    const grant = credential === undefined ? undefined : await findGrant(credential.plainToken)
    if (credential === undefined || grant === undefined) throw unauthorized()
    const { connection, expiresAt, revokedAt } = grant
    // A token of another connection is answered like a wrong one: it must not tell what exists.
    if (connection.id !== connectionId) throw unauthorized()
    if (!credential.bearer && connection.idp !== 'okta') throw unauthorized()
    if (revokedAt !== null || expiresAt.getTime() <= Date.now()) throw unauthorized()
    if (connection.state !== 'active') {
      throw ScimError.status(403, 'This SCIM connection is not active.')
    }
    return connection
  }
}

/** `Bearer <token>`, or the bare token that Okta's header authentication sends. */
function readCredential(
  authorization: string | undefined,
): { plainToken: string; bearer: boolean } | undefined {
  const match = /^(?:(bearer) +)?([\w.~+/=-]+)$/i.exec(authorization?.trim() ?? '')
  const [, scheme, plainToken] = match ?? []
  return plainToken === undefined ? undefined : { plainToken, bearer: scheme !== undefined }
}

function unauthorized(): ScimError {
  return ScimError.status(401, 'The bearer token is missing, unknown or no longer valid.')
}
