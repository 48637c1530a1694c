import type { Database } from '@plantel/db'
import { findWorkspace, findWorkspaceOfMember } from '@plantel/team'
import type { Request } from 'express'
import { decodeJwt } from 'jose'

import { hostIdMetadata } from './client-adapter.ts'
import { type WorkspaceProvider, workspaceOfReturn } from './workspace-provider.ts'

/**
 * For which workspace a browser comes to the provider, and so which of its sessions counts. It
 * chooses a cookie and decides nothing: an address that lies finds the session of another
 * workspace, which is then not accepted.
 */
export async function findRequestedWorkspace(
  db: Database,
  provider: WorkspaceProvider,
  req: Request,
): Promise<string | undefined> {
  const { pathname, searchParams } = new URL(req.url, provider.issuer)
  if (pathname === '/auth') return workspaceOfHostRequest(db, provider, searchParams)
  if (pathname === '/session/end') return workspaceOfHint(db, searchParams.get('id_token_hint'))
  return workspaceOfReturn(searchParams)
}

async function workspaceOfHostRequest(
  db: Database,
  provider: WorkspaceProvider,
  query: URLSearchParams,
): Promise<string | undefined> {
  const named = query.get('workspace')
  if (named === null) return undefined
  const client = await provider.Client.find(query.get('client_id') ?? '')
  const hostId = client?.[hostIdMetadata]
  if (typeof hostId !== 'string') return undefined
  return (await findWorkspace(db, hostId, named))?.id
}

/** The provider verifies the hint; here it only says whose session is meant. */
async function workspaceOfHint(db: Database, hint: string | null): Promise<string | undefined> {
  if (hint === null) return undefined
  try {
    return await findWorkspaceOfMember(db, decodeJwt(hint).sub ?? '')
  } catch {
    return undefined
  }
}
