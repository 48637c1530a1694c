import { createId, isUniqueViolation, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import { holdRules, lockRules } from '../mapping/hold-rules.ts'
import { reprojectNamed } from '../mapping/names-change.ts'
import { isRefused } from '../mapping/refused-change-store.ts'
import { bumpRulesVersion, reprojectTouched, type Saved } from '../mapping/rule-change.ts'
import { nobody } from '../mapping/touched-members.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import { differenceOfEdit } from './department-edit-preview.ts'
import { type Department, lockDepartment, recordDepartment } from './department-store.ts'

export interface DepartmentEdit {
  name?: string
  /** Who answers for it; null for nobody. */
  leadMemberId?: string | null
  /** Where people go of whom no department is said, and whose last one is deleted. Another one's turn ends. */
  isDefault?: boolean
  /** Channels that come with it, by id. */
  channelIds?: readonly string[]
}

/** Throws `permission-missing`, `name-taken`, `channel-unknown`, and `member-not-found` for a lead who is none. */
export async function createDepartment(
  trx: WorkspaceTransaction,
  draft: DepartmentEdit & { name: string },
): Promise<{ id: string }> {
  await requirePermission(trx, 'departments:manage')
  await holdRules(trx)
  const id = createId()
  await write(trx, draft, (columns) =>
    trx.query
      .insertInto('departments')
      .values({
        workspace_id: trx.workspaceId,
        id,
        name: draft.name,
        name_key: fold(draft.name),
        ...columns,
      })
      .execute(),
  )
  if (draft.channelIds !== undefined) await replaceChannels(trx, id, draft.channelIds)
  await recordDepartment(trx, 'department.created', null, await lockDepartment(trx, id), {})
  await reprojectNamed(trx, 'department')
  return { id }
}

/**
 * Channels that change are given to its people and taken from them: at once where they are few, else by the job that is
 * answered. With the hash of a preview only if the difference still is the one that was shown. Throws what
 * `createDepartment` throws, `department-not-found` and `version-mismatch`.
 */
export async function editDepartment(
  trx: WorkspaceTransaction,
  id: string,
  edit: DepartmentEdit,
  expectedVersion?: string,
  previewHash?: string,
): Promise<Saved> {
  await requirePermission(trx, 'departments:manage')
  const isPreviewed = previewHash !== undefined
  await (edit.channelIds === undefined && !isPreviewed ? holdRules(trx) : lockRules(trx))
  const before = await lockDepartment(trx, id, expectedVersion)
  if (isPreviewed) {
    const difference = await differenceOfEdit(trx, before, edit)
    if (await isRefused(trx, difference.hash, previewHash)) {
      return { outcome: 'difference-changed', difference }
    }
  }
  await write(trx, edit, (columns) =>
    trx.query
      .updateTable('departments')
      .set({ ...columns, version: sql<string>`version + 1` })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', id)
      .execute(),
  )
  if (edit.channelIds !== undefined) await replaceChannels(trx, id, edit.channelIds)
  await recordDepartment(trx, 'department.changed', before, await lockDepartment(trx, id), {})
  if (edit.name !== undefined && edit.name !== before.name) await reprojectNamed(trx, 'department')
  if (edit.channelIds === undefined) return { outcome: 'saved', jobId: undefined }
  await bumpRulesVersion(trx)
  const job = await reprojectTouched(trx, { ...nobody, holdersOf: { kind: 'department', id } })
  return { outcome: 'saved', jobId: job?.jobId }
}

async function replaceChannels(
  trx: WorkspaceTransaction,
  departmentId: string,
  channelIds: readonly string[],
): Promise<void> {
  const ids = [...new Set(channelIds)]
  await trx.query
    .deleteFrom('department_channels')
    .where('workspace_id', '=', trx.workspaceId)
    .where('department_id', '=', departmentId)
    .execute()
  if (ids.length === 0) return
  const { rows } = await sql<{ channel_id: string }>`
    insert into department_channels (workspace_id, department_id, channel_id)
    select c.workspace_id, ${departmentId}::uuid, c.id from channels c
    where c.workspace_id = ${trx.workspaceId} and c.id = any(${ids}::uuid[]) and c.retired_at is null
    returning channel_id`.execute(trx.query)
  const unknown = ids.find((id) => !rows.some((row) => row.channel_id === id))
  if (unknown !== undefined) throw new TeamError('channel-unknown', unknown)
}

type DepartmentColumns = Partial<
  Pick<Department, 'name' | 'name_key' | 'lead_member_id' | 'is_default'>
>

async function write(
  trx: WorkspaceTransaction,
  { name, leadMemberId, isDefault }: DepartmentEdit,
  run: (columns: DepartmentColumns) => Promise<unknown>,
): Promise<void> {
  if (leadMemberId !== undefined && leadMemberId !== null) await requireLead(trx, leadMemberId)
  if (isDefault === true) {
    await trx.query
      .updateTable('departments')
      .set({ is_default: false, version: sql<string>`version + 1` })
      .where('workspace_id', '=', trx.workspaceId)
      .where('is_default', '=', true)
      .execute()
  }
  try {
    await run({
      ...(name === undefined ? {} : { name, name_key: fold(name) }),
      ...(leadMemberId === undefined ? {} : { lead_member_id: leadMemberId }),
      ...(isDefault === undefined ? {} : { is_default: isDefault }),
    })
  } catch (error) {
    if (isUniqueViolation(error, 'departments_name_unique')) {
      throw new TeamError('name-taken', name, { cause: error })
    }
    // Two departments became the default one at once.
    if (isUniqueViolation(error, 'departments_one_default')) {
      throw new TeamError('version-mismatch', undefined, { cause: error })
    }
    throw error
  }
}

async function requireLead(trx: WorkspaceTransaction, memberId: string): Promise<void> {
  const member = await trx.query
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .where(sql<boolean>`is_listed`)
    .executeTakeFirst()
  if (member === undefined) throw new TeamError('member-not-found', memberId)
}
