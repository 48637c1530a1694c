import {
  createId,
  isId,
  type OwnershipTransfersTable,
  type WorkspaceTransaction,
} from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { type Change, recordChanges } from '../history/record-change.ts'
import { holdRules } from '../mapping/hold-rules.ts'
import { loadRuleSet, type NamedRole, type RuleSet } from '../mapping/rule-set-store.ts'
import { readTeamActor } from '../members/member-guard-store.ts'
import { ownerIds } from '../roles/owner-queries.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import { handOver } from './hand-over.ts'
import type { OwnershipLink } from './ownership-token.ts'

/** How long the two have to follow the links in their mails. */
const minutesToConfirm = 30

export interface OwnershipTransferDraft {
  /** Who becomes the owner: an active member with an address. */
  to: string
  /** Which owner steps down, where a host asks; a member always speaks for themselves. */
  from?: string | undefined
  /** What the owner becomes, by id or key; by default the highest role below. */
  formerOwnerRole?: string | undefined
}

type TransferRow = Selectable<OwnershipTransfersTable>

/**
 * Begins to hand the workspace over: both people get a mail with a link of their own, and nothing changes until both
 * have followed it. A transfer that the owner had begun before is cancelled. Throws `permission-missing`,
 * `field-missing`, `member-not-found`, `member-not-active`, `role-unknown`.
 */
