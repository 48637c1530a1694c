import type { Database, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { inSlices } from '../in-slices.ts'
import { describeAccess, type MemberAccessPayload, storedAccess } from './member-change.ts'
import { lockMembersWithFacts, type MemberWithFacts, selectFacts } from './member-facts-store.ts'
import { project } from './project.ts'
import { differs } from './projection-store.ts'
import { reprojectMembers } from './reproject-members.ts'
import { reprojectionKind } from './reprojection-kind.ts'
import { dropRetired } from './retired-value-store.ts'
import { loadRuleSet, type RuleSet } from './rule-set-store.ts'
import { settleSeats } from './seat-store.ts'

/** A member who has something else than a projection from nothing says. */
export interface AccessDrift {
  memberId: string
  displayName: string
  stored: MemberAccessPayload
  projected: MemberAccessPayload
}

/** What a look at the next members found. */
export interface AccessCheck {
  checked: number
  drifted: AccessDrift[]
  /** Of those who differ, how many only wait for their turn with new rules: no drift. */
  pending: number
  /** Where the next look begins; undefined at the end. */
  last: string | undefined
}

/**
 * Compares what the members after `after` have with a projection from nothing, and on request puts it right. A
 * suspicion is looked at again under the member's lock: what somebody changes meanwhile is no drift.
 */
export async function checkAccess(
  trx: WorkspaceTransaction,
  after: string | null,
  options: { limit: number; repair: boolean },
): Promise<AccessCheck> {
  trx.giveWay()
  const rules = await loadRuleSet(trx)
  if (options.repair && after === null) await repairSeats(trx, rules)
  const members = await selectFacts(
    trx,
    rules,
    sql`m.id > ${after ?? '00000000-0000-0000-0000-000000000000'}`,
    { grants: 'all', limit: options.limit },
  )
  const differing = await inSlices(members, (member) => hasDrifted(member, rules))
  const suspects = members.filter((_, index) => differing[index] === true)
  const isProjecting = suspects.length > 0 && (await hasOpenProjection(trx))
  const isPending = ({ row }: MemberWithFacts): boolean =>
    isProjecting && BigInt(row.rules_version) < BigInt(rules.version)
  const drifted = await confirm(
    trx,
    suspects.filter((member) => !isPending(member)).map(({ row }) => row.id),
  )
  if (options.repair) {
    await reprojectMembers(
      trx,
      drifted.map(({ memberId }) => memberId),
    )
  }
  const last = members.length < options.limit ? undefined : members.at(-1)?.row.id
  // A job that ended early may have left it.
  if (options.repair && last === undefined) await dropRetired(trx)
  return {
    checked: members.length,
    drifted,
    pending: suspects.filter(isPending).length,
    last,
  }
}

function hasDrifted(member: MemberWithFacts, rules: RuleSet): boolean {
  return differs(member, project(member.facts, rules), rules)
}

async function confirm(trx: WorkspaceTransaction, memberIds: string[]): Promise<AccessDrift[]> {
  if (memberIds.length === 0) return []
  const { members, rules } = await lockMembersWithFacts(trx, memberIds)
  return members
    .filter((member) => hasDrifted(member, rules))
    .map((member) => ({
      memberId: member.row.id,
      displayName: member.row.display_name,
      stored: describeAccess(storedAccess(member), rules),
      projected: describeAccess(project(member.facts, rules), rules),
    }))
}

async function hasOpenProjection(trx: WorkspaceTransaction): Promise<boolean> {
  const row = await trx.query
    .selectFrom('jobs')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('kind', '=', reprojectionKind)
    .where('finished_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Whoever has or lacks a seat out of their turn. */
async function repairSeats(trx: WorkspaceTransaction, { seats }: RuleSet): Promise<void> {
  if (seats !== null) await reprojectMembers(trx, await settleSeats(trx, seats, []))
}

/**
 * Takes a workspace whose members were not looked at for a day, the one that waited longest; undefined when there is
 * none. No two replicas take the same.
 */
export async function claimAccessCheck(db: Database): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    update workspaces set access_checked_at = now()
    where id = (
      select id from workspaces
      where deleted_at is null and (access_checked_at is null or access_checked_at < now() - interval '1 day')
      order by access_checked_at nulls first, id limit 1 for no key update skip locked)
    returning id`.execute(db.query)
  return rows[0]?.id
}
