import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { isId } from '@plantel/db'
import OpenidProvider, { type UnknownObject } from 'oidc-provider'

import { shortId } from '../cookies.ts'

/** Routes that a browser comes back to, and that must find the same session. */
const routesWithSession: ReadonlySet<string> = new Set(['end_session_confirm', 'resume'])

/**
 * oidc-provider with a session for each workspace instead of one for each browser: the library
 * keeps one account in a session, and would sign a person out of one workspace to sign them in to another.
 */
export class WorkspaceProvider extends OpenidProvider {
  readonly #workspace = new AsyncLocalStorage<string | undefined>()

  /** Answers a request with the session that this browser has for the workspace. */
  serve(req: IncomingMessage, res: ServerResponse, workspaceId: string | undefined): void {
    this.#workspace.run(workspaceId, () => void this.callback()(req, res))
  }

  override cookieName(type: string): string {
    const name = super.cookieName(type)
    const workspaceId = this.#workspace.getStore()
    return type === 'session' && workspaceId !== undefined
      ? `${name}-${shortId(workspaceId)}`
      : name
  }

  override pathFor(name: string, options?: UnknownObject): string {
    const path = super.pathFor(name, options)
    const workspaceId = this.#workspace.getStore()
    if (workspaceId === undefined || !routesWithSession.has(name)) return path
    return `${path}?workspace=${workspaceId}`
  }
}

/** The workspace in the address of a route that the provider itself sent the browser to. */
export function workspaceOfReturn(query: URLSearchParams): string | undefined {
  const workspaceId = query.get('workspace') ?? ''
  return isId(workspaceId) ? workspaceId : undefined
}
