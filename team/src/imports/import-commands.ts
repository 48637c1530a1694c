import { createId, type ImportWay, type WorkspaceTransaction } from '@plantel/db'

import { TeamError } from '../errors.ts'
import { enqueueJob } from '../jobs/job-commands.ts'
import { readJob } from '../jobs/job-queries.ts'
import type { Job } from '../jobs/job.ts'
import { loadRuleSet } from '../mapping/rule-set-store.ts'
import { requirePermission } from '../permissions/require-permission.ts'
import type { ImportRow } from './import-row.ts'
import { type ImportRecord, insertRows, requireImport } from './import-store.ts'

/** The kinds of the jobs that look at a table and that apply it. */
export const importCheckKind = 'members.import-check'
export const importKind = 'members.import'

export interface ImportInput {
  importId: string
}

/** An import with its jobs; the check's results say what each row would do, the other's what it did. */
export interface MemberImport {
  id: string
  way: ImportWay
  /** What was shown, for starting exactly that; null until the check is done. */
  hash: string | null
  check: Job
  /** Null until it is started. */
  job: Job | null
  createdAt: Date
}

/**
 * Keeps a table of people and has a job look at it; nobody is added or changed yet. Batches keep memory flat. Throws
 * `permission-missing`, and `creation-not-allowed` where people of a workspace may only invite.
 */
export async function createImport(
  trx: WorkspaceTransaction,
  way: ImportWay,
  batches: Iterable<readonly ImportRow[]> | AsyncIterable<readonly ImportRow[]>,
): Promise<MemberImport> {
  await requireWay(trx, way)
  const id = createId()
  const input: ImportInput = { importId: id }
  const check = await enqueueJob(trx, { kind: importCheckKind, input })
  await trx.query
    .insertInto('member_imports')
    .values({ workspace_id: trx.workspaceId, id, way, check_job_id: check.id })
    .execute()
  let total = 0
  for await (const rows of batches) {
    await insertRows(trx, id, rows)
    total += rows.length
  }
  await trx.query
    .updateTable('jobs')
    .set({ total })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', check.id)
    .execute()
  return readImport(trx, id)
}

/** Throws `import-not-found`, also for somebody else's where the actor may not see it. */
export async function readImport(
  trx: WorkspaceTransaction,
  importId: string,
): Promise<MemberImport> {
  return withJobs(trx, await requireImport(trx, importId))
}

/**
 * Applies exactly what the check has shown: `hash` is its. A row whose member or rules changed since is refused and not
 * applied. Throws `import-not-found`, `import-not-checked`, `import-changed`, `import-started` and what `createImport`
 * throws.
 */
export async function startImport(
  trx: WorkspaceTransaction,
  importId: string,
  hash: string,
): Promise<MemberImport> {
  const record = await requireImport(trx, importId, { lock: true })
  await requireWay(trx, record.way)
  const { check } = await withJobs(trx, record)
  if (record.importJobId !== null) throw new TeamError('import-started')
  if (record.hash === null || check.state !== 'done') throw new TeamError('import-not-checked')
  if (record.hash !== hash) throw new TeamError('import-changed')
  const input: ImportInput = { importId }
  const total = check.total === null ? {} : { total: check.total }
  const job = await enqueueJob(trx, { kind: importKind, input, ...total })
  await trx.query
    .updateTable('member_imports')
    .set({ import_job_id: job.id })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', importId)
    .execute()
  return { ...(await readImport(trx, importId)), job }
}

async function withJobs(trx: WorkspaceTransaction, record: ImportRecord): Promise<MemberImport> {
  const { id, way, hash, checkJobId, importJobId, createdAt } = record
  const check = await readJob(trx, checkJobId)
  const job = importJobId === null ? null : await readJob(trx, importJobId)
  return { id, way, hash, check, job, createdAt }
}

async function requireWay(trx: WorkspaceTransaction, way: ImportWay): Promise<void> {
  const actor = await requirePermission(trx, 'members:manage')
  if (actor.kind === 'host' || way === 'invite') return
  const { policies } = await loadRuleSet(trx)
  if (policies.passwords !== 'admins') throw new TeamError('creation-not-allowed')
}
