import { type Kysely, sql } from 'kysely'

/** Events that a consumer went past and comes back to: what failed concerns nobody but one person. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table deferred_events (
      workspace_id uuid not null references workspaces on delete cascade,
      consumer text not null,
      position bigint not null references events (position) on delete cascade,
      attempts integer not null default 0,
      due_at timestamptz not null,
      primary key (workspace_id, consumer, position)
    )`.execute(db)
  await sql`create index deferred_events_by_position on deferred_events (position)`.execute(db)
  await sql`create index deferred_events_due on deferred_events (consumer, due_at)`.execute(db)
  await sql`alter table deferred_events enable row level security`.execute(db)
  await sql`
    create policy workspace on deferred_events
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`
    create function due_deferred_events(reader text, batch integer)
    returns table (workspace_id uuid, event_position bigint)
    language sql stable security definer set search_path = public, pg_temp as $$
      select d.workspace_id, d.position from deferred_events d
      where d.consumer = reader and d.due_at <= now()
      order by d.due_at limit batch
    $$`.execute(db)
}
