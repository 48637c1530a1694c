import type { WorkspaceTransaction } from '@plantel/db'

import { computeDifference } from './access-difference.ts'
import { lockRules } from './hold-rules.ts'
import { isRefused } from './refused-change-store.ts'
import { replaceRuleValue } from './replace-rule-value.ts'
import { dropRetired, writeRetired } from './retired-value-store.ts'
import { insteadOf, withRetired } from './retired-value.ts'
import { fewMembers, reprojectTouched, type Saved } from './rule-change.ts'
import type { RuleDifference } from './rule-difference.ts'
import { loadRuleSet, type RetiredValue } from './rule-set-store.ts'
import { findFew, nobody, type TouchedMembers } from './touched-members.ts'

/** Who would gain and who would lose by the end of this. Only reads. */
export async function previewRetirement(
  trx: WorkspaceTransaction,
  value: RetiredValue,
): Promise<RuleDifference> {
  const before = await loadRuleSet(trx)
  return computeDifference(trx, {
    touched: holdersOf(value),
    before,
    after: withRetired(before, value),
    about: JSON.stringify(['deletion', value.kind, value.id, value.successorId, value.isMerged]),
  })
}

/**
 * Takes the rules for the end of this; with the hash of a preview only if the difference still is the one that was shown, or
 * was refused twice because people had moved; else answers it. Before the value is locked, which is to be looked at again then.
 */
export async function lockRulesToRetire(
  trx: WorkspaceTransaction,
  value: RetiredValue,
  previewHash: string | undefined,
): Promise<RuleDifference | undefined> {
  // Few are compared while nobody can change them; many would hold up the directory for seconds.
  const isMany = (await findFew(trx, holdersOf(value), fewMembers)) === undefined
  if (!isMany) await lockRules(trx)
  if (previewHash !== undefined) {
    const difference = await previewRetirement(trx, value)
    if (await isRefused(trx, difference.hash, previewHash)) return difference
  }
  if (isMany) await lockRules(trx)
  return undefined
}

/**
 * Ends a role, department or channel. From now on nothing gives it, names it or offers it; whoever has it gets what comes
 * instead, at once where they are few, else by the job that is answered, at whose end it is deleted. The caller holds the
 * rules for a change and has locked the value and its successor.
 */
export async function retireValue(trx: WorkspaceTransaction, value: RetiredValue): Promise<Saved> {
  await markRetired(trx, value)
  const job = await reprojectTouched(trx, holdersOf(value))
  if (job === undefined) await dropRetired(trx)
  return { outcome: 'saved', jobId: job?.jobId }
}

/** The same without those who have it: they get what comes instead whenever they are projected next. */
export async function markRetired(trx: WorkspaceTransaction, value: RetiredValue): Promise<void> {
  await replaceRuleValue(trx, value.kind, value.id, insteadOf(value))
  await writeRetired(trx, value)
}

/** Also who has its successor by people's decision: rules that gave this come to give that. */
function holdersOf(value: RetiredValue): TouchedMembers {
  const { kind, id } = value
  const given = kind === 'role' ? null : insteadOf(value)
  return {
    ...nobody,
    holdersOf: { kind, id },
    ...(given === null ? {} : { decidedValues: [given] }),
  }
}
