import { type Kysely, sql } from 'kysely'

/** Resources of types that only the start options know, stored whole. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table scim_documents (
      workspace_id uuid not null,
      connection_id uuid not null,
      id uuid not null,
      resource_type text not null,
      external_id text collate "C",
      resource jsonb not null,
      version bigint not null default 1,
      created_at timestamptz not null default now(),
      last_modified_at timestamptz not null default now(),
      deleted_at timestamptz,
      primary key (workspace_id, id),
      foreign key (workspace_id, connection_id) references scim_connections (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index scim_documents_list on scim_documents (workspace_id, connection_id, resource_type, id) where deleted_at is null`.execute(
    db,
  )
  await sql`alter table scim_documents enable row level security`.execute(db)
  await sql`
    create policy workspace on scim_documents
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
}
