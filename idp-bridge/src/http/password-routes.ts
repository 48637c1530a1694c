import type { Database } from '@plantel/db'
import { findWorkspace, type Workspace } from '@plantel/team'
import type { Request, Response } from 'express'

import type { PasswordReset } from '../passwords/password-reset.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'
import { pageBrandOf } from './brand/page-brand.ts'
import { fieldOf } from './form.ts'
import type { InboxEntry } from './inbox-entry.ts'
import {
  renderLinkSent,
  renderNewPassword,
  renderPasswordSaved,
  renderResetRequest,
} from './password-pages.ts'
import { tokenOf } from './path-token.ts'
import { preferredLocale } from './preferred-locale.ts'
import { sendPage } from './send-page.ts'

/** `/reset`: who has forgotten their password asks for a link, and chooses a new one behind it. */
export interface PasswordRoutes {
  ask: (req: Request, res: Response) => Promise<void>
  send: (req: Request, res: Response) => Promise<void>
  choose: (req: Request, res: Response) => Promise<void>
  save: (req: Request, res: Response) => Promise<void>
}

export function createPasswordRoutes(options: {
  db: Database
  reset: PasswordReset
  inboxEntry: InboxEntry
}): PasswordRoutes {
  const { db, reset, inboxEntry } = options

  async function requireWorkspace(id: unknown): Promise<Workspace> {
    const workspace =
      typeof id === 'string' && id !== '' ? await findWorkspace(db, undefined, id) : undefined
    if (workspace === undefined) throw new SignInError('workspace-not-found')
    return workspace
  }

  return {
    async ask(req, res) {
      const workspace = await requireWorkspace(req.query['workspace'])
      const spoken = preferredLocale(req.get('accept-language'), workspace.locale)
      const content = { workspaceId: workspace.id, brand: pageBrandOf(workspace) }
      sendPage(res, 200, renderResetRequest(spoken, content))
    },

    async send(req, res) {
      const workspace = await requireWorkspace(fieldOf(req, 'workspace'))
      const email = fieldOf(req, 'email').trim().slice(0, 254)
      const spoken = preferredLocale(req.get('accept-language'), workspace.locale)
      // First the page: how long the rest takes would say whether there is such an account.
      sendPage(res, 200, renderLinkSent(spoken, email, pageBrandOf(workspace)))
      await reset.request(workspace, email)
    },

    async choose(req, res) {
      const token = tokenOf(req)
      const { workspace, email } = await reset.read(token)
      const spoken = preferredLocale(req.get('accept-language'), workspace.locale)
      const content = { action: `/reset/${token}`, email, flaw: undefined }
      const brand = pageBrandOf(workspace)
      sendPage(res, 200, renderNewPassword(spoken, { ...content, brand }))
    },

    async save(req, res) {
      const token = tokenOf(req)
      const { workspace, email } = await reset.read(token)
      const spoken = preferredLocale(req.get('accept-language'), workspace.locale)
      const outcome = await reset.complete(token, fieldOf(req, 'password'))
      if (outcome === 'saved') {
        return sendPage(res, 200, renderPasswordSaved(spoken, await inboxEntry(workspace)))
      }
      const brand = pageBrandOf(workspace)
      const content = { action: `/reset/${token}`, email, flaw: outcome, brand }
      sendPage(res, 422, renderNewPassword(spoken, content))
    },
  }
}
