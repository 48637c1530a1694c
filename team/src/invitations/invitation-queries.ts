import {
  type Database,
  isId,
  type MailDelivery,
  type MemberState,
  readInWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'
import { jsonObjectFrom } from 'kysely/helpers/postgres'

import { fold } from '../fold.ts'
import { systemActor } from '../history/system-actor.ts'
import type { WorkspaceSign } from '../workspaces/workspace-queries.ts'
import type { InvitationLink } from './invitation-token.ts'

/** What a link leads to. */
export type InvitationState = 'open' | 'accepted' | 'cancelled' | 'expired' | 'superseded'

/** What a person may be asked for when they accept. */
export type AcceptField = 'givenName' | 'familyName' | 'displayName'

/** What the page behind a link shows. */
export interface InvitationPage {
  workspaceId: string
  memberId: string
  state: InvitationState
  expiresAt: Date
  workspace: WorkspaceSign & { preset: string }
  /** Null for an invitation by the host, and once the inviter has left. */
  inviterName: string | null
  /** Where the mail went. */
  email: string | null
  language: string | null
  roleName: string | null
  message: string | null
  /** What is known of the person. */
  profile: { givenName: string | null; familyName: string | null; displayName: string | null }
  /** What is to be asked for. */
  wanted: AcceptField[]
  /** How they come in from now on: by a password of their own, or by single sign-on only. */
  signIn: 'password' | 'sso'
}

/** Reads what stands behind a link; undefined when its invitation is gone. */
export async function readInvitation(
  db: Database,
  link: InvitationLink,
): Promise<InvitationPage | undefined> {
  const workspaceId = await findWorkspaceOfInvitation(db, link.id)
  if (workspaceId === undefined) return undefined
  return readInWorkspace(db, workspaceId, systemActor(), (trx) => readPage(trx, link))
}

/** The workspace that an invitation is to. */
export async function findWorkspaceOfInvitation(
  db: Database,
  invitationId: string,
): Promise<string | undefined> {
  if (!isId(invitationId)) return undefined
  const { rows } = await sql<{ id: string | null }>`
    select find_invitation(${invitationId}) as id`.execute(db.query)
  return rows[0]?.id ?? undefined
}

async function readPage(
  trx: WorkspaceTransaction,
  { id, generation }: InvitationLink,
): Promise<InvitationPage | undefined> {
  const row = await trx.query
    .selectFrom('invitations as invitation')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'invitation.workspace_id')
        .onRef('member.id', '=', 'invitation.member_id'),
    )
    .innerJoin('workspaces as workspace', 'workspace.id', 'invitation.workspace_id')
    .leftJoin('roles as role', (join) =>
      join
        .onRef('role.workspace_id', '=', 'member.workspace_id')
        .onRef('role.id', '=', 'member.role_id'),
    )
    .leftJoin('members as inviter', (join) =>
      join
        .onRef('inviter.workspace_id', '=', 'invitation.workspace_id')
        .onRef('inviter.id', '=', 'invitation.invited_by')
        .on('inviter.state', '<>', 'removed'),
    )
    .select([
      'invitation.state',
      'invitation.generation',
      'invitation.expires_at',
      'invitation.message',
      'member.id as member_id',
      'member.state as member_state',
      'member.email',
      'member.given_name',
      'member.family_name',
      'member.display_name',
      'member.language',
      'member.break_glass',
      'role.name as role_name',
      'inviter.display_name as inviter_name',
      'workspace.name',
      'workspace.brand',
      'workspace.locale',
      'workspace.preset',
      'workspace.policies',
    ])
    .where('invitation.workspace_id', '=', trx.workspaceId)
    .where('invitation.id', '=', id)
    .where('workspace.deleted_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const displayName = row.display_name === row.email ? null : row.display_name
  const { inviteFields, profiles, ssoRequired } = row.policies
  return {
    workspaceId: trx.workspaceId,
    memberId: row.member_id,
    state: stateOf(row, generation, trx.now),
    expiresAt: row.expires_at,
    workspace: { name: row.name, brand: row.brand, locale: row.locale, preset: row.preset },
    inviterName: row.inviter_name,
    email: row.email,
    language: row.language,
    roleName: row.role_name,
    message: row.message,
    profile: { givenName: row.given_name, familyName: row.family_name, displayName },
    wanted: wantedFields(
      { ...row, displayName },
      { asksForParts: inviteFields.includes('givenName'), isPersons: profiles === 'person' },
    ),
    signIn: ssoRequired && !row.break_glass ? 'sso' : 'password',
  }
}

function stateOf(
  row: {
    state: Exclude<InvitationState, 'superseded'>
    generation: number
    expires_at: Date
    member_state: MemberState
  },
  generation: number,
  now: Date,
): InvitationState {
  if (row.state === 'open' && row.generation !== generation) return 'superseded'
  if (row.state === 'open' && row.expires_at <= now) return 'expired'
  return row.state
}

/** A name that the person's own profile needs, or that nobody has said yet. */
function wantedFields(
  known: { given_name: string | null; family_name: string | null; displayName: string | null },
  policy: { asksForParts: boolean; isPersons: boolean },
): AcceptField[] {
  if (policy.asksForParts) {
    const missing: AcceptField[] = []
    if (known.given_name === null) missing.push('givenName')
    if (known.family_name === null) missing.push('familyName')
    return missing
  }
  return policy.isPersons || known.displayName === null ? ['displayName'] : []
}

