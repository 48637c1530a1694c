import type { Database } from '@plantel/db'

import { readIfMatch } from '../if-match.ts'
import type { TeamEdge } from '../team-settings/team-edge.ts'
import { authenticateHost, inOwnWorkspace } from './host-call.ts'

/** Requests of a host about one of its workspaces; the host may leave the version out. */
export function createHostEdge(db: Database): TeamEdge {
  return {
    async open(request, work) {
      return inOwnWorkspace(db, await authenticateHost(db, request), request, (trx) => work(trx))
    },
    versionOf: readIfMatch,
  }
}
