import type { MemberSort } from '../../contract/index.ts'
import type { Messages } from '../../i18n/messages.ts'
import type { ColumnId } from './columns.ts'

/** What stands over a column. */
export const headings: Record<
  ColumnId,
  keyof Messages & ('member' | ColumnId | 'lastActive' | 'actions')
> = {
  person: 'member',
  role: 'role',
  departments: 'departments',
  channels: 'channels',
  state: 'state',
  activity: 'lastActive',
  source: 'source',
  menu: 'actions',
}

/** The order that a heading begins with; pressed again it is turned round. */
export const sorts: Partial<Record<ColumnId, MemberSort>> = {
  person: 'name',
  role: 'role',
  state: 'status',
  activity: '-lastActive',
}

/** The order without its direction. */
export function fieldOf(sort: MemberSort): string {
  return sort.replace('-', '')
}

/** The order after a heading was pressed. */
export function pressed(natural: MemberSort, current: MemberSort): MemberSort {
  if (current !== natural) return natural
  return (current.startsWith('-') ? current.slice(1) : `-${current}`) as MemberSort
}

/** The orders as choices, where there are no headings to press. */
export function sortChoices(messages: Messages): { id: MemberSort; name: string }[] {
  const columns = Object.entries(sorts) as [ColumnId, MemberSort][]
  return [
    ...columns.map(([id, sort]) => ({ id: sort, name: messages[headings[id]] })),
    { id: '-created', name: messages.created },
  ]
}
