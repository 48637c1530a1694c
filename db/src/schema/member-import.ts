import type { Generated } from 'kysely'

import type { Json } from './columns.ts'

/** How people of an import who are not here join. */
export type ImportWay = 'invite' | 'create'

/** A table of people that somebody sent: first it is looked at, then it may be applied. */
export interface MemberImportsTable {
  workspace_id: string
  id: string
  way: ImportWay
  check_job_id: string
  /** Null until somebody has it applied. */
  import_job_id: string | null
  /** Of what the check showed; null until it has looked at every row. */
  hash: string | null
  created_at: Generated<Date>
}

/** One row of such a table. */
export interface MemberImportRowsTable {
  workspace_id: string
  import_id: string
  /** In the file as a spreadsheet counts; the header is 1. */
  number: number
  /** By column; null once it is applied or erased, and for a row that could not be read. */
  cells: Json<Record<string, string>> | null
  email_key: string | null
  /** Why the row could not be read. */
  problem: string | null
  /** Of what the check would do with it. */
  digest: string | null
}
