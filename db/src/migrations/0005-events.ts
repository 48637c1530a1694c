import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_entries (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      actor_kind text not null,
      actor_id uuid,
      request_id text not null,
      action text not null,
      subject_kind text not null,
      subject_id uuid not null,
      before jsonb,
      after jsonb,
      occurred_at timestamptz not null default now(),
      primary key (workspace_id, id),
      constraint audit_entries_actor_known check (actor_kind in ('directory', 'member', 'host', 'system'))
    )`.execute(db)
  await sql`create index audit_entries_by_subject on audit_entries (workspace_id, subject_kind, subject_id, id)`.execute(
    db,
  )
  await sql`
    create table events (
      workspace_id uuid not null references workspaces on delete cascade,
      id bigint generated always as identity primary key,
      position bigint,
      type text not null,
      member_id uuid,
      payload jsonb not null,
      request_id text not null,
      occurred_at timestamptz not null default now(),
      constraint events_position_unique unique (position)
    )`.execute(db)
  await sql`create index events_unsequenced on events (id) where position is null`.execute(db)
  await sql`create index events_by_workspace on events (workspace_id, position)`.execute(db)
  await sql`create sequence events_position`.execute(db)
  await sql`
    create table event_cursors (
      workspace_id uuid not null references workspaces on delete cascade,
      consumer text not null,
      position bigint not null,
      leased_until timestamptz not null,
      failures integer not null default 0,
      primary key (workspace_id, consumer)
    )`.execute(db)
  await sql`
    create table captured_mails (
      id bigint generated always as identity primary key,
      workspace_id uuid not null references workspaces on delete cascade,
      recipient text not null,
      subject text not null,
      text text not null,
      html text not null,
      captured_at timestamptz not null default now()
    )`.execute(db)
  await sql`
    create table demo_documents (
      key text primary key,
      value jsonb not null,
      updated_at timestamptz not null default now()
    )`.execute(db)
}
