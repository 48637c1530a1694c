import { createHash } from 'node:crypto'

import type { ImportWay, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { findDefaultDepartment } from '../departments/department-store.ts'
import { countUsedSeats, findAddressHolders } from '../invitations/people-store.ts'
import { loadMembersWithFacts, lockMembersWithFacts } from '../mapping/member-facts-store.ts'
import { loadRuleSet, type RuleSet } from '../mapping/rule-set-store.ts'
import { lockWithOwners, readGuardedMembers } from '../members/member-guard-store.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import type { RowPlan } from './import-row.ts'
import type { StoredRow } from './import-store.ts'
import { endsOwnership, type KnownPerson, planRow } from './plan-row.ts'

/** What rows before these have used up, where none of it is written yet. */
export interface Spent {
  seats: number
  owners: number
}

export interface RowsPlan {
  plans: RowPlan[]
  /** With these rows too. */
  spent: Spent
  rules: RuleSet
}

/**
 * Says of each row what importing it would do now. With `lock` the members concerned stay as they are to the end of the
 * transaction. Throws `permission-missing`.
 */
export async function planRows(
  trx: WorkspaceTransaction,
  rows: readonly StoredRow[],
  { way, lock, spent }: { way: ImportWay; lock: boolean; spent: Spent },
): Promise<RowsPlan> {
  const keys = rows.flatMap(({ emailKey }) => emailKey ?? [])
  if (lock) await lockWithOwners(trx, [...(await findMembers(trx, keys)).values()])
  const actor = await requirePermission(trx, 'members:manage')
  const rules = await loadRuleSet(trx)
  const known = await readKnown(trx, rules, keys, lock)
  const holders = await findAddressHolders(trx, keys)
  const context = {
    actor,
    rules,
    way,
    inviteFields: rules.policies.inviteFields,
    defaultDepartmentId: await findDefaultDepartment(trx),
  }
  const free = rules.seats === null ? Infinity : rules.seats - (await countUsedSeats(trx))
  const used = { ...spent }
  const plans = rows.map((row): RowPlan => {
    const unread = refusalOfUnread(row)
    if (unread !== undefined) return unread
    const person = known.get(row.emailKey ?? '')
    const plan = planRow(row.cells ?? {}, person, context)
    if (plan.outcome === 'created') {
      if (holders.get(row.emailKey ?? '')?.member === null) {
        return refuse('managed-by-directory', 'email')
      }
      if (used.seats >= free) return refuse('seats-exceeded', null)
      used.seats += 1
    }
    if (person !== undefined && endsOwnership(plan, person, rules)) {
      if (person.member.activeOwners - used.owners <= 1) {
        return { ...refuse('last-owner', 'role'), memberId: person.member.id }
      }
      used.owners += 1
    }
    return plan
  })
  return { plans, spent: used, rules }
}

function refusalOfUnread({ problem, cells, isRepeated }: StoredRow): RowPlan | undefined {
  if (problem !== null) return refuse(problem, null)
  if (cells === null) return refuse('row-erased', null)
  return isRepeated ? refuse('email-repeated', 'email') : undefined
}

function refuse(
  code: Extract<RowPlan, { outcome: 'refused' }>['code'],
  column: Extract<RowPlan, { outcome: 'refused' }>['column'],
): Extract<RowPlan, { outcome: 'refused' }> {
  return { outcome: 'refused', memberId: null, code, column, subject: null }
}

async function findMembers(
  trx: WorkspaceTransaction,
  emailKeys: readonly string[],
): Promise<Map<string, string>> {
  const rows = await trx.query
    .selectFrom('members')
    .select(['id', 'email_key'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('email_key', '=', sql<string>`any(${[...emailKeys]}::text[])`)
    .where(sql<boolean>`is_listed`)
    .execute()
  return new Map(
    rows.flatMap(({ id, email_key }) => (email_key === null ? [] : [[email_key, id] as const])),
  )
}

async function readKnown(
  trx: WorkspaceTransaction,
  rules: RuleSet,
  emailKeys: readonly string[],
  lock: boolean,
): Promise<Map<string, KnownPerson>> {
  const ids = await findMembers(trx, emailKeys)
  const memberIds = [...ids.values()]
  if (memberIds.length === 0) return new Map()
  const guarded = await readGuardedMembers(trx, memberIds)
  const members = lock
    ? (await lockMembersWithFacts(trx, memberIds)).members
    : await loadMembersWithFacts(trx, rules, memberIds)
  const facts = new Map(members.map((member) => [member.row.id, member]))
  const profiles = await trx.query
    .selectFrom('members')
    .select(['id', 'display_name', 'phone', 'job_title', 'language'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${memberIds}::uuid[])`)
    .execute()
  const profileOf = new Map(profiles.map((profile) => [profile.id, profile]))
  const known = new Map<string, KnownPerson>()
  for (const [emailKey, id] of ids) {
    const [member, withFacts, profile] = [guarded.get(id), facts.get(id), profileOf.get(id)]
    if (member === undefined || withFacts === undefined || profile === undefined) continue
    known.set(emailKey, {
      member,
      facts: withFacts.facts,
      roleId: withFacts.row.role_id,
      profile: {
        displayName: profile.display_name,
        phone: profile.phone,
        jobTitle: profile.job_title,
        language: profile.language,
      },
    })
  }
  return known
}

/** The same for the same plan: what the check showed is compared with what would be done by it. */
export function digestOf(plan: RowPlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('base64url').slice(0, 22)
}
