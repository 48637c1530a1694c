import type { Database, RevocationReason, Sealer } from '@plantel/db'
import express, { type Request, type RequestHandler, type Response } from 'express'
import type { JWTVerifyGetKey } from 'jose'

import { findSsoConnection } from '../connections/sso-connection-store.ts'
import { revocationAddresses, type SsoConnection } from '../connections/sso-connection.ts'
import { describeError, type IdpBridgeLog } from '../log.ts'
import type { DiscoveryCache } from '../oidc/discovery-cache.ts'
import { markTokenSeen, revoke, type RevokedSubject } from '../revocation/revoke.ts'
import {
  type SecurityToken,
  SecurityTokenError,
  verifySecurityToken,
} from '../revocation/security-token.ts'
import { readLogoutToken, readSessionRevoked, readSubject } from '../revocation/token-subject.ts'
import { fieldOf } from './form.ts'

/** Where identity providers say, server to server, that somebody's access has ended. */
export interface RevocationRoutes {
  /** OpenID Connect Back-Channel Logout §2.5. */
  backchannelLogout: RequestHandler
  /** Security event tokens by push. RFC 8935. */
  securityEvents: RequestHandler
  /** Okta Universal Logout: draft-parecki-oauth-global-token-revocation §3. */
  globalTokenRevocation: RequestHandler
}

/** Reads a security event token into `req.body`. */
export const readSecurityEvent: RequestHandler = express.text({
  type: 'application/secevent+jwt',
  limit: '64kb',
})

export const readRevocationRequest: RequestHandler = express.json({ limit: '16kb' })

