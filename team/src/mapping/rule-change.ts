import type { WorkspaceTransaction } from '@plantel/db'
import { type RawBuilder, sql } from 'kysely'

import { recordChanges } from '../history/record-change.ts'
import { enqueueJob } from '../jobs/job-commands.ts'
import { lockStaleWithFacts } from './member-facts-store.ts'
import { batchSize, reprojectLocked, reprojectMembers } from './reproject-members.ts'
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

/** Where a job goes on. */
export interface ReprojectionPlace {
  /** Behind whom this stretch of people begins. */
  after: string
  /** With whom it ends. */
  until: string
  /** Into how many parts it is divided. */
  parts: number
  /** Which of them comes next. */
  part: number
}

/**
 * A chunk is one person of so many of a stretch. Neighbours lie in one page of the table, and only if few of them change
 * at once is there room for their new rows beside the old ones, with no index to write. Not where seats are limited: who
 * comes to need one gets it in the order of the ids, as a preview says.
 */
const partsOfStretch = 8

const firstId = '00000000-0000-0000-0000-000000000000'
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/**
 * One chunk of such a job: the next members concerned, `limit` of them on average, as others' commits wait until what it
 * wrote is on the disk. Whoever was projected with the newest rules meanwhile, by a directory's request or an earlier
 * chunk, is only counted. The last chunk deletes what is retired and nobody has any more.
 */
export async function reprojectNext(
  trx: WorkspaceTransaction,
  input: ReprojectionInput,
  from: ReprojectionPlace | null,
  limit: number = batchSize,
): Promise<{ done: number; next: ReprojectionPlace | undefined }> {
  const touched = isTouched(await withGroupsBelow(trx, input.touched))
  const place = from ?? (await nextStretch(trx, touched, firstId, limit))
  const { found, ...locked } = await lockStaleWithFacts(
    trx,
    sql`m.id > ${place.after} and m.id <= ${place.until}
      and get_byte(uuid_send(m.id), 15) % ${place.parts} = ${place.part} and ${touched}`,
  )
  await recordChanges(trx, await reprojectLocked(trx, locked))
  const next = await placeAfter(trx, place, touched, limit)
  if (next === undefined) await dropRetired(trx)
  return { done: found, next }
}

async function placeAfter(
  trx: WorkspaceTransaction,
  { after, until, parts, part }: ReprojectionPlace,
  touched: RawBuilder<unknown>,
  limit: number,
): Promise<ReprojectionPlace | undefined> {
  if (part + 1 < parts) return { after, until, parts, part: part + 1 }
  return until === lastId ? undefined : nextStretch(trx, touched, until, limit)
}

async function nextStretch(
  { query, workspaceId }: WorkspaceTransaction,
  touched: RawBuilder<unknown>,
  after: string,
  limit: number,
): Promise<ReprojectionPlace> {
  const { rows } = await sql<{ parts: number; until: string | null }>`
    select w.parts, (
      select m.id from members m where m.workspace_id = ${workspaceId} and m.id > ${after} and ${touched}
      order by m.id offset w.parts * ${limit}::integer - 1 limit 1) as until
    from (select case when seats is null then ${partsOfStretch}::integer else 1 end as parts
      from workspaces where id = ${workspaceId}) w`.execute(query)
  const { parts, until } = rows[0] ?? { parts: 1, until: null }
  return { after, until: until ?? lastId, parts, part: 0 }
}
