import type { Database } from '@plantel/db'
import { findWorkspace, findWorkspaceOfMember } from '@plantel/team'
import type { Request } from 'express'
import { decodeJwt } from 'jose'

import { findWorkspaceOfConnection } from '../connections/sso-connection-store.ts'
import { findBrowserSessions } from './browser-sessions.ts'
import { hostIdMetadata } from './client-adapter.ts'
import { type WorkspaceProvider, workspacesOfReturn } from './workspace-provider.ts'

/**
 * For which workspaces a browser comes to the provider, and so which of its sessions count: one,
 * or all that a sign-out is for. It chooses cookies and decides nothing: an address that lies finds
 * the session of another workspace, which is then not accepted.
 */
export async function findRequestedWorkspaces(
  db: Database,
  provider: WorkspaceProvider,
  req: Request,
): Promise<string[]> {
  const url = URL.parse(req.url, provider.issuer)
  if (url === null) return []
  const { pathname, searchParams: query } = url
  if (pathname === '/auth') return workspacesToEnter(db, provider, req, query)
  if (pathname === '/session/end') return workspacesToLeave(db, provider, req, query)
  return workspacesOfReturn(query)
}

/** What the request names; else the one session that the browser has with the host, if it is one. */
async function workspacesToEnter(
  db: Database,
  provider: WorkspaceProvider,
  req: Request,
  query: URLSearchParams,
): Promise<string[]> {
  const hostId = await findHostOfClient(provider, query)
  if (hostId === undefined) return []
  const named = query.get('workspace') ?? (await workspaceOfConnection(db, query))
  if (named !== undefined) {
    const workspace = await findWorkspace(db, hostId, named)
    return workspace === undefined ? [] : [workspace.id]
  }
  const hinted = await findWorkspaceOfMember(db, memberOfHint(query) ?? '')
  if (hinted !== undefined) return [hinted]
  const sessions = await findBrowserSessions(db, provider, req.headers.cookie)
  const ofHost = sessions.filter(({ workspace }) => workspace.hostId === hostId)
  return ofHost.length === 1 ? ofHost.map(({ workspace }) => workspace.id) : []
}

/** With a hint the workspace of that person's session, else of all sessions with the client's host. */
async function workspacesToLeave(
  db: Database,
  provider: WorkspaceProvider,
  req: Request,
  query: URLSearchParams,
): Promise<string[]> {
  const sessions = await findBrowserSessions(db, provider, req.headers.cookie)
  const hintedMember = memberOfHint(query)
  const hostId = await findHostOfClient(provider, query)
  return sessions
    .filter(({ memberId, workspace }) => {
      if (hintedMember !== undefined) return memberId === hintedMember
      return hostId === undefined || workspace.hostId === hostId
    })
    .map(({ workspace }) => workspace.id)
}

async function findHostOfClient(
  provider: WorkspaceProvider,
  query: URLSearchParams,
): Promise<string | undefined> {
  const client = await provider.Client.find(query.get('client_id') ?? '')
  const hostId = client?.[hostIdMetadata]
  return typeof hostId === 'string' ? hostId : undefined
}

async function workspaceOfConnection(
  db: Database,
  query: URLSearchParams,
): Promise<string | undefined> {
  return findWorkspaceOfConnection(db, query.get('connection') ?? '')
}

/** The provider verifies the hint; here it only says whose session is meant. */
function memberOfHint(query: URLSearchParams): string | undefined {
  const hint = query.get('id_token_hint')
  if (hint === null) return undefined
  try {
    return decodeJwt(hint).sub
  } catch {
    return undefined
  }
}
