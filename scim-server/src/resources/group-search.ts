import { mapInTurns } from '../protocol/in-turns.ts'
import { listGroups } from './group-queries.ts'
import { createGroupViewer } from './group-viewer.ts'
import { groupModel } from './resource-models.ts'
import type { SearchedType } from './served-type.ts'

/** Groups in a search over all types. */
export const groupSearch: SearchedType = {
  model: groupModel,
  open(call, filter) {
    const { connection, baseUrl } = call
    const viewer = createGroupViewer(call)
    const relations = viewer.listedRelations
    return async (trx, page) => {
      const list = { connectionId: connection.id, filter, sort: undefined, page, relations }
      const found = await listGroups(trx, baseUrl, list)
      const rows = await mapInTurns(found.rows, (row) => ({
        id: row.id,
        view: viewer.view(row, relations),
      }))
      return { ...found, rows }
    }
  },
}
