import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { Provider } from 'oidc-provider'

import { companies, findCompany } from '../companies/index.ts'
import { openEventStream } from '../http/event-stream.ts'
import { formField } from '../http/form-field.ts'
import { sendPage } from '../http/page-headers.ts'
import { route } from '../http/route.ts'
import { chooseLanguage } from '../pages/language.ts'
import { type CompanyDirectory, DirectoryError } from './company-directory.ts'
import { directoryMessages } from './directory-messages.ts'
import { type Notice, directoryPage } from './directory-page.ts'
import { companyOfClient } from './directory-provider.ts'
import { displayName, groupsOf } from './directory-state.ts'
import { logEntry } from './log-entry.ts'
import type { RequestLog } from './request-log.ts'
import { ScimRequestError } from './scim-client.ts'
import { signInOverPage, signInPage } from './sign-in-page.ts'

/** A company's directory with the log of what it sent. */
export interface OpenDirectory {
  directory: CompanyDirectory
  log: RequestLog
}

type Messages = (typeof directoryMessages)['en']

/** `/directory`: the admin pages, and the sign-in page of the OpenID provider that is mounted beside. */
export function createDirectoryRoutes(deps: {
  directories: ReadonlyMap<string, OpenDirectory>
  provider: Provider
}): Router {
  const { directories, provider } = deps
  const router = express.Router()
  const form = express.urlencoded({ extended: false, limit: '4kb' })
  /** What the page says after the redirect that ends each action; one visitor, one machine. */
  const notices = new Map<string, Notice>()

  function requireDirectory(request: Request): OpenDirectory | undefined {
    const slug = request.params['company']
    return typeof slug === 'string' ? directories.get(slug) : undefined
  }

  /** Does what a button asks, then shows the page again with what became of it. */
  function action(
    work: (directory: CompanyDirectory, request: Request, t: Messages) => Promise<string>,
  ): RequestHandler {
    return route(async (request, response) => {
      const open = requireDirectory(request)
      if (open === undefined) {
        response.redirect(303, '/directory')
        return
      }
      const t = directoryMessages[chooseLanguage(request, response)]
      const { slug } = open.directory.company
      notices.set(slug, await attempt(() => work(open.directory, request, t), t))
      response.redirect(303, `/directory/${slug}`)
    })
  }

  router.get('/', (request, response) => {
    const company = findCompany(request.query['company']) ?? companies[0]
    response.redirect(302, `/directory/${company?.slug ?? ''}`)
  })
  router.get(
    '/sign-in/:uid',
    route(async (request, response) => {
      const language = chooseLanguage(request, response)
      const signIn = await currentSignIn(request, response)
      if (signIn === undefined) {
        sendPage(response, signInOverPage(language), { status: 400 })
        return
      }
      const { directory, uid } = signIn
      const page = signInPage({
        language,
        company: directory.company,
        state: directory.state(),
        action: `/directory/sign-in/${uid}`,
      })
      // The form leads through the provider and Plantel to whichever inbox asked: any origin.
      sendPage(response, page, { sources: { form: null } })
    }),
  )
  router.post(
    '/sign-in/:uid',
    form,
    route(async (request, response) => {
      const signIn = await currentSignIn(request, response)
      const person = signIn?.directory
        .state()
        .people.find((person) => person.id === formField(request, 'person') && person.active)
      if (person === undefined) {
        sendPage(response, signInOverPage(chooseLanguage(request, response)), { status: 400 })
        return
      }
      await provider.interactionFinished(
        request,
        response,
        { login: { accountId: person.id } },
        { mergeWithLastSubmission: false },
      )
    }),
  )
  router.get('/:company', (request, response) => {
    const open = requireDirectory(request)
    if (open === undefined) {
      response.redirect(302, '/directory')
      return
    }
    const { company } = open.directory
    const page = directoryPage({
      language: chooseLanguage(request, response),
      company,
      state: open.directory.state(),
      exchanges: open.log.latest(),
      notice: notices.get(company.slug),
    })
    notices.delete(company.slug)
    sendPage(response, page)
  })
  router.get('/:company/log', (request, response) => {
    const open = requireDirectory(request)
    if (open === undefined) {
      response.sendStatus(404)
      return
    }
    const language = chooseLanguage(request, response)
    openEventStream(request, response, (send) =>
      open.log.watch((exchange) =>
        send('exchange', { id: exchange.id, markup: logEntry(exchange, language).text }),
      ),
    )
  })
  router.post(
    '/:company/hire',
    form,
    action(async (directory, request, t) => {
      const person = await directory.hire(formField(request, 'group'))
      const [group] = groupsOf(directory.state(), person.id)
      return t.hired(displayName(person), group?.name ?? '')
    }),
  )
  router.post(
    '/:company/people/:person/move',
    form,
    action(async (directory, request, t) => {
      const person = await directory.move(personOf(request), formField(request, 'group'))
      const [group] = groupsOf(directory.state(), person.id)
      return t.moved(displayName(person), group?.name ?? '')
    }),
  )
  router.post(
    '/:company/people/:person/leave',
    action(async (directory, request, t) => {
      return t.leftNow(displayName(await directory.setActive(personOf(request), false)))
    }),
  )
  router.post(
    '/:company/people/:person/come-back',
    action(async (directory, request, t) => {
      return t.cameBack(displayName(await directory.setActive(personOf(request), true)))
    }),
  )
  router.post(
    '/:company/people/:person/delete',
    action(async (directory, request, t) => {
      const name = displayName(await directory.remove(personOf(request)))
      return directory.company.directory === 'okta' ? t.deactivatedOnly(name) : t.deleted(name)
    }),
  )
  return router

  async function currentSignIn(
    request: Request,
    response: Response,
  ): Promise<{ directory: CompanyDirectory; uid: string } | undefined> {
    try {
      const { uid, params } = await provider.interactionDetails(request, response)
      const open = directories.get(companyOfClient(params['client_id']) ?? '')
      return open === undefined || uid !== request.params['uid']
        ? undefined
        : { directory: open.directory, uid }
    } catch (error) {
      // Thrown when the cookie is missing or the sign-in expired.
      if (error instanceof Error && error.name === 'SessionNotFound') return undefined
      throw error
    }
  }
}

async function attempt(work: () => Promise<string>, t: Messages): Promise<Notice> {
  try {
    return { kind: 'done', text: await work() }
  } catch (error) {
    if (error instanceof DirectoryError) return { kind: 'failed', text: t.refused[error.code] }
    if (error instanceof ScimRequestError) {
      return { kind: 'failed', text: `${t.failed[error.failure]} ${t.failedAction}` }
    }
    throw error
  }
}

function personOf(request: Request): string {
  const id = request.params['person']
  return typeof id === 'string' ? id : ''
}
