import type { ImportWay, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { searchKeyOf } from '../directory/directory-user.ts'
import { type AddedPerson, addPeople } from '../invitations/add-people.ts'
import { inviteMembers } from '../invitations/invitation-commands.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { decideLocalGrants } from '../members/decide-local-grants.ts'
import { nameKey } from '../members/name-key.ts'
import type { ImportedProfileField, RowPlan } from './import-row.ts'
import { columnOfCode } from './plan-row.ts'

type Planned<Outcome extends RowPlan['outcome']> = Extract<RowPlan, { outcome: Outcome }>

/** What became of a row that was to be applied. */
export type AppliedRow = { outcome: 'created' | 'changed'; memberId: string } | Planned<'refused'>

/** Changes people who are here, set-based; their rows are locked by whoever planned it. */
export async function applyChanges(
  trx: WorkspaceTransaction,
  plans: readonly Planned<'changed'>[],
): Promise<void> {
  const withProfile = plans.filter(({ profile }) => Object.keys(profile).length > 0)
  if (withProfile.length > 0) await writeProfiles(trx, withProfile)
  const wishes = new Map(plans.map(({ memberId, wish }) => [memberId, wish]))
  await reprojectMembers(
    trx,
    [...wishes.keys()],
    new Set(withProfile.map(({ memberId }) => memberId)),
    (facts, rules, memberId) => decideLocalGrants(facts, rules, wishes.get(memberId) ?? {}),
  )
}

async function writeProfiles(
  trx: WorkspaceTransaction,
  plans: readonly Planned<'changed'>[],
): Promise<void> {
  const values = (field: ImportedProfileField): (string | null)[] =>
    plans.map(({ profile }) => profile[field] ?? null)
  const names = values('displayName')
  await sql`
    update members m set
      display_name = coalesce(p.display_name, m.display_name),
      display_key = coalesce(p.display_key, m.display_key),
      phone = coalesce(p.phone, m.phone),
      job_title = coalesce(p.job_title, m.job_title),
      language = coalesce(p.language, m.language),
      version = m.version + 1
    from unnest(
      ${plans.map(({ memberId }) => memberId)}::uuid[], ${names}::text[],
      ${names.map((name) => (name === null ? null : nameKey(name)))}::text[],
      ${values('phone')}::text[], ${values('jobTitle')}::text[], ${values('language')}::text[]
    ) as p (id, display_name, display_key, phone, job_title, language)
    where m.workspace_id = ${trx.workspaceId} and m.id = p.id`.execute(trx.query)
  const renamed = plans.filter(({ profile }) => profile.displayName !== undefined)
  if (renamed.length === 0) return
  const ids = renamed.map(({ memberId }) => memberId)
  const rows = await trx.query
    .selectFrom('members')
    .select(['id', 'display_name', 'email'])
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
  // The directory's name is not editable, so nobody who has a userName comes here.
  await sql`
    update members m set search_key = k.search_key
    from unnest(
      ${rows.map(({ id }) => id)}::uuid[],
      ${rows.map(({ display_name, email }) => searchKeyOf({ displayName: display_name, email }, null))}::text[]
    ) as k (id, search_key)
    where m.workspace_id = ${trx.workspaceId} and m.id = k.id`.execute(trx.query)
}

/** Adds people who are not here, each answered for in the order given. */
export async function applyNew(
  trx: WorkspaceTransaction,
  plans: readonly Planned<'created'>[],
  way: ImportWay,
): Promise<AppliedRow[]> {
  const drafts = plans.map(({ draft }) => draft)
  const people: readonly (AddedPerson | Awaited<ReturnType<typeof inviteMembers>>[number])[] =
    way === 'invite' ? await inviteMembers(trx, drafts) : await addPeople(trx, drafts, 'manual')
  return people.map((person): AppliedRow =>
    person.outcome === 'refused'
      ? {
          outcome: 'refused',
          memberId: null,
          code: person.code,
          column: columnOfCode[person.code] ?? null,
          subject: person.subject,
        }
      : { outcome: 'created', memberId: person.memberId },
  )
}
