import type { DepartmentsTable, WorkspaceTransaction } from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { type EventType, recordChanges } from '../history/record-change.ts'

/** With the channels that come with it. */
export type Department = Selectable<DepartmentsTable> & { channel_ids: string[] }

/** Locked. Throws `department-not-found` and `version-mismatch`. */
export async function lockDepartment(
  trx: WorkspaceTransaction,
  id: string,
  expectedVersion?: string,
): Promise<Department> {
  // FOR UPDATE waits for everybody who is giving it to somebody, and makes later ones wait for the end.
  const row = await selectDepartment(trx, id).forUpdate().executeTakeFirst()
  if (row === undefined) throw new TeamError('department-not-found')
  if (expectedVersion !== undefined && expectedVersion !== row.version) {
    throw new TeamError('version-mismatch')
  }
  return row
}

/** For looking only. Throws `department-not-found`. */
export async function requireDepartment(
  trx: WorkspaceTransaction,
  id: string,
): Promise<Department> {
  const row = await selectDepartment(trx, id).executeTakeFirst()
  if (row === undefined) throw new TeamError('department-not-found')
  return row
}

function selectDepartment(trx: WorkspaceTransaction, id: string) {
  return trx.query
    .selectFrom('departments')
    .selectAll()
    .select(
      sql<string[]>`array(select c.channel_id from department_channels c
        where c.workspace_id = departments.workspace_id and c.department_id = departments.id
        order by c.channel_id)`.as('channel_ids'),
    )
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .where('retired_at', 'is', null)
}

/** Where people go of whom no department is said; null where the workspace has no such place. */
export async function findDefaultDepartment(trx: WorkspaceTransaction): Promise<string | null> {
  const row = await trx.query
    .selectFrom('departments')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('is_default', '=', true)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return row?.id ?? null
}

/** Audit entry and event of a department that was made, changed or deleted. */
export async function recordDepartment(
  trx: WorkspaceTransaction,
  type: Extract<EventType, `department.${string}`>,
  before: Department | null,
  after: Department | null,
  more: Record<string, unknown>,
): Promise<void> {
  const subject = after ?? before
  if (subject === null) return
  const payload = { department: describe(subject), before: describe(before), ...more }
  await recordChanges(trx, [
    {
      action: type,
      subject: { kind: 'department', id: subject.id },
      before: describe(before),
      after: describe(after),
      event: { type, memberId: null, payload },
    },
  ])
}

function describe(row: Department | null): Record<string, unknown> | null {
  if (row === null) return null
  const { id, name, lead_member_id: leadMemberId, is_default: isDefault } = row
  return { id, name, leadMemberId, isDefault, channelIds: row.channel_ids }
}
