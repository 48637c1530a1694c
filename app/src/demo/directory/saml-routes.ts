import { randomUUID } from 'node:crypto'

import express, { type Router } from 'express'

import type { CompanySlug } from '../companies/company.ts'
import { formField } from '../http/form-field.ts'
import { sendPage } from '../http/page-headers.ts'
import { route } from '../http/route.ts'
import { chooseLanguage } from '../pages/language.ts'
import type { OpenDirectory } from './directory-routes.ts'
import {
  createSamlResponse,
  readSamlRequest,
  type SamlServiceProvider,
  type SamlSigningKey,
} from './saml-idp.ts'
import { forwardPage, signInOverPage, signInPage } from './sign-in-page.ts'

/** Somebody is choosing who they are. */
interface Choosing {
  slug: CompanySlug
  requestId: string
  relayState: string
  until: number
}

const choosingMs = 10 * 60_000
const maxChoosing = 1_000

/** `/directory/saml`: the companies' SAML identity provider, with the sign-in page of the OpenID provider. */
export function createSamlRoutes(deps: {
  directories: ReadonlyMap<string, OpenDirectory>
  providers: ReadonlyMap<string, SamlServiceProvider>
  key: SamlSigningKey
}): Router {
  const { directories, providers, key } = deps
  const router = express.Router()
  const choosing = new Map<string, Choosing>()

  function begin(draft: Omit<Choosing, 'until'>): string {
    const now = Date.now()
    for (const [uid, { until }] of choosing) {
      if (until < now || choosing.size >= maxChoosing) choosing.delete(uid)
    }
    const uid = randomUUID()
    choosing.set(uid, { ...draft, until: now + choosingMs })
    return uid
  }

  router.get(
    '/:company',
    route(async (request, response) => {
      const { company = '' } = request.params
      const language = chooseLanguage(request, response)
      const directory = directories.get(String(company))?.directory
      const provider = providers.get(String(company))
      const requestId = provider && (await readSamlRequest(request, provider))
      if (directory === undefined || requestId === undefined) {
        return sendPage(response, signInOverPage(language), { status: 400 })
      }
      const { RelayState: relayState } = request.query
      const { slug } = directory.company
      const uid = begin({
        slug,
        requestId,
        relayState: typeof relayState === 'string' ? relayState : '',
      })
      const page = signInPage({
        language,
        company: directory.company,
        state: directory.state(),
        action: `/directory/saml/answer/${uid}`,
      })
      sendPage(response, page)
    }),
  )
  router.post(
    '/answer/:uid',
    express.urlencoded({ extended: false, limit: '4kb' }),
    route(async (request, response) => {
      const uid = String(request.params['uid'])
      const chosen = choosing.get(uid)
      const provider = providers.get(chosen?.slug ?? '')
      const person = directories
        .get(chosen?.slug ?? '')
        ?.directory.state()
        .people.find(({ id, active }) => id === formField(request, 'person') && active)
      const language = chooseLanguage(request, response)
      if (
        chosen === undefined ||
        chosen.until < Date.now() ||
        person === undefined ||
        provider === undefined
      ) {
        return sendPage(response, signInOverPage(language), { status: 400 })
      }
      choosing.delete(uid)
      const page = forwardPage(language, provider.acsUrl, {
        SAMLResponse: await createSamlResponse({ ...chosen, person }, provider, key),
        RelayState: chosen.relayState,
      })
      // The form leads through Plantel to whichever inbox asked: any origin.
      sendPage(response, page, { sources: { form: null } })
    }),
  )
  return router
}
