import { createId, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import {
  type DirectoryUserDraft,
  type DirectoryUserRow,
  profileOf,
} from '../directory/directory-user.ts'
import type { Change } from '../history/record-change.ts'
import { readAttribute } from '../mapping/directory-attribute.ts'
import type { DirectoryFacts } from '../mapping/mapping-rule.ts'
import { memberChange } from '../mapping/member-change.ts'
import type { MemberWithFacts } from '../mapping/member-facts-store.ts'
import { type MemberAccess, project } from '../mapping/project.ts'
import { againIfOvertaken, sendGrants } from '../mapping/projection-store.ts'
import type { RuleSet } from '../mapping/rule-set-store.ts'
import {
  memberColumns,
  type ProfileColumns,
  sendDirectoryHold,
} from './directory-member-commands.ts'

/** Somebody of whom nothing is known but what a directory has just said. */
interface Newcomer {
  user: DirectoryUserRow
  draft: DirectoryUserDraft
  /** Of a workspace without a limit of seats: with one, the line must be asked. */
  rules: RuleSet
  connection: ConnectionFacts
}

/** What everybody of a connection has in common. */
export type ConnectionFacts = Pick<DirectoryFacts, 'defaultRoleId' | 'locksRoles'>

/**
 * Sends the member of a new directory user as the rules will have them, and answers what to record. Nobody may sign in
 * with their email yet; who comes to meanwhile makes the transaction run again.
 */
export function sendNewMember(
  trx: WorkspaceTransaction,
  { user, draft, rules, connection }: Newcomer,
): Change[] {
  const columns = memberColumns(profileOf(draft), user.user_name)
  const member = newMember(columns, user, rules, connection)
  const access = project(member.facts, rules)
  sendMember(trx, member.row.id, user.id, columns, access, rules)
  if (!draft.active) sendDirectoryHold(trx, user.id, true)
  sendGrants(trx, { member, access })
  return memberChange(member, access, { rules, profileChanged: false })
}

function newMember(
  columns: ProfileColumns,
  user: DirectoryUserRow,
  rules: RuleSet,
  connection: ConnectionFacts,
): MemberWithFacts {
  return {
    row: {
      id: createId(),
      display_name: columns.display_name,
      email: columns.email,
      host_user_id: null,
      state: 'active',
      role_id: null,
      no_role_reason: 'no_grant',
      conversation_access: 'own',
      rules_version: '0',
      version: '0',
      activated_at: null,
      removed_at: null,
      invited_at: null,
      break_glass: false,
    },
    seat: null,
    seatSince: null,
    grants: [],
    facts: {
      directory: {
        connectionId: user.connection_id,
        ...connection,
        deleted: false,
        groups: [],
        attributes: new Map(
          rules.attributes.map((attribute) => [attribute, readAttribute(user.resource, attribute)]),
        ),
      },
      holds: user.active ? [] : ['directory'],
      removed: false,
      invitationPending: false,
      breakGlass: false,
      waitsForSeat: false,
      localGrants: [],
    },
  }
}

function sendMember(
  trx: WorkspaceTransaction,
  id: string,
  directoryUserId: string,
  columns: ProfileColumns,
  access: MemberAccess,
  rules: RuleSet,
): void {
  trx.send(
    sql`
      insert into members (workspace_id, id, source, directory_user_id, email, email_key, given_name, family_name,
        display_name, display_key, search_key, phone, job_title, language, time_zone, avatar_url,
        state, role_id, no_role_reason, conversation_access, rules_version,
        activated_at, access_valid_from, version)
      values (${trx.workspaceId}, ${id}, 'directory', ${directoryUserId}, ${columns.email}, ${columns.email_key},
        ${columns.given_name}, ${columns.family_name}, ${columns.display_name}, ${columns.display_key},
        ${columns.search_key}, ${columns.phone}, ${columns.job_title}, ${columns.language}, ${columns.time_zone},
        ${columns.avatar_url}, ${access.state}, ${access.roleId}, ${access.noRoleReason},
        ${access.conversationAccess}, ${rules.version},
        case when ${access.state === 'active'} then now() end, 'epoch', 1)`,
    againIfOvertaken,
  )
}
