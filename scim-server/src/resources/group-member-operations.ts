import type { WorkspaceTransaction } from '@plantel/db'
import type { GroupMemberOperation } from '@plantel/team'

import type { RowOperation } from '../protocol/row-operation.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type { Warnings } from '../protocol/scim-warning.ts'
import { toMemberList } from './group-long-lists.ts'
import { findMatchingMembers } from './group-queries.ts'

/** What the engine says of `members`, as steps on the rows of one group. */
export function toMemberOperations(
  trx: WorkspaceTransaction,
  groupId: string,
  operations: readonly RowOperation[],
  baseUrl: string,
  warnings: Warnings,
): readonly GroupMemberOperation[] {
  return operations.map((operation): GroupMemberOperation => {
    switch (operation.kind) {
      case 'add':
      case 'replace':
      case 'remove':
        return { kind: operation.kind, members: toMemberList(operation.values) }
      case 'clear':
        return { kind: 'clear' }
      case 'remove-matching':
        return {
          kind: 'remove-matching',
          async find() {
            const members = await findMatchingMembers(trx, groupId, operation.filter, baseUrl)
            if (members.length === 0 && operation.whenNoMatch === 'noTarget') throw noTarget()
            if (members.length === 0) warnings.add('no-match-ignored', operation.attribute)
            return members
          },
        }
      case 'require-match':
        return {
          kind: 'remove-matching',
          async find() {
            const members = await findMatchingMembers(trx, groupId, operation.filter, baseUrl)
            if (members.length === 0) throw noTarget()
            return []
          },
        }
      default:
        return operation satisfies never
    }
  })
}

function noTarget(): ScimError {
  return ScimError.of('noTarget', 'No member satisfies the filter of the path.')
}
