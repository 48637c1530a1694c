import { createHash } from 'node:crypto'

import type { Database } from '@plantel/db'

import { samlAddresses, type SamlConnection } from '../../connections/sso-connection.ts'
import type { IdpBridgeLog } from '../../log.ts'
import { markTokenSeen, revoke } from '../../revocation/revoke.ts'
import { decodeMessage } from '../guard/decode-message.ts'
import { SamlRefusal } from '../guard/saml-refusal.ts'
import { createRequestId, currentKey, maxAgeMs, skewMs } from '../saml-protocol.ts'
import {
  type LogoutRequest,
  readAnsweredRequest,
  readLogoutRequest,
  verifyPostedRequest,
  writeLogoutRequest,
  writeLogoutResponse,
} from './logout-message.ts'
import { readSignedRedirect, readUnverifiedRedirect, signedRedirect } from './redirect-message.ts'
import { rememberLogout, takeLogout } from './sso-logout-store.ts'

/** A message as it came: by redirect the query as it was sent, by POST the form's values. */
export type CarriedMessage =
  | { binding: 'redirect'; query: string; relayState: string | undefined }
  | { binding: 'post'; request: string; response: string; relayState: string | undefined }

/** Signing out here and at the identity provider together. Off unless the connection says so. */
export interface SamlLogout {
  /** The address of the identity provider that ends the person's session there, and then leads to `returnTo`. */
  begin: (
    connection: SamlConnection,
    person: { nameId: string; nameFormat: string | null; sessionIndex: string | null },
    returnTo: string,
  ) => Promise<string>
  /** Where to send the browser: a request has been heeded, or an answer to ours has come. Throws `SamlRefusal`. */
  receive: (connection: SamlConnection, message: CarriedMessage) => Promise<string>
}

export function createSamlLogout(options: {
  db: Database
  publicUrl: string
  log: IdpBridgeLog
  /** Where people land whose way nobody remembers. */
  signedOutPath: string
}): SamlLogout {
  const { db, publicUrl, log, signedOutPath } = options

  async function heed(connection: SamlConnection, request: LogoutRequest): Promise<void> {
    const { id: connectionId, workspaceId, issuer } = connection
    const hash = createHash('sha256').update(`logout ${request.id}`).digest()
    const token = { hash, expiresAt: request.expiresAt }
    if (!(await markTokenSeen(db, { workspaceId, connectionId }, token))) {
      throw new SamlRefusal('replay')
    }
    const memberIds = await revoke(db, {
      workspaceId,
      connectionId,
      subject: { kind: 'subject', issuer, subject: request.nameId },
      reason: 'single-logout',
    })
    for (const memberId of memberIds) {
      const adminDetail = 'single-logout'
      log({
        level: 'info',
        event: 'access.revoked',
        workspaceId,
        connectionId,
        memberId,
        adminDetail,
      })
    }
  }

  return {
    async begin(connection, person, returnTo) {
      const { url: destination } = logoutOf(connection)
      const { id: connectionId, workspaceId } = connection
      const requestId = createRequestId()
      await rememberLogout(db, { workspaceId, connectionId, requestId, returnTo })
      const { spEntityId } = samlAddresses(publicUrl, connectionId)
      const sender = { id: requestId, destination, spEntityId, now: new Date() }
      const xml = writeLogoutRequest(sender, person)
      const message = { parameter: 'SAMLRequest', xml, relayState: requestId } as const
      return signedRedirect(destination, message, currentKey(connection).privateKey)
    },

    async receive(connection, message) {
      const { url: destination } = logoutOf(connection)
      const { id: connectionId, workspaceId, idpCertificates } = connection
      const { logoutUrl, spEntityId } = samlAddresses(publicUrl, connectionId)
      if (!isRequest(message)) {
        const answered = readAnsweredRequest(await readResponse(message))
        return (await takeLogout(db, { workspaceId, connectionId }, answered)) ?? signedOutPath
      }
      const xml =
        message.binding === 'redirect'
          ? await readSignedRedirect(message.query, 'SAMLRequest', idpCertificates)
          : await verifyPostedRequest(message.request, idpCertificates)
      const now = new Date()
      const idpEntityId = connection.issuer
      const expected = { idpEntityId, logoutUrl, now, skewMs, maxAgeMs }
      const request = readLogoutRequest(xml, expected)
      await heed(connection, request)
      const sender = { id: createRequestId(), destination, spEntityId, now }
      const answer = writeLogoutResponse(sender, request.id)
      const { relayState } = message
      const carried = { parameter: 'SAMLResponse', xml: answer, relayState } as const
      return signedRedirect(destination, carried, currentKey(connection).privateKey)
    },
  }
}

function logoutOf({ logout }: SamlConnection): { url: string } {
  if (logout === null) throw new SamlRefusal('destination', 'single logout is off')
  return logout
}

function isRequest(message: CarriedMessage): boolean {
  return message.binding === 'post'
    ? message.request !== ''
    : new URLSearchParams(message.query).has('SAMLRequest')
}

async function readResponse(message: CarriedMessage): Promise<string> {
  if (message.binding === 'redirect') return readUnverifiedRedirect(message.query, 'SAMLResponse')
  return decodeMessage(message.response)
}
