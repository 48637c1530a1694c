import {
  type Database,
  inWorkspace,
  isId,
  type Sealer,
  type WorkspaceTransaction,
} from '@plantel/db'
import { type InvitationTokens, recordActivity } from '@plantel/team'
import type { Request, Response } from 'express'

import {
  findSsoConnection,
  findWorkspaceOfConnection,
  readSsoConnection,
} from '../connections/sso-connection-store.ts'
import type { SamlConnection, SsoConnection } from '../connections/sso-connection.ts'
import { readCookie, shortId } from '../cookies.ts'
import type { IdpBridgeLog } from '../log.ts'
import { publishedKeys } from '../oidc/client-authentication.ts'
import type { OidcLogout } from '../oidc/oidc-logout.ts'
import { createOidcSecrets, type OidcProtocol } from '../oidc/oidc-protocol.ts'
import { SamlRefusal } from '../saml/guard/saml-refusal.ts'
import type { CarriedMessage, SamlLogout } from '../saml/logout/saml-logout.ts'
import { createRequestId, refusalOfResponse, type SamlProtocol } from '../saml/saml-protocol.ts'
import type { WorkspaceSessions } from '../sessions/workspace-sessions.ts'
import { resolveMember } from '../sign-in/resolve-member.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'
import {
  answerFlow,
  claimFlow,
  finishFlow,
  startFlow,
  verifyFlow,
} from '../sign-in/sign-in-flow-store.ts'
import { type FlowMemory, flowTtlSeconds, isOwnPath } from '../sign-in/sign-in-flow.ts'
import type { SignedInMember } from '../sign-in/sso-strategy.ts'
import { systemActor } from '../system-actor.ts'
import { noteRetry, startPath } from './error-page.ts'
import { fieldOf } from './form.ts'
import { preferredLocale } from './preferred-locale.ts'
import { renderRequest } from './request-page.ts'
import { seeOther, sendPage } from './send-page.ts'

/** Where people land who signed in without a host waiting for them. */
export const signedInPath = '/sign-in/signed-in'

/** Where people land who signed out without a host waiting. */
export const signedOutPath = '/sign-in/signed-out'

/** Leads to the host's inbox of a workspace, or says that they are in. */
export function toInboxPath(workspaceId: string): string {
  return `/sign-in/to-inbox?${new URLSearchParams({ workspace: workspaceId }).toString()}`
}

export interface SsoRoutes {
  start: (req: Request, res: Response) => Promise<void>
  /** Where SAML identity providers post their responses: another site's form, without our cookies. */
  acs: (req: Request, res: Response) => Promise<void>
  metadata: (req: Request, res: Response) => Promise<void>
  callback: (req: Request, res: Response) => Promise<void>
  finish: (req: Request, res: Response) => Promise<void>
  /** Our public keys of an OpenID connection. */
  jwks: (req: Request, res: Response) => Promise<void>
  /** Single logout of SAML, by either binding, and where OpenID providers lead people whom we signed out there. */
  logout: (req: Request, res: Response) => Promise<void>
}

