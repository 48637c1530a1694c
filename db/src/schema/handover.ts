import type { Generated } from 'kysely'

import type { BigInt, Json } from './columns.ts'

export type HandoverRuleKind = 'lead' | 'least-loaded' | 'queue' | 'member' | 'unassigned'
export type HandoverState = 'requested' | 'completed' | 'failed' | 'cancelled'

/** To whom a leaver's conversations of a department go. */
export interface HandoverRulesTable {
  workspace_id: string
  /** Null is conversations of no department, or of one without a rule. */
  department_id: string | null
  kind: HandoverRuleKind
  /** The named backup; set exactly when the kind is `member`. */
  member_id: string | null
}

/** One part of a handover: conversations of a department, and who gets them. */
export interface HandoverPart {
  /** Null is whatever no other part is about. */
  departmentId: string | null
  to:
    | { kind: 'member'; memberId: string }
    | { kind: 'department'; departmentId: string }
    | { kind: 'unassigned' }
  /** By which rule; `chosen` by a person. */
  by: HandoverRuleKind | 'chosen'
}

/** The conversations of somebody who leaves, until the host has moved them. */
export interface HandoversTable {
  workspace_id: string
  id: string
  member_id: string
  /** The event that ended their access, or `chosen`. */
  cause: string
  /** Of that event: it asks once, however often it is read. */
  cause_position: BigInt | null
  plan: Json<HandoverPart[]>
  state: HandoverState
  /** How often the host was asked. */
  attempts: Generated<number>
  /** When it is asked again, or given up; null once it ended. */
  due_at: Date | null
  /** Conversations, as the host counts them. */
  moved: Generated<number>
  /** Conversations that the host could not move; null until it says. */
  remaining: number | null
  requested_at: Generated<Date>
  ended_at: Date | null
}

/** How many open conversations the host says a member has. */
export interface WorkloadsTable {
  workspace_id: string
  member_id: string
  open_conversations: number
  reported_at: Generated<Date>
}
