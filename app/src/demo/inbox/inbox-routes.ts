import express, { type Request, type RequestHandler, type Response, type Router } from 'express'

import type { Company } from '../companies/company.ts'
import { companies, findCompany } from '../companies/index.ts'
import { openEventStream } from '../http/event-stream.ts'
import { formField } from '../http/form-field.ts'
import { sendPage } from '../http/page-headers.ts'
import { route } from '../http/route.ts'
import { chooseLanguage, type Language, readCookie } from '../pages/language.ts'
import type { CompanyWorkspace } from '../seed/company-workspace.ts'
import { type HostApi, HostApiError } from '../seed/host-api.ts'
import { maySee } from './access.ts'
import { acmeConversations } from './acme-conversations.ts'
import type { ActivityFeed } from './activity.ts'
import { type Conversation, conversationsAt } from './conversation.ts'
import { globexConversations } from './globex-conversations.ts'
import { createHandoverDesk, type HandoverRequest, parseHandoverRequest } from './hand-over.ts'
import { inboxMessages } from './inbox-messages.ts'
import { conversationsPage, type InboxView, noticePage, teamPage } from './inbox-page.ts'
import { createInboxSessions, type InboxSession, type Visitor } from './inbox-sessions.ts'
import { LogoutTokenError } from './logout-token.ts'
import type { PlantelSignIn } from './plantel-sign-in.ts'
import { checkWebhook } from './webhook-signature.ts'

const cookieName = 'buzon_session'

/** Somebody whose request may go on. */
interface Caller {
  session: InboxSession
  company: Company
  visitor: Exclude<Visitor, { kind: 'ended' }>
  language: Language
}