/** An invitation as the team's screen shows it. */
export interface InvitationRow {
  id: string
  memberId: string
  displayName: string
  email: string | null
  role: { id: string; key: string; name: string } | null
  state: Exclude<InvitationState, 'superseded'>
  /** Null for one of the host. */
  invitedBy: { id: string; displayName: string } | null
  createdAt: Date
  expiresAt: Date
  /** How far the last mail has come; `error` is what kept the last attempt from arriving. */
  delivery: { state: MailDelivery; error: string | null; sentAt: Date | null }
}

export interface InvitationPageQuery {
  /** Only those of this member. */
  member?: string | undefined
  state?: InvitationRow['state'] | undefined
  /** `nextCursor` of the page before. */
  cursor?: string | undefined
  limit: number
}

/** The newest first; without a state those that somebody may still act on: open ones, and expired ones of people who left. */
export async function listInvitations(
  trx: WorkspaceTransaction,
  { member, state, cursor, limit }: InvitationPageQuery,
): Promise<{ invitations: InvitationRow[]; nextCursor: string | null }> {
  const rows = await selectRows(trx)
    .$if(state === undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb('invitation.state', '=', 'open'),
          eb.and([eb('invitation.state', '=', 'expired'), eb('member.state', '=', 'removed')]),
        ]),
      ),
    )
    .$if(state === 'open', (query) =>
      query.where('invitation.state', '=', 'open').where('invitation.expires_at', '>', trx.now),
    )
    .$if(state === 'expired', (query) =>
      query.where((eb) =>
        eb.or([
          eb('invitation.state', '=', 'expired'),
          eb.and([eb('invitation.state', '=', 'open'), eb('invitation.expires_at', '<=', trx.now)]),
        ]),
      ),
    )
    .$if(state === 'accepted' || state === 'cancelled', (query) =>
      query.where('invitation.state', '=', state ?? 'open'),
    )
    .$if(member !== undefined, (query) => query.where('invitation.member_id', '=', member ?? ''))
    .$if(cursor !== undefined, (query) => query.where('invitation.id', '<', cursor ?? ''))
    .orderBy('invitation.id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    invitations: shown.map((row) => rowOf(row, trx.now)),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

/** The open invitations of these members, by member. */
export async function readInvitationsOfMembers(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<Map<string, InvitationRow>> {
  if (memberIds.length === 0) return new Map()
  const rows = await selectRows(trx)
    .where('invitation.member_id', '=', sql<string>`any(${[...memberIds]}::uuid[])`)
    .where('invitation.state', '=', 'open')
    .execute()
  return new Map(rows.map((row) => [row.member_id, rowOf(row, trx.now)]))
}

/** The living link of whoever is invited under this address, for one who proves in another way that it is theirs. */
export async function findOpenInvitation(
  trx: WorkspaceTransaction,
  email: string,
): Promise<InvitationLink | undefined> {
  return trx.query
    .selectFrom('invitations as invitation')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'invitation.workspace_id')
        .onRef('member.id', '=', 'invitation.member_id'),
    )
    .select(['invitation.id', 'invitation.generation'])
    .where('invitation.workspace_id', '=', trx.workspaceId)
    .where('invitation.state', '=', 'open')
    .where('invitation.expires_at', '>', trx.now)
    .where('member.state', '=', 'invited')
    .where('member.email_key', '=', fold(email))
    .executeTakeFirst()
}

function selectRows(trx: WorkspaceTransaction) {
  return trx.query
    .selectFrom('invitations as invitation')
    .innerJoin('members as member', (join) =>
      join
        .onRef('member.workspace_id', '=', 'invitation.workspace_id')
        .onRef('member.id', '=', 'invitation.member_id'),
    )
    .select((eb) => [
      'invitation.id',
      'invitation.member_id',
      'invitation.state',
      'invitation.expires_at',
      'invitation.created_at',
      'invitation.delivery',
      'invitation.delivery_error',
      'invitation.delivered_at',
      'member.display_name',
      'member.email',
      jsonObjectFrom(
        eb
          .selectFrom('roles as role')
          .select(['role.id', 'role.key', 'role.name'])
          .whereRef('role.workspace_id', '=', 'member.workspace_id')
          // Whose invitation expired has nothing; what they would have got is kept.
          .where(
            'role.id',
            '=',
            sql<string>`coalesce(member.role_id, (invitation.gives->>'role')::uuid)`,
          ),
      ).as('role'),
      jsonObjectFrom(
        eb
          .selectFrom('members as inviter')
          .select(['inviter.id', 'inviter.display_name as displayName'])
          .whereRef('inviter.workspace_id', '=', 'invitation.workspace_id')
          .whereRef('inviter.id', '=', 'invitation.invited_by'),
      ).as('inviter'),
    ])
    .where('invitation.workspace_id', '=', trx.workspaceId)
}

type SelectedRow = Awaited<ReturnType<ReturnType<typeof selectRows>['execute']>>[number]

function rowOf(row: SelectedRow, now: Date): InvitationRow {
  return {
    id: row.id,
    memberId: row.member_id,
    displayName: row.display_name,
    email: row.email,
    role: row.role,
    // One that ran out a moment ago is swept within the hour and is over already.
    state: row.state === 'open' && row.expires_at <= now ? 'expired' : row.state,
    invitedBy: row.inviter,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    delivery: { state: row.delivery, error: row.delivery_error, sentAt: row.delivered_at },
  }
}
