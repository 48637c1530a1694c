import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table roles (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      key text not null,
      name text not null,
      rank integer not null,
      permissions text[] not null,
      grantable_role_keys text[] not null default '{}',
      conversation_access text not null,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      constraint roles_key_unique unique (workspace_id, key),
      constraint roles_rank_unique unique (workspace_id, rank),
      constraint roles_conversation_access_known check (conversation_access in ('own', 'departments', 'all'))
    )`.execute(db)
  await sql`
    create table departments (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      name text not null,
      name_key text collate "C" not null,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      constraint departments_name_unique unique (workspace_id, name_key)
    )`.execute(db)
  await sql`
    create table channels (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      key text not null,
      name text not null,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      constraint channels_key_unique unique (workspace_id, key)
    )`.execute(db)
  await sql`
    create table members (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      source text not null,
      directory_user_id uuid,
      host_user_id text,
      email text,
      email_key text collate "C",
      given_name text,
      family_name text,
      display_name text not null,
      display_key text collate "C" not null,
      search_key text collate "C" not null,
      signature_name text,
      phone text,
      job_title text,
      language text,
      time_zone text,
      avatar_url text,
      break_glass boolean not null default false,
      invited_at timestamptz,
      activated_at timestamptz,
      removed_at timestamptz,
      state text not null,
      role_id uuid,
      no_role_reason text,
      conversation_access text not null,
      rules_version bigint not null default 0,
      access_valid_from timestamptz not null,
      last_active_at timestamptz,
      version bigint not null default 1,
      created_at timestamptz not null default now(),
      primary key (workspace_id, id),
      constraint members_role_exists foreign key (workspace_id, role_id) references roles (workspace_id, id),
      constraint members_source_known check (source in ('directory', 'invitation', 'manual')),
      constraint members_state_known check (state in ('invited', 'active', 'suspended', 'removed')),
      constraint members_conversation_access_known check (conversation_access in ('own', 'departments', 'all')),
      constraint members_no_role_reason_set check ((role_id is null) = (no_role_reason is not null)),
      constraint members_email_key_set check ((email is null) = (email_key is null))
    )`.execute(db)
  await sql`create unique index members_email_unique on members (workspace_id, email_key) where email_key is not null and state <> 'removed'`.execute(
    db,
  )
  await sql`create unique index members_directory_user_unique on members (workspace_id, directory_user_id) where directory_user_id is not null`.execute(
    db,
  )
  await sql`create unique index members_host_user_unique on members (workspace_id, host_user_id) where host_user_id is not null and state <> 'removed'`.execute(
    db,
  )
  // The list's order. Removed members are not listed.
  await sql`create index members_by_name on members (workspace_id, display_key, id) where state <> 'removed'`.execute(
    db,
  )
  await sql`create index members_by_role on members (workspace_id, role_id, display_key, id) where state <> 'removed'`.execute(
    db,
  )
  await sql`create index members_search on members using gin (search_key gin_trgm_ops)`.execute(db)
  await sql`
    create table member_holds (
      workspace_id uuid not null,
      member_id uuid not null,
      source text not null,
      request_id text not null,
      since timestamptz not null default now(),
      primary key (workspace_id, member_id, source),
      foreign key (workspace_id, member_id) references members (workspace_id, id) on delete cascade,
      constraint member_holds_source_known check (source in ('directory', 'admin', 'brake'))
    )`.execute(db)
  await sql`
    create table grants (
      workspace_id uuid not null,
      id uuid not null,
      member_id uuid not null,
      kind text not null,
      role_id uuid,
      department_id uuid,
      channel_id uuid,
      source text not null,
      source_id uuid,
      effective boolean not null,
      request_id text not null,
      since timestamptz not null default now(),
      primary key (workspace_id, id),
      foreign key (workspace_id, member_id) references members (workspace_id, id) on delete cascade,
      constraint grants_role_exists foreign key (workspace_id, role_id) references roles (workspace_id, id),
      constraint grants_department_exists foreign key (workspace_id, department_id) references departments (workspace_id, id),
      constraint grants_channel_exists foreign key (workspace_id, channel_id) references channels (workspace_id, id),
      constraint grants_one_value check (
        (kind = 'role' and role_id is not null and department_id is null and channel_id is null)
        or (kind = 'department' and department_id is not null and role_id is null and channel_id is null)
        or (kind = 'channel' and channel_id is not null and role_id is null and department_id is null)
        or (kind = 'supervisor' and role_id is null and department_id is null and channel_id is null)),
      constraint grants_source_known check (source in ('mapping_rule', 'local', 'invitation', 'connection_default')),
      constraint grants_once unique nulls not distinct
        (workspace_id, member_id, kind, role_id, department_id, channel_id, source, source_id)
    )`.execute(db)
  await sql`create index grants_by_role on grants (workspace_id, role_id, member_id) where role_id is not null`.execute(
    db,
  )
  await sql`create index grants_by_department on grants (workspace_id, department_id, member_id) where department_id is not null`.execute(
    db,
  )
  await sql`create index grants_by_channel on grants (workspace_id, channel_id, member_id) where channel_id is not null`.execute(
    db,
  )
}
