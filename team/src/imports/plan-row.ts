import type { ImportWay } from '@plantel/db'

import { TeamError, type TeamErrorCode } from '../errors.ts'
import { fold } from '../fold.ts'
import { isEmailAddress } from '../invitations/email-address.ts'
import { type PlanContext, planPerson } from '../invitations/person-plan.ts'
import { type MemberFacts, project } from '../mapping/project.ts'
import type { RuleSet } from '../mapping/rule-set-store.ts'
import { type AccessWish, decideLocalGrants } from '../members/decide-local-grants.ts'
import { profileRefusal } from '../members/member-fields.ts'
import type { VersionedMember } from '../members/member-guard-store.ts'
import {
  type MemberAction,
  refusalOf,
  refusalOfRole,
  refusalOfSupervisor,
} from '../members/member-guard.ts'
import { ownerRoleKey } from '../roles/owner-role.ts'
import type {
  ImportCells,
  ImportColumn,
  ImportedProfileField,
  RowPlan,
  RowRefusal,
} from './import-row.ts'

/** Somebody who is here already, by the email of the row. */
export interface KnownPerson {
  member: VersionedMember
  facts: MemberFacts
  roleId: string | null
  profile: Record<ImportedProfileField, string | null>
}

export interface ImportContext extends PlanContext {
  way: ImportWay
}

const profileColumns: Readonly<Record<ImportedProfileField, ImportColumn>> = {
  displayName: 'name',
  phone: 'phone',
  jobTitle: 'jobTitle',
  language: 'language',
}

const maxCellLength = 200
const languageTag = /^[a-zA-Z]{2,8}(?:-[a-zA-Z\d]{1,8}){0,8}$/

/** Looks at one row by itself: everything that needs no other row. Ownership that ends is for whoever calls to count. */
export function planRow(
  cells: ImportCells,
  known: KnownPerson | undefined,
  context: ImportContext,
): RowPlan {
  const memberId = known?.member.id ?? null
  const flaw = flawOf(cells)
  if (flaw !== undefined) return refusal(memberId, ...flaw)
  return known === undefined ? planNew(cells, context) : planChange(cells, known, context)
}

function flawOf(cells: ImportCells): [TeamErrorCode, ImportColumn] | undefined {
  if (cells.email === undefined) return ['field-missing', 'email']
  if (!isEmailAddress(cells.email)) return ['email-invalid', 'email']
  const tooLong = (['name', 'phone', 'jobTitle'] as const).find(
    (column) => (cells[column]?.length ?? 0) > maxCellLength,
  )
  if (tooLong !== undefined) return ['cell-invalid', tooLong]
  if (cells.language !== undefined && !languageTag.test(cells.language)) {
    return ['cell-invalid', 'language']
  }
  const isUnclear = cells.supervisor !== undefined && yesOrNo(cells.supervisor) === undefined
  return isUnclear ? ['cell-invalid', 'supervisor'] : undefined
}

const yes: ReadonlySet<string> = new Set(['yes', 'sí', 'si', 'sim', 'true', 'x', '1'])
const no: ReadonlySet<string> = new Set(['no', 'não', 'nao', 'false', '0'])

function yesOrNo(cell: string): boolean | undefined {
  const word = fold(cell)
  return yes.has(word) ? true : no.has(word) ? false : undefined
}

function planNew(cells: ImportCells, context: ImportContext): RowPlan {
  const { rules } = context
  const draft = {
    email: cells.email ?? '',
    displayName: cells.name,
    phone: cells.phone,
    jobTitle: cells.jobTitle,
    language: cells.language,
    role: cells.role === undefined ? undefined : (findRole(rules, cells.role) ?? cells.role),
    departments: cells.departments === undefined ? undefined : listOf(cells.departments),
    channels: listOf(cells.channels).map((text) => findChannel(rules, text) ?? text),
    supervisor: yesOrNo(cells.supervisor ?? 'no'),
  }
  const planned = planPerson(draft, context)
  if (!('code' in planned)) return { outcome: 'created', draft }
  return refusal(null, planned.code, columnOfCode[planned.code] ?? null, planned.subject)
}

/** Where in a row the cause of a refusal is; null for what concerns the row as a whole. */
export const columnOfCode: Readonly<Partial<Record<TeamErrorCode, ImportColumn>>> = {
  'already-invited': 'email',
  'already-member': 'email',
  'channel-unknown': 'channels',
  'department-unknown': 'departments',
  'email-invalid': 'email',
  'email-repeated': 'email',
  'field-missing': 'role',
  'permission-missing': 'supervisor',
  'role-not-grantable': 'role',
  'role-unknown': 'role',
}

