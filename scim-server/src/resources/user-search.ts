import { mapInTurns } from '../protocol/in-turns.ts'
import { userModel } from './resource-models.ts'
import type { SearchedType } from './served-type.ts'
import { listUsers } from './user-queries.ts'
import { createUserViewer } from './user-viewer.ts'

/** Users in a search over all types. */
export const userSearch: SearchedType = {
  model: userModel,
  open(call, filter) {
    const { connection, baseUrl } = call
    const viewer = createUserViewer(call)
    const { relations } = viewer
    return async (trx, page) => {
      const list = { connectionId: connection.id, filter, sort: undefined, page, relations }
      const found = await listUsers(trx, baseUrl, list)
      const rows = await mapInTurns(found.rows, (row) => ({
        id: row.id,
        view: { resource: viewer.show(row), members: [], more: undefined },
      }))
      return { ...found, rows }
    }
  },
}
