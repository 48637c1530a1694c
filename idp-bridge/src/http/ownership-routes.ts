import { type Database, inWorkspace } from '@plantel/db'
import {
  confirmOwnershipTransfer,
  type OwnershipLink,
  type OwnershipTokens,
  type OwnershipTransferPage,
  readOwnershipTransfer,
  TeamError,
} from '@plantel/team'
import type { Request, Response } from 'express'

import { SignInError, type SignInErrorCode } from '../sign-in/sign-in-error.ts'
import { systemActor } from '../system-actor.ts'
import { type PageBrand, pageBrandOf } from './brand/page-brand.ts'
import { renderOwnershipAgreed, renderOwnershipQuestion } from './ownership-pages.ts'
import { tokenOf } from './path-token.ts'
import { preferredLocale } from './preferred-locale.ts'
import { sendPage } from './send-page.ts'

/** `/ownership/:token`: where each of the two people of a transfer agrees. */
export interface OwnershipRoutes {
  show: (req: Request, res: Response) => Promise<void>
  confirm: (req: Request, res: Response) => Promise<void>
}

const errorOfState: Readonly<
  Record<Exclude<OwnershipTransferPage['state'], 'open'>, SignInErrorCode>
> = { cancelled: 'link-withdrawn', completed: 'link-used', expired: 'link-expired' }

export function createOwnershipRoutes(db: Database, tokens: OwnershipTokens): OwnershipRoutes {
  async function requireOpen(
    req: Request,
  ): Promise<{ link: OwnershipLink; page: OwnershipTransferPage }> {
    const link = tokens.read(tokenOf(req))
    const page = link && (await readOwnershipTransfer(db, link))
    if (!link || !page) throw new SignInError('link-unknown')
    if (page.state !== 'open') {
      throw new SignInError(errorOfState[page.state], { workspaceId: page.workspaceId })
    }
    return { link, page }
  }

  return {
    async show(req, res) {
      const { page } = await requireOpen(req)
      sendPage(
        res,
        200,
        renderOwnershipQuestion(localeOf(req, page), {
          ...namesOf(page),
          action: `/ownership/${tokenOf(req)}`,
          party: page.party,
        }),
      )
    },

    async confirm(req, res) {
      const { link, page } = await requireOpen(req)
      const outcome = await confirm(link, page.workspaceId)
      sendPage(
        res,
        200,
        renderOwnershipAgreed(localeOf(req, page), {
          ...namesOf(page),
          outcome,
          waitsFor: page.party === 'from' ? page.to.displayName : page.from.displayName,
        }),
      )
    },
  }

  async function confirm(
    link: OwnershipLink,
    workspaceId: string,
  ): Promise<'waiting' | 'completed'> {
    // A member's own decision, made by whoever holds the link that only they were sent.
    try {
      return await inWorkspace(db, workspaceId, systemActor(), (trx) =>
        confirmOwnershipTransfer(trx, link),
      )
    } catch (cause) {
      if (!(cause instanceof TeamError)) throw cause
      const state = cause.code === 'ownership-transfer-closed' ? cause.subject : undefined
      const code = errorOfState[state as keyof typeof errorOfState] ?? 'link-withdrawn'
      throw new SignInError(code, { workspaceId, adminDetail: cause.code, cause })
    }
  }
}

function localeOf(req: Request, page: OwnershipTransferPage): ReturnType<typeof preferredLocale> {
  return preferredLocale(
    req.get('accept-language'),
    page[page.party].language ?? page.workspace.locale,
  )
}

function namesOf(page: OwnershipTransferPage): {
  workspaceName: string
  brand: PageBrand
  from: string
  to: string
  role: string
} {
  const brand = pageBrandOf({ ...page.workspace, id: page.workspaceId })
  return {
    workspaceName: brand.name,
    brand,
    from: page.from.displayName,
    to: page.to.displayName,
    role: page.formerOwnerRole.name,
  }
}
