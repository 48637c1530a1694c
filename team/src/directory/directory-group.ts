import type { DirectoryGroupsTable } from '@plantel/db'
import type { Selectable } from 'kysely'

import type { NamedMembers } from './group-member-list.ts'

/** What a directory asserts about a group, without its members. `displayKey` is folded. */
export interface DirectoryGroupDraft {
  displayName: string
  displayKey: string
  externalId: string | null
  resource: Record<string, unknown>
  /** Whether the connection's profile lets a name stand for one group only. */
  uniqueDisplayName: boolean
}

export type DirectoryGroupRow = Selectable<DirectoryGroupsTable>

/** One step of a change of a group's members; steps apply in their order. */
export type GroupMemberOperation =
  | { kind: 'add' | 'remove' | 'replace'; members: NamedMembers }
  | { kind: 'clear' }
  /** `find` reads the members to remove when its turn has come, so that it sees the steps before it. */
  | { kind: 'remove-matching'; find: () => Promise<NamedMembers> }