export async function createOwnershipTransfer(
  trx: WorkspaceTransaction,
  draft: OwnershipTransferDraft,
): Promise<{ id: string; expiresAt: Date }> {
  await lockOwnersAnd(trx, [draft.to, draft.from ?? null])
  const from = await findGiver(trx, draft.from)
  await requireTaker(trx, draft.to)
  if (from === draft.to) throw new TeamError('own-access')
  const role = findFormerOwnerRole(await loadRuleSet(trx), draft.formerOwnerRole)
  await trx.query
    .updateTable('ownership_transfers')
    .set({ state: 'cancelled', closed_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('from_member_id', '=', from)
    .where('state', '=', 'open')
    .execute()
  const { id, expires_at: expiresAt } = await trx.query
    .insertInto('ownership_transfers')
    .values({
      workspace_id: trx.workspaceId,
      id: createId(),
      from_member_id: from,
      to_member_id: draft.to,
      former_owner_role_id: role.id,
      expires_at: sql<Date>`now() + make_interval(mins => ${minutesToConfirm}::integer)`,
    })
    .returning(['id', 'expires_at'])
    .executeTakeFirstOrThrow()
  await record(trx, { id, from_member_id: from, to_member_id: draft.to }, 'requested')
  return { id, expiresAt }
}

/**
 * One of the two agrees; with the second the workspace changes hands. Agreeing twice changes nothing. Throws
 * `ownership-transfer-not-found`, `ownership-transfer-closed` with the state, and `member-not-active` when one of them
 * can't come in any more.
 */
export async function confirmOwnershipTransfer(
  trx: WorkspaceTransaction,
  { id, party }: OwnershipLink,
): Promise<'waiting' | 'completed'> {
  const transfer = await lockTransfer(trx, id)
  if (transfer.state !== 'open') throw new TeamError('ownership-transfer-closed', transfer.state)
  if (transfer.expires_at <= trx.now) throw new TeamError('ownership-transfer-closed', 'expired')
  const column = party === 'from' ? 'from_confirmed_at' : 'to_confirmed_at'
  const other = party === 'from' ? transfer.to_confirmed_at : transfer.from_confirmed_at
  const isLast = other !== null
  await trx.query
    .updateTable('ownership_transfers')
    .set({
      [column]: transfer[column] ?? trx.now,
      ...(isLast ? { state: 'completed' as const, closed_at: trx.now } : {}),
    })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
  if (!isLast) return 'waiting'
  await requireOwner(trx, transfer.from_member_id)
  await requireTaker(trx, transfer.to_member_id)
  await handOver(trx, {
    from: transfer.from_member_id,
    to: transfer.to_member_id,
    formerOwnerRoleId: transfer.former_owner_role_id,
  })
  await record(trx, transfer, 'completed')
  return 'completed'
}

/**
 * Ends a transfer before it has happened; one of the two, another owner or the host may. Throws
 * `ownership-transfer-not-found`, `ownership-transfer-closed` with the state, `permission-missing`.
 */
export async function cancelOwnershipTransfer(
  trx: WorkspaceTransaction,
  id: string,
): Promise<void> {
  const transfer = await lockTransfer(trx, id)
  const actor = await readTeamActor(trx)
  if (actor.kind === 'member') {
    const isParty = [transfer.from_member_id, transfer.to_member_id].includes(actor.memberId)
    if (!isParty && !(await isActiveOwner(trx, actor.memberId))) {
      throw new TeamError('permission-missing')
    }
  }
  if (transfer.state !== 'open') throw new TeamError('ownership-transfer-closed', transfer.state)
  await trx.query
    .updateTable('ownership_transfers')
    .set({ state: 'cancelled', closed_at: trx.now })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
  await record(trx, transfer, 'cancelled')
}

/** Like every command about owners: in order of their ids, and after the rules are held. */
async function lockOwnersAnd(
  trx: WorkspaceTransaction,
  memberIds: readonly (string | null)[],
): Promise<void> {
  const ids = memberIds.filter((id) => id !== null && isId(id))
  await holdRules(trx)
  await sql`
    select m.id from members m
    where m.workspace_id = ${trx.workspaceId} and m.id = any(${ids}::uuid[] || ${ownerIds(trx)})
    order by m.id for no key update`.execute(trx.query)
}

async function lockTransfer(trx: WorkspaceTransaction, id: string): Promise<TransferRow> {
  const find = (): Promise<TransferRow | undefined> =>
    trx.query
      .selectFrom('ownership_transfers')
      .selectAll()
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', id)
      .executeTakeFirst()
  const found = isId(id) ? await find() : undefined
  if (found === undefined) throw new TeamError('ownership-transfer-not-found')
  await lockOwnersAnd(trx, [found.from_member_id, found.to_member_id])
  // Once more: whoever was faster has committed by now.
  const transfer = await find()
  if (transfer === undefined) throw new TeamError('ownership-transfer-not-found')
  return transfer
}

async function findGiver(trx: WorkspaceTransaction, wanted: string | undefined): Promise<string> {
  const actor = await readTeamActor(trx)
  if (actor.kind === 'member') {
    if (wanted !== undefined && wanted !== actor.memberId) throw new TeamError('permission-missing')
    if (!(await isActiveOwner(trx, actor.memberId))) throw new TeamError('permission-missing')
    return actor.memberId
  }
  const owners = await findActiveOwners(trx)
  const [only] = owners
  const from = wanted ?? (owners.length === 1 ? only : undefined)
  if (from === undefined) throw new TeamError('field-missing', 'from')
  if (!owners.includes(from)) throw new TeamError('member-not-active', 'from')
  return from
}

async function requireOwner(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  if (!(await isActiveOwner(trx, memberId))) throw new TeamError('member-not-active', 'from')
}

async function requireTaker(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  if (!isId(memberId)) throw new TeamError('member-not-found')
  const member = await trx.query
    .selectFrom('members')
    .select(['state', 'email'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .executeTakeFirst()
  if (member === undefined || member.state === 'removed') throw new TeamError('member-not-found')
  if (member.state !== 'active') throw new TeamError('member-not-active', member.state)
  if (member.email === null) throw new TeamError('field-missing', 'email')
}

async function isActiveOwner(trx: WorkspaceTransaction, memberId: string): Promise<boolean> {
  return (await findActiveOwners(trx)).includes(memberId)
}

/** Those who can be written to. */
async function findActiveOwners(trx: WorkspaceTransaction): Promise<string[]> {
  const rows = await trx.query
    .selectFrom('members as member')
    .innerJoin('roles as role', (join) =>
      join
        .onRef('role.workspace_id', '=', 'member.workspace_id')
        .onRef('role.id', '=', 'member.role_id'),
    )
    .select('member.id')
    .where('member.workspace_id', '=', trx.workspaceId)
    .where('member.state', '=', 'active')
    .where('member.email', 'is not', null)
    .where('role.key', '=', ownerRoleKey)
    .execute()
  return rows.map((row) => row.id)
}

function findFormerOwnerRole(rules: RuleSet, wanted: string | undefined): NamedRole {
  const roles = [...rules.roles.values()].filter((role) => !role.isOwner)
  const found =
    wanted === undefined
      ? roles.toSorted((left, right) => right.rank - left.rank)[0]
      : roles.find((role) => role.id === wanted || role.key === wanted)
  if (found === undefined) throw new TeamError('role-unknown', wanted)
  return found
}

async function record(
  trx: WorkspaceTransaction,
  transfer: Pick<TransferRow, 'id' | 'from_member_id' | 'to_member_id'>,
  state: 'requested' | 'cancelled' | 'completed',
): Promise<void> {
  const ownershipTransfer = {
    id: transfer.id,
    state,
    from: transfer.from_member_id,
    to: transfer.to_member_id,
  }
  await recordChanges(trx, [
    {
      action: `ownership_transfer.${state}`,
      subject: { kind: 'workspace', id: trx.workspaceId },
      before: null,
      after: ownershipTransfer,
      event: { type: 'workspace.updated', memberId: null, payload: { ownershipTransfer } },
    } satisfies Change,
  ])
}
