import { type Kysely, sql } from 'kysely'

const ofWorkspace = sql`workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid`

/** What a rule set is made of, beside a few columns of the workspace itself. */
const parts = [
  'roles',
  'departments',
  'department_channels',
  'channels',
  'mapping_rules',
  'mapping_rule_grants',
]

/**
 * Which changes a workspace's rules, roles, departments and channels have seen: the set of them names a state that never
 * comes again, so that whoever knows what it is need not read it. Rows are only added, and nobody waits for anybody; one
 * that is rolled back was never there.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table rule_set_changes (
      workspace_id uuid not null references workspaces on delete cascade,
      id uuid not null default gen_random_uuid(),
      primary key (workspace_id, id)
    )`.execute(db)
  await sql`alter table rule_set_changes enable row level security`.execute(db)
  await sql`
    create policy workspace on rule_set_changes using (${ofWorkspace}) with check (${ofWorkspace})`.execute(
    db,
  )
  await sql`insert into rule_set_changes (workspace_id) select id from workspaces`.execute(db)
  await noting(db)
  await triggers(db)
}

async function noting(db: Kysely<unknown>): Promise<void> {
  // Now and then one row takes the place of those that nobody else is replacing.
  await sql`
    create function note_rule_set_change(workspace uuid) returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
    begin
      if random() < 0.1 then
        delete from rule_set_changes c using (
          select k.id from rule_set_changes k where k.workspace_id = workspace for update skip locked
        ) known where c.workspace_id = workspace and c.id = known.id;
      end if;
      -- A workspace that goes takes its rows with it.
      insert into rule_set_changes (workspace_id) select w.id from workspaces w where w.id = workspace;
    end $$`.execute(db)
}

async function triggers(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function note_rule_set_of_workspace() returns trigger language plpgsql as $$
    begin
      perform note_rule_set_change(new.id);
      return null;
    end $$`.execute(db)
  await sql`
    create trigger workspaces_rule_set_begun after insert on workspaces
      for each row execute function note_rule_set_of_workspace()`.execute(db)
  await sql`
    create trigger workspaces_rule_set_changed after update of rules_version, policies, seats on workspaces
      for each row execute function note_rule_set_of_workspace()`.execute(db)
  await sql`
    create function note_rule_set_changes() returns trigger language plpgsql as $$
    begin
      perform note_rule_set_change(c.workspace_id) from (select distinct workspace_id from changed_rows) c;
      return null;
    end $$`.execute(db)
  for (const part of parts) {
    for (const [event, rows] of [
      ['insert', 'new'],
      ['update', 'new'],
      ['delete', 'old'],
    ] as const) {
      await sql`
        create trigger ${sql.id(`${part}_rule_set_${event}`)} after ${sql.raw(event)} on ${sql.table(part)}
          referencing ${sql.raw(rows)} table as changed_rows
          for each statement execute function note_rule_set_changes()`.execute(db)
    }
  }
}
