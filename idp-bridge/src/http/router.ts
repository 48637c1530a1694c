import type { Database } from '@plantel/db'
import express, { type Router } from 'express'

import type { WorkspaceProvider } from '../provider/workspace-provider.ts'
import type { BrandRoutes } from './brand/brand-routes.ts'
import type { EmailChangeRoutes } from './email-change-routes.ts'
import { readForm, readResponseForm } from './form.ts'
import type { InvitationRoutes } from './invitation-routes.ts'
import type { OwnershipRoutes } from './ownership-routes.ts'
import { stylesheetPath } from './page.ts'
import type { PasswordRoutes } from './password-routes.ts'
import { pinOrigin } from './pin-origin.ts'
import { createProviderRoute } from './provider-route.ts'
import { redirectPost } from './redirect-post.ts'
import { refuseNul } from './refuse-nul.ts'
import {
  readRevocationRequest,
  readSecurityEvent,
  type RevocationRoutes,
} from './revocation-routes.ts'
import type { SignInRoutes } from './sign-in-routes.ts'
import { signedInPath, signedOutPath, type SsoRoutes } from './sso-routes.ts'
import { stylesheet } from './stylesheet.ts'

const paths = ['/oidc', '/sso', '/sign-in', '/reset', '/invitation', '/ownership', '/email']

/** The bridge's product, at the root of the public origin and before any body parser. */
export function createBridgeRouter(options: {
  db: Database
  publicUrl: string
  provider: WorkspaceProvider
  sso: SsoRoutes
  signIn: SignInRoutes
  passwords: PasswordRoutes
  invitations: InvitationRoutes
  ownership: OwnershipRoutes
  emailChanges: EmailChangeRoutes
  brand: BrandRoutes
  revocations: RevocationRoutes
  /** Slows down whoever tries many links or passwords from one place. */
  attemptLimit: express.RequestHandler
  /** Slows down whoever has many SAML responses refused. */
  refusalLimit: express.RequestHandler
  errorPage: express.ErrorRequestHandler
}): Router {
  const { db, provider, sso, signIn, passwords, invitations, ownership, brand } = options
  const { emailChanges, attemptLimit, refusalLimit, revocations } = options
  const router = express.Router()
  const here = pinOrigin(options.publicUrl)

  router.use(paths, refuseNul)
  router.post(['/oidc/auth', '/oidc/session/end'], redirectPost)
  router.use('/oidc', here, setProviderPolicy, createProviderRoute(db, provider))

  router.get('/sso/finish', here, sso.finish)
  router.get('/sso/:connection/start', here, sso.start)
  router.get('/sso/:connection/callback', here, sso.callback)
  router.post('/sso/:connection/acs', here, refusalLimit, readResponseForm, sso.acs)
  router.get('/sso/:connection/metadata', here, sso.metadata)
  router.get('/sso/:connection/jwks', sso.jwks)
  router.get('/sso/:connection/logout', here, refusalLimit, sso.logout)
  router.post('/sso/:connection/logout', here, refusalLimit, readResponseForm, sso.logout)

  router.get(stylesheetPath, (_req, res) => {
    res.set('cache-control', 'public, max-age=31536000, immutable').type('css').send(stylesheet)
  })
  const receivers = '/sso/:connection'
  router.post(
    `${receivers}/backchannel-logout`,
    refusalLimit,
    readForm,
    revocations.backchannelLogout,
  )
  router.post(
    `${receivers}/security-events`,
    refusalLimit,
    readSecurityEvent,
    revocations.securityEvents,
  )
  router.post(
    `${receivers}/global-token-revocation`,
    refusalLimit,
    readRevocationRequest,
    revocations.globalTokenRevocation,
  )

  router.get('/sign-in/accent/:color.css', brand.accent)
  router.get('/sign-in/logo/:workspace', here, brand.logo)
  router.get(signedInPath, signIn.showSignedIn)
  router.get(signedOutPath, signIn.showSignedOut)
  router.get('/sign-in/to-inbox', here, signIn.toInbox)
  router.get('/sign-in/:uid', here, signIn.show)
  router.post('/sign-in/:uid/password', here, attemptLimit, readForm, signIn.signInByPassword)

  router.get('/reset', here, passwords.ask)
  router.post('/reset', here, attemptLimit, readForm, passwords.send)
  router.get('/reset/:token', here, attemptLimit, passwords.choose)
  router.post('/reset/:token', here, attemptLimit, readForm, passwords.save)

  router.get('/invitation/:token', here, attemptLimit, invitations.show)
  router.post('/invitation/:token', here, attemptLimit, readForm, invitations.accept)

  router.get('/ownership/:token', here, attemptLimit, ownership.show)
  router.post('/ownership/:token', here, attemptLimit, readForm, ownership.confirm)

  router.get('/email/:token', here, attemptLimit, emailChanges.show)
  router.post('/email/:token', here, attemptLimit, readForm, emailChanges.confirm)

  router.use(paths, options.errorPage)
  return router
}

/** For the library's own pages, which add the hash of their one script; ours set a stricter one. */
const setProviderPolicy: express.RequestHandler = (_req, res, next) => {
  res.set({
    'content-security-policy':
      "default-src 'none'; script-src 'report-sample'; frame-ancestors 'none'; base-uri 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  next()
}
