import { type Kysely, sql } from 'kysely'

/** People who are erased, workspaces that end, and how long what is told about both is kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await workspaces(db)
  await erasure(db)
  await retention(db)
}

async function workspaces(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table workspaces
      add column version bigint not null default 1,
      add column access_valid_from timestamptz,
      add column deleted_at timestamptz`.execute(db)
  await sql`
    update workspaces set policies = jsonb_build_object('retention', jsonb_build_object(
      'tombstoneDays', 30, 'scimRequestDays', 30, 'auditDays', 400, 'eventDays', 90, 'capturedMailDays', 30
    )) || policies`.execute(db)
  await sql`create index workspaces_deleted on workspaces (deleted_at) where deleted_at is not null`.execute(
    db,
  )
}

async function erasure(db: Kysely<unknown>): Promise<void> {
  await sql`alter table members add column erased_at timestamptz`.execute(db)
  // An entry from before has no digest, and is reported as one that can't be verified.
  await sql`
    alter table audit_entries
      add column content_salt bytea,
      add column content_digest bytea not null default '',
      add column erased_at timestamptz,
      add constraint audit_entries_salt_goes check (erased_at is null or content_salt is null)`.execute(
    db,
  )
  await sql`alter table audit_entries alter column content_digest drop default`.execute(db)
  await sql`create index events_by_member on events (workspace_id, member_id) where member_id is not null`.execute(
    db,
  )
}

/**
 * One sweep for each kind: at most `batch` rows that their workspace no longer wants, passing over those that another
 * replica sweeps at this moment. Each workspace's own oldest are found by an index.
 */
async function retention(db: Kysely<unknown>): Promise<void> {
  await sql`create index audit_entries_by_time on audit_entries (workspace_id, occurred_at)`.execute(
    db,
  )
  await sql`create index events_by_time on events (workspace_id, occurred_at)`.execute(db)
  await sql`create index captured_mails_by_time on captured_mails (workspace_id, captured_at)`.execute(
    db,
  )
  await sql`drop index scim_requests_by_time`.execute(db)
  await sql`drop function delete_old_scim_requests(timestamptz, integer)`.execute(db)
  await sql`create index scim_requests_by_time on scim_requests (workspace_id, occurred_at)`.execute(
    db,
  )
  await sql`create index directory_users_tombstones on directory_users (workspace_id, deleted_at) where deleted_at is not null`.execute(
    db,
  )
  await sql`create index directory_groups_tombstones on directory_groups (workspace_id, deleted_at) where deleted_at is not null`.execute(
    db,
  )
  await createSweep(db, 'audit_entries', 'id', 'occurred_at', 'auditDays')
  await createSweep(db, 'events', 'id', 'occurred_at', 'eventDays')
  await createSweep(db, 'captured_mails', 'id', 'captured_at', 'capturedMailDays')
  await createSweep(db, 'scim_requests', 'id', 'occurred_at', 'scimRequestDays')
  await sweepTombstones(db)
}

async function createSweep(
  db: Kysely<unknown>,
  table: string,
  key: string,
  time: string,
  policy: string,
): Promise<void> {
  await sql`
    create function ${sql.id(`sweep_${table}`)}(batch integer) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with old as materialized (
        select due.workspace_id, due.key from workspaces w cross join lateral (
          select r.workspace_id, r.${sql.id(key)} as key from ${sql.id(table)} r
          where r.workspace_id = w.id and r.${sql.id(time)} < now()
            - make_interval(days => (w.policies->'retention'->>${sql.lit(policy)})::integer)
          order by r.${sql.id(time)} limit batch for update skip locked
        ) due limit batch
      ), gone as (
        delete from ${sql.id(table)} r using old
        where r.workspace_id = old.workspace_id and r.${sql.id(key)} = old.key returning 1
      )
      select count(*)::integer from gone $$`.execute(db)
}

/** A tombstone keeps its member removed; that must outlive the row. A group that a rule still names stays. */
async function sweepTombstones(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function sweep_tombstones(batch integer) returns integer
    language sql volatile security definer set search_path = public, pg_temp as $$
      with old_users as materialized (
        select due.* from workspaces w cross join lateral (
          select u.workspace_id, u.id, u.deleted_at from directory_users u
          where u.workspace_id = w.id and u.deleted_at < now()
            - make_interval(days => (w.policies->'retention'->>'tombstoneDays')::integer)
          order by u.deleted_at limit batch for update skip locked
        ) due limit batch
      ), old_groups as materialized (
        select due.* from workspaces w cross join lateral (
          select g.workspace_id, g.id from directory_groups g
          where g.workspace_id = w.id and g.deleted_at < now()
            - make_interval(days => (w.policies->'retention'->>'tombstoneDays')::integer)
            and not exists (select from mapping_rules r where r.workspace_id = g.workspace_id and r.group_id = g.id)
          order by g.deleted_at limit batch for update skip locked
        ) due limit batch
      ), released as (
        update members m set directory_user_id = null, removed_at = coalesce(m.removed_at, old_users.deleted_at)
        from old_users where m.workspace_id = old_users.workspace_id and m.directory_user_id = old_users.id
      ), users_gone as (
        delete from directory_users u using old_users
        where u.workspace_id = old_users.workspace_id and u.id = old_users.id returning 1
      ), groups_gone as (
        delete from directory_groups g using old_groups
        where g.workspace_id = old_groups.workspace_id and g.id = old_groups.id returning 1
      )
      select ((select count(*) from users_gone) + (select count(*) from groups_gone))::integer $$`.execute(
    db,
  )
}