function planChange(cells: ImportCells, known: KnownPerson, context: ImportContext): RowPlan {
  const { actor, rules } = context
  const { member, facts } = known
  const refuse = (code: TeamErrorCode, column: ImportColumn, subject?: string): RowRefusal =>
    refusal(member.id, code, column, subject)

  const profile: Partial<Record<ImportedProfileField, string>> = {}
  for (const [field, column] of Object.entries(profileColumns) as [
    ImportedProfileField,
    ImportColumn,
  ][]) {
    const cell = cells[column]
    if (cell === undefined || cell === known.profile[field]) continue
    const code = profileRefusal(actor, member, field)
    if (code !== undefined) return refuse(code, column)
    profile[field] = cell
  }

  const wish: AccessWish = {}
  const wished: { column: ImportColumn; action: MemberAction }[] = []
  if (cells.role !== undefined) {
    const role = rules.roles.get(findRole(rules, cells.role) ?? '')
    if (role === undefined) return refuse('role-unknown', 'role', cells.role)
    if (role.id !== known.roleId) {
      const code = refusalOfRole(actor, role.key)
      if (code !== undefined) return refuse(code, 'role', role.name)
      wish.roleId = role.id
      wished.push({ column: 'role', action: 'change-role' })
    }
  }
  for (const { column, kind, find, unknown, action } of listColumns) {
    const texts = cells[column]
    if (texts === undefined) continue
    const ids: string[] = []
    for (const text of listOf(texts)) {
      const id = find(rules, text)
      if (id === undefined) return refuse(unknown, column, text)
      ids.push(id)
    }
    if (isSameSet(ids, heldIds(facts, rules, kind))) continue
    if (kind === 'department') wish.departmentIds = ids
    else wish.channelIds = ids
    wished.push({ column, action })
  }
  const supervisor = cells.supervisor === undefined ? undefined : yesOrNo(cells.supervisor)
  if (supervisor !== undefined && supervisor !== isSupervisor(facts, rules)) {
    const code = refusalOfSupervisor(actor)
    if (code !== undefined) return refuse(code, 'supervisor')
    wish.supervisor = supervisor
    wished.push({ column: 'supervisor', action: 'change-supervisor' })
  }
  for (const { column, action } of wished) {
    const code = refusalOf(actor, action, member)
    if (code !== undefined) return refuse(code, column)
  }
  try {
    decideLocalGrants(facts, rules, wish)
  } catch (error) {
    if (!(error instanceof TeamError)) throw error
    return refuse(error.code, wished[0]?.column ?? 'role', error.subject)
  }
  return Object.keys(profile).length === 0 && wished.length === 0
    ? { outcome: 'unchanged', memberId: member.id }
    : { outcome: 'changed', memberId: member.id, profile, wish }
}

const listColumns = [
  {
    column: 'departments',
    kind: 'department',
    find: findDepartment,
    unknown: 'department-unknown',
    action: 'change-departments',
  },
  {
    column: 'channels',
    kind: 'channel',
    find: findChannel,
    unknown: 'channel-unknown',
    action: 'change-channels',
  },
] as const

/** Whether the row takes ownership from somebody who has it and is active. */
export function endsOwnership(plan: RowPlan, { member }: KnownPerson, rules: RuleSet): boolean {
  if (plan.outcome !== 'changed' || plan.wish.roleId === undefined) return false
  return (
    member.state === 'active' &&
    member.role?.key === ownerRoleKey &&
    rules.roles.get(plan.wish.roleId)?.key !== ownerRoleKey
  )
}

/** Several values of one cell stand between semicolons or bars. */
function listOf(cell: string | undefined): string[] {
  return (cell ?? '')
    .split(/[;|]/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
}

/** By id, key or name; what a key means goes before what is called so. */
function findRole(rules: RuleSet, text: string): string | undefined {
  return findKeyed([...rules.roles.values()], text)
}

function findChannel(rules: RuleSet, text: string): string | undefined {
  return findKeyed([...rules.channels.values()], text)
}

function findKeyed(
  entries: readonly { id: string; key: string; name: string }[],
  text: string,
): string | undefined {
  const wanted = fold(text)
  const found =
    entries.find(({ id, key }) => id === text || fold(key) === wanted) ??
    entries.find(({ name }) => fold(name) === wanted)
  return found?.id
}

function findDepartment(rules: RuleSet, text: string): string | undefined {
  const wanted = fold(text)
  return [...rules.departments.values()].find(
    ({ id, name }) => id === text || fold(name) === wanted,
  )?.id
}

function heldIds(facts: MemberFacts, rules: RuleSet, kind: 'department' | 'channel'): string[] {
  return project(facts, rules).grants.flatMap((grant) =>
    grant.kind === kind && grant.effective && grant.valueId !== null ? [grant.valueId] : [],
  )
}

function isSupervisor(facts: MemberFacts, rules: RuleSet): boolean {
  return project(facts, rules).grants.some(
    (grant) => grant.kind === 'supervisor' && grant.effective,
  )
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [new Set(a), new Set(b)]
  return left.size === right.size && [...left].every((id) => right.has(id))
}

function refusal(
  memberId: string | null,
  code: TeamErrorCode,
  column: ImportColumn | null,
  subject?: string,
): RowRefusal {
  return { outcome: 'refused', memberId, code, column, subject: subject ?? null }
}
