import { type Schema, skipIfShared, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import type { DirectoryEventType } from '../history/directory-event-types.ts'
import { type Change, recordChanges } from '../history/record-change.ts'
import { currentRuleSet, ruleSetName, ruleSetOf } from '../mapping/current-rule-set.ts'
import { differsForRules } from '../mapping/directory-attribute.ts'
import { sendRulesHeld } from '../mapping/hold-rules.ts'
import {
  asTheyAreNow,
  type LockedMember,
  lockLinkedMember,
  type MemberNow,
} from '../mapping/lock-linked-member.ts'
import { isRoleLockingProfile } from '../mapping/mapping-rule.ts'
import { reprojectLocked, reprojectMembers } from '../mapping/reproject-members.ts'
import type { RuleSet } from '../mapping/rule-set-store.ts'
import {
  findLinkedMember,
  sendDirectoryHold,
  writeMemberProfile,
} from '../members/directory-member-commands.ts'
import {
  type AdoptionDecision,
  findFormerMember,
  linkDirectoryUser,
} from '../members/link-directory-user.ts'
import { type ConnectionFacts, sendNewMember } from '../members/new-member.ts'
import { directoryEvent } from './directory-event.ts'
import {
  lockInactiveUsers,
  sendChangedUser,
  sendNewUser,
  userColumns,
} from './directory-user-store.ts'
import {
  type DirectoryUserDraft,
  type DirectoryUserRow,
  type DirectoryWarning,
  profileOf,
  signInEmail,
} from './directory-user.ts'
import { modifiedNow } from './last-modified.ts'
import { sameJson } from './same-json.ts'

/**
 * A directory asserts a new person. Okta posts again somebody whom it deactivated before: the same externalId, or
 * the same userName where one side has no externalId, restores the deactivated one. Throws `connection-not-found`, and
 * `user-name-taken`, here or when the transaction ends. Most are new in every respect: those may share a transaction.
 */
export async function provisionDirectoryUser(
  trx: WorkspaceTransaction,
  connectionId: string,
  draft: DirectoryUserDraft,
): Promise<{
  outcome: 'created' | 'restored'
  user: DirectoryUserRow
  warnings: DirectoryWarning[]
}> {
  sendRulesHeld(trx)
  const { rules, connection, mayBeKnown } = await findCreationFacts(trx, connectionId, draft)
  if (!mayBeKnown && rules.seats === null) {
    // Nobody else can know them yet: they are written as they will be, without being locked and read again.
    const user = sendNewUser(trx, connectionId, draft)
    const changes = sendNewMember(trx, { user, draft, rules, connection })
    await recordChanges(trx, [
      userChange('directory_user.created', user.id, null, user),
      ...changes,
    ])
    return { outcome: 'created', user, warnings: [] }
  }
  trx.shared?.leave()
  const [inactive, former] = await Promise.all([
    lockInactiveUsers(trx, connectionId, draft),
    findFormerMember(trx, connectionId, draft, null),
  ])
  const twin = chooseTwin(inactive, draft)
  if (twin !== undefined) {
    // What a client leaves out of a PUT is kept, and so it is here.
    const externalId = draft.externalId ?? twin.external_id
    const { user, warnings } = await writeDirectoryUser(trx, twin, { ...draft, externalId })
    return { outcome: 'restored', user, warnings }
  }
  const user = sendNewUser(trx, connectionId, draft)
  await recordChanges(trx, [userChange('directory_user.created', user.id, null, user)])
  return { outcome: 'created', user, warnings: await giveMember(trx, user, draft, former) }
}

/** What a creation depends on. */
interface CreationFacts {
  rules: RuleSet
  connection: ConnectionFacts
  /** Whether somebody has the name, the externalId or the address, or had it: they must be looked at. */
  mayBeKnown: boolean
}

async function findCreationFacts(
  trx: WorkspaceTransaction,
  connectionId: string,
  { userNameKey, externalId, emails }: DirectoryUserDraft,
): Promise<CreationFacts> {
  const { workspaceId } = trx
  const email = signInEmail(emails)
  const emailKey = email === null ? null : fold(email)
  // One search of one index each.
  const { rows } = await sql<{
    rule_set: string | null
    default_role_id: string | null
    profile: Schema['scim_connections']['profile']
    may_be_known: boolean
  }>`
    select ${ruleSetName(trx)} as rule_set, c.default_role_id, c.profile, exists (
      select from members m
      where m.workspace_id = ${workspaceId} and m.email_key = ${emailKey} and m.is_listed
    ) or exists (
      select from directory_user_emails e where e.workspace_id = ${workspaceId} and e.value_key = ${emailKey}
    ) or exists (
      select from directory_users n
      where n.workspace_id = ${workspaceId} and n.connection_id = ${connectionId} and n.user_name_key = ${userNameKey} and n.deleted_at is null
    ) or exists (
      select from directory_users d
      where d.workspace_id = ${workspaceId} and d.connection_id = ${connectionId} and d.user_name_key = ${userNameKey} and d.deleted_at is not null
    ) or exists (
      select from directory_users x
      where x.workspace_id = ${workspaceId} and x.connection_id = ${connectionId} and x.external_id = ${externalId}
        and (c.profile = 'interop' or not (x.active and x.deleted_at is null))
    ) as may_be_known
    from scim_connections c where c.workspace_id = ${workspaceId} and c.id = ${connectionId}`.execute(
    trx.prepared,
  )
  const [found] = rows
  if (found === undefined) throw new TeamError('connection-not-found')
  const { default_role_id: defaultRoleId, profile, may_be_known: mayBeKnown } = found
  return {
    rules: await ruleSetOf(trx, found.rule_set),
    connection: { defaultRoleId, locksRoles: isRoleLockingProfile(profile) },
    mayBeKnown,
  }
}

function chooseTwin(
  inactive: readonly DirectoryUserRow[],
  draft: DirectoryUserDraft,
): DirectoryUserRow | undefined {
  const sameName = inactive.find((row) => row.user_name_key === draft.userNameKey)
  if (sameName !== undefined) {
    const isSame =
      sameName.external_id === draft.externalId ||
      sameName.external_id === null ||
      draft.externalId === null
    return isSame ? sameName : undefined
  }
  // Found by an externalId that nobody else has.
  return inactive[0]
}

/** Links a directory user without a member to one, unless that waits for a decision, and projects them. */
async function giveMember(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
  draft: DirectoryUserDraft,
  former: string | undefined,
  decision?: AdoptionDecision,
): Promise<DirectoryWarning[]> {
  const { memberId, warnings } = await linkDirectoryUser(trx, user, draft, former, decision)
  if (memberId === undefined) return warnings
  if (!draft.active) sendDirectoryHold(trx, user.id, true)
  await reprojectMembers(trx, [memberId])
  return warnings
}

/** Decides about a locked directory user who is linked to nobody yet; one who is stays so. */
export async function settleAdoption(
  trx: WorkspaceTransaction,
  user: DirectoryUserRow,
  draft: DirectoryUserDraft,
  decision: AdoptionDecision,
): Promise<{ isLinked: boolean }> {
  if ((await findLinkedMember(trx, user.id)) !== undefined) return { isLinked: true }
  await giveMember(trx, user, draft, undefined, decision)
  return { isLinked: (await findLinkedMember(trx, user.id)) !== undefined }
}

/**
 * Locks a directory user that is not deleted, so that what is read stays true until the end of the transaction. In a
 * shared one it waits for nobody: whoever is locked, or not there, is looked at again alone.
 */
export async function lockDirectoryUser(
  trx: WorkspaceTransaction,
  connectionId: string,
  userId: string,
): Promise<DirectoryUserRow | undefined> {
  trx.shared?.claim(userId)
  sendRulesHeld(trx)
  // Not FOR UPDATE: memberships of the user may be written meanwhile.
  const { rows } = await sql<DirectoryUserRow>`
    select ${userColumns} from directory_users u
    where u.workspace_id = ${trx.workspaceId} and u.connection_id = ${connectionId}
      and u.id = ${userId} and u.deleted_at is null
    for no key update ${skipIfShared(trx)}`.execute(trx.prepared)
  const [user] = rows
  if (user === undefined) trx.shared?.leave()
  return user
}

/** What a change of a locked person depends on, read while they are locked. */
export interface HeldMember {
  rules: RuleSet
  /** Undefined while the adoption is pending. */
  linked: LockedMember | undefined
}

/** Reads the rules and locks the member whom a locked person is linked to, in one flight with the lock before it. */
export async function holdMember(
  trx: WorkspaceTransaction,
  directoryUserId: string,
): Promise<HeldMember> {
  const [rules, linked] = await Promise.all([
    currentRuleSet(trx),
    lockLinkedMember(trx, directoryUserId),
  ])
  return { rules, linked }
}

/**
 * The directory says something new about a locked person. What is already so changes nothing: neither version nor
 * history. `held` is what the caller has read since the person was locked. Throws `user-name-taken`, here or when the
 * transaction ends.
 */
export async function writeDirectoryUser(
  trx: WorkspaceTransaction,
  current: DirectoryUserRow,
  draft: DirectoryUserDraft,
  held?: HeldMember,
): Promise<{ user: DirectoryUserRow; changed: boolean; warnings: DirectoryWarning[] }> {
  const { resource } = draft
  const isSame =
    current.user_name === draft.userName &&
    current.external_id === draft.externalId &&
    current.display_name === draft.displayName &&
    current.active === draft.active &&
    sameJson(current.resource, resource)
  if (isSame) return { user: current, changed: false, warnings: [] }
  const { rules, linked } = held ?? (await holdMember(trx, current.id))
  // Seats and addresses are other people's matter too, and so is an adoption.
  const isOwnMatter = rules.seats === null && linked?.profile.email === signInEmail(draft.emails)
  if (!isOwnMatter) trx.shared?.leave()
  const emailsChanged = !sameJson(current.resource['emails'], resource['emails'])
  const user = sendChangedUser(trx, current, draft, emailsChanged)
  const changed = userChange('directory_user.changed', user.id, current, user)
  const isMoved = current.active !== user.active
  if (isMoved) sendDirectoryHold(trx, user.id, !user.active)
  if (linked === undefined) {
    await recordChanges(trx, [changed])
    // The adoption was pending; with another email it may be none any more.
    const former = await findFormerMember(trx, user.connection_id, draft, user.id)
    return { user, changed: true, warnings: await giveMember(trx, user, draft, former) }
  }
  const profile = await writeMemberProfile(trx, linked.profile, profileOf(draft), draft.userName)
  const isConcerned = isMoved || profile.changed || differsForRules(current.resource, resource)
  const changes = isConcerned
    ? await reproject(trx, linked, rules, { ...profile, resource, active: user.active })
    : []
  await recordChanges(trx, [changed, ...changes])
  return { user, changed: true, warnings: profile.warnings }
}

/** Gives a member what follows from what their directory user has become. */
async function reproject(
  trx: WorkspaceTransaction,
  { member }: LockedMember,
  rules: RuleSet,
  now: MemberNow & { changed: boolean },
): Promise<Change[]> {
  const { id } = member.row
  const members = [await asTheyAreNow(trx, member, rules, now)]
  return reprojectLocked(trx, { members, rules }, new Set(now.changed ? [id] : []))
}

/**
 * The directory deletes a locked person: the row stays as a tombstone, its names are free at once, the member is
 * removed and their memberships end.
 */
export async function removeDirectoryUser(
  trx: WorkspaceTransaction,
  current: DirectoryUserRow,
): Promise<void> {
  trx.send(sql`
    update directory_users set deleted_at = now()
    where workspace_id = ${trx.workspaceId} and id = ${current.id}`)
  await endMemberships(trx, current.id)
  await recordChanges(trx, [userChange('directory_user.deleted', current.id, current, null)])
  const member = await findLinkedMember(trx, current.id)
  if (member !== undefined) await reprojectMembers(trx, [member.id])
}

async function endMemberships(trx: WorkspaceTransaction, userId: string): Promise<void> {
  // Groups are locked in order of their ids, as every other writer does.
  await sql`
    with locked as materialized (
      select g.id from directory_groups g
      where g.workspace_id = ${trx.workspaceId} and g.id in (
        select m.group_id from directory_group_members m
        where m.workspace_id = ${trx.workspaceId} and m.user_id = ${userId})
      order by g.id for no key update
    ), gone as (
      delete from directory_group_members m using locked
      where m.workspace_id = ${trx.workspaceId} and m.user_id = ${userId} and m.group_id = locked.id
      returning m.group_id
    )
    update directory_groups g
    set member_count = g.member_count - 1, version = g.version + 1, last_modified_at = ${modifiedNow('g')}
    from gone where g.workspace_id = ${trx.workspaceId} and g.id = gone.group_id`.execute(trx.query)
}

function userChange(
  action: DirectoryEventType,
  userId: string,
  before: DirectoryUserRow | null,
  after: DirectoryUserRow | null,
): Change {
  return {
    action,
    subject: { kind: 'directory_user', id: userId },
    before: auditOf(before),
    after: auditOf(after),
    event: directoryEvent(action, before, after),
  }
}

/** Audit says that a person changed; the values are the directory's and stay in its rows. */
function auditOf(row: DirectoryUserRow | null): Record<string, unknown> | null {
  return row === null ? null : { active: row.active, version: row.version }
}
