import { type Database, readInWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { fold, mayEnter, readMemberAccess, recordActivity, type Workspace } from '@plantel/team'

import { createAttemptStore } from '../limits/attempt-limit.ts'
import type { IdpBridgeLog } from '../log.ts'
import { findRecoveryCode, useRecoveryCode } from '../recovery/recovery-code-store.ts'
import { parseRecoveryCode } from '../recovery/recovery-code.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'
import type { SignedInMember } from '../sign-in/sso-strategy.ts'
import { systemActor } from '../system-actor.ts'
import { isPassword } from './password-hash.ts'
import { maxPasswordLength } from './password-rules.ts'
import { findPasswordOf } from './password-store.ts'

/** Whoever knows the password of an address, or a recovery code; whether they may come in is asked next. */
interface RightPassword {
  outcome: 'right'
  memberId: string
  hash: string
  /** Set when it was a recovery code, which is used up when they come in. */
  recoverySelector: string | undefined
}

export type PasswordAnswer =
  | RightPassword
  | { outcome: 'wrong' }
  | { outcome: 'too-many-attempts'; minutes: number }

export interface PasswordSignIn {
  /** Takes the same time for everybody and never says whether there is such an account. */
  check: (workspace: Workspace, email: string, password: string) => Promise<PasswordAnswer>
  /** Throws `access-refused`; `password-changed` as its detail when it is no longer the same one. */
  admit: (trx: WorkspaceTransaction, answer: RightPassword) => Promise<SignedInMember>
}

/** Failed attempts for one address, from anywhere, before it has to wait. */
const attemptsPerAddress = 10
const windowMs = 10 * 60 * 1_000

export function createPasswordSignIn(db: Database, log: IdpBridgeLog): PasswordSignIn {
  const attempts = createAttemptStore(db, 'password', windowMs)

  return {
    async check(workspace, email, password) {
      const emailKey = fold(email)
      const key = `${workspace.id} ${emailKey}`
      const { totalHits, resetTime } = await attempts.increment(key)
      if (totalHits > attemptsPerAddress) {
        const waitMs = (resetTime?.getTime() ?? Date.now() + windowMs) - Date.now()
        return { outcome: 'too-many-attempts', minutes: Math.max(1, Math.ceil(waitMs / 60_000)) }
      }
      const code = parseRecoveryCode(password)
      const { found, recovery } = await readInWorkspace(
        db,
        workspace.id,
        systemActor(),
        async (trx) => ({
          found: await findPasswordOf(trx, emailKey),
          recovery: code && (await findRecoveryCode(trx, emailKey, code.selector)),
        }),
      )
      const isAllowed =
        found !== undefined && (!workspace.policies.ssoRequired || found.isBreakGlass)
      const stored = recovery?.hash ?? (isAllowed ? (found.hash ?? undefined) : undefined)
      const isShort = password.length <= 2 * maxPasswordLength
      const secret = recovery === undefined ? password : (code?.secret ?? '')
      if (!(await isPassword(stored, isShort ? secret : '')) || found === undefined) {
        log({ level: 'info', event: 'sign-in.password-wrong', workspaceId: workspace.id })
        return { outcome: 'wrong' }
      }
      await attempts.resetKey(key)
      const recoverySelector = recovery === undefined ? undefined : code?.selector
      return { outcome: 'right', memberId: found.memberId, hash: stored ?? '', recoverySelector }
    },

    async admit(trx, right) {
      const { workspaceId } = trx
      const { memberId } = right
      const access = await readMemberAccess(trx, memberId)
      const answer = access === undefined ? 'unknown' : mayEnter(access, trx.now)
      if (answer !== 'yes') {
        throw new SignInError('access-refused', { adminDetail: answer, workspaceId })
      }
      if (!(await isStillRight(trx, right, access?.email ?? ''))) {
        throw new SignInError('access-refused', { adminDetail: 'password-changed', workspaceId })
      }
      recordActivity(trx, memberId)
      log({ level: 'info', event: 'sign-in.completed', workspaceId, memberId })
      return { memberId, connectionId: null }
    },
  }
}

/** The password may have been changed since it was checked, the code have been used. */
async function isStillRight(
  trx: WorkspaceTransaction,
  { memberId, hash, recoverySelector }: RightPassword,
  email: string,
): Promise<boolean> {
  if (recoverySelector !== undefined) return useRecoveryCode(trx, memberId, recoverySelector)
  const current = await findPasswordOf(trx, fold(email))
  return current?.memberId === memberId && current.hash === hash
}
