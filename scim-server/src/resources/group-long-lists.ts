import { GroupMemberList } from '@plantel/team'

import { requireAttribute } from '../protocol/attribute.ts'
import type { LongLists } from '../protocol/long-list.ts'
import { LongRows } from '../protocol/long-rows.ts'
import type { Profile } from '../protocol/profile.ts'
import type { RowStore, RowValue, RowValues } from '../protocol/row-operation.ts'
import { groupModel } from './resource-models.ts'

/** Members as they are kept from the body until the transaction. */
class MemberStore implements RowStore {
  readonly list: GroupMemberList = new GroupMemberList()

  get length(): number {
    return this.list.length
  }

  add({ value, type }: RowValue): void {
    if (type === 'User') this.list.add(value, 'user')
    else if (type === 'Group') this.list.add(value, 'group')
    else this.list.add(value)
  }
}

/** The lists of a group's body that may be long: `members`, and what a PATCH adds to or removes from them. */
export function groupLongLists(profile: Profile): LongLists {
  const members = requireAttribute(groupModel, 'members')
  return {
    isLong: (name) => /^(?:.*:)?members$|^value$/i.test(name),
    open: () => new LongRows(members, profile, new MemberStore()),
  }
}

/** The members that a request names, whichever way its body was read. */
export function toMemberList(values: RowValues): GroupMemberList {
  if (values instanceof MemberStore) return values.list
  if (!Array.isArray(values)) throw new Error('These rows are no members of a group.')
  const store = new MemberStore()
  for (const value of values as readonly RowValue[]) store.add(value)
  return store.list
}
