import {
  type Actor,
  createId,
  type Database,
  type HostKeyScope,
  inInstallation,
  type InstallationTransaction,
  inWorkspace,
  readInWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import { findWorkspace, TeamError, type Workspace } from '@plantel/team'

import { requireBearerToken } from '../bearer-token.ts'
import type { Api, BeforeWork } from '../operations/api.ts'
import { type DefineOperation, defineOperation, type Operation } from '../operations/operation.ts'
import type { WorkspaceCaller } from '../operations/workspace-operation.ts'
import { ProblemError } from '../problem.ts'
import { requestIdOf } from '../request-id.ts'
import type { HostKeys } from './host-keys.ts'

/** A host's server, known by its key; nothing of another host is reachable from here. */
export interface HostCaller {
  hostId: string
  actor: Actor
  /** What the key may do. */
  scopes: readonly HostKeyScope[]
  /** One of the host's workspaces, by id or slug; another host's is as unknown as none: `workspace-not-found`. */
  ofWorkspace: (
    idOrSlug: string,
    options?: { evenIfDeleted: boolean },
  ) => Promise<HostWorkspaceCaller>
  /** One transaction in a workspace that is yet to be made. */
  inNewWorkspace: <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>
  /** One transaction over what is the host's and no workspace's. */
  inInstallation: <T>(work: (query: InstallationTransaction) => Promise<T>) => Promise<T>
}

/** A host's server that asks about one of its workspaces. */
export interface HostWorkspaceCaller extends WorkspaceCaller<Workspace> {
  id: string
}

/** An operation of the Host API about the host itself. */
export const hostOperation: DefineOperation<HostCaller> = defineOperation<HostCaller>()

/** An operation of the Host API only, below `/workspaces/{workspace}`. */
export const hostWorkspaceOperation: DefineOperation<HostWorkspaceCaller> =
  defineOperation<HostWorkspaceCaller>()

/** Lets in who has a host key; unknown, expired and revoked keys are all `unauthenticated`. */
export function createHostDoor(
  db: Database,
  keys: Pick<HostKeys, 'find'>,
): Api<HostCaller>['identify'] {
  return async (request) => {
    const key = await keys.find(requireBearerToken(request))
    if (key === undefined) throw new ProblemError('unauthenticated', 'The host key is not valid.')
    const { hostId, hostKeyId, scopes } = key
    const actor = { kind: 'host', id: hostKeyId, requestId: requestIdOf(request) } as const
    return {
      callerId: hostId,
      bucketId: hostKeyId,
      scopes,
      // The key has just been looked up.
      confirm: () => Promise.resolve(),
      open: (beforeWork) => createHostCaller(db, { hostId, actor, scopes }, beforeWork),
    }
  }
}

function createHostCaller(
  db: Database,
  who: Pick<HostCaller, 'hostId' | 'actor' | 'scopes'>,
  beforeWork: BeforeWork,
): HostCaller {
  const { hostId, actor } = who
  return {
    ...who,
    async ofWorkspace(idOrSlug, options) {
      const workspace = await findWorkspace(db, hostId, idOrSlug, options)
      if (workspace === undefined) throw new TeamError('workspace-not-found')
      return {
        id: workspace.id,
        read: (work) => readInWorkspace(db, workspace.id, actor, (trx) => work(trx, workspace)),
        write: (work) =>
          inWorkspace(db, workspace.id, actor, async (trx) => {
            await beforeWork(trx.query)
            return work(trx, workspace)
          }),
      }
    },
    inNewWorkspace: (work) =>
      inWorkspace(db, createId(), actor, async (trx) => {
        await beforeWork(trx.query)
        return work(trx)
      }),
    inInstallation: (work) =>
      inInstallation(db, async (query) => {
        await beforeWork(query)
        return work(query)
      }),
  }
}

/** The same operations for the host that the workspace in the path belongs to. */
export function belowWorkspace(
  operations: readonly Operation<HostWorkspaceCaller>[],
): Operation<HostCaller>[] {
  return operations.map((operation) => ({
    ...operation,
    path: `/workspaces/{workspace}${operation.path}`,
    handle: async (caller, call) =>
      operation.handle(await caller.ofWorkspace(call.params.workspace), call),
  }))
}
