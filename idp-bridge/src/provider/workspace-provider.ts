import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { isId } from '@plantel/db'
import OpenidProvider, { type UnknownObject } from 'oidc-provider'

import { shortId } from '../cookies.ts'

const workspaceParam = 'workspace'

/** Cookies of the provider: not for scripts, not for other sites, and not to be made up. */
export const providerCookie = { httpOnly: true, sameSite: 'lax', signed: true } as const

/**
 * oidc-provider with a session for each workspace instead of one for each browser: the library
 * keeps one account in a session, and would sign a person out of one workspace to sign them in to another.
 */
export class WorkspaceProvider extends OpenidProvider {
  readonly #workspaces = new AsyncLocalStorage<readonly string[]>()

  /**
   * Answers a request with the session that this browser has for the first of the workspaces. The
   * others are those that a sign-out ends with it.
   */
  serve(req: IncomingMessage, res: ServerResponse, workspaceIds: readonly string[]): void {
    this.#workspaces.run(workspaceIds, () => void this.callback()(req, res))
  }

  override cookieName(type: string): string {
    const workspaceId = this.#workspaces.getStore()?.[0]
    return type === 'session' && workspaceId !== undefined
      ? this.sessionCookieName(workspaceId)
      : super.cookieName(type)
  }

  /** The cookie that holds the browser's session for a workspace. */
  sessionCookieName(workspaceId: string): string {
    return `${this.sessionCookiePrefix}${shortId(workspaceId)}`
  }

  get sessionCookiePrefix(): string {
    return `${super.cookieName('session')}-`
  }

  /** Routes that a browser comes back to name the workspaces, so that they find the same sessions. */
  override pathFor(name: string, options?: UnknownObject): string {
    const path = super.pathFor(name, options)
    const workspaceIds = this.#workspaces.getStore() ?? []
    if (name === 'resume') return withWorkspaces(path, workspaceIds.slice(0, 1))
    if (name === 'end_session_confirm') return withWorkspaces(path, workspaceIds)
    return path
  }
}

/** The workspaces in the address of a route that the provider itself sent the browser to. */
export function workspacesOfReturn(query: URLSearchParams): string[] {
  return query.getAll(workspaceParam).filter((workspaceId) => isId(workspaceId))
}

/** The address of such a route, for a workspace that was not known when the provider wrote it. */
export function returnToWorkspace(address: string, workspaceId: string): string {
  const url = new URL(address)
  url.searchParams.set(workspaceParam, workspaceId)
  return url.href
}

function withWorkspaces(path: string, workspaceIds: readonly string[]): string {
  if (workspaceIds.length === 0) return path
  return `${path}?${workspaceIds.map((id) => `${workspaceParam}=${id}`).join('&')}`
}
