import { type Database, readInWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { sql } from 'kysely'

import { createAttemptStore } from '../limits/attempt-limit.ts'
import { systemActor } from '../system-actor.ts'
import { isPassword } from './password-hash.ts'
import { maxPasswordLength } from './password-rules.ts'

/** What is known of a member's own password; the hash tells later whether it still is the same one. */
export interface OwnPasswordState {
  hash: string | null
  changedAt: Date | null
  isBreakGlass: boolean
  /** Their recovery codes that are not used up. */
  recoveryCodes: number
  /** Only the company's account lets them in. */
  isSsoRequired: boolean
}

/** Whether somebody knows the password that they want to change. */
export type OwnPasswordAnswer =
  | { outcome: 'right'; hash: string }
  | { outcome: 'wrong' }
  | { outcome: 'none' }
  | { outcome: 'too-many-attempts'; minutes: number }

const attemptsPerMember = 10
const windowMs = 10 * 60 * 1_000

/** Checks the password of somebody who is here already: their browser may be in other hands, so guesses are counted. */
export function createOwnPasswordCheck(
  db: Database,
): (workspaceId: string, memberId: string, password: string) => Promise<OwnPasswordAnswer> {
  const attempts = createAttemptStore(db, 'own password', windowMs)

  return async (workspaceId, memberId, password) => {
    const state = await readInWorkspace(db, workspaceId, systemActor(), (trx) =>
      readOwnPassword(trx, memberId),
    )
    if (state?.hash == null) return { outcome: 'none' }
    const { totalHits, resetTime } = await attempts.increment(memberId)
    if (totalHits > attemptsPerMember) {
      const waitMs = (resetTime?.getTime() ?? Date.now() + windowMs) - Date.now()
      return { outcome: 'too-many-attempts', minutes: Math.max(1, Math.ceil(waitMs / 60_000)) }
    }
    const isShort = password.length <= 2 * maxPasswordLength
    if (!(await isPassword(state.hash, isShort ? password : ''))) return { outcome: 'wrong' }
    await attempts.resetKey(memberId)
    return { outcome: 'right', hash: state.hash }
  }
}

/** What a member has to come in with, beside their company's account; undefined for nobody. */
export async function readOwnPassword(
  { query, workspaceId }: WorkspaceTransaction,
  memberId: string,
): Promise<OwnPasswordState | undefined> {
  const { rows } = await sql<OwnPasswordState>`
    select p.hash, p.updated_at as "changedAt", m.break_glass as "isBreakGlass",
      (select count(*)::int from recovery_codes r
        where r.workspace_id = m.workspace_id and r.member_id = m.id and r.used_at is null) as "recoveryCodes",
      coalesce((w.policies->>'ssoRequired')::boolean, false) and not m.break_glass as "isSsoRequired"
    from members m
    join workspaces w on w.id = m.workspace_id
    left join member_passwords p on p.workspace_id = m.workspace_id and p.member_id = m.id
    where m.workspace_id = ${workspaceId} and m.id = ${memberId} and m.is_listed`.execute(query)
  return rows[0]
}