export function createRevocationRoutes(options: {
  db: Database
  sealer: Sealer
  publicUrl: string
  providers: DiscoveryCache
  keySetAt: (url: string) => JWTVerifyGetKey
  log: IdpBridgeLog
}): RevocationRoutes {
  const { db, sealer, publicUrl, providers, keySetAt, log } = options

  async function requireConnection(req: Request): Promise<SsoConnection> {
    const id = req.params['connection']
    const connection = typeof id === 'string' ? await findSsoConnection(db, sealer, id) : undefined
    if (connection === undefined || connection.state === 'draft') {
      throw new SecurityTokenError('invalid_request', 'There is no such connection.')
    }
    return connection
  }

  /** Who signs for the connection's identity provider, and by which keys. */
  async function sourceOf(
    connection: SsoConnection,
  ): Promise<{ issuer: string; keys: JWTVerifyGetKey }> {
    const { events } = connection
    if (events !== null) return { issuer: events.issuer, keys: keySetAt(events.jwksUrl) }
    if (connection.kind === 'oidc') {
      const metadata = (await providers.load(connection)).serverMetadata()
      if (metadata.jwks_uri !== undefined) {
        return { issuer: metadata.issuer, keys: keySetAt(metadata.jwks_uri) }
      }
    }
    throw new SecurityTokenError('invalid_issuer', 'Nobody signs events of this connection.')
  }

  /** Once for each token, on whichever replica it arrives. */
  async function heed(
    connection: SsoConnection,
    { hash, expiresAt }: SecurityToken,
    subject: RevokedSubject,
    reason: RevocationReason,
  ): Promise<string[]> {
    const { id: connectionId, workspaceId } = connection
    const place = { workspaceId, connectionId }
    if (!(await markTokenSeen(db, place, { hash, expiresAt }))) {
      throw new SecurityTokenError('invalid_request', 'The token has been used before.')
    }
    const memberIds = await revoke(db, { ...place, subject, reason })
    for (const memberId of memberIds) {
      log({ level: 'info', event: 'access.revoked', ...place, memberId, adminDetail: reason })
    }
    return memberIds
  }

  function noteRefusal(req: Request, error: SecurityTokenError): void {
    const connectionId = String(req.params['connection'])
    const adminDetail = `${error.code}: ${error.message}`
    const cause = describeError(error.cause)
    log({ level: 'warn', event: 'revocation.refused', connectionId, adminDetail, error: cause })
  }

  /** Answers a refused token in the words of the protocol; anything else is a bug. */
  function answering(
    handle: (req: Request, res: Response) => Promise<void>,
    refuse: (res: Response, error: SecurityTokenError) => void,
  ): RequestHandler {
    return async (req, res, next) => {
      res.set('cache-control', 'no-store')
      try {
        await handle(req, res)
      } catch (error) {
        if (!(error instanceof SecurityTokenError)) return next(error)
        noteRefusal(req, error)
        refuse(res, error)
      }
    }
  }

  return {
    backchannelLogout: answering(
      async (req, res) => {
        const connection = await requireConnection(req)
        if (connection.kind !== 'oidc') {
          throw new SecurityTokenError('invalid_request', 'The connection speaks SAML.')
        }
        const { issuer, keys } = await sourceOf({ ...connection, events: null })
        const token = await verifySecurityToken(fieldOf(req, 'logout_token'), {
          issuer,
          audience: [connection.clientId],
          keys,
          algorithms: [connection.idTokenAlgorithm],
          types: [undefined, 'jwt', 'logout+jwt'],
        })
        const subject = readLogoutToken(token.claims, issuer)
        if (subject === undefined) {
          throw new SecurityTokenError('invalid_request', 'This is no logout token.')
        }
        await heed(connection, token, subject, 'backchannel-logout')
        res.status(200).end()
      },
      (res, error) => {
        res.status(400).json({ error: 'invalid_request', error_description: error.message })
      },
    ),

    securityEvents: answering(async (req, res) => {
      const connection = await requireConnection(req)
      if (typeof req.body !== 'string') {
        throw new SecurityTokenError('invalid_request', 'Send application/secevent+jwt.')
      }
      const { securityEventsUrl } = revocationAddresses(publicUrl, connection.id)
      const token = await verifySecurityToken(req.body, {
        ...(await sourceOf(connection)),
        audience: [securityEventsUrl, ...(connection.kind === 'oidc' ? [connection.clientId] : [])],
        types: ['secevent+jwt'],
      })
      const subject = readSessionRevoked(token.claims, connection)
      if (subject === 'unknown') {
        throw new SecurityTokenError('invalid_request', 'The event names nobody that we know.')
      }
      // Others are acknowledged, or they would be sent for ever.
      if (subject !== 'ignored') await heed(connection, token, subject, 'session-revoked')
      res.status(202).end()
    }, refuseEvent),

    globalTokenRevocation: answering(
      async (req, res) => {
        const connection = await requireConnection(req)
        const [, bearer] = /^Bearer ([\w.~+/-]+=*)$/i.exec(req.get('authorization') ?? '') ?? []
        if (bearer === undefined) {
          throw new SecurityTokenError('authentication_failed', 'A bearer token is needed.')
        }
        const { globalTokenRevocationUrl } = revocationAddresses(publicUrl, connection.id)
        const token = await verifySecurityToken(bearer, {
          ...(await sourceOf(connection)),
          audience: [globalTokenRevocationUrl],
          types: ['global-token-revocation+jwt'],
        })
        const body: unknown = req.body
        const identifier =
          typeof body === 'object' && body !== null && 'sub_id' in body ? body.sub_id : undefined
        const subject = readSubject(identifier, connection)
        if (subject === undefined) {
          res.status(400).json({ error: 'invalid_request', error_description: 'sub_id' })
          return
        }
        const memberIds = await heed(connection, token, subject, 'universal-logout')
        res.status(memberIds.length === 0 ? 404 : 204).end()
      },
      (res, error) => {
        res.status(401).set('www-authenticate', 'Bearer error="invalid_token"')
        res.json({ error: 'invalid_token', error_description: error.message })
      },
    ),
  }
}

/** RFC 8935 §2.4. */
function refuseEvent(res: Response, error: SecurityTokenError): void {
  res.status(400).json({ err: error.code, description: error.message })
}
