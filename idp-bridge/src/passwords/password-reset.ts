import {
  createId,
  type Database,
  inWorkspace,
  readInWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import {
  createLinkTokens,
  findWorkspace,
  fold,
  readMemberAccess,
  recordChanges,
  signOutMember,
  type Workspace,
} from '@plantel/team'
import { sql } from 'kysely'

import { createAttemptStore } from '../limits/attempt-limit.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'
import { systemActor } from '../system-actor.ts'
import { hashPassword } from './password-hash.ts'
import { flawOfPassword, type PasswordFlaw } from './password-rules.ts'
import { findPasswordOf, setPassword } from './password-store.ts'

/** Whose link it is. */
export interface PasswordResetLink {
  workspace: Workspace
  resetId: string
  memberId: string
  email: string
}

export interface PasswordReset {
  /** Has a link mailed to whoever has a password here, and does nothing for others. */
  request: (workspace: Workspace, email: string) => Promise<void>
  /** The address that stands in the mail. */
  url: (resetId: string) => string
  /** Throws `link-unknown`, `link-used` or `link-expired`. */
  read: (token: string) => Promise<PasswordResetLink>
  /** Saves the password, ends every session, and uses the link up; throws what `read` throws. */
  complete: (token: string, password: string) => Promise<PasswordFlaw | 'saved'>
}

const linkLife = sql`interval '30 minutes'`
const linksPerAddress = 5
const windowMs = 60 * 60 * 1_000

export function createPasswordReset(options: {
  db: Database
  secret: string
  publicUrl: string
}): PasswordReset {
  const { db, publicUrl } = options
  const tokens = createLinkTokens(options.secret, 'password-reset')
  const requests = createAttemptStore(db, 'password-reset', windowMs)

  async function read(token: string): Promise<PasswordResetLink> {
    const resetId = tokens.read(token)?.id
    const workspaceId = resetId === undefined ? undefined : await findWorkspaceOfReset(db, resetId)
    const workspace = workspaceId && (await findWorkspace(db, undefined, workspaceId))
    if (!workspace || resetId === undefined) throw new SignInError('link-unknown')
    return readInWorkspace(db, workspace.id, systemActor(), async (trx) => {
      const row = await trx.query
        .selectFrom('password_resets')
        .selectAll()
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', resetId)
        .executeTakeFirst()
      const concerns = { workspaceId: workspace.id }
      if (row === undefined) throw new SignInError('link-unknown', concerns)
      if (row.used_at !== null) throw new SignInError('link-used', concerns)
      if (row.expires_at <= trx.now) throw new SignInError('link-expired', concerns)
      const access = await readMemberAccess(trx, row.member_id)
      const known =
        access?.email == null ? undefined : await findPasswordOf(trx, fold(access.email))
      // The address, the policy or the person may have changed since.
      const isTheirs = known?.memberId === row.member_id && known.hash !== null
      if (access?.email == null || !isTheirs || !takesPasswords(workspace, known.isBreakGlass)) {
        throw new SignInError('link-expired', concerns)
      }
      if (access.state !== 'active') {
        throw new SignInError('access-refused', { adminDetail: access.state, ...concerns })
      }
      return { workspace, resetId, memberId: row.member_id, email: access.email }
    })
  }

  return {
    async request(workspace, email) {
      const emailKey = fold(email)
      const { totalHits } = await requests.increment(`${workspace.id} ${emailKey}`)
      if (totalHits > linksPerAddress) return
      await inWorkspace(db, workspace.id, systemActor(), async (trx) => {
        const found = await findPasswordOf(trx, emailKey)
        if (found === undefined || found.hash === null) return
        if (!takesPasswords(workspace, found.isBreakGlass)) return
        const id = createId()
        await trx.query
          .insertInto('password_resets')
          .values({
            workspace_id: trx.workspaceId,
            id,
            member_id: found.memberId,
            expires_at: sql<Date>`now() + ${linkLife}`,
          })
          .execute()
        await recordChanges(trx, [
          {
            action: 'member.password_reset_requested',
            subject: { kind: 'member', id: found.memberId },
            before: null,
            after: null,
            event: {
              type: 'password.reset_requested',
              memberId: found.memberId,
              payload: { resetId: id },
            },
          },
        ])
      })
    },

    url: (resetId) => `${publicUrl}/reset/${tokens.issue({ id: resetId, number: 1 })}`,

    read,

    async complete(token, password) {
      const { workspace, resetId, memberId, email } = await read(token)
      const flaw = flawOfPassword(password, [email, workspace.name])
      if (flaw !== undefined) return flaw
      const hash = await hashPassword(password)
      await inWorkspace(db, workspace.id, systemActor(), async (trx) => {
        await useUp(trx, resetId)
        await setPassword(trx, memberId, hash)
        await signOutMember(trx, memberId)
      })
      return 'saved'
    },
  }
}

/** Whether somebody may come in by a password at all. */
function takesPasswords({ policies }: Workspace, isBreakGlass: boolean): boolean {
  return !policies.ssoRequired || isBreakGlass
}

/** Of any number of uses at once one gets through. */
async function useUp(trx: WorkspaceTransaction, resetId: string): Promise<void> {
  const { numUpdatedRows } = await trx.query
    .updateTable('password_resets')
    .set({ used_at: sql<Date>`now()` })
    .where('workspace_id', '=', trx.workspaceId)
    .where('id', '=', resetId)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new SignInError('link-used', { workspaceId: trx.workspaceId })
}

async function findWorkspaceOfReset(db: Database, resetId: string): Promise<string | undefined> {
  const { rows } = await sql<{ workspace_id: string | null }>`
    select find_password_reset(${resetId}) as workspace_id`.execute(db.query)
  return rows[0]?.workspace_id ?? undefined
}
