import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { modifiedNow } from '../directory/last-modified.ts'
import { TeamError } from '../errors.ts'
import type { ErasureTarget } from './erasure-target.ts'
import { mentionsAddress, mentionsPerson, stringsIn } from './mentions.ts'
import { redactContent } from './redact-content.ts'

/** Rows that are about one member and say nothing without them. */
const ownTables = [
  'sessions',
  'sso_links',
  'member_passwords',
  'recovery_codes',
  'password_resets',
  'email_changes',
  'member_holds',
  'invitations',
] as const

/** Takes back what was issued to the person and what they signed in with. */
export async function deleteCredentials(
  trx: WorkspaceTransaction,
  { member, identifiers, emailKeys }: ErasureTarget,
): Promise<void> {
  for (const table of ownTables) {
    await trx.query
      .deleteFrom(table)
      .where('workspace_id', '=', trx.workspaceId)
      .where('member_id', '=', member.id)
      .execute()
  }
  await trx.query
    .deleteFrom('ownership_transfers')
    .where('workspace_id', '=', trx.workspaceId)
    .where((eb) =>
      eb.or([eb('from_member_id', '=', member.id), eb('to_member_id', '=', member.id)]),
    )
    .execute()
  // Somebody else may have asked for an address of theirs.
  await sql`
    delete from email_changes where workspace_id = ${trx.workspaceId} and (
      lower(email) = any(${emailKeys}::text[]) or lower(former_email) = any(${emailKeys}::text[]))`.execute(
    trx.query,
  )
  // A sign-in that was under way knows nobody of ours yet, only what the identity provider calls them.
  await sql`
    delete from sign_in_flows where workspace_id = ${trx.workspaceId} and (
      sso_profile->>'subject' = any(${identifiers}::text[])
      or sso_profile->>'bindingValue' = any(${identifiers}::text[])
      or lower(sso_profile->>'bindingValue') = any(${emailKeys}::text[])
      or lower(sso_profile->>'email') = any(${emailKeys}::text[]))`.execute(trx.query)
  await sql`
    delete from provider_artifacts where account_id = ${member.id} or model = 'Interaction' and (
      payload #>> '{session,accountId}' = ${member.id}
      or payload #>> '{result,login,accountId}' = ${member.id}
      or lower(payload #>> '{params,login_hint}') = any(${emailKeys}::text[]))`.execute(trx.query)
}

/** Forgets what directories said of the person, also as the manager of others. */
export async function deleteDirectoryUsers(
  trx: WorkspaceTransaction,
  { directoryUserIds, identifiers, names }: ErasureTarget,
): Promise<void> {
  if (directoryUserIds.length === 0) return
  const ids = [...directoryUserIds]
  await sql`
    update members set directory_user_id = null
    where workspace_id = ${trx.workspaceId} and directory_user_id = any(${ids}::uuid[])`.execute(
    trx.query,
  )
  // Groups are locked in order of their ids, as every other writer does.
  await sql`
    with locked as materialized (
      select g.id from directory_groups g
      where g.workspace_id = ${trx.workspaceId} and g.id in (
        select m.group_id from directory_group_members m
        where m.workspace_id = ${trx.workspaceId} and m.user_id = any(${ids}::uuid[]))
      order by g.id for no key update
    ), gone as (
      delete from directory_group_members m using locked
      where m.workspace_id = ${trx.workspaceId} and m.user_id = any(${ids}::uuid[]) and m.group_id = locked.id
      returning m.group_id
    )
    update directory_groups g
    set member_count = g.member_count - counted.gone, version = g.version + 1, last_modified_at = ${modifiedNow('g')}
    from (select group_id, count(*)::integer as gone from gone group by group_id) counted
    where g.workspace_id = ${trx.workspaceId} and g.id = counted.group_id`.execute(trx.query)
  await sql`
    delete from directory_users
    where workspace_id = ${trx.workspaceId} and id = any(${ids}::uuid[])`.execute(trx.query)
  await sql`
    update directory_users u set resource = u.resource #- ${managerPath}::text[],
      version = u.version + 1, last_modified_at = ${modifiedNow('u')}
    where u.workspace_id = ${trx.workspaceId} and (
      u.resource #>> (${managerPath}::text[] || 'value'::text) = any(${identifiers}::text[])
      or u.resource #>> (${managerPath}::text[] || 'displayName'::text) = any(${names}::text[]))`.execute(
    trx.query,
  )
}

const managerPath = ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'manager']

/**
 * Deletes captured mails to the person and about them; they were never sent. A mail to somebody else that calls them by
 * name is found by it.
 */
export async function deleteCapturedMails(
  trx: WorkspaceTransaction,
  target: ErasureTarget,
): Promise<void> {
  const { rows } = await sql<{ id: string; text: string }>`
    select m.id, m.recipient || ' ' || m.subject || ' ' || m.text as text from captured_mails m
    where m.workspace_id = ${trx.workspaceId} and (
      ${hasOneOf(sql`lower(m.recipient || ' ' || m.subject || ' ' || m.text)`, target.emailKeys)}
      or ${hasOneOf(sql`m.subject || ' ' || m.text`, target.names)})`.execute(trx.query)
  const ids = rows.filter(({ text }) => mentionsPerson(text, target)).map(({ id }) => id)
  await trx.query
    .deleteFrom('captured_mails')
    .where('workspace_id', '=', trx.workspaceId)
    .where(sql<boolean>`id::text = any(${ids.map(String)}::text[])`)
    .execute()
}

/** Finds quickly what then is looked at closely. */
function hasOneOf(text: RawBuilder<unknown>, parts: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`exists (select from unnest(${[...parts]}::text[]) as part where position(part in ${text}) > 0)`
}

