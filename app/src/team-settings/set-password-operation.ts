import { readMember, requireMayAct, signOutMember } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { type PasswordDependencies, refuseFlaw } from './password-dependencies.ts'

/** Giving somebody another password, as administrators of some inboxes do. */
export function setPasswordOperation(passwords: PasswordDependencies): Operation<WorkspaceCaller> {
  return workspaceOperation({
    method: 'put',
    path: '/members/{member}/password',
    id: 'setMemberPassword',
    tag: 'Members',
    summary: 'Set the password of a member',
    description:
      "Where the workspace's policy `passwords` is `admins`. The member is signed out everywhere.",
    body: z.strictObject({ password: z.string().min(1).max(1_000) }),
    answers: { 204: { description: 'It is theirs from now on.' } },
    refusals: ['conflict'],
    async handle(caller, { params, body: { password } }) {
      const known = await caller.read((trx) => readMember(trx, params.member))
      const about = [known?.email, known?.displayName].filter((text) => typeof text === 'string')
      refuseFlaw(passwords.flawOfPassword(password, about))
      const hash = await passwords.hashPassword(password)
      await caller.write(async (trx) => {
        await requireMayAct(trx, params.member, 'set-password')
        await passwords.setPassword(trx, params.member, hash)
        await signOutMember(trx, params.member)
      })
      return { status: 204 }
    },
  })
}
