import type { RevokedSubject } from './revoke.ts'

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 1_024 ? value : undefined
}

/**
 * Whom a subject identifier means, among the people of a connection; undefined for formats and issuers that are none of
 * ours. RFC 9493 §3; of a complex one (SSF §3.2) the user, or else the session.
 */
export function readSubject(
  identifier: unknown,
  connection: { issuer: string; events: { issuer: string } | null },
): RevokedSubject | undefined {
  if (!isFields(identifier)) return undefined
  switch (identifier['format']) {
    case 'iss_sub': {
      const subject = textOf(identifier['sub'])
      const issuers = [connection.issuer, connection.events?.issuer]
      if (subject === undefined || !issuers.includes(textOf(identifier['iss']) ?? '')) {
        return undefined
      }
      return { kind: 'subject', issuer: connection.issuer, subject }
    }
    case 'opaque': {
      const subject = textOf(identifier['id'])
      return subject === undefined
        ? undefined
        : { kind: 'subject', issuer: connection.issuer, subject }
    }
    case 'email': {
      const email = textOf(identifier['email'])
      return email === undefined ? undefined : { kind: 'email', email }
    }
    case 'complex': {
      const user = readSubject(identifier['user'], connection)
      if (user !== undefined) return user
      const session = identifier['session']
      const id = isFields(session) ? textOf(session['id']) : undefined
      return id === undefined ? undefined : { kind: 'session', session: id }
    }
    default:
      return undefined
  }
}

const sessionRevoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

/**
 * Whom a security event token signs out: `ignored` when it is about something else, `unknown` when it names nobody that
 * we could find. CAEP §3.1; the subject is `sub_id`, or within the event as drafts had it.
 */
export function readSessionRevoked(
  claims: Fields,
  connection: { issuer: string; events: { issuer: string } | null },
): RevokedSubject | 'ignored' | 'unknown' {
  const { events } = claims
  const event = isFields(events) ? events[sessionRevoked] : undefined
  if (!isFields(event)) return 'ignored'
  return readSubject(claims['sub_id'] ?? event['subject'], connection) ?? 'unknown'
}

const backchannelLogout = 'http://schemas.openid.net/event/backchannel-logout'

/** Whom a logout token signs out; undefined when it is none. OpenID Connect Back-Channel Logout §2.4. */
export function readLogoutToken(claims: Fields, issuer: string): RevokedSubject | undefined {
  const { events } = claims
  if (!isFields(events) || !isFields(events[backchannelLogout])) return undefined
  const subject = textOf(claims['sub'])
  if (subject !== undefined) return { kind: 'subject', issuer, subject }
  const session = textOf(claims['sid'])
  return session === undefined ? undefined : { kind: 'session', session }
}
