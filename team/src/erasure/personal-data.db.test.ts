import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'

import { personalData } from './personal-data.ts'

const listed = Object.entries(personalData).flatMap(([table, columns]) =>
  Object.keys(columns).map((column) => `${table}.${column}`),
)

describe.each(testEngines)('personal data on %s', (engine) => {
  it('is judged for every column that can hold text', async () => {
    const db = await createTestDatabase(engine)
    const { rows } = await sql<{ name: string }>`
      select c.table_name || '.' || c.column_name as name
      from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
      where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
        and c.table_name not like 'kysely%'
        and c.udt_name in ('text', '_text', 'varchar', '_varchar', 'bpchar', 'citext', 'json', 'jsonb', '_jsonb', 'xml')`.execute(
      db.owner,
    )
    await db.close()
    expect(listed.toSorted()).toEqual(rows.map(({ name }) => name).toSorted())
  })
})
