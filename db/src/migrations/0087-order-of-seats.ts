import { type Kysely, sql } from 'kysely'

/** When the last one came into the line: the clock of a machine may go back, and who comes later still comes later. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table seat_lines add column came_at timestamptz not null default clock_timestamp()`.execute(
    db,
  )
}
