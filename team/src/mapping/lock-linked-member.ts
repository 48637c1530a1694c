import { type HoldSource, skipIfShared, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { type LinkedMember, profileColumns } from '../members/directory-member-commands.ts'
import { readAttribute } from './directory-attribute.ts'
import {
  groupNames,
  type MemberWithFacts,
  type RuleReads,
  selectUnsettledFacts,
} from './member-facts-store.ts'
import { heldRetired, settleRetired } from './retired-value.ts'
import type { RuleSet } from './rule-set-store.ts'

/** The member of a locked directory user, locked as well. */
export interface LockedMember {
  /** What follows the directory. */
  profile: LinkedMember
  /** What is known of them but for what only rules look at. */
  member: MemberWithFacts
}

const nothing: RuleReads = { readsGroupNames: false, attributes: [], retired: new Map() }

/**
 * Locks the member whom a directory user is linked to, as `lockMembersWithFacts` does, in one flight with whatever is sent
 * before it: the rules need not be known yet. Undefined while the adoption is pending.
 */
export async function lockLinkedMember(
  trx: WorkspaceTransaction,
  directoryUserId: string,
): Promise<LockedMember | undefined> {
  const locked = sql<LinkedMember>`
    with line as materialized (
      select l.workspace_id from seat_lines l where l.workspace_id = ${trx.workspaceId} for update)
    select m.id, m.state, m.email, ${profileOf} from members m left join line on true
    where m.workspace_id = ${trx.workspaceId} and m.directory_user_id = ${directoryUserId}
    for no key update of m ${skipIfShared(trx)}`.execute(trx.prepared)
  const condition = sql`m.directory_user_id = ${directoryUserId}`
  const facts = selectUnsettledFacts(trx, nothing, condition, { grants: 'all', isKeyed: true })
  const [{ rows }, [member]] = await Promise.all([locked, facts])
  const [profile] = rows
  return profile === undefined || member === undefined ? undefined : { profile, member }
}

const profileOf = sql.raw(profileColumns.map((column) => `m.${column}`).join(', '))

/** What of a locked member is other by now than it was when they were locked. */
export interface MemberNow {
  /** Of their directory user. */
  resource: Readonly<Record<string, unknown>>
  active: boolean
  displayName: string
  email: string | null
}

/** The member as they would be read now, with what rules look at. */
export async function asTheyAreNow(
  trx: WorkspaceTransaction,
  { row, facts, ...member }: MemberWithFacts,
  rules: RuleSet,
  { resource, active, displayName, email }: MemberNow,
): Promise<MemberWithFacts> {
  const { directory } = facts
  const names = rules.readsGroupNames
    ? await groupNames(trx, directory?.groups.map(({ id }) => id) ?? [])
    : new Map<string, string>()
  const now = {
    ...facts,
    holds: holdsOf(facts.holds, active),
    directory:
      directory === null
        ? null
        : {
            ...directory,
            groups: directory.groups.map(({ id }) => ({ id, name: names.get(id) ?? '' })),
            attributes: new Map(
              rules.attributes.map((attribute) => [attribute, readAttribute(resource, attribute)]),
            ),
          },
  }
  return {
    ...member,
    row: { ...row, display_name: displayName, email },
    facts: settleRetired(now, heldRetired(member.grants, rules), rules),
  }
}

/** SCIM `active` is the directory's hold and no other; in the order of the table. */
function holdsOf(holds: readonly HoldSource[], active: boolean): readonly HoldSource[] {
  const others = holds.filter((source) => source !== 'directory')
  return active ? others : [...others, 'directory' as const].toSorted()
}