export function createSsoRoutes(options: {
  db: Database
  sealer: Sealer
  publicUrl: string
  oidc: OidcProtocol
  oidcLogout: OidcLogout
  saml: SamlProtocol
  samlLogout: SamlLogout
  sessions: WorkspaceSessions
  invitations: InvitationTokens
  log: IdpBridgeLog
}): SsoRoutes {
  const { db, sealer, publicUrl, oidc, oidcLogout, saml, samlLogout, sessions } = options
  const { invitations, log } = options
  const isSecure = new URL(publicUrl).protocol === 'https:'
  const cookieOptions = { httpOnly: true, secure: isSecure, sameSite: 'lax', path: '/sso' } as const

  async function loadConnection(id: unknown): Promise<SsoConnection> {
    const connection = typeof id === 'string' ? await findSsoConnection(db, sealer, id) : undefined
    if (connection === undefined) throw new SignInError('connection-not-found')
    return connection
  }

  async function requireConnection(id: unknown): Promise<SsoConnection> {
    return requireActive(await loadConnection(id))
  }

  async function requireSaml(id: unknown): Promise<SamlConnection> {
    const connection = await requireConnection(id)
    if (connection.kind !== 'saml') throw new SignInError('connection-not-found')
    return connection
  }

  return {
    async start(req, res) {
      const connection = await requireConnection(req.params['connection'])
      const { return_to: returnTo = signedInPath, prompt, invitation: token } = req.query
      const hint = req.query['login_hint']
      const loginHint = typeof hint === 'string' && hint.length <= 254 ? hint : undefined
      if (typeof returnTo !== 'string' || !isOwnPath(returnTo)) {
        throw new SignInError('request-invalid', { adminDetail: 'return_to' })
      }
      const invitation = typeof token === 'string' ? invitations.read(token) : undefined
      noteRetry(res, { connectionId: connection.id, returnTo })
      const forceLogin = prompt === 'login'
      const memory = createMemory(connection)
      const { id, cookie } = await startFlow(db, sealer, connection, {
        memory,
        returnTo,
        invitation,
      })
      res.cookie(flowCookieName(id), cookie, { ...cookieOptions, maxAge: flowTtlSeconds * 1000 })
      if (connection.kind === 'oidc' && memory.protocol === 'oidc') {
        const options = { forceLogin, loginHint }
        const location = await oidc.authorizationUrl(connection, id, memory.secrets, options)
        return seeOther(res, location.href)
      }
      if (connection.kind === 'saml' && memory.protocol === 'saml') {
        const { requestId } = memory
        const request = await saml.createRequest(connection, { requestId, flowId: id, forceLogin })
        if (request.binding === 'redirect') return seeOther(res, request.url)
        const locale = preferredLocale(req.get('accept-language'))
        sendPage(res, 200, renderRequest(locale, { name: connection.name, ...request }))
      }
    },

    async acs(req, res) {
      const connection = await requireSaml(req.params['connection'])
      noteRetry(res, { connectionId: connection.id, returnTo: signedInPath })
      const relayState = fieldOf(req, 'RelayState')
      const encoded = fieldOf(req, 'SAMLResponse')
      const { assertion, profile } = await saml.readResponse(connection, encoded)
      if (assertion.inResponseTo === undefined && !isId(relayState)) {
        // Nobody here asked for it, so it may be somebody else's: their own sign-in begins now.
        const returnTo = toInboxPath(connection.workspaceId)
        return seeOther(res, startPath({ connectionId: connection.id, returnTo }))
      }
      const answered = await answerFlow(db, connection, assertion, profile)
      if (answered === 'replayed') throw refusalOfResponse(connection, new SamlRefusal('replay'))
      if (answered === 'unasked') {
        throw refusalOfResponse(connection, new SamlRefusal('in_response_to', 'no such request'))
      }
      seeOther(res, finishPath(connection, answered.flowId))
    },

    async metadata(req, res) {
      const connection = await loadConnection(req.params['connection'])
      if (connection.kind !== 'saml') throw new SignInError('connection-not-found')
      res.set({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
      res.type('application/samlmetadata+xml').send(saml.metadata(connection))
    },

    async jwks(req, res) {
      const connection = await loadConnection(req.params['connection'])
      if (connection.kind !== 'oidc') throw new SignInError('connection-not-found')
      res.set({ 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' })
      res.type('application/jwk-set+json').send(JSON.stringify(publishedKeys(connection.keys)))
    },

    async logout(req, res) {
      const connection = await requireConnection(req.params['connection'])
      if (connection.kind === 'oidc') {
        const returnTo = await oidcLogout.finish(connection, req.query['state'])
        return seeOther(res, returnTo ?? signedOutPath)
      }
      const { search } = new URL(req.originalUrl, publicUrl)
      const message: CarriedMessage =
        req.method === 'POST'
          ? {
              binding: 'post',
              request: fieldOf(req, 'SAMLRequest'),
              response: fieldOf(req, 'SAMLResponse'),
              relayState: fieldOf(req, 'RelayState') || undefined,
            }
          : {
              binding: 'redirect',
              query: search.slice(1),
              relayState: new URLSearchParams(search).get('RelayState') ?? undefined,
            }
      try {
        seeOther(res, await samlLogout.receive(connection, message))
      } catch (error) {
        if (error instanceof SamlRefusal) throw refusalOfResponse(connection, error)
        throw error
      }
    },

    async callback(req, res) {
      const connection = await requireConnection(req.params['connection'])
      if (connection.kind !== 'oidc') throw new SignInError('connection-not-found')
      const { flowId, cookie } = requireFlowCookie(req, req.query['state'])
      const flow = await claimFlow(db, sealer, connection, flowId, cookie)
      if (flow === undefined) throw new SignInError('flow-expired')
      noteRetry(res, { connectionId: connection.id, returnTo: flow.returnTo })
      const query = new URL(req.originalUrl, publicUrl).search
      const { profile, idToken } = await oidc.redeem(connection, flow.id, flow.secrets, query)
      const sealedIdToken = oidcLogout.keep(connection, idToken)
      const session = { id: undefined, ...profile.session, sealedIdToken }
      await verifyFlow(db, flow, sealedIdToken === undefined ? profile : { ...profile, session })
      seeOther(res, finishPath(connection, flow.id))
    },

    async finish(req, res) {
      const { flowId, cookie } = requireFlowCookie(req, req.query['flow'])
      res.clearCookie(flowCookieName(flowId), cookieOptions)
      const { connection: id } = req.query
      const workspaceId = typeof id === 'string' && (await findWorkspaceOfConnection(db, id))
      if (typeof id !== 'string' || !workspaceId) throw new SignInError('connection-not-found')
      const finish = async (trx: WorkspaceTransaction): Promise<FinishedSignIn> => {
        const [flow, found] = await Promise.all([
          finishFlow(trx, flowId, cookie),
          readSsoConnection(trx, sealer, id),
        ])
        const connection = requireActive(found)
        if (flow?.profile.connectionId !== connection.id) throw new SignInError('flow-expired')
        const { profile, returnTo, invitation } = flow
        noteRetry(res, { connectionId: connection.id, returnTo })
        const { memberId } = await resolveMember(trx, connection, profile, invitation)
        recordActivity(trx, memberId)
        const sso = { subject: profile.subject, session: profile.session }
        return { member: { memberId, connectionId: connection.id, sso }, returnTo }
      }
      let finished: FinishedSignIn | undefined
      try {
        await sessions.signIn(req, res, workspaceId, async (trx) => {
          finished = await finish(trx)
          return finished.member
        })
      } catch (error) {
        // With all that the refused sign-in wrote, its end was undone.
        await inWorkspace(db, workspaceId, systemActor(), (trx) => finishFlow(trx, flowId, cookie))
        throw error
      }
      const { memberId = '' } = finished?.member ?? {}
      const connectionId = id
      log({ level: 'info', event: 'sign-in.completed', workspaceId, connectionId, memberId })
      seeOther(res, finished?.returnTo ?? signedInPath)
    },
  }
}

/** Who signs in at the end of a flow, and whither they go. */
interface FinishedSignIn {
  member: SignedInMember
  returnTo: string
}

function requireActive(connection: SsoConnection | undefined): SsoConnection {
  if (connection === undefined) throw new SignInError('connection-not-found')
  if (connection.state === 'active') return connection
  const { id: connectionId, state, workspaceId } = connection
  const adminDetail = `state:${state}`
  throw new SignInError('connection-disabled', { adminDetail, connectionId, workspaceId })
}

/** Where a verified flow ends, in the browser that began it. */
function finishPath(connection: SsoConnection, flowId: string): string {
  return `/sso/finish?flow=${flowId}&connection=${connection.id}`
}

function createMemory(connection: SsoConnection): FlowMemory {
  return connection.kind === 'saml'
    ? { protocol: 'saml', requestId: createRequestId() }
    : { protocol: 'oidc', secrets: createOidcSecrets() }
}

/** The secret by which a flow knows the browser that started it: without it this is login CSRF. */
function requireFlowCookie(req: Request, flowId: unknown): { flowId: string; cookie: string } {
  if (typeof flowId !== 'string' || !isId(flowId)) {
    throw new SignInError('response-invalid', { adminDetail: 'state' })
  }
  const cookie = readCookie(req.headers.cookie, flowCookieName(flowId))
  if (cookie === undefined) throw new SignInError('flow-not-yours')
  return { flowId, cookie }
}

function flowCookieName(flowId: string): string {
  return `plt_flow_${shortId(flowId)}`
}
