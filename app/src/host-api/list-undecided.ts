import type { WorkspaceTransaction } from '@plantel/db'
import { readScimConnection } from '@plantel/scim-server'

import type { HostWorkspaceCaller } from './host-caller.ts'

const atOnce = 200

/** What a SCIM connection leaves to people to decide: the first two hundred. */
export function listUndecided<Undecided>(
  caller: HostWorkspaceCaller,
  connection: string,
  list: (trx: WorkspaceTransaction, connectionId: string, limit: number) => Promise<Undecided[]>,
): Promise<Undecided[]> {
  return caller.read(async (trx) => {
    const { id } = await readScimConnection(trx, connection)
    return list(trx, id, atOnce)
  })
}
