import { createMember, type PersonDraft, requirePasswordPolicy } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { type PasswordDependencies, refuseFlaw } from './password-dependencies.ts'
import { personWithPasswordRequest } from './person-request.ts'

/** Adding somebody who may come in at once, without an invitation. */
export function createMemberOperation(passwords: PasswordDependencies): Operation<WorkspaceCaller> {
  return workspaceOperation({
    method: 'post',
    path: '/members',
    id: 'createMember',
    tag: 'Members',
    summary: 'Create a member',
    description:
      "Without an invitation. People may do so where the workspace's policy `passwords` is `admins`; a host answers for whom it adds. " +
      'A password is taken under the same policy, and never where single sign-on is required.',
    body: personWithPasswordRequest,
    answers: {
      201: { description: 'They may come in.', body: z.object({ memberId: z.uuid() }) },
    },
    refusals: ['conflict'],
    async handle(caller, { body: { password, ...draft } }) {
      if (password === undefined) {
        const memberId = await caller.write((trx) => createMember(trx, draft))
        return { status: 201, body: { memberId } }
      }
      // Before the work of hashing, which is meant to be slow.
      await caller.read((trx) => requirePasswordPolicy(trx))
      refuseFlaw(passwords.flawOfPassword(password, knownAbout(draft)))
      const hash = await passwords.hashPassword(password)
      const memberId = await caller.write(async (trx) => {
        await requirePasswordPolicy(trx)
        const id = await createMember(trx, draft)
        await passwords.setPassword(trx, id, hash)
        return id
      })
      return { status: 201, body: { memberId } }
    },
  })
}

function knownAbout(draft: PersonDraft): string[] {
  const { email, displayName, givenName, familyName } = draft
  return [email, displayName, givenName, familyName].filter((text) => text !== undefined)
}
