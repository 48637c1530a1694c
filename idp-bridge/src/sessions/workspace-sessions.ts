import { type Database, inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import type { Request, Response } from 'express'
import session from 'express-session'
import passport from 'passport'

import { shortId } from '../cookies.ts'
import { type SignedInMember, SsoStrategy } from '../sign-in/sso-strategy.ts'
import { systemActor } from '../system-actor.ts'
import { SessionStore } from './session-store.ts'

/** A member who is signed in with Plantel in this browser, and since when. */
export interface SessionMember extends SignedInMember {
  signedInAt: Date
}

/** Sessions with Plantel: one cookie for each workspace, so that two workspaces in two tabs never meet. */
export interface WorkspaceSessions {
  read: (req: Request, res: Response, workspaceId: string) => Promise<SessionMember | undefined>
  /**
   * Begins a new session for whom `resolve` gives, in one transaction with what it does; passes on what it throws, and
   * then nothing has happened.
   */
  signIn: (
    req: Request,
    res: Response,
    workspaceId: string,
    resolve: (trx: WorkspaceTransaction) => Promise<SignedInMember>,
  ) => Promise<void>
  signOut: (req: Request, res: Response, workspaceId: string) => Promise<void>
}

export function createWorkspaceSessions(options: {
  db: Database
  publicUrl: string
  /** Signs the session cookies. */
  cookieKey: Buffer
}): WorkspaceSessions {
  const isSecure = new URL(options.publicUrl).protocol === 'https:'
  const authenticator = new passport.Passport()
  authenticator.serializeUser((user, done) => done(null, user))

  function cookieName(workspaceId: string): string {
    return `${isSecure ? '__Host-' : ''}plantel-${shortId(workspaceId)}`
  }

  const cookie = { httpOnly: true, secure: isSecure, sameSite: 'lax', path: '/' } as const

  async function open(req: Request, res: Response, workspaceId: string): Promise<SessionStore> {
    const store = new SessionStore(options.db, workspaceId)
    const middleware = session({
      name: cookieName(workspaceId),
      secret: options.cookieKey,
      store,
      cookie,
      proxy: true,
      resave: false,
      saveUninitialized: false,
    })
    await settle((next) => middleware(req, res, next))
    return store
  }

  return {
    async read(req, res, workspaceId) {
      await open(req, res, workspaceId)
      const { passport: login, signedInAt } = req.session
      if (login === undefined || signedInAt === undefined) return undefined
      return { ...login.user, signedInAt: new Date(signedInAt) }
    },

    async signIn(req, res, workspaceId, resolve) {
      const store = await open(req, res, workspaceId)
      const begin = (trx: WorkspaceTransaction): Promise<void> => {
        const strategy = new SsoStrategy(() => resolve(trx))
        const authenticate = authenticator.authenticate(strategy) as (
          req: Request,
          res: Response,
          next: (error?: unknown) => void,
        ) => void
        return store.join(trx, () => settle((next) => authenticate(req, res, next)))
      }
      try {
        await inWorkspace(options.db, workspaceId, systemActor(), begin, { eager: true })
      } catch (error) {
        // Else it would be stored when the response ends, without what belonged to it.
        Reflect.deleteProperty(req, 'session')
        throw error
      }
    },

    async signOut(req, res, workspaceId) {
      await open(req, res, workspaceId)
      await settle((next) => void req.session.destroy(next))
      res.clearCookie(cookieName(workspaceId), cookie)
    },
  }
}

function settle(run: (next: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    run((error) => {
      if (error === undefined || error === null) resolve()
      else reject(error instanceof Error ? error : new Error('Sign-in failed.', { cause: error }))
    })
  })
}
