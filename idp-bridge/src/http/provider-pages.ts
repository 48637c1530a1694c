import { createId, type Database } from '@plantel/db'
import { findWorkspace, findWorkspaceOfMember } from '@plantel/team'
import { type ErrorOut, errors, type KoaContextWithOIDC } from 'oidc-provider'

import { shortId } from '../cookies.ts'
import { describeError, type IdpBridgeLog } from '../log.ts'
import type { SignInErrorCode } from '../sign-in/sign-in-error.ts'
import { type PageBrand, pageBrandOf } from './brand/page-brand.ts'
import type { Page } from './page.ts'
import { preferredLocale } from './preferred-locale.ts'
import {
  renderGoOnPage,
  renderRefusal,
  renderSignedOutPage,
  renderSignOutPage,
} from './sign-in-pages.ts'

/** Asks whether to sign out, when a host sends somebody to the end-session endpoint. */
export function createSignOutPage(
  db: Database,
): (ctx: KoaContextWithOIDC, form: string) => Promise<void> {
  return async (ctx, form) => {
    const target = ctx.oidc.params?.['post_logout_redirect_uri']
    const formTargets = typeof target === 'string' ? [new URL(target).origin] : []
    const brand = await brandOfMember(db, ctx.oidc.session?.accountId)
    send(ctx, renderSignOutPage(localeOf(ctx), form, { formTargets, brand }))
  }
}

/** The brand of the workspace that a session is in. */
async function brandOfMember(
  db: Database,
  memberId: string | undefined,
): Promise<PageBrand | undefined> {
  const workspaceId = await findWorkspaceOfMember(db, memberId ?? '')
  return workspaceId === undefined ? undefined : brandOfWorkspace(db, workspaceId)
}

async function brandOfWorkspace(db: Database, id: string): Promise<PageBrand | undefined> {
  const workspace = await findWorkspace(db, undefined, id)
  return workspace && pageBrandOf(workspace)
}

export function renderSignedOut(ctx: KoaContextWithOIDC): void {
  send(ctx, renderSignedOutPage(localeOf(ctx)))
}

/** Goes on to the company's own sign-out, by a page: a form may lead to nowhere but where its own page says. */
export async function renderGoOn(
  ctx: KoaContextWithOIDC,
  db: Database,
  { workspaceId, goOnTo }: { workspaceId: string; goOnTo: string },
): Promise<void> {
  const brand = await brandOfWorkspace(db, workspaceId)
  ctx.remove('location')
  ctx.status = 200
  send(ctx, renderGoOnPage(localeOf(ctx), { goOnTo, brand }))
}

/** An error that can't be sent back to the host, because it is not known where to. */
export function createProviderErrorPage(
  log: IdpBridgeLog,
): (ctx: KoaContextWithOIDC, out: ErrorOut, error: Error) => void {
  return (ctx, out, error) => {
    const code = codeOf(ctx, out, error)
    const reference = shortId(createId())
    const level = code === 'unexpected' ? 'error' : 'info'
    log({
      level,
      event: 'provider.failed',
      code,
      adminDetail: out.error,
      reference,
      error: describeError(error),
    })
    send(
      ctx,
      renderRefusal(localeOf(ctx), {
        code,
        reference,
        error: code === 'request-invalid' ? out.error : undefined,
      }),
    )
  }
}

function codeOf(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error): SignInErrorCode {
  if (out.error === 'server_error') return 'unexpected'
  // Only our own sign-out page posts there: what it holds is too old.
  const isOwnForm = ctx.oidc.route === 'end_session_confirm'
  return isOwnForm || error instanceof errors.SessionNotFound
    ? 'request-expired'
    : 'request-invalid'
}

function localeOf(ctx: KoaContextWithOIDC): ReturnType<typeof preferredLocale> {
  return preferredLocale(ctx.get('accept-language'))
}

function send(ctx: KoaContextWithOIDC, page: Page): void {
  for (const [name, value] of Object.entries(page.headers)) ctx.set(name, value)
  ctx.body = page.html
}
