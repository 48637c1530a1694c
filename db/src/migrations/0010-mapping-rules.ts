import { type Kysely, sql } from 'kysely'

/** Rules by group, by name pattern and by attribute; seats. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await conditions(db)
  await grantsByMember(db)
  await seats(db)
}

/**
 * No index of all grants begins with the workspace alone: where statistics are of a time when the table was small, the
 * planner would look for the grants of one person among those of everybody.
 */
async function grantsByMember(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table grants
      drop constraint grants_pkey,
      add primary key (workspace_id, member_id, id)`.execute(db)
}

/** One closed union: what does not belong to a rule's kind can not be written. */
async function conditions(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table mapping_rules
      alter column group_id drop not null,
      add column kind text not null default 'group',
      add column attribute text,
      add column operator text,
      add column operands text[],
      add column pattern text,
      add column priority integer not null default 0,
      add constraint mapping_rules_condition check (
        (kind = 'group' and group_id is not null and pattern is null
          and attribute is null and operator is null and operands is null)
        or (kind = 'group-pattern' and pattern is not null and group_id is null
          and attribute is null and operator is null and operands is null)
        or (kind = 'attribute' and attribute is not null and operator is not null and group_id is null
          and (operator = 'pattern') = (pattern is not null)
          and (operator in ('equals', 'one-of')) = (operands is not null))),
      add constraint mapping_rules_operator_known check (operator in ('equals', 'one-of', 'pattern', 'any'))`.execute(
    db,
  )
  await sql`alter table mapping_rules alter column kind drop default`.execute(db)
  await sql`create index mapping_rules_by_connection on mapping_rules (workspace_id, connection_id)`.execute(
    db,
  )
  // A named grant gives what the group's name or the attribute's value names.
  await sql`
    alter table mapping_rule_grants
      add column named boolean not null default false,
      drop constraint mapping_rule_grants_one_value,
      add constraint mapping_rule_grants_one_value check (
        (kind = 'supervisor' and not named and role_id is null and department_id is null and channel_id is null)
        or (kind <> 'supervisor' and named and role_id is null and department_id is null and channel_id is null)
        or (kind = 'role' and not named and role_id is not null and department_id is null and channel_id is null)
        or (kind = 'department' and not named and department_id is not null and role_id is null and channel_id is null)
        or (kind = 'channel' and not named and channel_id is not null and role_id is null and department_id is null))`.execute(
    db,
  )
  await sql`
    update workspaces set policies = jsonb_build_object('roleStrategy', 'rank') || policies`.execute(
    db,
  )
}

async function seats(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table members
      add column seat text,
      add column seat_since timestamptz,
      add constraint members_seat_known check (seat in ('owner', 'held', 'waiting')),
      add constraint members_seat_since_set check ((seat is null) = (seat_since is null))`.execute(
    db,
  )
  await sql`
    update members m set
      seat = case when r.key = 'owner' then 'owner' else 'held' end,
      seat_since = coalesce(m.activated_at, m.created_at)
    from roles r
    where r.workspace_id = m.workspace_id and r.id = m.role_id and m.state in ('active', 'invited')`.execute(
    db,
  )
  await sql`create index members_by_seat on members (workspace_id, seat, seat_since, id) where seat is not null`.execute(
    db,
  )
  // One row of a workspace with a limit: whoever gives or frees a seat holds it meanwhile.
  await sql`
    create table seat_lines (
      workspace_id uuid primary key references workspaces on delete cascade,
      exceeded_since timestamptz
    )`.execute(db)
  await sql`alter table seat_lines enable row level security`.execute(db)
  await sql`
    create policy workspace on seat_lines
      using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`.execute(
    db,
  )
  await sql`alter table workspaces add column access_checked_at timestamptz`.execute(db)
}
