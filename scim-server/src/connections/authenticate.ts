/** Bearer tokens. RFC 7644 §2, RFC 6750. */
import { type Database, hashToken } from '@plantel/db'

import { ScimError } from '../protocol/scim-error.ts'
import { isInNetworks } from './network-list.ts'
import type { ScimConnection } from './scim-connection-queries.ts'
import { findTokenGrant, recordTokenUse, type ScimTokenGrant } from './scim-token-queries.ts'

/** What a request says about who sends it. */
export interface PresentedCredential {
  readonly authorization: string | undefined
  /** Of the client, or of the last proxy that is not trusted. */
  readonly address: string
  readonly intent: 'read' | 'write'
}

/** Says whose request it is, or refuses: 401 for a credential that doesn't fit, 403 for what it doesn't allow. */
export type Authenticate = (
  connectionId: string,
  presented: PresentedCredential,
) => Promise<ScimConnection>

/** A revoked token works for at most this long on a replica that has just seen it. */
const freshForMs = 1_000
const maxRemembered = 10_000
const useRecordedEveryMs = 60_000

interface RememberedGrant {
  readonly grant: ScimTokenGrant
  /** Of the clock that never goes back. */
  readonly until: number
  lastUsedAt: number
}

/** A look-up that others may wait for, until what it reads could be too old for them. */
interface LookUp {
  readonly until: number
  readonly found: Promise<RememberedGrant | undefined>
}

/** Looks tokens up by hash and remembers each for a second: the look-up costs more than a keyed read. */
export function createAuthenticate(db: Database): Authenticate {
  const remembered = new Map<string, RememberedGrant>()
  const underWay = new Map<string, LookUp>()

  async function findGrant(plainToken: string): Promise<RememberedGrant | undefined> {
    const hash = hashToken(plainToken)
    const key = hash.toString('base64')
    const known = remembered.get(key)
    const now = performance.now()
    if (known !== undefined && known.until > now) return known
    remembered.delete(key)
    // Those who ask together wait for one answer.
    const asked = underWay.get(key)
    if (asked !== undefined && asked.until > now) return asked.found
    const found = lookUp(hash, key, now)
    const own = { until: now + freshForMs, found }
    underWay.set(key, own)
    try {
      return await found
    } finally {
      if (underWay.get(key) === own) underWay.delete(key)
    }
  }

  /** `askedAt` is before the look-up: what it read may have been revoked while its answer was under way. */
  async function lookUp(
    hash: Buffer,
    key: string,
    askedAt: number,
  ): Promise<RememberedGrant | undefined> {
    const grant = await findTokenGrant(db, hash)
    if (grant === undefined) return undefined
    if (remembered.size >= maxRemembered) remembered.clear()
    const lastUsedAt = grant.lastUsedAt?.getTime() ?? -Infinity
    const found = { grant, until: askedAt + freshForMs, lastUsedAt }
    remembered.set(key, found)
    return found
  }

  async function recordUse(found: RememberedGrant, address: string): Promise<void> {
    if (Date.now() - found.lastUsedAt <= useRecordedEveryMs) return
    found.lastUsedAt = Date.now()
    await recordTokenUse(db, found.grant, address)
  }

  return async (connectionId, { authorization, address, intent }) => {
    const credential = readCredential(authorization)
    const found = credential === undefined ? undefined : await findGrant(credential.plainToken)
    if (credential === undefined || found === undefined) throw unauthorized()
    const { connection, expiresAt, revokedAt, allowedNetworks, scope } = found.grant
    // A token of another connection is answered like a wrong one: it must not tell what exists.
    if (connection.id !== connectionId) throw unauthorized()
    if (!credential.bearer && connection.idp !== 'okta') throw unauthorized()
    if (revokedAt !== null || expiresAt.getTime() <= Date.now()) throw unauthorized()
    // Whoever stole a token must not learn that only their address is wrong.
    if (!isInNetworks(address, allowedNetworks)) throw unauthorized()
    await recordUse(found, address)
    if (connection.state !== 'active') {
      throw ScimError.status(403, 'This SCIM connection is not active.')
    }
    if (intent === 'write' && scope === 'read') {
      throw ScimError.status(403, 'This token may read and change nothing.')
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
