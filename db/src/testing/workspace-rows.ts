import { type Kysely, sql } from 'kysely'

import type { Schema } from '../schema/index.ts'

/** Every row of a workspace by table, as JSON and in a fixed order, so that two moments can be compared. */
export async function readWorkspaceRows(
  owner: Kysely<Schema>,
  workspaceId: string,
): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.table_name as name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.column_name = 'workspace_id' and t.table_type = 'BASE TABLE'
      and c.table_schema = current_schema()
    order by c.table_name`.execute(owner)
  const found: Record<string, unknown[]> = {}
  for (const { name } of tables) {
    const { rows } = await sql<{ row: unknown }>`
      select to_jsonb(t) as row from ${sql.table(name)} t
      where t.workspace_id = ${workspaceId} order by to_jsonb(t)::text`.execute(owner)
    found[name] = rows.map(({ row }) => row)
  }
  return found
}
