import type { InviteField } from '@plantel/db'

import type { TeamErrorCode } from '../errors.ts'
import { fold } from '../fold.ts'
import type { RuleSet } from '../mapping/rule-set-store.ts'
import { refusalOfRole, refusalOfSupervisor, type TeamActor } from '../members/member-guard.ts'
import { isEmailAddress } from './email-address.ts'

/** Somebody who is to join, as whoever adds them says; what is absent is for the person or the workspace to say. */
export interface PersonDraft {
  email: string
  /** The host's own id of the person. */
  hostUserId?: string | undefined
  displayName?: string | undefined
  givenName?: string | undefined
  familyName?: string | undefined
  phone?: string | undefined
  jobTitle?: string | undefined
  /** BCP 47. */
  language?: string | undefined
  /** By id or key. */
  role?: string | undefined
  /** Each by id or name; absent is the default one, where there is one. */
  departments?: readonly string[] | undefined
  /** Each by id or key. */
  channels?: readonly string[] | undefined
  supervisor?: boolean | undefined
}

/** What they get, by id. */
export interface PersonAccess {
  roleId: string
  departmentIds: readonly string[]
  channelIds: readonly string[]
  supervisor: boolean
}

/** A draft that the workspace and whoever adds the person allow. */
export interface PersonPlan {
  draft: PersonDraft
  email: string
  emailKey: string
  /** What the list shows until the person says how they are called. */
  displayName: string
  access: PersonAccess
}

/** Why somebody is not added; the others are. */
export type PersonRefusalCode = Extract<
  TeamErrorCode,
  | 'already-invited'
  | 'already-member'
  | 'channel-unknown'
  | 'department-unknown'
  | 'email-invalid'
  | 'email-repeated'
  | 'field-missing'
  | 'host-user-taken'
  | 'invitation-quota'
  | 'managed-by-directory'
  | 'permission-missing'
  | 'role-not-grantable'
  | 'role-unknown'
  | 'seats-exceeded'
>

export interface PersonRefusal {
  code: PersonRefusalCode
  /** What it is about: a role, a department, a field. */
  subject?: string
}

/** Who adds people, and to what. */
export interface PlanContext {
  actor: TeamActor
  rules: RuleSet
  inviteFields: readonly InviteField[]
  /** Where people go of whom nothing else is said; null where the workspace has no default department. */
  defaultDepartmentId: string | null
}

/** Looks at one draft by itself: everything that needs no other row. */
export function planPerson(draft: PersonDraft, context: PlanContext): PersonPlan | PersonRefusal {
  const email = draft.email.trim()
  if (!isEmailAddress(email)) return { code: 'email-invalid' }
  // Whoever has an id of the host is whom the host takes them for: nobody else may say so.
  if (draft.hostUserId !== undefined && context.actor.kind === 'member') {
    return { code: 'permission-missing', subject: 'hostUserId' }
  }
  const access = planAccess(draft, context)
  if ('code' in access) return access
  const fullName = [draft.givenName, draft.familyName].filter((part) => part !== undefined)
  return {
    draft,
    email,
    emailKey: fold(email),
    displayName: draft.displayName ?? (fullName.length > 0 ? fullName.join(' ') : email),
    access,
  }
}

function planAccess(draft: PersonDraft, context: PlanContext): PersonAccess | PersonRefusal {
  const { actor, rules, defaultDepartmentId } = context
  const role = findRole(draft.role, context)
  if ('code' in role) return role
  const refusedRole = refusalOfRole(actor, role.key)
  if (refusedRole !== undefined) return { code: 'role-not-grantable', subject: role.name }
  const wanted = draft.departments ?? (defaultDepartmentId === null ? [] : [defaultDepartmentId])
  const departments = findAll(wanted, [...rules.departments.values()], matchesName)
  if (typeof departments === 'string') return { code: 'department-unknown', subject: departments }
  const channels = findAll(draft.channels ?? [], [...rules.channels.values()], matchesKey)
  if (typeof channels === 'string') return { code: 'channel-unknown', subject: channels }
  const supervisor = draft.supervisor ?? false
  if (supervisor && refusalOfSupervisor(actor) !== undefined) {
    return { code: 'permission-missing', subject: 'conversations:all' }
  }
  return { roleId: role.id, departmentIds: departments, channelIds: channels, supervisor }
}

type FoundRole = { id: string; key: string; name: string }

/** Where the form asks for no role there is one that everybody begins with: the lowest. */
function findRole(
  wanted: string | undefined,
  { rules, inviteFields }: PlanContext,
): FoundRole | PersonRefusal {
  const roles = [...rules.roles.values()]
  if (wanted !== undefined) {
    const found = roles.find((role) => matchesKey(role, wanted))
    return found ?? { code: 'role-unknown', subject: wanted }
  }
  if (inviteFields.includes('role')) return { code: 'field-missing', subject: 'role' }
  const lowest = roles
    .filter((role) => !role.isOwner)
    .toSorted((left, right) => left.rank - right.rank)[0]
  return lowest ?? { code: 'field-missing', subject: 'role' }
}

/** The ids without repetition, or the text that nothing is called. */
function findAll<Entry extends { id: string }>(
  wanted: readonly string[],
  entries: readonly Entry[],
  matches: (entry: Entry, text: string) => boolean,
): string[] | string {
  const ids = new Set<string>()
  for (const text of wanted) {
    const found = entries.find((entry) => matches(entry, text))
    if (found === undefined) return text
    ids.add(found.id)
  }
  return [...ids]
}

function matchesKey({ id, key }: { id: string; key: string }, text: string): boolean {
  return id === text || key === text
}

function matchesName({ id, name }: { id: string; name: string }, text: string): boolean {
  return id === text || fold(name) === fold(text)
}
