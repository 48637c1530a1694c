import { takeTurn } from '../invitations/people-store.ts'
import type { JobHandler, JobResult, JobStep } from '../jobs/job.ts'
import { type AppliedRow, applyChanges, applyNew } from './apply-rows.ts'
import { importCheckKind, type ImportInput, importKind } from './import-commands.ts'
import type { RowPlan } from './import-row.ts'
import {
  clearRows,
  readRows,
  requireImport,
  sealCheck,
  type StoredRow,
  writeDigests,
} from './import-store.ts'
import { digestOf, planRows, type Spent } from './plan-rows.ts'

interface CheckPlace {
  after: number
  spent: Spent
}

/** Looks at a table row by row and keeps what each would do. */
export const importCheckHandler: JobHandler = {
  kind: importCheckKind,
  async runChunk(trx, { input, checkpoint }): Promise<JobStep> {
    const { importId } = input as ImportInput
    const { way } = await requireImport(trx, importId)
    const place = (checkpoint ?? { after: 0, spent: { seats: 0, owners: 0 } }) as CheckPlace
    const rows = await readRows(trx, importId, { after: place.after, limit: 1_000 })
    const last = rows.at(-1)
    if (last === undefined) {
      await sealCheck(trx, importId)
      return { next: undefined, done: 0, failed: 0 }
    }
    const { spent } = place
    const planned = await planRows(trx, rows, { way, lock: false, spent })
    const digests = rows.map(({ number }, index): [number, string] => [
      number,
      digestOf(planned.plans[index] as RowPlan),
    ])
    await writeDigests(trx, importId, new Map(digests))
    const next: CheckPlace = { after: last.number, spent: planned.spent }
    return stepOf(rows, planned.plans, next)
  },
}

/** Does what the check of a table has shown, and nothing else. */
export const importHandler: JobHandler = {
  kind: importKind,
  async runChunk(trx, { input, checkpoint }): Promise<JobStep> {
    const { importId } = input as ImportInput
    const after = (checkpoint as number | null) ?? 0
    const { way } = await requireImport(trx, importId)
    // Before rows are locked, as everybody does who adds people.
    await takeTurn(trx)
    const rows = await readRows(trx, importId, { after, limit: 500 })
    const last = rows.at(-1)
    if (last === undefined) return { next: undefined, done: 0, failed: 0 }
    const spent = { seats: 0, owners: 0 }
    const { plans } = await planRows(trx, rows, { way, lock: true, spent })
    const decided = plans.map((plan, index) => unlessChanged(plan, rows[index] as StoredRow))
    await applyChanges(
      trx,
      decided.filter((plan) => plan.outcome === 'changed'),
    )
    const added = await applyNew(
      trx,
      decided.filter((plan) => plan.outcome === 'created'),
      way,
    )
    const applied = decided.map((plan) =>
      plan.outcome === 'created' ? (added.shift() as AppliedRow) : plan,
    )
    const settled = rows.filter((_row, index) => applied[index]?.outcome !== 'refused')
    await clearRows(
      trx,
      importId,
      settled.map(({ number }) => number),
    )
    return stepOf(rows, applied, last.number)
  },
}

/** A refusal is told as it is now; everything else must be what was shown. */
function unlessChanged(plan: RowPlan, { digest }: StoredRow): RowPlan {
  if (plan.outcome === 'refused' || digestOf(plan) === digest) return plan
  return {
    outcome: 'refused',
    memberId: 'memberId' in plan ? plan.memberId : null,
    code: 'changed-since-check',
    column: null,
    subject: null,
  }
}

function stepOf(
  rows: readonly StoredRow[],
  outcomes: readonly (RowPlan | AppliedRow)[],
  next: unknown,
): JobStep {
  return {
    next,
    done: rows.length,
    failed: outcomes.filter(({ outcome }) => outcome === 'refused').length,
    results: rows.map(({ number }, index) => resultOf(number, outcomes[index] as RowPlan)),
  }
}

function resultOf(number: number, outcome: RowPlan | AppliedRow): JobResult {
  const memberId = 'memberId' in outcome ? outcome.memberId : null
  if (outcome.outcome !== 'refused') {
    return { number, memberId, outcome: outcome.outcome, code: null, detail: null }
  }
  const { code, column, subject } = outcome
  const parts = [column, subject].filter((part) => part !== null)
  return {
    number,
    memberId,
    outcome: 'refused',
    code,
    detail: parts.length === 0 ? null : parts.join(': '),
  }
}
