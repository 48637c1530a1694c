import { type Database, inWorkspace } from '@plantel/db'
import {
  confirmEmailChange,
  type EmailChangePage,
  type EmailChangeTokens,
  readEmailChange,
  TeamError,
  type TeamErrorCode,
} from '@plantel/team'
import type { Request, Response } from 'express'

import { SignInError, type SignInErrorCode } from '../sign-in/sign-in-error.ts'
import { systemActor } from '../system-actor.ts'
import { pageBrandOf } from './brand/page-brand.ts'
import { renderEmailChanged, renderEmailQuestion } from './email-change-pages.ts'
import { tokenOf } from './path-token.ts'
import { preferredLocale } from './preferred-locale.ts'
import { sendPage } from './send-page.ts'

/** `/email/:token`: where somebody confirms the address that they want to sign in with. */
export interface EmailChangeRoutes {
  show: (req: Request, res: Response) => Promise<void>
  confirm: (req: Request, res: Response) => Promise<void>
}

type ClosedState = Exclude<EmailChangePage['state'], 'open'>

const errorOfState: Readonly<Record<ClosedState, SignInErrorCode>> = {
  cancelled: 'link-withdrawn',
  confirmed: 'link-used',
  expired: 'link-expired',
  replaced: 'link-replaced',
}

/** What may have become of the person or the address since the mail was sent. */
const errorOfRefusal: Partial<Record<TeamErrorCode, SignInErrorCode>> = {
  'email-taken': 'address-taken',
  'managed-by-directory': 'link-withdrawn',
  'member-not-active': 'access-refused',
  'member-not-found': 'access-refused',
}

export function createEmailChangeRoutes(
  db: Database,
  tokens: EmailChangeTokens,
): EmailChangeRoutes {
  async function requireOpen(req: Request): Promise<EmailChangePage> {
    const id = tokens.read(tokenOf(req))
    const page = id === undefined ? undefined : await readEmailChange(db, id)
    if (page === undefined) throw new SignInError('link-unknown')
    if (page.state !== 'open') {
      throw new SignInError(errorOfState[page.state], { workspaceId: page.workspaceId })
    }
    return page
  }

  return {
    async show(req, res) {
      const page = await requireOpen(req)
      const content = { ...contentOf(page), action: `/email/${tokenOf(req)}` }
      sendPage(res, 200, renderEmailQuestion(localeOf(req, page), content))
    },

    async confirm(req, res) {
      const page = await requireOpen(req)
      await confirm(page)
      sendPage(res, 200, renderEmailChanged(localeOf(req, page), contentOf(page)))
    },
  }

  async function confirm({ id, workspaceId }: EmailChangePage): Promise<void> {
    // The member's own decision, made by whoever holds the link that only they were sent.
    try {
      await inWorkspace(db, workspaceId, systemActor(), (trx) => confirmEmailChange(trx, id))
    } catch (cause) {
      if (!(cause instanceof TeamError)) throw cause
      const code =
        cause.code === 'email-change-closed'
          ? errorOfState[cause.subject as ClosedState]
          : errorOfRefusal[cause.code]
      if (code === undefined) throw cause
      throw new SignInError(code, { workspaceId, adminDetail: cause.code, cause })
    }
  }
}

function localeOf(req: Request, page: EmailChangePage): ReturnType<typeof preferredLocale> {
  return preferredLocale(req.get('accept-language'), page.language ?? page.workspace.locale)
}

function contentOf(page: EmailChangePage): {
  brand: ReturnType<typeof pageBrandOf>
  email: string
} {
  return { brand: pageBrandOf({ ...page.workspace, id: page.workspaceId }), email: page.email }
}
