import { type Kysely, sql } from 'kysely'

/** What a workspace may set about its roles, departments, channels and people. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Whatever is there by now came with a preset.
  await sql`
    alter table roles
      add column built_in boolean not null default true,
      add column version bigint not null default 1`.execute(db)
  await sql`alter table roles alter column built_in set default false`.execute(db)
  await sql`
    alter table departments
      add column is_default boolean not null default false,
      add column lead_member_id uuid,
      add column version bigint not null default 1,
      add constraint departments_lead_exists foreign key (workspace_id, lead_member_id)
        references members (workspace_id, id) on delete set null (lead_member_id)`.execute(db)
  await sql`create unique index departments_one_default on departments (workspace_id) where is_default`.execute(
    db,
  )
  await sql`create index departments_by_lead on departments (workspace_id, lead_member_id) where lead_member_id is not null`.execute(
    db,
  )
  await sql`alter table channels add column version bigint not null default 1`.execute(db)
  await sql`
    update workspaces set policies = jsonb_build_object(
      'hideOthersChats', preset = 'whaticket',
      'channelAccess', 'all',
      'profiles', case when preset = 'respond' then 'person' else 'admins' end,
      'passwords', case when preset = 'whaticket' then 'admins' else 'person' end,
      'inviteFields', case when preset = 'whaticket'
        then '["displayName", "role", "email", "password", "departments"]'::jsonb
        else '["email", "role"]'::jsonb end
    ) || policies`.execute(db)
}
