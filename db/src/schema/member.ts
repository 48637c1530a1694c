import type { ColumnType, Generated } from 'kysely'

import type { GeneratedBigInt } from './columns.ts'

export type MemberState = 'invited' | 'active' | 'suspended' | 'removed'
export type MemberSource = 'directory' | 'invitation' | 'manual'
export type ConversationAccess = 'own' | 'departments' | 'all'
export type HoldSource = 'directory' | 'admin' | 'brake'
export type GrantKind = 'role' | 'department' | 'channel' | 'supervisor'
export type GrantSource =
  | 'mapping_rule'
  | 'local'
  | 'invitation'
  | 'connection_default'
  | 'department'
export type NoRoleReason = 'no_grant' | 'no_seat'
/** Owners have one whatever the limit is. */
export type Seat = 'owner' | 'held' | 'waiting'
/** What a mapping rule looks at. */
export type RuleKind = 'group' | 'group-pattern' | 'attribute'
export type AttributeOperator = 'equals' | 'one-of' | 'pattern' | 'any'

/** A person in a workspace. */
export interface MembersTable {
  workspace_id: string
  /** The `sub` of every token; never reused. */
  id: string
  source: MemberSource
  /** The directory user this member is linked to; kept after their deletion, so that a re-creation finds them. */
  directory_user_id: string | null
  /** The host's own id of this person. */
  host_user_id: string | null
  email: string | null
  email_key: string | null
  given_name: string | null
  family_name: string | null
  display_name: string
  /** Without case and accents: the order of the list. */
  display_key: string
  /** Name, email and userName without case and accents: what the list's search looks in. */
  search_key: string
  /** Shown to customers instead of the display name. */
  signature_name: string | null
  phone: string | null
  /** Its digits alone, for the search. */
  phone_digits: ColumnType<string | null, never, never>
  job_title: string | null
  language: string | null
  time_zone: string | null
  avatar_url: string | null
  /** Break-glass owners keep a way in when the directory or the SSO is down. */
  break_glass: Generated<boolean>
  invited_at: Date | null
  activated_at: Date | null
  removed_at: Date | null
  /** Projected. */
  state: MemberState
  /** Whether they have not been removed: the condition of the indexes that lists and look-ups read. */
  is_listed: ColumnType<boolean, never, never>
  /** Projected; null is *No access*. */
  role_id: string | null
  /** Projected; set exactly when `role_id` is null. */
  no_role_reason: NoRoleReason | null
  /** Projected. */
  conversation_access: ConversationAccess
  /** The rule set this row was projected with. */
  rules_version: GeneratedBigInt
  /** A session or token issued before this moment no longer counts. */
  access_valid_from: Date
  last_active_at: Date | null
  /** Since when they say of themselves that they are away; null is that they don't. */
  away_since: Date | null
  version: GeneratedBigInt
  created_at: Generated<Date>
  /** Since when nothing says who this was; the row and its id stay for the history. */
  erased_at: Date | null
}

/** By what those who are listed are found; kept by triggers on `members`. */
export interface MemberSearchTable {
  workspace_id: string
  member_id: string
  search_key: ColumnType<string, never, never>
  phone_digits: ColumnType<string | null, never, never>
  /** Their place in the order by name. */
  display_key: ColumnType<string, never, never>
}

/** How many members of a state and role there are: the sum of all rows, which triggers add. */
export interface MemberCountsTable {
  workspace_id: string
  state: MemberState
  /** Null is *No access*. */
  role_id: string | null
  /** Negative where somebody left. */
  n: number
}

/** A reason for which a member is suspended. */
export interface MemberHoldsTable {
  workspace_id: string
  member_id: string
  source: HoldSource
  request_id: string
  since: Generated<Date>
}

export interface RolesTable {
  workspace_id: string
  id: string
  key: string
  name: string
  /** Higher outranks lower; unique in the workspace. */
  rank: number
  permissions: string[]
  /** Keys of the roles that a holder may give to others. */
  grantable_role_keys: string[]
  conversation_access: ConversationAccess
  /** Came with the preset: it keeps its rank and permissions. */
  built_in: Generated<boolean>
  version: GeneratedBigInt
  created_at: Generated<Date>
  /** Since when nobody gets it any more; it ends with its last holder. */
  retired_at: Date | null
  /** What holders of a retired one get instead; never retired itself. */
  successor_id: string | null
}

export interface DepartmentsTable {
  workspace_id: string
  id: string
  name: string
  name_key: string
  /** Where people go whose last department is deleted; at most one of a workspace. */
  is_default: Generated<boolean>
  lead_member_id: string | null
  version: GeneratedBigInt
  created_at: Generated<Date>
  /** Since when nobody gets it any more; it ends when the last one has left. */
  retired_at: Date | null
  /** Where people of a retired one go; never retired itself. */
  successor_id: string | null
  /** They go there wherever else they are; else only who is left in no department. */
  is_merged: Generated<boolean>
}

/** An inbox channel that the host registered. */
export interface ChannelsTable {
  workspace_id: string
  id: string
  key: string
  name: string
  version: GeneratedBigInt
  created_at: Generated<Date>
  /** Since when nobody gets it any more; it ends with its last holder. */
  retired_at: Date | null
}

/** One role, department, channel or supervisor right, given to one member by one source. */
export interface GrantsTable {
  workspace_id: string
  id: string
  member_id: string
  kind: GrantKind
  role_id: string | null
  department_id: string | null
  channel_id: string | null
  source: GrantSource
  /** The mapping rule, connection or department that gives it; null for people's own decisions. */
  source_id: string | null
  /** Projected: false while another grant or a policy outweighs it. */
  effective: boolean
  request_id: string
  since: Generated<Date>
}

/** When a directory says this of a member, then these grants. */
export interface MappingRulesTable {
  workspace_id: string
  id: string
  connection_id: string
  kind: RuleKind
  /** The directory group a rule of kind `group` is bound to. */
  group_id: string | null
  /** Of kind `attribute`: a name of team's list of attributes. */
  attribute: string | null
  operator: AttributeOperator | null
  /** What `equals` and `one-of` compare with. */
  operands: string[] | null
  /** Of kind `group-pattern` and of the operator `pattern`: RE2. */
  pattern: string | null
  /** The higher number wins where the workspace decides roles by priority. */
  priority: Generated<number>
  created_at: Generated<Date>
}

/** One thing that a mapping rule gives. */
export interface MappingRuleGrantsTable {
  workspace_id: string
  rule_id: string
  kind: GrantKind
  role_id: string | null
  department_id: string | null
  channel_id: string | null
  /** It gives what the group's name or the attribute's value names. */
  named: Generated<boolean>
}

/** Of whoever needs a seat in a workspace that has a limit of them. */
export interface SeatsTable {
  workspace_id: string
  member_id: string
  seat: Seat
  /** Since when they need one without a break: the order in which seats are given. */
  since: Date
}

/** Locked by whoever gives or frees a seat of a workspace that has a limit. */
export interface SeatLinesTable {
  workspace_id: string
  /** Since when somebody waits for a seat. */
  exceeded_since: Date | null
  /** When the last one came into the line. */
  came_at: Generated<Date>
}

/** The changes that what a rule set is made of has seen; kept by triggers. */
export interface RuleSetChangesTable {
  workspace_id: string
  id: Generated<string>
}

/** A channel that comes with a department. */
export interface DepartmentChannelsTable {
  workspace_id: string
  department_id: string
  channel_id: string
}
