import type { WorkspaceTransaction } from '@plantel/db'
import { readOwnPassword } from '@plantel/idp-bridge'
import {
  cancelEmailChange,
  findOpenEmailChange,
  readGuardedMembers,
  readMemberAccess,
  requestEmailChange,
  TeamError,
} from '@plantel/team'
import type { OwnAccount } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { ProblemError } from '../problem.ts'
import type { PasswordDependencies } from '../team-settings/password-dependencies.ts'
import { requireOwnPassword, wrongPassword } from './require-own-password.ts'
import { type TeamCaller, teamOperation } from './team-edge.ts'

/** The address that one signs in with, and the one that waits to be confirmed. */
export const ownEmail: z.ZodType<OwnAccount['email']> = z
  .object({
    address: z.string().nullable(),
    canChange: z.boolean(),
    reason: z.enum(['managed-by-directory']).nullable().meta({
      description: 'Why it can not be changed.',
    }),
    asksPassword: z.boolean().meta({ description: '`currentPassword` is needed to change it.' }),
    pending: z
      .object({
        email: z.string(),
        expiresAt: z.iso.datetime(),
        delivery: z
          .object({
            state: z.enum(['queued', 'sent', 'failed']),
            error: z.string().nullable(),
          })
          .meta({ description: 'How far the mail with the link has come.' }),
      })
      .nullable()
      .meta({ description: 'What waits for a yes from the new address.' }),
  })
  .meta({ id: 'OwnEmail' })

/** Changing the address that one signs in with. */
export function ownEmailOperations(
  passwords: Pick<PasswordDependencies, 'checkOwnPassword'>,
): readonly Operation<TeamCaller>[] {
  async function provePassword(
    caller: TeamCaller,
    currentPassword: string | undefined,
  ): Promise<string | null> {
    const { workspaceId, memberId, email, asked } = await caller.read(async (trx, viewer) => ({
      ...viewer,
      email: await readOwnEmail(trx, viewer.memberId),
      asked: await passwordAsked(trx, viewer.memberId),
    }))
    if (email.reason !== null) throw new TeamError(email.reason, 'email')
    if (asked === null) return null
    if (currentPassword === undefined) throw passwordMissing()
    return requireOwnPassword(
      await passwords.checkOwnPassword(workspaceId, memberId, currentPassword),
    )
  }

  return [
    teamOperation({
      method: 'put',
      path: '/me/email-change',
      id: 'requestOwnEmailChange',
      tag: 'Members',
      summary: 'Ask for another address to sign in with',
      description:
        'The new address gets a mail with a link that works once, for an hour, and the present one is told. Nothing changes until the link has been followed and confirmed; ' +
        'then everything that was issued before ends, and the former address is told. A request that waits already is replaced. At most five a day.',
      body: z.strictObject({
        email: z.string().trim().min(1).max(254),
        currentPassword: z.string().min(1).max(1_000).exactOptional().meta({
          description: 'Of whoever has a password here: `asksPassword` of `GET /me`.',
        }),
      }),
      answers: { 202: { description: 'The new address is asked.', body: ownEmail } },
      refusals: ['conflict', 'rate-limited'],
      async handle(caller, { body: { email, currentPassword } }) {
        const proved = await provePassword(caller, currentPassword)
        const shown = await caller.write(async (trx, { memberId }) => {
          // Somebody else who knows it has changed it meanwhile.
          if ((await passwordAsked(trx, memberId)) !== proved) throw wrongPassword()
          await requestEmailChange(trx, memberId, email)
          return readOwnEmail(trx, memberId)
        })
        return { status: 202, body: shown }
      },
    }),
    teamOperation({
      method: 'delete',
      path: '/me/email-change',
      id: 'cancelOwnEmailChange',
      tag: 'Members',
      summary: 'Keep the address that one signs in with',
      answers: { 204: { description: 'The link in the mail is dead.' } },
      async handle(caller) {
        await caller.write((trx, { memberId }) => cancelEmailChange(trx, memberId))
        return { status: 204 }
      },
    }),
  ]
}

/** What `GET /me` says of the address. */
export async function readOwnEmail(
  trx: WorkspaceTransaction,
  memberId: string,
): Promise<OwnAccount['email']> {
  const access = await readMemberAccess(trx, memberId)
  const guarded = (await readGuardedMembers(trx, [memberId])).get(memberId)
  const change = await findOpenEmailChange(trx, memberId)
  const isManaged = guarded?.isDirectoryManaged === true
  return {
    address: access?.email ?? null,
    canChange: !isManaged,
    reason: isManaged ? 'managed-by-directory' : null,
    asksPassword: (await passwordAsked(trx, memberId)) !== null,
    pending:
      change === undefined
        ? null
        : {
            email: change.email,
            expiresAt: change.expiresAt.toISOString(),
            delivery: change.delivery,
          },
  }
}

/** The hash of what must be typed; null where nothing must: a password that lets nobody in proves nothing either. */
async function passwordAsked(trx: WorkspaceTransaction, memberId: string): Promise<string | null> {
  const state = await readOwnPassword(trx, memberId)
  return state === undefined || state.isSsoRequired ? null : state.hash
}

function passwordMissing(): ProblemError {
  const detail = 'Type your password: whoever has your browser shall not take your account.'
  return new ProblemError('invalid-request', detail, {
    reason: 'password-missing',
    errors: [{ pointer: '/currentPassword', detail }],
  })
}
