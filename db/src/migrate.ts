import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'

import { migrations } from './migrations/index.ts'

/** The role every query of the running product has: it owns nothing, so row level security holds. */
export const applicationRole = 'plantel_app'

/** Any number that no other program on the same database uses for its own advisory locks. */
const lockKey = 7_526_835_128

/**
 * Brings the schema up to date as the role that owns it; replicas that start together wait for
 * one another, and the names of the migrations are returned to the one that applied them.
 */
export function migrate(owner: Kysely<unknown>): Promise<{ applied: string[] }> {
  return applyMigrations(owner, migrations)
}

/** The engine of `migrate`, for any list of migrations. */
export function applyMigrations(
  owner: Kysely<unknown>,
  list: Record<string, Migration>,
): Promise<{ applied: string[] }> {
  return owner.connection().execute(async (connection) => {
    // Kysely's own lock covers the migrations, but not the role and the grants around them.
    await sql`select pg_advisory_lock(${sql.lit(lockKey)})`.execute(connection)
    try {
      await createApplicationRole(connection)
      const migrator = new Migrator({
        db: connection,
        provider: { getMigrations: () => Promise.resolve(list) },
      })
      const { error, results = [] } = await migrator.migrateToLatest()
      if (error !== undefined) throw error
      const applied = results.map((result) => result.migrationName)
      // Every time: a restored dump has the tables and may lack the grants.
      await grantToApplicationRole(connection)
      return { applied }
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(lockKey)})`.execute(connection)
    }
  })
}

/** Roles belong to the whole cluster: another database of it may be doing the same at this moment. */
async function createApplicationRole(connection: Kysely<unknown>): Promise<void> {
  const role = sql.id(applicationRole)
  const name = sql.lit(applicationRole)
  await sql`
    do $$ begin
      if not exists (select from pg_roles where rolname = ${name}) then
        create role ${role} nologin;
      end if;
    exception when duplicate_object or unique_violation then null;
    end $$`.execute(connection)
  // Tried, because since PostgreSQL 16 who creates a role is a member of it and still may not take it on.
  await sql`
    do $$ begin
      perform set_config('role', ${name}, true);
    exception when insufficient_privilege then
      begin
        execute format('grant %I to %I', ${name}, current_user);
      exception when unique_violation or internal_error then
        -- "tuple concurrently updated": good only if the other one granted the same.
        perform set_config('role', ${name}, true);
      end;
    end $$`.execute(connection)
}

/** One place for all grants: a new table can't be forgotten. */
async function grantToApplicationRole(connection: Kysely<unknown>): Promise<void> {
  const role = sql.id(applicationRole)
  await sql`grant usage on schema public to ${role}`.execute(connection)
  await sql`grant select, insert, update, delete on all tables in schema public to ${role}`.execute(
    connection,
  )
  await sql`revoke all on kysely_migration, kysely_migration_lock from ${role}`.execute(connection)
  await sql`grant usage on all sequences in schema public to ${role}`.execute(connection)
  // Not "all functions": those of an extension may belong to a superuser.
  await sql`
    do $$ declare routine regprocedure; begin
      for routine in
        select oid from pg_proc
        where pronamespace = 'public'::regnamespace and proowner = current_user::regrole
      loop
        execute format('grant execute on function %s to %I', routine, ${sql.lit(applicationRole)});
      end loop;
    end $$`.execute(connection)
}
