import type { Database } from '@plantel/db'
import express, { type Request, type Response, type Router } from 'express'

import { sendPage } from '../http/page-headers.ts'
import { route } from '../http/route.ts'
import { chooseLanguage } from '../pages/language.ts'
import { listMails, loadMail } from './captured-mail-queries.ts'
import { mailboxPage } from './mailbox-page.ts'

/** `/mailbox`: the mail that would have been sent. */
export function createMailboxRoutes(db: Database): Router {
  const router = express.Router()

  async function show(request: Request, response: Response): Promise<void> {
    const id = request.params['id']
    const open = typeof id === 'string' ? await loadMail(db, id) : undefined
    if (id !== undefined && open === undefined) {
      response.redirect(302, '/mailbox')
      return
    }
    const language = chooseLanguage(request, response)
    sendPage(response, mailboxPage({ language, mails: await listMails(db), open }))
  }

  router.get('/', route(show))
  router.get(
    '/latest',
    route(async (_request, response) => {
      const [latest] = await listMails(db)
      response.set('cache-control', 'no-store').json({ id: latest?.id ?? '' })
    }),
  )
  router.get('/:id', route(show))
  router.get(
    '/:id/body',
    route(async (request, response) => {
      const mail = await loadMail(db, String(request.params['id']))
      if (mail === undefined) {
        response.sendStatus(404)
        return
      }
      // A page of its own instead of `srcdoc`, which would inherit a policy under which no mail looks right:
      // mails are styled inline. It may run nothing, load nothing and knows no cookie.
      response
        .set({
          'content-security-policy':
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; " +
            'sandbox allow-popups allow-popups-to-escape-sandbox',
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
        })
        .type('html')
        .send(`<base target="_blank">${mail.html}`)
    }),
  )
  return router
}
