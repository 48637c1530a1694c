import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table scim_connections (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      name text not null,
      idp text not null,
      profile text not null,
      patch_response text not null,
      state text not null,
      default_role_id uuid,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      constraint scim_connections_id_unique unique (id),
      constraint scim_connections_default_role_exists foreign key (workspace_id, default_role_id) references roles (workspace_id, id),
      constraint scim_connections_idp_known check (idp in ('okta', 'entra', 'google', 'onelogin', 'jumpcloud', 'generic')),
      constraint scim_connections_profile_known check (profile in ('compat', 'rfc', 'interop')),
      constraint scim_connections_patch_response_known check (patch_response in ('resource', 'no-content')),
      constraint scim_connections_state_known check (state in ('draft', 'active', 'paused'))
    )`.execute(db)
  await sql`create unique index scim_connections_one_active on scim_connections (workspace_id) where state = 'active'`.execute(
    db,
  )
  await sql`
    create table scim_tokens (
      workspace_id uuid not null,
      connection_id uuid not null,
      id uuid not null,
      token_hash bytea not null,
      expires_at timestamptz not null,
      revoked_at timestamptz,
      last_used_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      foreign key (workspace_id, connection_id) references scim_connections (workspace_id, id) on delete cascade,
      constraint scim_tokens_token_hash_unique unique (token_hash)
    )`.execute(db)
  await sql`create index scim_tokens_by_connection on scim_tokens (workspace_id, connection_id)`.execute(
    db,
  )
  await sql`
    create table scim_requests (
      workspace_id uuid not null,
      connection_id uuid not null,
      id uuid not null,
      method text not null,
      path text not null,
      status integer not null,
      scim_type text,
      warnings jsonb not null,
      duration_ms integer not null,
      occurred_at timestamptz not null default now(),
      primary key (workspace_id, id),
      foreign key (workspace_id, connection_id) references scim_connections (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index scim_requests_by_connection on scim_requests (workspace_id, connection_id, id)`.execute(
    db,
  )
  await sql`
    create table directory_users (
      workspace_id uuid not null,
      connection_id uuid not null,
      id uuid not null,
      user_name text not null,
      user_name_key text collate "C" not null,
      external_id text collate "C",
      display_name text,
      display_key text collate "C",
      active boolean not null,
      resource jsonb not null,
      version bigint not null default 1,
      created_at timestamptz not null default now(),
      last_modified_at timestamptz not null default now(),
      deleted_at timestamptz,
      primary key (workspace_id, id),
      foreign key (workspace_id, connection_id) references scim_connections (workspace_id, id) on delete cascade
    ) with (autovacuum_vacuum_scale_factor = 0.02)`.execute(db)
  await sql`create unique index directory_users_user_name_unique on directory_users (connection_id, user_name_key) where deleted_at is null`.execute(
    db,
  )
  await sql`create index directory_users_by_external_id on directory_users (connection_id, external_id) where external_id is not null`.execute(
    db,
  )
  await sql`create index directory_users_by_last_modified on directory_users (connection_id, last_modified_at, id) include (active) where deleted_at is null`.execute(
    db,
  )
  // Somebody who was deleted and comes again is found by their name.
  await sql`create index directory_users_deleted on directory_users (connection_id, user_name_key) where deleted_at is not null`.execute(
    db,
  )
  // Index-only pages and counts of a list; the workspace is in it because the policy asks for it.
  await sql`create index directory_users_list on directory_users (workspace_id, connection_id, id) include (active) where deleted_at is null`.execute(
    db,
  )
  await sql`alter table members add constraint members_directory_user_exists
    foreign key (workspace_id, directory_user_id) references directory_users (workspace_id, id)`.execute(
    db,
  )
  await sql`
    create table directory_user_emails (
      workspace_id uuid not null,
      user_id uuid not null,
      ordinal smallint not null,
      type text,
      value text not null,
      value_key text collate "C" not null,
      is_primary boolean not null,
      primary key (workspace_id, user_id, ordinal),
      foreign key (workspace_id, user_id) references directory_users (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index directory_user_emails_by_value on directory_user_emails (workspace_id, value_key, type)`.execute(
    db,
  )
  await sql`
    create table directory_groups (
      workspace_id uuid not null,
      connection_id uuid not null,
      id uuid not null,
      display_name text not null,
      display_key text collate "C" not null,
      unique_name_key text collate "C",
      external_id text collate "C",
      resource jsonb not null,
      member_count integer not null default 0,
      version bigint not null default 1,
      created_at timestamptz not null default now(),
      last_modified_at timestamptz not null default now(),
      deleted_at timestamptz,
      primary key (workspace_id, id),
      foreign key (workspace_id, connection_id) references scim_connections (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create unique index directory_groups_name_unique on directory_groups (connection_id, unique_name_key) where deleted_at is null`.execute(
    db,
  )
  await sql`create index directory_groups_by_display_name on directory_groups (connection_id, display_key, id) where deleted_at is null`.execute(
    db,
  )
  await sql`create index directory_groups_by_external_id on directory_groups (connection_id, external_id) where external_id is not null`.execute(
    db,
  )
  await sql`create index directory_groups_list on directory_groups (workspace_id, connection_id, id) where deleted_at is null`.execute(
    db,
  )
  await sql`
    create table directory_group_members (
      workspace_id uuid not null,
      group_id uuid not null,
      user_id uuid not null,
      primary key (workspace_id, group_id, user_id),
      foreign key (workspace_id, group_id) references directory_groups (workspace_id, id) on delete cascade,
      foreign key (workspace_id, user_id) references directory_users (workspace_id, id) on delete cascade
    ) with (autovacuum_vacuum_scale_factor = 0.02)`.execute(db)
  await sql`create index directory_group_members_by_user on directory_group_members (workspace_id, user_id, group_id)`.execute(
    db,
  )
  await sql`
    create table mapping_rules (
      workspace_id uuid not null,
      id uuid not null,
      connection_id uuid not null,
      group_id uuid not null,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      foreign key (workspace_id, connection_id) references scim_connections (workspace_id, id) on delete cascade,
      constraint mapping_rules_group_exists foreign key (workspace_id, group_id) references directory_groups (workspace_id, id),
      constraint mapping_rules_group_unique unique (workspace_id, group_id)
    )`.execute(db)
  await sql`
    create table mapping_rule_grants (
      workspace_id uuid not null,
      rule_id uuid not null,
      kind text not null,
      role_id uuid,
      department_id uuid,
      channel_id uuid,
      foreign key (workspace_id, rule_id) references mapping_rules (workspace_id, id) on delete cascade,
      constraint mapping_rule_grants_role_exists foreign key (workspace_id, role_id) references roles (workspace_id, id),
      constraint mapping_rule_grants_department_exists foreign key (workspace_id, department_id) references departments (workspace_id, id),
      constraint mapping_rule_grants_channel_exists foreign key (workspace_id, channel_id) references channels (workspace_id, id),
      constraint mapping_rule_grants_one_value check (
        (kind = 'role' and role_id is not null and department_id is null and channel_id is null)
        or (kind = 'department' and department_id is not null and role_id is null and channel_id is null)
        or (kind = 'channel' and channel_id is not null and role_id is null and department_id is null)
        or (kind = 'supervisor' and role_id is null and department_id is null and channel_id is null)),
      constraint mapping_rule_grants_once unique nulls not distinct
        (workspace_id, rule_id, kind, role_id, department_id, channel_id)
    )`.execute(db)
}
