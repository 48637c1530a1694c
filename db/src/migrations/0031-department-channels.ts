import { type Kysely, sql } from 'kysely'

/** Channels that come with a department: whoever is in it gets them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table department_channels (
      workspace_id uuid not null,
      department_id uuid not null,
      channel_id uuid not null,
      primary key (workspace_id, department_id, channel_id),
      constraint department_channels_department_exists foreign key (workspace_id, department_id)
        references departments (workspace_id, id) on delete cascade,
      constraint department_channels_channel_exists foreign key (workspace_id, channel_id)
        references channels (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index department_channels_by_channel on department_channels (workspace_id, channel_id)`.execute(
    db,
  )
  await sql`alter table department_channels enable row level security`.execute(db)
  await sql`
    create policy workspace on department_channels
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    alter table grants
      drop constraint grants_source_known,
      add constraint grants_source_known
        check (source in ('mapping_rule', 'local', 'invitation', 'connection_default', 'department'))`.execute(
    db,
  )
}
