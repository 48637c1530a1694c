import { type Actor, type Database, inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { authenticateHostKey, findWorkspace, TeamError, type Workspace } from '@plantel/team'
import type { Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'

import { requireBearerToken } from '../bearer-token.ts'
import { parseRequest, pathParameter, emptyQuery } from '../parse-request.ts'
import { ProblemError } from '../problem.ts'
import { requestIdOf } from '../request-id.ts'

/** A host's server that calls, known by its key; nothing of another host is reachable from here. */
export interface HostCaller {
  hostId: string
  actor: Actor
}

/** Lets a handler know who calls; unknown, expired and revoked keys are all `unauthenticated`. */
export function asHost(
  db: Database,
  handle: (caller: HostCaller, request: Request, response: Response) => Promise<void>,
): RequestHandler {
  return asHostWithQuery(db, emptyQuery, handle)
}

/** Like `asHost`, for a route whose address has parameters after the question mark. */
export function asHostWithQuery<Shape extends z.ZodType>(
  db: Database,
  shape: Shape,
  handle: (
    caller: HostCaller,
    request: Request,
    response: Response,
    query: z.output<Shape>,
  ) => Promise<void>,
): RequestHandler {
  return async (request, response) => {
    const caller = await authenticateHost(db, request)
    await handle(caller, request, response, parseRequest(shape, request.query))
  }
}

/** Who calls, by the key of the request; throws `unauthenticated`. */
export async function authenticateHost(db: Database, request: Request): Promise<HostCaller> {
  const key = await authenticateHostKey(db, requireBearerToken(request))
  if (key === undefined) throw new ProblemError('unauthenticated', 'The host key is not valid.')
  const actor = { kind: 'host', id: key.hostKeyId, requestId: requestIdOf(request) } as const
  return { hostId: key.hostId, actor }
}

/** The host's own workspace with this id or slug; another host's is as unknown as none. */
export async function requireWorkspace(
  db: Database,
  { hostId }: HostCaller,
  idOrSlug: string,
): Promise<Workspace> {
  const workspace = await findWorkspace(db, hostId, idOrSlug)
  if (workspace === undefined) throw new TeamError('workspace-not-found')
  return workspace
}

/** One transaction in the workspace of the path's `:workspace`. */
export async function inOwnWorkspace<T>(
  db: Database,
  caller: HostCaller,
  request: Request,
  work: (trx: WorkspaceTransaction, workspace: Workspace) => Promise<T>,
): Promise<T> {
  const workspace = await requireWorkspace(db, caller, pathParameter(request, 'workspace'))
  return inWorkspace(db, workspace.id, caller.actor, (trx) => work(trx, workspace))
}
