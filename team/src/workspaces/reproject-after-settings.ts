import type { WorkspaceTransaction } from '@plantel/db'

import { bumpRulesVersion, reprojectTouched } from '../mapping/rule-change.ts'
import { beginLine, endLine, settleSeats } from '../mapping/seat-store.ts'
import { nobody } from '../mapping/touched-members.ts'

/** What of the settings has changed that decides about access. */
export interface DecisiveSettings {
  /** The limits, where the new one is another. */
  seats: { before: number | null; limit: number | null } | undefined
  /** Which of several roles somebody has is decided otherwise. */
  roles: boolean
}

/**
 * Gives people what the settings say since this transaction: few at once, many by a job. A lower limit takes the seats of
 * those who came last. The caller holds the rules for a change. Answers the job.
 */
export async function reprojectAfterSettings(
  trx: WorkspaceTransaction,
  { seats, roles }: DecisiveSettings,
): Promise<{ jobId: string } | undefined> {
  if (seats?.limit === null) await endLine(trx)
  else if (seats !== undefined) {
    if (seats.before === null) await beginLine(trx)
    await settleSeats(trx, seats.limit, [])
  }
  await bumpRulesVersion(trx)
  return reprojectTouched(trx, { ...nobody, seats: true, all: roles })
}
