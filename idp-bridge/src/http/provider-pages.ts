import { createId } from '@plantel/db'
import { type ErrorOut, errors, type KoaContextWithOIDC } from 'oidc-provider'

import { shortId } from '../cookies.ts'
import { describeError, type IdpBridgeLog } from '../log.ts'
import type { SignInErrorCode } from '../sign-in/sign-in-error.ts'
import type { Page } from './page.ts'
import { preferredLocale } from './preferred-locale.ts'
import { renderRefusal, renderSignedOutPage, renderSignOutPage } from './sign-in-pages.ts'

/** Asks whether to sign out, when a host sends somebody to the end-session endpoint. */
export function renderSignOut(ctx: KoaContextWithOIDC, form: string): void {
  const target = ctx.oidc.params?.['post_logout_redirect_uri']
  const formTargets = typeof target === 'string' ? [new URL(target).origin] : []
  send(ctx, renderSignOutPage(localeOf(ctx), form, formTargets))
}

export function renderSignedOut(ctx: KoaContextWithOIDC): void {
  send(ctx, renderSignedOutPage(localeOf(ctx)))
}

/** Goes on to the company's own sign-out, by a page: a form may lead to nowhere but where its own page says. */
export function renderGoOn(ctx: KoaContextWithOIDC, location: string): void {
  ctx.remove('location')
  ctx.status = 200
  send(ctx, renderSignedOutPage(localeOf(ctx), location))
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
