import { type HandoverPart, type HandoversTable, type WorkspaceTransaction } from '@plantel/db'
import type { Selectable } from 'kysely'

import { TeamError } from '../errors.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import {
  describeHandovers,
  firstPauseMinutes,
  type HandoverView,
  lockHandover,
  lockOpenHandover,
  insertHandovers,
  readSituations,
  recordHandover,
} from './handover-store.ts'
import { planHandover } from './plan-handover.ts'

/** Whom a person chose for all that a leaver has, in place of the rules. */
export type ChosenTarget =
  | { kind: 'rules' }
  | { kind: 'member'; memberId: string }
  | { kind: 'department'; departmentId: string }
  | { kind: 'unassigned' }

const giveUpHours = 24

/**
 * Asks the host to move somebody's conversations; who is asked about already is not asked again. Throws
 * `permission-missing`, `member-not-found`, `member-not-active` for a target who can not come in, `department-unknown`.
 */
export async function requestHandover(
  trx: WorkspaceTransaction,
  memberId: string,
  to: ChosenTarget,
): Promise<HandoverView> {
  await requirePermission(trx, 'members:manage')
  const departments = await trx.query
    .selectFrom('grants as g')
    .innerJoin('departments as d', (join) =>
      join.onRef('d.workspace_id', '=', 'g.workspace_id').onRef('d.id', '=', 'g.department_id'),
    )
    .select('d.name')
    .distinct()
    .where('g.workspace_id', '=', trx.workspaceId)
    .where('g.member_id', '=', memberId)
    .where('g.kind', '=', 'department')
    .where('g.effective', '=', true)
    .execute()
  const member = await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .forUpdate()
    .executeTakeFirst()
  if (member === undefined) throw new TeamError('member-not-found')
  const open = await lockOpenHandover(trx, memberId)
  if (open !== undefined) {
    const [view] = await describeHandovers(trx, [open])
    if (view !== undefined) return view
  }
  const plan =
    to.kind === 'rules'
      ? await planByRules(
          trx,
          memberId,
          departments.map(({ name }) => name),
        )
      : [await chosenPart(trx, memberId, to)]
  const [row] = await insertHandovers(trx, [
    { memberId, cause: 'chosen', causePosition: null, plan },
  ])
  // The member is locked, and had none: nobody else came first.
  if (row === undefined) throw new Error(`No handover of ${memberId} was written.`)
  return recordHandover(trx, row)
}

/**
 * What the host says it has done. Conversations that it could not move are asked for again later. Throws
 * `handover-not-found`, and `handover-closed` for one that was cancelled.
 */
export async function completeHandover(
  trx: WorkspaceTransaction,
  handoverId: string,
  { moved, remaining }: { moved: number; remaining: number },
): Promise<HandoverView> {
  const row = await lockHandover(trx, handoverId)
  if (row === undefined) throw new TeamError('handover-not-found', handoverId)
  if (row.state === 'cancelled') throw new TeamError('handover-closed', handoverId)
  if (row.state === 'completed') {
    // The same answer again: it may not have heard ours.
    const [view] = await describeHandovers(trx, [row])
    if (view === undefined) throw new TeamError('handover-not-found', handoverId)
    return view
  }
  const told = await update(trx, row, { moved: row.moved + moved, remaining })
  if (remaining === 0) return endHandover(trx, told, 'completed')
  const [view] = await describeHandovers(trx, [told])
  if (view === undefined) throw new TeamError('handover-not-found', handoverId)
  return view
}

/** Lets a person take it back. Throws `permission-missing`, `handover-not-found`, `handover-closed`. */
export async function cancelHandover(
  trx: WorkspaceTransaction,
  handoverId: string,
): Promise<HandoverView> {
  await requirePermission(trx, 'members:manage')
  const row = await lockHandover(trx, handoverId)
  if (row === undefined) throw new TeamError('handover-not-found', handoverId)
  if (row.state !== 'requested') throw new TeamError('handover-closed', handoverId)
  return endHandover(trx, row, 'cancelled')
}

/** Asks a host that has not answered again, and gives up after a day. */
export async function remindHandover(trx: WorkspaceTransaction, handoverId: string): Promise<void> {
  const row = await lockHandover(trx, handoverId)
  // Another replica was first, or the host answered meanwhile.
  if (row?.due_at == null || row.due_at > trx.now) return
  const ageHours = (trx.now.getTime() - row.requested_at.getTime()) / 3_600_000
  if (ageHours >= giveUpHours) {
    await endHandover(trx, row, 'failed')
    return
  }
  const pause = Math.min(6 * 60, firstPauseMinutes * 2 ** row.attempts)
  const asked = await update(trx, row, {
    attempts: row.attempts + 1,
    due_at: new Date(trx.now.getTime() + pause * 60_000),
  })
  await recordHandover(trx, asked)
}

async function planByRules(
  trx: WorkspaceTransaction,
  memberId: string,
  departmentNames: readonly string[],
): Promise<HandoverPart[]> {
  const [situation] = await readSituations(trx, [{ memberId, departmentNames }])
  if (situation === undefined) throw new Error('Each leaver has a situation.')
  return planHandover(situation)
}

async function endHandover(
  trx: WorkspaceTransaction,
  row: Selectable<HandoversTable>,
  state: 'completed' | 'failed' | 'cancelled',
): Promise<HandoverView> {
  return recordHandover(trx, await update(trx, row, { state, due_at: null, ended_at: trx.now }))
}

async function update(
  trx: WorkspaceTransaction,
  { id }: Selectable<HandoversTable>,
  fields: Partial<
    Pick<
      Selectable<HandoversTable>,
      'state' | 'attempts' | 'due_at' | 'moved' | 'remaining' | 'ended_at'
    >
  >,
): Promise<Selectable<HandoversTable>> {
  return trx.query
    .updateTable('handovers')
    .set(fields)
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function chosenPart(
  trx: WorkspaceTransaction,
  leaverId: string,
  to: Exclude<ChosenTarget, { kind: 'rules' }>,
): Promise<HandoverPart> {
  if (to.kind === 'member') {
    const target = await trx.query
      .selectFrom('members')
      .select(['state', 'role_id'])
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', to.memberId)
      .executeTakeFirst()
    if (target === undefined) throw new TeamError('member-not-found', to.memberId)
    if (target.state !== 'active' || target.role_id === null || to.memberId === leaverId) {
      throw new TeamError('member-not-active', to.memberId)
    }
  }
  if (to.kind === 'department') {
    const found = await trx.query
      .selectFrom('departments')
      .select('id')
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', to.departmentId)
      .where('retired_at', 'is', null)
      .executeTakeFirst()
    if (found === undefined) throw new TeamError('department-unknown', to.departmentId)
  }
  return { departmentId: null, to, by: 'chosen' }
}
