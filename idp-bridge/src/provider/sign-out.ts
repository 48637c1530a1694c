import type { Database, Sealer } from '@plantel/db'
import { findWorkspaceOfMember } from '@plantel/team'
import type { Request, Response } from 'express'
import type { KoaContextWithOIDC, Session } from 'oidc-provider'

import { findSsoConnection } from '../connections/sso-connection-store.ts'
import { renderGoOn } from '../http/provider-pages.ts'
import type { OidcLogout } from '../oidc/oidc-logout.ts'
import type { SamlLogout } from '../saml/logout/saml-logout.ts'
import type { SessionMember, WorkspaceSessions } from '../sessions/workspace-sessions.ts'
import { postLogoutToken } from './backchannel-logout.ts'
import { type BrowserSession, findBrowserSessions } from './browser-sessions.ts'
import { providerCookie, type WorkspaceProvider, workspacesOfReturn } from './workspace-provider.ts'

/**
 * Adds to a confirmed sign-out what the library does not know of: sessions that the browser has in
 * further workspaces of the host, and those with Plantel, without which the next visit would sign
 * the person in again without a question.
 */
export function completeSignOut(
  provider: WorkspaceProvider,
  options: {
    db: Database
    sealer: Sealer
    sessions: WorkspaceSessions
    samlLogout: SamlLogout
    oidcLogout: OidcLogout
    publicUrl: string
  },
): void {
  const { db, sessions } = options
  provider.use(async (ctx, next) => {
    await next()
    // Undefined where no endpoint answered.
    const oidc = ctx['oidc'] as KoaContextWithOIDC['oidc'] | undefined
    const session: (Session & { destroyed?: boolean }) | undefined = oidc?.session
    if (oidc?.route !== 'end_session_confirm' || session?.destroyed !== true) return
    // The library ends a session this way also to make room for somebody else in the same workspace.
    if (ctx.response.get('location').startsWith(`${provider.issuer}/auth/`)) return

    const signOut = (workspaceId: string): Promise<void> =>
      sessions.signOut(ctx.req as Request, ctx.res as Response, workspaceId)
    const workspaceId = await findWorkspaceOfMember(db, session.accountId ?? '')
    if (workspaceId !== undefined) {
      const member = await sessions.read(ctx.req as Request, ctx.res as Response, workspaceId)
      await signOut(workspaceId)
      const returnTo = new URL(ctx.response.get('location'), options.publicUrl).href
      const location = member && (await findIdpLogout(options, member, returnTo))
      if (location !== undefined) {
        const goOn = { workspaceId, goOnTo: location }
        await renderGoOn(ctx as KoaContextWithOIDC, db, goOn)
      }
    }

    const [, ...others] = workspacesOfReturn(new URLSearchParams(ctx.querystring))
    const held = await findBrowserSessions(db, provider, ctx.req.headers.cookie)
    for (const other of held.filter(({ workspace }) => others.includes(workspace.id))) {
      await endProviderSession(provider, ctx as KoaContextWithOIDC, other)
      ctx.cookies.set(provider.sessionCookieName(other.workspace.id), null, providerCookie)
      await signOut(other.workspace.id)
    }
  })
}

/** The company's own sign-out, where the connection wants both to end together. */
async function findIdpLogout(
  context: { db: Database; sealer: Sealer; samlLogout: SamlLogout; oidcLogout: OidcLogout },
  { connectionId, sso }: SessionMember,
  returnTo: string,
): Promise<string | undefined> {
  const { db, sealer, samlLogout, oidcLogout } = context
  const { nameId, sealedIdToken } = sso?.session ?? {}
  if (connectionId === null || (nameId ?? sealedIdToken) === undefined) return undefined
  const connection = await findSsoConnection(db, sealer, connectionId)
  if (connection?.kind === 'oidc' && sealedIdToken !== undefined) {
    return oidcLogout.begin(connection, sealedIdToken, returnTo)
  }
  if (connection?.kind !== 'saml' || connection.logout === null) return undefined
  if (nameId === undefined) return undefined
  const nameFormat = sso?.session?.nameFormat ?? null
  const sessionIndex = sso?.session?.id ?? null
  return samlLogout.begin(connection, { nameId, nameFormat, sessionIndex }, returnTo)
}

/** As the library ends the session of the request: clients are told, grants are revoked. */
async function endProviderSession(
  provider: WorkspaceProvider,
  ctx: KoaContextWithOIDC,
  { id, memberId }: BrowserSession,
): Promise<void> {
  const session = await provider.Session.find(id)
  if (session === undefined) return
  for (const [clientId, authorization] of Object.entries(session.authorizations ?? {})) {
    const client = await provider.Client.find(clientId)
    if (client?.backchannelLogoutUri !== undefined) {
      try {
        await postLogoutToken(client, memberId, authorization.sid)
      } catch (error) {
        const cause = error instanceof Error ? error : new Error('Not accepted.', { cause: error })
        provider.emit('backchannel.error', ctx, cause, client, memberId, authorization.sid)
      }
    }
    const { grantId, persistsLogout } = authorization
    if (grantId === undefined || persistsLogout === true) continue
    await provider.AccessToken.revokeByGrantId(grantId)
    await provider.RefreshToken.revokeByGrantId(grantId)
    await provider.AuthorizationCode.revokeByGrantId(grantId)
    await (await provider.Grant.find(grantId))?.destroy()
  }
  await session.destroy()
}
