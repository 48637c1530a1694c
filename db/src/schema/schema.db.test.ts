import { readdirSync, readFileSync } from 'node:fs'

import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'

import { createTestDatabase, testEngines } from '../testing/index.ts'

/** The properties of each interface of this folder: its name, and each property's type as written. */
function readInterfaces(): Map<string, Map<string, string>> {
  const interfaces = new Map<string, Map<string, string>>()
  const folder = new URL('./', import.meta.url)
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue
    const source = readFileSync(new URL(file, folder), 'utf8')
      .replaceAll(/\/\*.*?\*\//gs, '')
      .replaceAll(/\/\/.*$/gm, '')
    for (const [, name = '', body = ''] of source.matchAll(
      /^export interface (\w+) \{\n(.*?)^\}/gms,
    )) {
      const properties = body.split(/^ {2}(?=\w+\??:)/m).map((text) => text.trim())
      interfaces.set(
        name,
        new Map(
          properties
            .filter((text) => text !== '')
            .map((text) => {
              const colon = text.indexOf(':')
              return [text.slice(0, colon), text.slice(colon + 1).trim()]
            }),
        ),
      )
    }
  }
  return interfaces
}

interface Column {
  table_name: string
  column_name: string
  udt_name: string
  nullable: boolean
  filled: boolean
}

/** How a column of each PostgreSQL type is written; a text column may be any union of literals. */
const writtenAs: Record<string, RegExp> = {
  bool: /\bboolean\b/,
  int2: /\bnumber\b/,
  int4: /\bnumber\b/,
  int8: /\b(Generated)?BigInt\b|\bColumnType<string\b/,
  float8: /\bnumber\b/,
  timestamptz: /\bDate\b/,
  jsonb: /\bJson</,
  bytea: /\b(Buffer|Uint8Array)\b/,
  uuid: /\bstring\b/,
  text: /^(?!.*\b(number|boolean|Date|Buffer|Json)\b)/s,
  _text: /\[\]/,
  _uuid: /\[\]/,
}

describe.each(testEngines)('row types on %s', (engine) => {
  it('say of every table and column what the migrated database says', async () => {
    const db = await createTestDatabase(engine)
    const { rows } = await sql<Column>`
      select c.table_name, c.column_name, c.udt_name, c.is_nullable = 'YES' as nullable,
        c.column_default is not null or c.is_identity = 'YES' or c.is_generated = 'ALWAYS' as filled
      from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
        and c.table_name not like 'kysely%'`.execute(db.owner)
    await db.close()

    const interfaces = readInterfaces()
    const tables = interfaces.get('Schema') ?? new Map<string, string>()
    expect([...tables.keys()].toSorted()).toEqual(
      [...new Set(rows.map((row) => row.table_name))].toSorted(),
    )

    const differences: string[] = []
    for (const [table, type] of tables) {
      const properties = interfaces.get(type) ?? new Map<string, string>()
      const columns = new Map(
        rows.filter((row) => row.table_name === table).map((row) => [row.column_name, row]),
      )
      for (const name of properties.keys()) {
        if (!columns.has(name)) differences.push(`${table}.${name} is not in the database`)
      }
      for (const [name, column] of columns) {
        const written = properties.get(name)
        if (written === undefined) {
          differences.push(`${table}.${name} is missing in ${type}`)
          continue
        }
        if (/\| null\b/.test(written) !== column.nullable) {
          differences.push(`${table}.${name}: nullable is ${column.nullable}, written ${written}`)
        }
        if (/\bGenerated/.test(written) && !column.filled) {
          differences.push(`${table}.${name} has no default, written ${written}`)
        }
        if (writtenAs[column.udt_name]?.test(written) !== true) {
          differences.push(`${table}.${name} is ${column.udt_name}, written ${written}`)
        }
      }
    }
    expect(differences).toEqual([])
  })
})
