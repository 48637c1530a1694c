import type { WorkspaceTransaction } from '@plantel/db'
import { reviewAdoptions } from '@plantel/scim-server'

/** Links everybody who waited and need not any more, since a policy or a domain is another: a hundred in a transaction. */
export async function reviewAllAdoptions(
  write: <Result>(work: (trx: WorkspaceTransaction) => Promise<Result>) => Promise<Result>,
): Promise<void> {
  let after: Awaited<ReturnType<typeof reviewAdoptions>>
  do {
    const behind = after
    after = await write((trx) => reviewAdoptions(trx, behind))
  } while (after !== undefined)
}