/**
 * Empties what finished jobs were given, where it has the person's id or an address of theirs. Throws
 * `person-in-running-job` for one that is still worked on: it would bring them back.
 */
export async function clearJobs(
  trx: WorkspaceTransaction,
  { member, emailKeys }: ErasureTarget,
): Promise<void> {
  const escaped = emailKeys.map((key) => JSON.stringify(key).slice(1, -1))
  const { rows } = await sql<{
    id: string
    finished_at: Date | null
    input: unknown
    checkpoint: unknown
  }>`
    select j.id, j.finished_at, j.input, j.checkpoint from jobs j
    where j.workspace_id = ${trx.workspaceId}
      and ${hasOneOf(sql`lower(j.input::text || coalesce(j.checkpoint::text, ''))`, [member.id, ...escaped])}
    order by j.id for update`.execute(trx.query)
  const theirs = rows.filter(({ input, checkpoint }) =>
    stringsIn([input, checkpoint]).some(
      (value) => value === member.id || mentionsAddress(value, emailKeys),
    ),
  )
  const running = theirs.find((job) => job.finished_at === null)
  if (running !== undefined) throw new TeamError('person-in-running-job', running.id)
  const ids = theirs.map((job) => job.id)
  await sql`
    update jobs set input = '{}', checkpoint = null
    where workspace_id = ${trx.workspaceId} and id = any(${ids}::uuid[])`.execute(trx.query)
  await sql`
    update job_results r set detail = null
    where r.workspace_id = ${trx.workspaceId} and r.detail is not null and (
      r.member_id = ${member.id} or string_to_array(lower(r.detail), ': ') && ${emailKeys}::text[])`.execute(
    trx.query,
  )
}

/**
 * Empties the rows of imported tables that are about the person, by an address or by exactly a name of theirs. Throws
 * `person-in-running-job` while one is looked at or applied.
 */
export async function clearImports(
  trx: WorkspaceTransaction,
  { emailKeys, names }: ErasureTarget,
): Promise<void> {
  const isTheirs = sql<boolean>`(r.email_key = any(${emailKeys}::text[])
    or r.cells->>'name' = any(${names}::text[]))`
  const { rows } = await sql<{ id: string }>`
    select j.id from member_import_rows r
    join member_imports i on i.workspace_id = r.workspace_id and i.id = r.import_id
    join jobs j on j.workspace_id = i.workspace_id and j.id in (i.check_job_id, i.import_job_id)
    where r.workspace_id = ${trx.workspaceId} and j.finished_at is null and ${isTheirs}
    limit 1`.execute(trx.query)
  const [running] = rows
  if (running !== undefined) throw new TeamError('person-in-running-job', running.id)
  await sql`
    update member_import_rows r set cells = null, email_key = null, digest = null
    where r.workspace_id = ${trx.workspaceId} and ${isTheirs}`.execute(trx.query)
}

/** Leaves of the person's history who did what and when, with ids, states and access. */
export async function redactHistory(
  trx: WorkspaceTransaction,
  target: ErasureTarget,
): Promise<void> {
  const subjects = [
    target.member.id,
    ...target.directoryUserIds,
    ...target.invitationIds,
    ...target.transferIds,
  ]
  await redactAudit(trx, subjects)
  // In this order: one that gets its position meanwhile is met there again.
  await redactEvents(trx, 'outbox', 'id', target.member.id)
  await redactEvents(trx, 'events', 'position', target.member.id)
}

const batch = 1_000

/** All that has content loses its salt, also what said nothing of the person: nobody need know which did. */
async function redactAudit(
  trx: WorkspaceTransaction,
  subjectIds: readonly string[],
): Promise<void> {
  for (;;) {
    const rows = await trx.query
      .selectFrom('audit_entries')
      .select(['id', 'before', 'after'])
      .where('workspace_id', '=', trx.workspaceId)
      .where('subject_kind', 'in', ['member', 'directory_user', 'invitation', 'ownership_transfer'])
      .where('subject_id', '=', sql<string>`any(${[...subjectIds]}::uuid[])`)
      .where('erased_at', 'is', null)
      .orderBy('id')
      .limit(batch)
      .execute()
    if (rows.length === 0) return
    await sql`
      update audit_entries a set
        before = nullif(t.before, 'null'::jsonb), after = nullif(t.after, 'null'::jsonb),
        content_salt = null, erased_at = now()
      from unnest(
        ${rows.map(({ id }) => id)}::uuid[],
        ${rows.map(({ before }) => JSON.stringify(redactContent(before)))}::jsonb[],
        ${rows.map(({ after }) => JSON.stringify(redactContent(after)))}::jsonb[]
      ) as t (id, before, after)
      where a.workspace_id = ${trx.workspaceId} and a.id = t.id`.execute(trx.query)
  }
}

async function redactEvents(
  trx: WorkspaceTransaction,
  table: 'outbox' | 'events',
  key: 'id' | 'position',
  memberId: string,
): Promise<void> {
  let last = '0'
  for (;;) {
    const { rows } = await sql<{ key: string; payload: Record<string, unknown> }>`
      select ${sql.id(key)} as key, payload from ${sql.table(table)}
      where workspace_id = ${trx.workspaceId} and member_id = ${memberId} and ${sql.id(key)} > ${last}
      order by ${sql.id(key)} limit ${batch}`.execute(trx.query)
    const end = rows.at(-1)
    if (end === undefined) return
    last = end.key
    await sql`
      update ${sql.table(table)} e set payload = t.payload
      from unnest(
        ${rows.map((row) => row.key)}::bigint[],
        ${rows.map(({ payload }) => JSON.stringify(redactContent(payload)))}::jsonb[]
      ) as t (key, payload)
      where e.workspace_id = ${trx.workspaceId} and e.${sql.id(key)} = t.key`.execute(trx.query)
  }
}
