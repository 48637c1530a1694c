import type { WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { enqueueJob } from '../jobs/job-commands.ts'
import { reprojectMembers } from './reproject-members.ts'
import { reprojectionKind } from './reprojection-kind.ts'
import { dropRetired } from './retired-value-store.ts'
import type { RuleDifference } from './rule-difference.ts'
import {
  countTouched,
  findFew,
  isNobody,
  isTouched,
  type TouchedMembers,
  withGroupsBelow,
} from './touched-members.ts'

/** As many as are projected at once, in the transaction that changes the rules. */
export const fewMembers = 1_000

/** One chunk of a job is smaller: others' commits wait until what it wrote is on the disk. */
const chunkSize = 500

/** What such a job works on. */
export interface ReprojectionInput {
  touched: TouchedMembers
}

/** What became of a change that was previewed. */
export type Saved<Difference = RuleDifference> =
  | {
      outcome: 'saved'
      /** Set where so many people are concerned that they get it one after the other. */
      jobId: string | undefined
    }
  /** Nothing was changed: it would do something else than what was shown. */
  | { outcome: 'difference-changed'; difference: Difference }

/** Marks that the rules have changed: whoever was projected before may have something else now. */
export async function bumpRulesVersion(trx: WorkspaceTransaction): Promise<void> {
  await trx.query
    .updateTable('workspaces')
    .set({ rules_version: sql<string>`rules_version + 1` })
    .where('id', '=', trx.workspaceId)
    .execute()
}

/**
 * Gives people what the rules say now, after a change of them in this transaction: up to a thousand at once, more by a
 * job, which is part of the change and survives the process. Answers the job.
 */
export async function reprojectTouched(
  trx: WorkspaceTransaction,
  touched: TouchedMembers,
): Promise<{ jobId: string } | undefined> {
  if (isNobody(touched)) return undefined
  const few = await findFew(trx, touched, fewMembers)
  if (few !== undefined) {
    await reprojectMembers(trx, few)
    return undefined
  }
  const input: ReprojectionInput = { touched }
  const total = await countTouched(trx, touched)
  const job = await enqueueJob(trx, { kind: reprojectionKind, input, total })
  return { jobId: job.id }
}

/**
 * One chunk of such a job: the next members concerned after `after`. Whoever was projected with the newest rules
 * meanwhile, by a directory's request or an earlier chunk, is only counted. The last chunk deletes what is retired and
 * nobody has any more.
 */
export async function reprojectNext(
  trx: WorkspaceTransaction,
  { touched }: ReprojectionInput,
  after: string | null,
  limit: number = chunkSize,
): Promise<{ done: number; last: string | undefined }> {
  const { rows } = await sql<{ id: string; is_stale: boolean }>`
    select m.id, m.rules_version < (select w.rules_version from workspaces w where w.id = ${trx.workspaceId}) as is_stale
    from members m
    where m.workspace_id = ${trx.workspaceId} and m.id > ${after ?? '00000000-0000-0000-0000-000000000000'}
      and ${isTouched(await withGroupsBelow(trx, touched))}
    order by m.id limit ${limit}`.execute(trx.query)
  await reprojectMembers(
    trx,
    rows.filter((row) => row.is_stale).map((row) => row.id),
  )
  const last = rows.length < limit ? undefined : rows.at(-1)?.id
  if (last === undefined) await dropRetired(trx)
  return { done: rows.length, last }
}
