import type { JobOutcome, WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { readImport } from './import-commands.ts'
import type { ImportCells } from './import-row.ts'

/** How many rows came to what. */
export type OutcomeCounts = Record<JobOutcome, number>

/** What became, or would become, of the rows of an import, by outcome. */
export async function countOutcomes(
  trx: WorkspaceTransaction,
  jobId: string,
): Promise<OutcomeCounts> {
  const { rows } = await sql<{ outcome: JobOutcome; n: number }>`
    select outcome, count(*)::int as n from job_results
    where workspace_id = ${trx.workspaceId} and job_id = ${jobId} group by outcome`.execute(
    trx.query,
  )
  const counts: OutcomeCounts = { created: 0, changed: 0, unchanged: 0, refused: 0 }
  for (const { outcome, n } of rows) counts[outcome] = n
  return counts
}

/** A row with what became of it, and its cells where they are still kept. */
export interface ImportResultRow {
  number: number
  outcome: JobOutcome
  code: string | null
  detail: string | null
  cells: ImportCells
}

/**
 * Rows of an import after a number: what the import did where it has begun, else what it would do. Throws
 * `import-not-found`.
 */
export async function listImportResults(
  trx: WorkspaceTransaction,
  importId: string,
  page: { after: number; limit: number; refusedOnly: boolean },
): Promise<ImportResultRow[]> {
  const { check, job } = await readImport(trx, importId)
  const { rows } = await sql<ImportResultRow>`
    select r.number, r.outcome, r.code, r.detail, coalesce(i.cells, '{}') as cells
    from job_results r
    join member_import_rows i on i.workspace_id = r.workspace_id and i.import_id = ${importId}
      and i.number = r.number
    where r.workspace_id = ${trx.workspaceId} and r.job_id = ${(job ?? check).id}
      and r.number > ${page.after} and (not ${page.refusedOnly} or r.outcome = 'refused')
    order by r.number limit ${page.limit}`.execute(trx.query)
  return rows
}
