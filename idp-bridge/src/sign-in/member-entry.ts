import { type Database, readInWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { type MemberAccess, mayEnter, readMemberAccess } from '@plantel/team'

import { systemActor } from '../system-actor.ts'

/** What `mayEnter` says of a member, and `unknown` when there is none. */
type EntryRefusal = Exclude<ReturnType<typeof mayEnter>, 'yes'> | 'unknown'

export type MemberEntry =
  | { answer: 'yes'; access: MemberAccess; now: Date }
  | { answer: EntryRefusal }

/**
 * Whether something issued to a member still lets them in, asked of the database each time: that is
 * what ends access at once on every replica. Without `issuedAt`, whether they may be issued something now.
 */
export async function readMemberEntry(
  db: Database,
  workspaceId: string,
  memberId: string,
  issuedAt?: Date,
): Promise<MemberEntry> {
  const read = async (trx: WorkspaceTransaction): Promise<MemberEntry> => {
    const access = await readMemberAccess(trx, memberId)
    if (access === undefined) return { answer: 'unknown' }
    const answer = mayEnter(access, issuedAt ?? trx.now)
    return answer === 'yes' ? { answer, access, now: trx.now } : { answer }
  }
  return readInWorkspace(db, workspaceId, systemActor(), read, { eager: true })
}
