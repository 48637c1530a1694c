import type { WorkspaceTransaction } from '@plantel/db'
import type { GroupMemberOperation } from '@plantel/team'

import type { RowOperation, RowValue } from '../protocol/row-operation.ts'
import { ScimError } from '../protocol/scim-error.ts'
import { findMatchingMembers } from './group-queries.ts'

/** What the engine says of `members`, as steps on the rows of one group. */
export function toMemberOperations(
  trx: WorkspaceTransaction,
  groupId: string,
  operations: readonly RowOperation[],
  baseUrl: string,
): readonly GroupMemberOperation[] {
  return operations.map((operation): GroupMemberOperation => {
    switch (operation.kind) {
      case 'add':
      case 'replace':
        return { kind: operation.kind, userIds: toUserIds(operation.values) }
      case 'remove':
        return { kind: 'remove', userIds: operation.values }
      case 'clear':
        return { kind: 'clear' }
      case 'remove-matching':
        return {
          kind: 'remove-matching',
          async find() {
            const ids = await findMatchingMembers(trx, groupId, operation.filter, baseUrl)
            if (ids.length === 0 && operation.whenNoMatch === 'noTarget') throw noTarget()
            return ids
          },
        }
      case 'require-match':
        return {
          kind: 'remove-matching',
          async find() {
            const ids = await findMatchingMembers(trx, groupId, operation.filter, baseUrl)
            if (ids.length === 0) throw noTarget()
            return []
          },
        }
      default:
        return operation satisfies never
    }
  })
}

/** The ids of new members; a group is none that we know, and is told as unknown by this name. */
export function toUserIds(values: readonly RowValue[]): readonly string[] {
  return values.map(({ value, type }) => (type === 'Group' ? `Group ${value}` : value))
}

function noTarget(): ScimError {
  return ScimError.of('noTarget', 'No member satisfies the filter of the path.')
}
