import { type Kysely, sql } from 'kysely'

/** Who says of themselves that they are away, whatever their screen shows. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table members add column away_since timestamptz`.execute(db)
}
