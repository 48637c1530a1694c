import { randomBytes } from 'node:crypto'

import type { Company } from '../companies/company.ts'
import type { Access } from './access.ts'

/** Somebody who came in through Plantel, with the tokens that say whether they still may. */
export interface SignedIn {
  kind: 'signed-in'
  /** Plantel's member id. */
  subject: string
  sid: string | undefined
  name: string
  email: string | undefined
  access: Access
  idToken: string
  accessToken: string
  refreshToken: string | undefined
  accessTokenExpiresAt: number
}

/** Who the browser is: the owner by default, so that a newcomer sees something at once. */
export type Visitor =
  | { kind: 'owner' }
  | SignedIn
  /** Plantel ended their access, or they signed out elsewhere. */
  | { kind: 'ended'; name: string }

export interface InboxSession {
  readonly id: string
  company: Company
  visitor: Visitor
  /** Sign-ins that were begun, by `state`. */
  readonly pending: Map<string, PendingSignIn>
  /** Open pages, told when the session ends. */
  readonly pages: Set<() => void>
  lastSeenAt: number
}

interface PendingSignIn {
  company: Company
  nonce: string
  codeVerifier: string
}

/** Sessions of the demo inbox, in memory: after a restart everybody is the owner again. */
export interface InboxSessions {
  find: (id: string | undefined) => InboxSession | undefined
  begin: (company: Company, visitor: Visitor) => InboxSession
  forget: (session: InboxSession) => void
  /** Back-channel logout: every session of that `sid`, or of that person. */
  end: (logout: { sid: string | undefined; subject: string | undefined }) => number
  endOne: (session: InboxSession) => void
}

const idleMs = 8 * 60 * 60 * 1000
const mostSessions = 1000

export function createInboxSessions(): InboxSessions {
  const sessions = new Map<string, InboxSession>()

  function sweep(now: number): void {
    for (const [id, session] of sessions) {
      // A map keeps its order: the first are the oldest.
      if (now - session.lastSeenAt > idleMs || sessions.size > mostSessions) sessions.delete(id)
    }
  }

  function endOne(session: InboxSession): void {
    const { visitor } = session
    if (visitor.kind !== 'signed-in') return
    session.visitor = { kind: 'ended', name: visitor.name }
    for (const tell of session.pages) tell()
  }

  return {
    find(id) {
      const session = id === undefined ? undefined : sessions.get(id)
      if (session !== undefined) session.lastSeenAt = Date.now()
      return session
    },
    begin(company, visitor) {
      const now = Date.now()
      sweep(now)
      const session: InboxSession = {
        id: randomBytes(24).toString('base64url'),
        company,
        visitor,
        pending: new Map(),
        pages: new Set(),
        lastSeenAt: now,
      }
      sessions.set(session.id, session)
      return session
    },
    forget: (session) => void sessions.delete(session.id),
    endOne,
    end({ sid, subject }) {
      let ended = 0
      for (const session of sessions.values()) {
        const { visitor } = session
        if (visitor.kind !== 'signed-in') continue
        if (sid === undefined ? visitor.subject !== subject : visitor.sid !== sid) continue
        endOne(session)
        ended += 1
      }
      return ended
    },
  }
}
