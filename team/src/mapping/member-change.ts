import type { ConversationAccess, MemberState } from '@plantel/db'

import type { Change, EventType } from '../history/record-change.ts'
import type { MemberWithFacts } from './member-facts-store.ts'
import type { Grant, MemberAccess } from './project.ts'
import type { RetiredValue, RuleSet } from './rule-set-store.ts'

/** What a host is told about a member. */
export interface MemberPayload extends Record<string, unknown> {
  id: string
  displayName: string
  email: string | null
  hostUserId: string | null
  state: MemberState
  role: { key: string; name: string } | null
  /** Names. */
  departments: string[]
  /** Keys. */
  channels: string[]
  conversationAccess: ConversationAccess
}

/** What gives a role, department, channel or the supervisor right that is in effect. */
export interface AccessCause {
  kind: Grant['kind']
  /** A role's or channel's key, a department's name; null for the supervisor right. */
  value: string | null
  source: Grant['source']
  /** The rule, connection or department; null for a person's decision. */
  sourceId: string | null
}

/** What every event about a member carries. */
export interface MemberEventPayload extends Record<string, unknown> {
  member: MemberPayload
  /** What they had before; null for somebody new. */
  before: MemberAccessPayload | null
  /** Of a change of access: why it is what it is now. */
  because?: AccessCause[]
}

/** State and access without the person: role by key, departments by name, channels by key. */
export interface MemberAccessPayload extends Record<string, unknown> {
  state: MemberState
  role: string | null
  /** Names. */
  departments: string[]
  /** Keys. */
  channels: string[]
  conversationAccess: ConversationAccess
}

/** The audit entries and events that say how this projection changed the member; none when it did not. */
export function memberChange(
  member: MemberWithFacts,
  access: MemberAccess,
  { rules, profileChanged }: { rules: RuleSet; profileChanged: boolean },
): Change[] {
  const isNew = member.row.version === '0'
  const before = isNew ? null : describeAccess(storedAccess(member), rules)
  const after = describeAccess(access, rules)
  const actions: EventType[] = []

  const stateEvent = stateEventOf(member, isNew, access.state)
  if (stateEvent !== undefined) actions.push(stateEvent)
  if (before !== null && accessText(before) !== accessText(after))
    actions.push('member.access_changed')
  if (profileChanged && actions.length === 0) actions.push('member.changed')

  return actions.map((type) => ({
    action: type,
    subject: { kind: 'member', id: member.row.id },
    before,
    after,
    event: {
      type,
      memberId: member.row.id,
      payload: {
        member: payloadOf(member, access, after, rules),
        before,
        ...(type === 'member.access_changed' ? { because: causesOf(access, rules) } : {}),
      } satisfies MemberEventPayload,
    },
  }))
}

function causesOf({ grants }: MemberAccess, rules: RuleSet): AccessCause[] {
  const causes: AccessCause[] = []
  for (const { kind, valueId, source, sourceId, effective } of grants) {
    if (effective) causes.push({ kind, value: valueName(kind, valueId, rules), source, sourceId })
  }
  return causes
}

function valueName(kind: Grant['kind'], id: string | null, rules: RuleSet): string | null {
  switch (kind) {
    case 'role':
      return nameOf(id, rules.roles, rules)?.key ?? id
    case 'department':
      return nameOf(id, rules.departments, rules)?.name ?? id
    case 'channel':
      return nameOf(id, rules.channels, rules)?.key ?? id
    case 'supervisor':
      return null
    default:
      return kind satisfies never
  }
}

function stateEventOf(
  { row }: MemberWithFacts,
  isNew: boolean,
  state: MemberState,
): EventType | undefined {
  if (!isNew && row.state === state) return undefined
  switch (state) {
    case 'active':
      return row.state === 'suspended' && row.activated_at !== null && !isNew
        ? 'member.reactivated'
        : 'member.activated'
    case 'suspended':
      // Somebody who comes suspended was never in: there is nothing to end.
      return isNew ? 'member.changed' : 'member.suspended'
    case 'removed':
      return isNew ? undefined : 'member.removed'
    case 'invited':
      return 'member.invited'
    default:
      return state satisfies never
  }
}

type AccessInForce = Pick<MemberAccess, 'state' | 'roleId' | 'conversationAccess'> & {
  grants: readonly (Grant & { effective: boolean })[]
}

/** What the last projection has left in the database. */
export function storedAccess({ row, grants }: MemberWithFacts): AccessInForce {
  return {
    state: row.state,
    roleId: row.role_id,
    conversationAccess: row.conversation_access,
    grants,
  }
}

/** What a host is told of a member and their access. */
export function payloadOf(
  { row }: MemberWithFacts,
  access: AccessInForce,
  described: MemberAccessPayload,
  rules: RuleSet,
): MemberPayload {
  const role = nameOf(access.roleId, rules.roles, rules)
  const { state, departments, channels, conversationAccess } = described
  return {
    id: row.id,
    displayName: row.display_name,
    email: row.email,
    hostUserId: row.host_user_id,
    state,
    role: role === undefined ? null : { key: role.key ?? '', name: role.name },
    departments,
    channels,
    conversationAccess,
  }
}

/** Access in the names of the workspace. Audit holds this: what was decided, not who the person is. */
export function describeAccess(access: AccessInForce, rules: RuleSet): MemberAccessPayload {
  return {
    state: access.state,
    role: nameOf(access.roleId, rules.roles, rules)?.key ?? null,
    departments: effectiveValues(access.grants, 'department')
      .map((id) => nameOf(id, rules.departments, rules)?.name ?? id)
      .toSorted(),
    channels: effectiveValues(access.grants, 'channel')
      .map((id) => nameOf(id, rules.channels, rules)?.key ?? id)
      .toSorted(),
    conversationAccess: access.conversationAccess,
  }
}

/** What is stored may be retired: it is called what it was. */
function nameOf<Named>(
  id: string | null,
  values: ReadonlyMap<string, Named>,
  { retired }: RuleSet,
): Named | RetiredValue | undefined {
  return id === null ? undefined : (values.get(id) ?? retired.get(id))
}

function effectiveValues(grants: AccessInForce['grants'], kind: Grant['kind']): string[] {
  const ids = grants.flatMap((grant) =>
    grant.kind === kind && grant.effective && grant.valueId !== null ? [grant.valueId] : [],
  )
  return [...new Set(ids)]
}

function accessText(payload: MemberAccessPayload): string {
  const { state: _, ...access } = payload
  return JSON.stringify(access)
}
