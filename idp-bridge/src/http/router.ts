import type { Database } from '@plantel/db'
import express, { type Router } from 'express'

import type { WorkspaceProvider } from '../provider/workspace-provider.ts'
import { stylesheetPath } from './page.ts'
import { pinOrigin } from './pin-origin.ts'
import { createProviderRoute } from './provider-route.ts'
import { redirectPost } from './redirect-post.ts'
import { refuseNul } from './refuse-nul.ts'
import type { SignInRoutes } from './sign-in-routes.ts'
import { signedInPath, type SsoRoutes } from './sso-routes.ts'
import { stylesheet } from './stylesheet.ts'

const paths = ['/oidc', '/sso', '/sign-in']

/** The bridge's product, at the root of the public origin and before any body parser. */
export function createBridgeRouter(options: {
  db: Database
  publicUrl: string
  provider: WorkspaceProvider
  sso: SsoRoutes
  signIn: SignInRoutes
  errorPage: express.ErrorRequestHandler
}): Router {
  const { db, provider, sso, signIn } = options
  const router = express.Router()
  const here = pinOrigin(options.publicUrl)

  router.use(paths, refuseNul)
  router.post(['/oidc/auth', '/oidc/session/end'], redirectPost)
  router.use('/oidc', here, setProviderPolicy, createProviderRoute(db, provider))

  router.get('/sso/finish', here, sso.finish)
  router.get('/sso/:connection/start', here, sso.start)
  router.get('/sso/:connection/callback', here, sso.callback)

  router.get(stylesheetPath, (_req, res) => {
    res.set('cache-control', 'public, max-age=31536000, immutable').type('css').send(stylesheet)
  })
  router.get(signedInPath, signIn.showSignedIn)
  router.get('/sign-in/:uid', here, signIn.show)

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
