import {
  createId,
  type DepartmentsTable,
  isUniqueViolation,
  type WorkspaceTransaction,
} from '@plantel/db'
import { type Selectable, sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import { type EventType, recordChanges } from '../history/record-change.ts'
import { type Grant, type MemberFacts, project } from '../mapping/project.ts'
import { replaceRuleValue } from '../mapping/replace-rule-value.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import type { RuleSet } from '../mapping/rule-set-store.ts'
import { findHolders } from '../members/find-holders.ts'
import { requirePermission } from '../permissions/require-permission.ts'

type Department = Selectable<DepartmentsTable>

export interface DepartmentEdit {
  name?: string
  /** Who answers for it; null for nobody. */
  leadMemberId?: string | null
  /** Where people go whose last department is deleted. Another one's turn ends. */
  isDefault?: boolean
}

/** Throws `permission-missing`, `name-taken` and `member-not-found` for a lead who is none. */
export async function createDepartment(
  trx: WorkspaceTransaction,
  draft: DepartmentEdit & { name: string },
): Promise<{ id: string }> {
  await requirePermission(trx, 'departments:manage')
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
  await record(trx, 'department.created', null, await lockDepartment(trx, id), {})
  return { id }
}

/** Throws what `createDepartment` throws, `department-not-found` and `version-mismatch`. */
export async function editDepartment(
  trx: WorkspaceTransaction,
  id: string,
  edit: DepartmentEdit,
  expectedVersion?: string,
): Promise<void> {
  await requirePermission(trx, 'departments:manage')
  const before = await lockDepartment(trx, id, expectedVersion)
  await write(trx, edit, (columns) =>
    trx.query
      .updateTable('departments')
      .set({ ...columns, version: sql<string>`version + 1` })
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', id)
      .execute(),
  )
  await record(trx, 'department.changed', before, await lockDepartment(trx, id), {})
}

/**
 * Deletes a department. With `moveTo` the two merge: its people, and what rules give, go there. Without, whoever would
 * be left in no department goes to the default one, where there is one. Throws what `editDepartment` throws, and
 * `department-unknown` for a place that is none.
 */
export async function deleteDepartment(
  trx: WorkspaceTransaction,
  id: string,
  options: { moveTo?: string | undefined; expectedVersion?: string | undefined } = {},
): Promise<void> {
  await requirePermission(trx, 'departments:manage')
  // FOR UPDATE waits for everybody who is giving it to somebody, and makes later ones wait for the end.
  const department = await lockDepartment(trx, id, options.expectedVersion)
  const home = await findHome(trx, department, options.moveTo)
  await replaceRuleValue(trx, 'department', id, options.moveTo ?? null)
  const merges = options.moveTo !== undefined
  await reprojectMembers(
    trx,
    await findHolders(trx, 'department_id', id),
    new Set(),
    (facts, rules) => rehome(facts, rules, { from: id, to: home?.id ?? null, merges }),
  )
  await trx.query
    .deleteFrom('departments')
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .execute()
  await record(trx, 'department.deleted', department, null, {
    movedTo: merges && home !== undefined ? { id: home.id, name: home.name } : null,
  })
}

function rehome(
  facts: MemberFacts,
  rules: RuleSet,
  { from, to, merges }: { from: string; to: string | null; merges: boolean },
): readonly Grant[] {
  const isFrom = (grant: Grant): boolean => grant.kind === 'department' && grant.valueId === from
  const rest = facts.localGrants.filter((grant) => !isFrom(grant))
  if (to === null) return rest
  const held = project({ ...facts, localGrants: rest }, rules).grants.filter(
    (grant) => grant.kind === 'department' && grant.effective,
  )
  const isMissing = merges
    ? facts.localGrants.some(isFrom) && !held.some((grant) => grant.valueId === to)
    : held.length === 0
  if (!isMissing) return rest
  return [...rest, { kind: 'department', valueId: to, source: 'local', sourceId: null }]
}

async function findHome(
  trx: WorkspaceTransaction,
  department: Department,
  moveTo: string | undefined,
): Promise<{ id: string; name: string } | undefined> {
  if (moveTo === department.id) throw new TeamError('department-unknown', moveTo)
  const home = await trx.query
    .selectFrom('departments')
    .select(['id', 'name'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '<>', department.id)
    .where((eb) => (moveTo === undefined ? eb('is_default', '=', true) : eb('id', '=', moveTo)))
    .forUpdate()
    .executeTakeFirst()
  if (home === undefined && moveTo !== undefined) throw new TeamError('department-unknown', moveTo)
  return home
}

async function lockDepartment(
  trx: WorkspaceTransaction,
  id: string,
  expectedVersion?: string,
): Promise<Department> {
  const row = await trx.query
    .selectFrom('departments')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('department-not-found')
  if (expectedVersion !== undefined && expectedVersion !== row.version) {
    throw new TeamError('version-mismatch')
  }
  return row
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
    .where('state', '<>', 'removed')
    .executeTakeFirst()
  if (member === undefined) throw new TeamError('member-not-found', memberId)
}

async function record(
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
  return { id, name, leadMemberId, isDefault }
}
