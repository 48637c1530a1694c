import { type Kysely, sql } from 'kysely'

/** Where a leaver's conversations go, what became of them, and how many everybody has. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table handover_rules (
      workspace_id uuid not null references workspaces on delete cascade,
      department_id uuid,
      kind text not null,
      member_id uuid,
      constraint handover_rules_one_each unique nulls not distinct (workspace_id, department_id),
      constraint handover_rules_kind_known check (kind in ('lead', 'least-loaded', 'queue', 'member', 'unassigned')),
      constraint handover_rules_member check ((kind = 'member') = (member_id is not null)),
      constraint handover_rules_department_exists foreign key (workspace_id, department_id)
        references departments (workspace_id, id) on delete cascade,
      constraint handover_rules_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade
    )`.execute(db)
  await sql`create index handover_rules_by_member on handover_rules (workspace_id, member_id) where member_id is not null`.execute(
    db,
  )
  await sql`
    create table handovers (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null,
      member_id uuid not null,
      cause text not null,
      cause_position bigint,
      plan jsonb not null,
      state text not null,
      attempts integer not null default 1,
      due_at timestamptz,
      moved integer not null default 0,
      remaining integer,
      requested_at timestamptz not null default now(),
      ended_at timestamptz,
      primary key (workspace_id, id),
      constraint handovers_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade,
      constraint handovers_cause_once unique (workspace_id, cause_position),
      constraint handovers_state_known check (state in ('requested', 'completed', 'failed', 'cancelled')),
      constraint handovers_due check ((state = 'requested') = (due_at is not null))
    )`.execute(db)
  await sql`create unique index handovers_open on handovers (workspace_id, member_id) where state = 'requested'`.execute(
    db,
  )
  await sql`create index handovers_by_member on handovers (workspace_id, member_id, id)`.execute(db)
  await sql`create index handovers_due_at on handovers (due_at) where due_at is not null`.execute(
    db,
  )
  await sql`
    create table workloads (
      workspace_id uuid not null references workspaces on delete cascade,
      member_id uuid not null,
      open_conversations integer not null,
      reported_at timestamptz not null default now(),
      primary key (workspace_id, member_id),
      constraint workloads_member_exists foreign key (workspace_id, member_id)
        references members (workspace_id, id) on delete cascade,
      constraint workloads_positive check (open_conversations >= 0)
    )`.execute(db)
  for (const table of ['handover_rules', 'handovers', 'workloads']) {
    await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
    await sql`
      create policy workspace on ${sql.table(table)}
        using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
        with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
      db,
    )
  }
  await sql`
    create function find_handover(handover uuid) returns uuid
    language sql stable security definer set search_path = public, pg_temp as
    $$ select h.workspace_id from handovers h where h.id = handover $$`.execute(db)
  await sql`create unique index handovers_by_id on handovers (id)`.execute(db)
  await sql`
    create function due_handovers(batch integer) returns table (workspace_id uuid, handover_id uuid)
    language sql stable security definer set search_path = public, pg_temp as $$
      select h.workspace_id, h.id from handovers h where h.due_at <= now() order by h.due_at limit batch
    $$`.execute(db)
}
