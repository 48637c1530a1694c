import { type Kysely, sql } from 'kysely'

/**
 * A role, department or channel whose end is decided is retired until nobody has it any more: nobody gets it, its name is
 * free, and its successor says what its holders get as their turn comes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['roles', 'departments', 'channels']) {
    await sql`alter table ${sql.table(table)} add column retired_at timestamptz`.execute(db)
    await sql`
      create index ${sql.ref(`${table}_retired`)} on ${sql.table(table)} (workspace_id)
      where retired_at is not null`.execute(db)
  }
  for (const table of ['roles', 'departments']) {
    await sql`
      alter table ${sql.table(table)}
        add column successor_id uuid,
        add constraint ${sql.ref(`${table}_successor_exists`)} foreign key (workspace_id, successor_id)
          references ${sql.table(table)} (workspace_id, id),
        add constraint ${sql.ref(`${table}_successor_of_retired`)}
          check (successor_id is null or retired_at is not null)`.execute(db)
    await sql`
      create index ${sql.ref(`${table}_by_successor`)} on ${sql.table(table)} (workspace_id, successor_id)
      where successor_id is not null`.execute(db)
  }
  await sql`
    alter table roles add constraint roles_retired_succeeded
      check (retired_at is null or successor_id is not null)`.execute(db)
  await sql`alter table departments add column is_merged boolean not null default false`.execute(db)
  for (const [table, name, column] of [
    ['roles', 'roles_key_unique', 'key'],
    ['departments', 'departments_name_unique', 'name_key'],
    ['channels', 'channels_key_unique', 'key'],
  ] as const) {
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(db)
    await sql`
      create unique index ${sql.ref(name)} on ${sql.table(table)} (workspace_id, ${sql.ref(column)})
      where retired_at is null`.execute(db)
  }
}
