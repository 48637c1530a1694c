import type { Database } from '@plantel/db'
import type { Request, Response } from 'express'
import session from 'express-session'
import passport from 'passport'

import { shortId } from '../cookies.ts'
import { type SignedInMember, SsoStrategy } from '../sign-in/sso-strategy.ts'
import { SessionStore } from './session-store.ts'

/** A member who is signed in with Plantel in this browser, and since when. */
export interface SessionMember extends SignedInMember {
  signedInAt: Date
}

/** Sessions with Plantel: one cookie for each workspace, so that two workspaces in two tabs never meet. */
export interface WorkspaceSessions {
  read: (req: Request, res: Response, workspaceId: string) => Promise<SessionMember | undefined>
  /** Begins a new session for whom `resolve` gives; passes on what it throws. */
  signIn: (
    req: Request,
    res: Response,
    workspaceId: string,
    resolve: () => Promise<SignedInMember>,
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

  function open(req: Request, res: Response, workspaceId: string): Promise<void> {
    const middleware = session({
      name: cookieName(workspaceId),
      secret: options.cookieKey,
      store: new SessionStore(options.db, workspaceId),
      cookie,
      proxy: true,
      resave: false,
      saveUninitialized: false,
    })
    return settle((next) => middleware(req, res, next))
  }

  return {
    async read(req, res, workspaceId) {
      await open(req, res, workspaceId)
      const { passport: login, signedInAt } = req.session
      if (login === undefined || signedInAt === undefined) return undefined
      return { ...login.user, signedInAt: new Date(signedInAt) }
    },

    async signIn(req, res, workspaceId, resolve) {
      await open(req, res, workspaceId)
      const authenticate = authenticator.authenticate(new SsoStrategy(resolve)) as (
        req: Request,
        res: Response,
        next: (error?: unknown) => void,
      ) => void
      await settle((next) => authenticate(req, res, next))
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
