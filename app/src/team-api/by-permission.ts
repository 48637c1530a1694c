import type { WorkspaceTransaction } from '@plantel/db'
import { type Permission, readWorkspace, requirePermission } from '@plantel/team'

import type { HostWorkspaceCaller } from '../host-api/host-caller.ts'
import type { Operation } from '../operations/operation.ts'
import type { TeamCaller } from './team-edge.ts'

/**
 * Those of a host's operations about one of its workspaces that are named, for members whose role allows it. Each is the
 * same operation: what it does and what it refuses is said in one place.
 */
export function byPermission(
  permission: Permission,
  operations: readonly Operation<HostWorkspaceCaller>[],
  ids: readonly string[],
): Operation<TeamCaller>[] {
  const named = operations.filter(({ id }) => ids.includes(id))
  if (named.length !== ids.length) throw new Error(`Not all there: ${ids.join(', ')}.`)
  return named.map((operation) => ({
    ...operation,
    handle: (caller, call) => operation.handle(permitted(caller, permission), call),
  }))
}

/** A member as a caller about their workspace; each transaction begins with the question whether they may. */
function permitted(caller: TeamCaller, permission: Permission): HostWorkspaceCaller {
  const begin = async (trx: WorkspaceTransaction) => {
    await requirePermission(trx, permission)
    return readWorkspace(trx)
  }
  return {
    ...caller,
    read: (work) => caller.read(async (trx) => work(trx, await begin(trx))),
    write: (work) => caller.write(async (trx) => work(trx, await begin(trx))),
  }
}
