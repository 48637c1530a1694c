import { isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { searchKeyOf } from '../directory/directory-user.ts'
import { editEmail } from '../email-changes/edit-email.ts'
import { TeamError } from '../errors.ts'
import { takeTurn } from '../invitations/people-store.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { loadRuleSet, type RuleSet } from '../mapping/rule-set-store.ts'
import { type AccessWish, decideLocalGrants } from './decide-local-grants.ts'
import { findChannel, findDepartment, findGrantableRole } from './find-access.ts'
import { type ProfileField, profileRefusal } from './member-fields.ts'
import { lockForAction, type VersionedMember } from './member-guard-store.ts'
import {
  type MemberAction,
  refusalOf,
  refusalOfSupervisor,
  type TeamActor,
} from './member-guard.ts'
import { nameKey } from './name-key.ts'

/** What an edit may change; what is absent stays. Only the display name can't be emptied. */
export interface MemberEdit {
  profile?: Partial<Record<Exclude<ProfileField, 'displayName'>, string | null>> & {
    displayName?: string
  }
  /** By id or key. */
  role?: string
  /** All that the member should have, each by id or name. */
  departments?: readonly string[]
  /** All that the member should have, each by id or key. */
  channels?: readonly string[]
  supervisor?: boolean
  /** Of somebody who is invited, or by a host; others confirm theirs by a mail. */
  email?: string
  /** How the host calls them, for hosts only; null takes its name from them. */
  hostUserId?: string | null
}

/**
 * Edits profile and access in one go, all or nothing. Throws a `MemberRefusal`, `version-mismatch` when the member is
 * not as the editor saw them, `host-user-taken`, what `editEmail` says, and `role-unknown`, `department-unknown` or `channel-unknown`.
 */
export async function editMember(
  trx: WorkspaceTransaction,
  memberId: string,
  edit: MemberEdit,
  expectedVersion?: string,
): Promise<void> {
  // An address is somebody's who joins: they take turns, and before anybody is locked.
  if (edit.email !== undefined) await takeTurn(trx)
  const { actor, member } = await lockForAction(trx, memberId, undefined)
  if (expectedVersion !== undefined && expectedVersion !== member.version) {
    throw new TeamError('version-mismatch')
  }
  for (const action of actionsOf(edit)) refuse(refusalOf(actor, action, member))
  const wish = findWish(edit, await loadRuleSet(trx), actor)
  const isProfileWritten = await writeProfile(trx, actor, member, edit.profile)
  if (edit.email !== undefined) await editEmail(trx, actor, member, edit.email)
  const isHostUserWritten = await writeHostUser(trx, actor, memberId, edit.hostUserId)
  await reprojectMembers(
    trx,
    [memberId],
    new Set(isProfileWritten || isHostUserWritten || edit.email !== undefined ? [memberId] : []),
    (facts, rules) => decideLocalGrants(facts, rules, wish),
  )
}

function actionsOf(edit: MemberEdit): MemberAction[] {
  return [
    ...(edit.role === undefined ? [] : ['change-role' as const]),
    ...(edit.departments === undefined ? [] : ['change-departments' as const]),
    ...(edit.channels === undefined ? [] : ['change-channels' as const]),
    ...(edit.supervisor === undefined ? [] : ['change-supervisor' as const]),
  ]
}

function refuse(refusal: ReturnType<typeof refusalOf>): void {
  if (refusal !== undefined) throw new TeamError(refusal)
}

function findWish(edit: MemberEdit, rules: RuleSet, actor: TeamActor): AccessWish {
  const wish: AccessWish = {}
  if (edit.role !== undefined) wish.roleId = findGrantableRole(rules, edit.role, actor).id
  if (edit.departments !== undefined) {
    wish.departmentIds = edit.departments.map((wanted) => findDepartment(rules, wanted))
  }
  if (edit.channels !== undefined) {
    wish.channelIds = edit.channels.map((wanted) => findChannel(rules, wanted))
  }
  if (edit.supervisor !== undefined) {
    refuse(refusalOfSupervisor(actor))
    wish.supervisor = edit.supervisor
  }
  return wish
}

async function writeHostUser(
  trx: WorkspaceTransaction,
  actor: TeamActor,
  memberId: string,
  hostUserId: string | null | undefined,
): Promise<boolean> {
  if (hostUserId === undefined) return false
  if (actor.kind !== 'host') throw new TeamError('permission-missing')
  try {
    const { numUpdatedRows } = await trx.query
      .updateTable('members')
      .set({ host_user_id: hostUserId, version: sql<string>`version + 1` })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', memberId)
      .where('host_user_id', 'is distinct from', hostUserId)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  } catch (error) {
    throw isUniqueViolation(error, 'members_host_user_unique')
      ? new TeamError('host-user-taken', hostUserId ?? undefined, { cause: error })
      : error
  }
}

const columnOf = {
  givenName: 'given_name',
  familyName: 'family_name',
  displayName: 'display_name',
  signatureName: 'signature_name',
  phone: 'phone',
  jobTitle: 'job_title',
  language: 'language',
  timeZone: 'time_zone',
  avatarUrl: 'avatar_url',
} as const satisfies Record<ProfileField, string>

async function writeProfile(
  trx: WorkspaceTransaction,
  actor: TeamActor,
  member: VersionedMember,
  profile: MemberEdit['profile'],
): Promise<boolean> {
  const entries = Object.entries(profile ?? {}) as [ProfileField, string | null][]
  if (entries.length === 0) return false
  for (const [field] of entries) {
    const refusal = profileRefusal(actor, member, field)
    if (refusal !== undefined) throw new TeamError(refusal, field)
  }
  const row = await trx.query
    .updateTable('members')
    .set({
      ...Object.fromEntries(entries.map(([field, value]) => [columnOf[field], value])),
      version: sql<string>`version + 1`,
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', member.id)
    .returning(['display_name', 'email'])
    .executeTakeFirstOrThrow()
  if (profile?.displayName === undefined) return true
  // The directory's name is not editable, so nobody who has a userName comes here.
  await trx.query
    .updateTable('members')
    .set({
      display_key: nameKey(row.display_name),
      search_key: searchKeyOf({ displayName: row.display_name, email: row.email }, null),
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', member.id)
    .execute()
  return true
}
