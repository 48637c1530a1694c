import { type Kysely, sql } from 'kysely'

/** Groups that are members of groups: who belongs to one by another is computed when it is read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table directory_group_children (
      workspace_id uuid not null,
      group_id uuid not null,
      child_id uuid not null,
      primary key (workspace_id, group_id, child_id),
      foreign key (workspace_id, group_id) references directory_groups (workspace_id, id) on delete cascade,
      foreign key (workspace_id, child_id) references directory_groups (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index directory_group_children_by_child on directory_group_children (workspace_id, child_id, group_id)`.execute(
    db,
  )
  await sql`alter table directory_group_children enable row level security`.execute(db)
  await sql`
    create policy workspace on directory_group_children
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
}