/** `/inbox`: the pages and the small back end of the demo's inbox product. */
export function createInboxRoutes(deps: {
  api: HostApi
  signIn: PlantelSignIn
  feed: ActivityFeed
  webhookSecret: () => string | undefined
  workspaces: ReadonlyMap<string, CompanyWorkspace>
  plantelUrl: string
  demoUrl: string
}): Router {
  const { api, signIn, feed, workspaces, plantelUrl, demoUrl } = deps
  const router = express.Router()
  const form = express.urlencoded({ extended: false, limit: '16kb' })
  const sessions = createInboxSessions()
  const now = new Date()
  const conversations: Record<Company['slug'], Conversation[]> = {
    acme: conversationsAt(acmeConversations, now),
    globex: conversationsAt(globexConversations, now),
  }
  const firstCompany = companies[0] as Company
  const desk = createHandoverDesk({
    conversationsOf: (slug) => conversations[slug as Company['slug']] ?? [],
    findEmail: api.findEmail,
    complete: api.completeHandover,
  })

  async function isHandedOver(handover: HandoverRequest): Promise<boolean> {
    try {
      await desk.handle(handover)
      return true
    } catch (error) {
      if (!(error instanceof HostApiError)) throw error
      // Cancelled, or unknown by now: there is nobody left to tell.
      return error.status === 404 || error.status === 409
    }
  }

  function begin(response: Response, company: Company, visitor: Visitor): InboxSession {
    const session = sessions.begin(company, visitor)
    response.cookie(cookieName, session.id, { path: '/inbox', httpOnly: true, sameSite: 'lax' })
    return session
  }

  function sessionOf(request: Request, response: Response): InboxSession {
    return (
      sessions.find(readCookie(request, cookieName)) ??
      begin(response, firstCompany, { kind: 'owner' })
    )
  }

  /** Lets a request go on whose person may still come in; asks Plantel every time. */
  function asVisitor(
    work: (caller: Caller, request: Request, response: Response) => Promise<void> | void,
  ): RequestHandler {
    return route(async (request, response) => {
      const session = sessionOf(request, response)
      const language = chooseLanguage(request, response)
      if (session.visitor.kind === 'signed-in') {
        const standing = await signIn.check(session.visitor)
        if (standing === 'unavailable') {
          sendPage(response, noticePage(language, 'unavailable'), { status: 503 })
          return
        }
        if (standing === 'ended') sessions.endOne(session)
      }
      const { visitor } = session
      if (visitor.kind === 'ended') {
        const page = noticePage(language, 'ended', visitor.name)
        sendPage(response, page, { status: 401, sources: { form: plantelUrl } })
        return
      }
      await work({ session, company: session.company, visitor, language }, request, response)
    })
  }

  function viewOf({ company, visitor, language }: Caller): InboxView {
    return { company, visitor, language, activities: feed.latest(company.slug) }
  }

  function visibleTo({ company, visitor }: Caller): Conversation[] {
    const all = conversations[company.slug]
    if (visitor.kind === 'owner') return all
    return all.filter((conversation) => maySee(conversation, visitor.access, visitor.email))
  }

  function sendConversations(caller: Caller, response: Response, open?: Conversation): void {
    const page = conversationsPage({
      ...viewOf(caller),
      conversations: visibleTo(caller),
      total: conversations[caller.company.slug].length,
      open,
    })
    // The sign-out form leads to Plantel and back.
    sendPage(response, page, { sources: { form: plantelUrl } })
  }

  router.get(
    '/',
    asVisitor((caller, _request, response) => sendConversations(caller, response)),
  )
  router.get(
    '/conversations/:id',
    asVisitor((caller, request, response) => {
      const open = visibleTo(caller).find(({ id }) => id === request.params['id'])
      if (open === undefined) {
        sendPage(response, noticePage(caller.language, 'notFound'), { status: 404 })
        return
      }
      open.unread = 0
      sendConversations(caller, response, open)
    }),
  )
  router.post(
    '/conversations/:id',
    form,
    asVisitor((caller, request, response) => {
      const open = visibleTo(caller).find(({ id }) => id === request.params['id'])
      const text = formField(request, 'text').trim().slice(0, 2000)
      if (open !== undefined && text !== '') {
        open.messages.push({ from: 'team', text, at: new Date() })
      }
      response.redirect(303, open === undefined ? '/inbox' : `/inbox/conversations/${open.id}`)
    }),
  )
  router.get('/team', (request, response, next) => {
    const company = findCompany(request.query['company'])
    const session = sessionOf(request, response)
    if (company !== undefined && company !== session.company) {
      // A link from a company's directory: shown as that company's owner.
      sessions.forget(session)
      begin(response, company, { kind: 'owner' })
      response.redirect(302, '/inbox/team')
      return
    }
    next()
  })
  router.get(
    '/team',
    asVisitor((caller, _request, response) => {
      sendPage(response, teamPage({ ...viewOf(caller), plantelUrl }), {
        sources: { script: plantelUrl, connect: plantelUrl, form: plantelUrl },
      })
    }),
  )
  router.get(
    '/events',
    asVisitor(({ session, company, language }, request, response) => {
      openEventStream(request, response, (send) => {
        const stop = feed.watch(company.slug, (activity) => {
          const { id, at } = activity
          send('activity', { id, at, text: inboxMessages[language].tell(activity) })
        })
        const ended = (): void => send('ended', {})
        session.pages.add(ended)
        return () => {
          stop()
          session.pages.delete(ended)
        }
      })
    }),
  )
  router.post(
    '/widget-token',
    asVisitor(async ({ company, visitor }, _request, response) => {
      const workspace = workspaces.get(company.slug)
      if (workspace === undefined) throw new Error(`${company.slug} has no workspace.`)
      const member = visitor.kind === 'owner' ? workspace.ownerMemberId : visitor.subject
      response.set('cache-control', 'no-store')
      try {
        response.json(await api.mintWidgetToken(workspace.id, member))
      } catch (error) {
        if (!(error instanceof HostApiError)) throw error
        const refused = error.status === 403 || error.status === 404
        response.status(refused ? 401 : 503).json({ error: error.code ?? 'unavailable' })
      }
    }),
  )

  router.get(
    '/sign-in',
    route(async (request, response) => {
      const session = sessionOf(request, response)
      // `workspace` comes from Plantel, for somebody who has just accepted an invitation.
      const { company: chosen, workspace } = request.query
      const company = findCompany(workspace ?? chosen) ?? session.company
      try {
        const again = request.query['again'] === '1'
        response.redirect(302, (await signIn.start(session, company, again)).href)
      } catch {
        const page = noticePage(chooseLanguage(request, response), 'unavailable')
        sendPage(response, page, { status: 503 })
      }
    }),
  )
  router.get(
    '/callback',
    route(async (request, response) => {
      const session = sessionOf(request, response)
      const finished = await signIn.finish(session, new URL(request.originalUrl, demoUrl))
      if (finished === undefined) {
        const page = noticePage(chooseLanguage(request, response), 'failed')
        sendPage(response, page, { status: 403 })
        return
      }
      // A new id, so that one that was known before the sign-in is worth nothing.
      sessions.forget(session)
      begin(response, finished.company, finished.signedIn)
      response.redirect(303, '/inbox')
    }),
  )
  router.post(
    '/sign-out',
    route(async (request, response) => {
      const session = sessionOf(request, response)
      const { visitor, company } = session
      sessions.forget(session)
      begin(response, company, { kind: 'owner' })
      const leave = visitor.kind === 'signed-in' ? await signIn.signOutUrl(visitor) : undefined
      response.redirect(303, leave?.href ?? '/inbox')
    }),
  )
  router.post('/owner', (request, response) => {
    const session = sessionOf(request, response)
    sessions.forget(session)
    begin(response, session.company, { kind: 'owner' })
    response.redirect(303, '/inbox')
  })
  router.post('/switch', form, (request, response) => {
    const session = sessionOf(request, response)
    sessions.forget(session)
    begin(response, findCompany(formField(request, 'company')) ?? firstCompany, { kind: 'owner' })
    response.redirect(303, '/inbox')
  })

  // OpenID Connect Back-Channel Logout 1.0 §2.8: 200 when done, 400 when the token is not one.
  router.post(
    '/backchannel-logout',
    form,
    route(async (request, response) => {
      response.set('cache-control', 'no-store')
      try {
        sessions.end(await signIn.verifyLogoutToken(formField(request, 'logout_token')))
        response.status(200).end()
      } catch (error) {
        if (!(error instanceof LogoutTokenError)) throw error
        response.status(400).json({ error: 'invalid_request', error_description: error.code })
      }
    }),
  )
  const acceptWebhook = route(async (request, response) => {
    const body: unknown = request.body
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
    const id = request.get('webhook-id')
    const headers = {
      id,
      timestamp: request.get('webhook-timestamp'),
      signature: request.get('webhook-signature'),
    }
    const secret = deps.webhookSecret()
    const check =
      secret === undefined ? 'signature-wrong' : checkWebhook(secret, headers, bytes, new Date())
    if (check !== 'genuine' || id === undefined) {
      response.status(401).json({ error: check })
      return
    }
    const json = parseJson(bytes)
    const handover = parseHandoverRequest(json)
    if (handover !== undefined && !(await isHandedOver(handover))) {
      // Not acknowledged: Plantel tells it again.
      response.status(503).end()
      return
    }
    const understood = feed.receive(id, json)
    response.status(understood ? 204 : 400).end()
  })
  router.post('/webhooks', express.raw({ type: () => true, limit: '1mb' }), acceptWebhook)
  router.use((request, response) => {
    const page = noticePage(chooseLanguage(request, response), 'notFound')
    sendPage(response, page, { status: 404 })
  })
  return router
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
