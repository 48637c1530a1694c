import { createId, type MemberState, type WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { searchKeyOf } from '../directory/directory-user.ts'
import { holdRules } from '../mapping/hold-rules.ts'
import { nameKey } from '../members/name-key.ts'
import type { PersonAccess, PersonPlan } from './person-plan.ts'

/** Whoever has an address now or had it when they left; somebody who is here goes before somebody who was. */
export interface AddressHolder {
  emailKey: string
  /** Null for somebody whom only a directory knows. */
  member: { id: string; state: MemberState } | null
}

/**
 * Who adds people takes turns: seats are counted and people who left come back one request at a time. A directory that
 * provisions does not wait, and is not waited for. Answers the limit.
 */
export async function takeTurn(trx: WorkspaceTransaction): Promise<number | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`joining ${trx.workspaceId}`}, 0))`.execute(
    trx.query,
  )
  await holdRules(trx)
  const { seats } = await trx.query
    .selectFrom('workspaces')
    .select('seats')
    .where('id', '=', trx.workspaceId)
    .executeTakeFirstOrThrow()
  return seats
}

export async function findAddressHolders(
  trx: WorkspaceTransaction,
  emailKeys: readonly string[],
): Promise<Map<string, AddressHolder>> {
  const keys = sql<string>`any(${[...emailKeys]}::text[])`
  const members = [
    // Of several who left with this address the last one; later entries of a map replace earlier ones.
    ...(await membersOf(trx, keys, sql<boolean>`not is_listed`)),
    ...(await membersOf(trx, keys, sql<boolean>`is_listed`)),
  ]
  const directoryUsers = await trx.query
    .selectFrom('directory_user_emails as email')
    .innerJoin('directory_users as user', (join) =>
      join
        .onRef('user.workspace_id', '=', 'email.workspace_id')
        .onRef('user.id', '=', 'email.user_id'),
    )
    .select('email.value_key')
    .distinct()
    .where('email.workspace_id', '=', trx.workspaceId)
    .where('email.value_key', '=', keys)
    .where('user.deleted_at', 'is', null)
    .execute()
  const holders = new Map<string, AddressHolder>()
  for (const { id, state, email_key: emailKey } of members) {
    if (emailKey !== null) holders.set(emailKey, { emailKey, member: { id, state } })
  }
  for (const { value_key: emailKey } of directoryUsers) {
    const isHere = (holders.get(emailKey)?.member?.state ?? 'removed') !== 'removed'
    if (!isHere) holders.set(emailKey, { emailKey, member: null })
  }
  return holders
}

/** Those who are here and those who left have an index each. */
async function membersOf(
  trx: WorkspaceTransaction,
  keys: RawBuilder<string>,
  which: RawBuilder<boolean>,
): Promise<{ id: string; state: MemberState; email_key: string | null }[]> {
  return trx.query
    .selectFrom('members')
    .select(['id', 'state', 'email_key'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('email_key', '=', keys)
    .where(which)
    .orderBy('access_valid_from')
    .execute()
}

/** Which of these ids of the host belong to somebody who is here. */
export async function findTakenHostUserIds(
  trx: WorkspaceTransaction,
  hostUserIds: readonly string[],
): Promise<Set<string>> {
  if (hostUserIds.length === 0) return new Set()
  const rows = await trx.query
    .selectFrom('members')
    .select('host_user_id')
    .where('workspace_id', '=', trx.workspaceId)
    .where('host_user_id', '=', sql<string>`any(${[...hostUserIds]}::text[])`)
    .where(sql<boolean>`is_listed`)
    .execute()
  return new Set(rows.flatMap((row) => row.host_user_id ?? []))
}

export async function countUsedSeats(trx: WorkspaceTransaction): Promise<number> {
  const { used } = await trx.query
    .selectFrom('member_counts')
    .select(sql<number>`coalesce(sum(n), 0)::int`.as('used'))
    .where('workspace_id', '=', trx.workspaceId)
    .where('role_id', 'is not', null)
    .where('state', 'in', ['active', 'invited'])
    .executeTakeFirstOrThrow()
  return used
}

/** How somebody joins: asked in by an invitation, or made by hand. */
export type JoinKind = 'invitation' | 'manual'

/** Inserts people who were never here; answers their ids by address, without those whom a directory added meanwhile. */
export async function insertPeople(
  trx: WorkspaceTransaction,
  plans: readonly PersonPlan[],
  kind: JoinKind,
): Promise<Map<string, string>> {
  if (plans.length === 0) return new Map()
  const column = (read: (plan: PersonPlan) => string | null): (string | null)[] => plans.map(read)
  const { rows } = await sql<{ id: string; email_key: string }>`
    insert into members
      (workspace_id, source, invited_at, state, no_role_reason, conversation_access, access_valid_from, version,
       id, host_user_id, email, email_key, given_name, family_name, display_name, display_key, search_key,
       phone, job_title, language)
    select ${trx.workspaceId}::uuid, ${kind}::text, ${kind === 'invitation' ? trx.now : null}::timestamptz,
      ${kind === 'invitation' ? 'invited' : 'active'}::text, 'no_grant', 'own', 'epoch', 0, p.*
    from unnest(
      ${plans.map(() => createId())}::uuid[],
      ${column(({ draft }) => draft.hostUserId ?? null)}::text[],
      ${column(({ email }) => email)}::text[],
      ${column(({ emailKey }) => emailKey)}::text[],
      ${column(({ draft }) => draft.givenName ?? null)}::text[],
      ${column(({ draft }) => draft.familyName ?? null)}::text[],
      ${column(({ displayName }) => displayName)}::text[],
      ${column(({ displayName }) => nameKey(displayName))}::text[],
      ${column((plan) => searchKeyOf(plan, null))}::text[],
      ${column(({ draft }) => draft.phone ?? null)}::text[],
      ${column(({ draft }) => draft.jobTitle ?? null)}::text[],
      ${column(({ draft }) => draft.language ?? null)}::text[]
    ) as p
    on conflict do nothing
    returning id, email_key`.execute(trx.query)
  return new Map(rows.map((row) => [row.email_key, row.id]))
}

/**
 * Lets people who left come back under their id, with nothing of what they had: no hold, no password, no identity at an
 * identity provider, no directory user. What the draft does not say of their profile stays.
 */
export async function restorePeople(
  trx: WorkspaceTransaction,
  returning: readonly { memberId: string; plan: PersonPlan }[],
  kind: JoinKind,
): Promise<void> {
  if (returning.length === 0) return
  const ids = returning.map(({ memberId }) => memberId)
  await forgetFormerAccess(trx, ids)
  const column = (read: (plan: PersonPlan) => string | null): (string | null)[] =>
    returning.map(({ plan }) => read(plan))
  const isNamed = returning.map(({ plan }) => plan.displayName !== plan.email)
  const { rows } = await sql<{ id: string }>`
    update members m set
      source = ${kind},
      removed_at = null,
      activated_at = null,
      invited_at = ${kind === 'invitation' ? trx.now : null},
      directory_user_id = null,
      break_glass = false,
      host_user_id = case
        when p.host_user_id is not null then p.host_user_id
        when exists (select from members o where o.workspace_id = m.workspace_id
          and o.host_user_id = m.host_user_id and o.is_listed) then null
        else m.host_user_id end,
      email = p.email,
      email_key = p.email_key,
      given_name = coalesce(p.given_name, m.given_name),
      family_name = coalesce(p.family_name, m.family_name),
      display_name = case when p.named then p.display_name else m.display_name end,
      display_key = case when p.named then p.display_key else m.display_key end,
      search_key = case when p.named then p.search_key else m.search_key end,
      phone = coalesce(p.phone, m.phone),
      job_title = coalesce(p.job_title, m.job_title),
      language = coalesce(p.language, m.language)
    from unnest(
      ${ids}::uuid[],
      ${column(({ draft }) => draft.hostUserId ?? null)}::text[],
      ${column(({ email }) => email)}::text[],
      ${column(({ emailKey }) => emailKey)}::text[],
      ${column(({ draft }) => draft.givenName ?? null)}::text[],
      ${column(({ draft }) => draft.familyName ?? null)}::text[],
      ${isNamed}::boolean[],
      ${column(({ displayName }) => displayName)}::text[],
      ${column(({ displayName }) => nameKey(displayName))}::text[],
      ${column((plan) => searchKeyOf(plan, null))}::text[],
      ${column(({ draft }) => draft.phone ?? null)}::text[],
      ${column(({ draft }) => draft.jobTitle ?? null)}::text[],
      ${column(({ draft }) => draft.language ?? null)}::text[]
    ) as p (id, host_user_id, email, email_key, given_name, family_name, named, display_name, display_key,
      search_key, phone, job_title, language)
    where m.workspace_id = ${trx.workspaceId} and m.id = p.id and m.state = 'removed'
    returning m.id`.execute(trx.query)
  if (rows.length < ids.length) throw meanwhile('Somebody came back by another way.')
}

/** Asks somebody again who left without ever having come in; answers the address as it is compared. */
export async function reopenMembership(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<string | null> {
  await forgetFormerAccess(trx, [memberId])
  const row = await trx.query
    .updateTable('members')
    .set({ removed_at: null, activated_at: null, invited_at: trx.now, directory_user_id: null })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', memberId)
    .where('state', '=', 'removed')
    .returning('email_key')
    .executeTakeFirstOrThrow()
  return row.email_key
}

/** By what a member signs in, or could choose to. */
export const credentialTables = [
  'sso_links',
  'member_passwords',
  'password_resets',
  'email_changes',
] as const

/** What would let somebody in, or keep them out, by what was decided before they left. */
export async function forgetFormerAccess(
  trx: WorkspaceTransaction,
  memberIds: readonly string[],
): Promise<void> {
  const ids = sql<string>`any(${[...memberIds]}::uuid[])`
  await trx.query
    .deleteFrom('member_holds')
    .where('workspace_id', '=', trx.workspaceId)
    .where('member_id', '=', ids)
    .execute()
  for (const table of credentialTables) {
    await trx.query
      .deleteFrom(table)
      .where('workspace_id', '=', trx.workspaceId)
      .where('member_id', '=', ids)
      .execute()
  }
}

/** Gives people who have nothing what was planned for them; the projection decides what takes effect. */
export async function insertGrants(
  trx: WorkspaceTransaction,
  people: readonly { memberId: string; access: PersonAccess }[],
  kind: JoinKind,
): Promise<void> {
  const grants = people.flatMap(({ memberId, access }) => [
    { memberId, kind: 'role', role: access.roleId, department: null, channel: null },
    ...access.departmentIds.map((id) => valueOf(memberId, 'department', { department: id })),
    ...access.channelIds.map((id) => valueOf(memberId, 'channel', { channel: id })),
    ...(access.supervisor ? [valueOf(memberId, 'supervisor', {})] : []),
  ])
  await sql`
    insert into grants
      (workspace_id, source, effective, request_id, id, member_id, kind, role_id, department_id, channel_id)
    select ${trx.workspaceId}::uuid, ${kind === 'invitation' ? 'invitation' : 'local'}::text, true,
      ${trx.actor.requestId}::text, g.*
    from unnest(
      ${grants.map(() => createId())}::uuid[],
      ${grants.map((grant) => grant.memberId)}::uuid[],
      ${grants.map((grant) => grant.kind)}::text[],
      ${grants.map((grant) => grant.role)}::uuid[],
      ${grants.map((grant) => grant.department)}::uuid[],
      ${grants.map((grant) => grant.channel)}::uuid[]
    ) as g`.execute(trx.query)
}

interface GrantValue {
  memberId: string
  kind: string
  role: string | null
  department: string | null
  channel: string | null
}

function valueOf(
  memberId: string,
  kind: string,
  value: { department?: string; channel?: string },
): GrantValue {
  return {
    memberId,
    kind,
    role: null,
    department: value.department ?? null,
    channel: value.channel ?? null,
  }
}

/** As PostgreSQL says that a transaction must run again. */
function meanwhile(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code: '40001' })
}
