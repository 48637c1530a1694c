import { createHash } from 'node:crypto'

import { type ScimTarget, entraUser, sendScim } from '../support/scim-client.ts'
import type { BenchmarkDatabase } from './benchmark-database.ts'

/** One of the users that a dataset holds. */
export interface DatasetUser {
  id: string
  userName: string
}

/** The users of a dataset by number, from 0. */
export interface Dataset {
  size: number
  readonly user: (number: number) => DatasetUser
}

const pattern = {
  userName: 'pattern@acme.example',
  givenName: 'Patternia',
  familyName: 'Patternsen',
}
const chunk = 50_000

/** Of the ids: the members' come behind the users', as when people are provisioned one by one. */
const firstUserMs = 1_750_000_000_000
const firstMemberMs = 1_755_000_000_000

/**
 * Fills a connection with users by copying one that came over SCIM, row for row with every column, in chunks: a million
 * in minutes. Names are spread over the alphabet; ids are UUIDs of version 7 in the order of their numbers.
 */
export async function createDataset(
  { pool }: BenchmarkDatabase,
  scim: ScimTarget,
  size: number,
): Promise<Dataset> {
  const { givenName, familyName, userName } = pattern
  const { body } = await sendScim(
    scim,
    'POST',
    '/Users',
    entraUser(userName, givenName, familyName),
  )
  const patternId = String(body['id'])
  const { rows } = await pool.query<{ id: string }>(
    'select id from members where directory_user_id = $1',
    [patternId],
  )
  const memberId = rows[0]?.id ?? ''
  const sources = [
    { table: 'directory_users', key: 'id', value: patternId, columns: '' },
    { table: 'directory_user_emails', key: 'user_id', value: patternId, columns: '' },
    { table: 'members', key: 'id', value: memberId, columns: '' },
  ]
  for (const source of sources) source.columns = await writableColumns(pool, source.table)
  // What finds parts of names is written in large pieces.
  await pool.query(`set gin_pending_list_limit = '1GB'`)
  for (let start = 0; start < size; start += chunk) {
    const numbers = [start, Math.min(size, start + chunk) - 1]
    for (const { table, key, value, columns } of sources) {
      const statement = copyStatement(table, key, columns)
      await pool.query(statement, [value, patternId, memberId, ...numbers])
    }
  }
  for (const { table } of sources) {
    await pool.query(`vacuum (analyze) ${table}`)
  }
  await pool.query('checkpoint')
  return {
    size,
    user: (number) => ({ id: idOf(number), userName: `person-${number}@acme.example` }),
  }
}

async function writableColumns(pool: BenchmarkDatabase['pool'], table: string): Promise<string> {
  const { rows } = await pool.query<{ columns: string }>(
    `select string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
     where table_name = $1 and is_generated = 'NEVER'`,
    [table],
  )
  return rows[0]?.columns ?? ''
}

/** Copies the rows of `table` in which `key` is $1, once for each number from $4 to $5. */
function copyStatement(table: string, key: string, columns: string): string {
  const given = `(array['Ana', 'Bruno', 'Carla', 'Dario', 'Elena', 'Felix', 'Gilda', 'Hugo', 'Irene', 'Jorge', 'Karin',
    'Luis', 'Maria', 'Nuno', 'Olga', 'Pablo', 'Rosa', 'Sergio', 'Teresa', 'Ulises'])[1 + n % 20]`
  const family = `(array['Alvarez', 'Bianchi', 'Castro', 'Duarte', 'Esposito', 'Ferreira', 'Garcia', 'Herrera', 'Ibarra',
    'Jimenez', 'Keller', 'Lopez', 'Moreira'])[1 + n % 13] || n`
  const replacements: [string, string][] = [
    ['$2', `(${uuidOf(firstUserMs)})::text`],
    ['$3', `(${uuidOf(firstMemberMs)})::text`],
    [`'${pattern.userName}'`, `'person-' || n || '@acme.example'`],
    [`'${pattern.givenName}'`, given],
    [`'${pattern.familyName}'`, family],
    [`'${pattern.givenName.toLowerCase()}'`, `lower(${given})`],
    [`'${pattern.familyName.toLowerCase()}'`, `lower(${family})`],
  ]
  const copied = replacements.reduce(
    (text, [from, to]) => `replace(${text}, ${from}::text, ${to})`,
    'to_jsonb(p)::text',
  )
  return `insert into ${table} (${columns}) select ${columns.replaceAll(/(?<=^|, )/g, 'copy.')} from ${table} as p, generate_series($4::bigint, $5::bigint) as n,
    lateral jsonb_populate_record(null::${table}, (${copied})::jsonb) as copy where p.${key} = $1`
}

/** A UUID of version 7 whose milliseconds are the number. */
function uuidOf(firstMs: number): string {
  return `lpad(to_hex(${firstMs} + n), 12, '0') || '70008' || left(md5(n::text), 15)`
}

function idOf(number: number): string {
  const random = createHash('md5').update(String(number)).digest('hex').slice(0, 15)
  const hex = `${(firstUserMs + number).toString(16).padStart(12, '0')}70008${random}`
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
