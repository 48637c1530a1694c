import type { ImportWay, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { fold } from '../fold.ts'
import type { ImportCells, ImportRow } from './import-row.ts'

/** A row as it is kept. */
export interface StoredRow {
  number: number
  /** Null for a row that could not be read, and for one whose person was erased. */
  cells: ImportCells | null
  emailKey: string | null
  problem: 'row-malformed' | null
  digest: string | null
  /** An earlier row of the table is about the same person. */
  isRepeated: boolean
}

export async function insertRows(
  trx: WorkspaceTransaction,
  importId: string,
  rows: readonly ImportRow[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into member_import_rows (workspace_id, import_id, number, cells, email_key, problem)
    select ${trx.workspaceId}, ${importId}, r.* from unnest(
      ${rows.map(({ number }) => number)}::integer[],
      ${rows.map((row) => ('cells' in row ? JSON.stringify(row.cells) : null))}::jsonb[],
      ${rows.map((row) => ('cells' in row && row.cells.email !== undefined ? fold(row.cells.email) : null))}::text[],
      ${rows.map((row) => ('problem' in row ? row.problem : null))}::text[]
    ) as r`.execute(trx.query)
}

/** The next rows after a number, in their order. */
export async function readRows(
  trx: WorkspaceTransaction,
  importId: string,
  page: { after: number; limit: number },
): Promise<StoredRow[]> {
  const { rows } = await sql<StoredRow>`
    select r.number, r.cells, r.email_key as "emailKey", r.problem, r.digest,
      exists (select from member_import_rows earlier
        where earlier.workspace_id = r.workspace_id and earlier.email_key = r.email_key
          and earlier.import_id = r.import_id and earlier.number < r.number) as "isRepeated"
    from member_import_rows r
    where r.workspace_id = ${trx.workspaceId} and r.import_id = ${importId} and r.number > ${page.after}
    order by r.number limit ${page.limit}`.execute(trx.query)
  return rows
}

export async function writeDigests(
  trx: WorkspaceTransaction,
  importId: string,
  digests: ReadonlyMap<number, string>,
): Promise<void> {
  await sql`
    update member_import_rows r set digest = d.digest
    from unnest(${[...digests.keys()]}::integer[], ${[...digests.values()]}::text[]) as d (number, digest)
    where r.workspace_id = ${trx.workspaceId} and r.import_id = ${importId} and r.number = d.number`.execute(
    trx.query,
  )
}

/** What is applied needs no values any more: they are the members' now. */
export async function clearRows(
  trx: WorkspaceTransaction,
  importId: string,
  numbers: readonly number[],
): Promise<void> {
  await sql`
    update member_import_rows set cells = null
    where workspace_id = ${trx.workspaceId} and import_id = ${importId}
      and number = any(${[...numbers]}::integer[])`.execute(trx.query)
}

/** Sets the hash of everything that the check has shown, in the order of the rows. */
export async function sealCheck(trx: WorkspaceTransaction, importId: string): Promise<void> {
  await sql`
    update member_imports i set hash = encode(sha256(convert_to(coalesce((
      select string_agg(r.number || ' ' || r.digest, E'\n' order by r.number) from member_import_rows r
      where r.workspace_id = i.workspace_id and r.import_id = i.id), ''), 'UTF8')), 'hex')
    where i.workspace_id = ${trx.workspaceId} and i.id = ${importId}`.execute(trx.query)
}

export interface ImportRecord {
  id: string
  way: ImportWay
  checkJobId: string
  importJobId: string | null
  hash: string | null
  createdAt: Date
}

/** Throws `import-not-found`. */
export async function requireImport(
  trx: WorkspaceTransaction,
  importId: string,
  options: { lock: boolean } = { lock: false },
): Promise<ImportRecord> {
  const row = await trx.query
    .selectFrom('member_imports')
    .selectAll()
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', importId)
    .$if(options.lock, (select) => select.forUpdate())
    .executeTakeFirst()
  if (row === undefined) throw new TeamError('import-not-found')
  return {
    id: row.id,
    way: row.way,
    checkJobId: row.check_job_id,
    importJobId: row.import_job_id,
    hash: row.hash,
    createdAt: row.created_at,
  }
}
