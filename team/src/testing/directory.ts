import type { Database } from '@plantel/db'

import {
  createDirectoryGroup,
  lockDirectoryGroup,
  removeDirectoryGroup,
  writeDirectoryGroup,
} from '../directory/directory-group-commands.ts'
import type { DirectoryGroupRow, GroupMemberOperation } from '../directory/directory-group.ts'
import {
  lockDirectoryUser,
  provisionDirectoryUser,
  removeDirectoryUser,
  writeDirectoryUser,
} from '../directory/directory-user-commands.ts'
import type { DirectoryUserDraft, DirectoryUserRow } from '../directory/directory-user.ts'
import { readEvents, type SequencedEvent, sequenceEvents } from '../history/event-queries.ts'
import { saveMappingRules } from '../mapping/mapping-rule-commands.ts'
import type { MemberListRow } from '../members/member-list.ts'
import { listMembers } from '../members/member-queries.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftGroup,
  inGroup,
} from './directory-fixture.ts'

/** A directory that does what directories do, each in a transaction of its own, and what has come of it. */
export interface Directory extends DirectoryFixture {
  provision(draft: DirectoryUserDraft): ReturnType<typeof provisionDirectoryUser>
  write(userId: string, draft: DirectoryUserDraft): Promise<DirectoryUserRow>
  remove(userId: string): Promise<void>
  createGroup(name: string, memberIds: string[]): ReturnType<typeof createDirectoryGroup>
  changeMembers(
    group: DirectoryGroupRow,
    ...operations: GroupMemberOperation[]
  ): ReturnType<typeof writeDirectoryGroup>
  removeGroup(groupId: string): Promise<void>
  /** Gives those in the group a role, a department and a channel, and everybody else nothing. */
  map(groupId: string): ReturnType<typeof saveMappingRules>
  memberNamed(displayName: string): Promise<MemberListRow | undefined>
  idOf(displayName: string): Promise<string>
  /** What the workspace has told, without the first so many. */
  eventsAfter(count: number): Promise<SequencedEvent[]>
  eventTypes(): Promise<string[]>
}

export async function createDirectory(
  db: Database,
  options: Parameters<typeof createDirectoryFixture>[1] = {},
): Promise<Directory> {
  const fixture = await createDirectoryFixture(db, options)
  const { asDirectory, connectionId } = fixture

  async function memberNamed(displayName: string): Promise<MemberListRow | undefined> {
    const { members } = await asDirectory((trx) => listMembers(trx, { limit: 100 }))
    return members.find((member) => member.displayName === displayName)
  }

  async function eventsAfter(count: number): Promise<SequencedEvent[]> {
    await sequenceEvents(db)
    const events = await asDirectory((trx) => readEvents(trx, '0', 1_000))
    return events.slice(count)
  }

  return {
    ...fixture,
    provision: (draft) => asDirectory((trx) => provisionDirectoryUser(trx, connectionId, draft)),
    write: (userId, draft) =>
      asDirectory(async (trx) => {
        const current = await lockDirectoryUser(trx, connectionId, userId)
        if (current === undefined) throw new Error('no such user')
        return (await writeDirectoryUser(trx, current, draft)).user
      }),
    remove: (userId) =>
      asDirectory(async (trx) => {
        const current = await lockDirectoryUser(trx, connectionId, userId)
        if (current !== undefined) await removeDirectoryUser(trx, current)
      }),
    createGroup: (name, memberIds) =>
      asDirectory((trx) => createDirectoryGroup(trx, connectionId, draftGroup(name), memberIds)),
    changeMembers: (group, ...operations) =>
      asDirectory(async (trx) => {
        const current = await lockDirectoryGroup(trx, connectionId, group.id)
        if (current === undefined) throw new Error('no such group')
        return writeDirectoryGroup(trx, current, draftGroup(current.display_name), operations)
      }),
    removeGroup: (groupId) =>
      asDirectory(async (trx) => {
        const current = await lockDirectoryGroup(trx, connectionId, groupId)
        if (current !== undefined) await removeDirectoryGroup(trx, current)
      }),
    map: (groupId) =>
      asDirectory((trx) =>
        saveMappingRules(trx, connectionId, [
          {
            ...inGroup({ id: groupId }),
            role: 'agent',
            departments: ['ventas'],
            channels: ['whatsapp'],
          },
        ]),
      ),
    memberNamed,
    idOf: async (displayName) => (await memberNamed(displayName))?.id ?? `nobody is ${displayName}`,
    eventsAfter,
    eventTypes: async () => (await eventsAfter(0)).map(({ type }) => type),
  }
}
