import type { Generated } from 'kysely'

import type { Json } from './columns.ts'

/** How far a mail has come; a queued one with an error is being tried again. */
export type MailDelivery = 'queued' | 'sent' | 'failed'

/** What somebody would have got, by id. */
export interface InvitationGives {
  role: string | null
  departments: string[]
  channels: string[]
  supervisor: boolean
}

/** Asks a person to come in; the link in their mail is computed from id and generation and stored nowhere. */
export interface InvitationsTable {
  workspace_id: string
  id: string
  member_id: string
  /** Grows with every new link; older links are dead. */
  generation: Generated<number>
  state: Generated<'open' | 'accepted' | 'cancelled' | 'expired'>
  /** Kept of an expired one, whose member has nothing left, so that it can be sent again. */
  gives: Json<InvitationGives> | null
  /** What the inviter wrote to the person. */
  message: string | null
  /** The member who invited; null is the host. */
  invited_by: string | null
  expires_at: Date
  delivery: Generated<MailDelivery>
  /** What kept the last attempt from being delivered. */
  delivery_error: string | null
  delivered_at: Date | null
  created_at: Generated<Date>
  closed_at: Date | null
}

/** A workspace changes hands once both people have followed the link in their mail. */
export interface OwnershipTransfersTable {
  workspace_id: string
  id: string
  from_member_id: string
  to_member_id: string
  /** What the owner becomes afterwards. */
  former_owner_role_id: string
  state: Generated<'open' | 'completed' | 'cancelled'>
  from_confirmed_at: Date | null
  to_confirmed_at: Date | null
  from_delivery: Generated<MailDelivery>
  from_delivery_error: string | null
  to_delivery: Generated<MailDelivery>
  to_delivery_error: string | null
  expires_at: Date
  created_at: Generated<Date>
  closed_at: Date | null
}

/** Somebody takes another address to sign in with, once whoever reads the mail there has confirmed it. */
export interface EmailChangesTable {
  workspace_id: string
  id: string
  member_id: string
  state: Generated<'open' | 'confirmed' | 'replaced' | 'cancelled'>
  email: string
  /** What it was when it was asked for; null for somebody who had none. */
  former_email: string | null
  /** Of the mail with the link. */
  delivery: Generated<MailDelivery>
  delivery_error: string | null
  expires_at: Date
  created_at: Generated<Date>
  closed_at: Date | null
}
