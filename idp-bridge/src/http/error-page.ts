import { createId, type Database } from '@plantel/db'
import { findWorkspace, type Workspace } from '@plantel/team'
import type { ErrorRequestHandler, Response } from 'express'

import { shortId } from '../cookies.ts'
import { describeError, type IdpBridgeLog } from '../log.ts'
import { SignInError, signInErrorStatus } from '../sign-in/sign-in-error.ts'
import { noteRefusal } from '../sign-in/sign-in-refusal-store.ts'
import { pageBrandOf } from './brand/page-brand.ts'
import { preferredLocale } from './preferred-locale.ts'
import { sendPage } from './send-page.ts'
import { renderRefusal } from './sign-in-pages.ts'

/** Where a failed sign-in can be begun again; a route notes it as soon as it knows. */
export interface Retry {
  connectionId: string
  returnTo: string
}

export function noteRetry(res: Response, retry: Retry): void {
  res.locals['retry'] = retry
}

/** The edge's one translator: each side gets its part of a `SignInError`, and a bug is a bare 500 with a reference. */
export function createErrorPage(db: Database, log: IdpBridgeLog): ErrorRequestHandler {
  return async (failure: unknown, req, res, next) => {
    if (res.headersSent) return next(failure)
    const refused =
      failure instanceof SignInError ? failure : new SignInError('unexpected', { cause: failure })
    const { code, adminDetail, workspaceId, connectionId } = refused
    const reference = shortId(createId())
    log({
      level: code === 'unexpected' ? 'error' : 'info',
      event: 'sign-in.refused',
      reference,
      code,
      adminDetail,
      workspaceId,
      connectionId,
      error: describeError(refused.cause),
    })
    const workspace = await nameableWorkspace(db, workspaceId)
    if (workspace !== undefined) {
      await note(db, log, workspace.id, { reference, code, detail: adminDetail, connectionId })
    }
    const retry = res.locals['retry'] as Retry | undefined
    const page = renderRefusal(preferredLocale(req.get('accept-language'), workspace?.locale), {
      code,
      reference,
      workspaceName: workspace?.name,
      brand: workspace && pageBrandOf(workspace),
      retryHref: retry && isWorthRetrying(code) ? startPath(retry) : undefined,
      otherAccountHref:
        retry && isAboutThePerson(code) ? startPath({ ...retry, forceLogin: true }) : undefined,
    })
    sendPage(res, signInErrorStatus[code], page)
  }
}

/** An error page must not fail because the database does. */
async function nameableWorkspace(
  db: Database,
  workspaceId: string | undefined,
): Promise<Workspace | undefined> {
  if (workspaceId === undefined) return undefined
  try {
    return await findWorkspace(db, undefined, workspaceId)
  } catch {
    return undefined
  }
}

/** Nor must it fail because the refusal can't be noted. */
async function note(
  db: Database,
  log: IdpBridgeLog,
  workspaceId: string,
  refusal: Parameters<typeof noteRefusal>[2],
): Promise<void> {
  try {
    await noteRefusal(db, workspaceId, refusal)
  } catch (error) {
    log({ level: 'warn', event: 'sign-in.refusal-lost', workspaceId, error: describeError(error) })
  }
}

/** The address at which a sign-in through a connection begins. */
export function startPath(
  start: Retry & { forceLogin?: boolean; invitationToken?: string; loginHint?: string | undefined },
): string {
  const query = new URLSearchParams({ return_to: start.returnTo })
  if (start.invitationToken !== undefined) query.set('invitation', start.invitationToken)
  if (start.loginHint !== undefined) query.set('login_hint', start.loginHint)
  if (start.forceLogin === true) query.set('prompt', 'login')
  return `/sso/${start.connectionId}/start?${query.toString()}`
}

function isWorthRetrying(code: SignInError['code']): boolean {
  return ['idp-refused', 'idp-unreachable', 'response-invalid', 'token-refused'].includes(code)
}

function isAboutThePerson(code: SignInError['code']): boolean {
  return ['access-refused', 'idp-refused', 'member-unknown'].includes(code)
}
