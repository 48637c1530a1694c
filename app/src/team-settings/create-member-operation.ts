import type { WorkspaceTransaction } from '@plantel/db'
import type { PasswordFlaw } from '@plantel/idp-bridge'
import { createMember, type PersonDraft, requirePasswordPolicy } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type WorkspaceCaller, workspaceOperation } from '../operations/workspace-operation.ts'
import { ProblemError } from '../problem.ts'
import { personWithPasswordRequest } from './person-request.ts'

/** Passwords belong to the sign-in. */
export interface PasswordDependencies {
  flawOfPassword: (password: string, knownAbout: readonly string[]) => PasswordFlaw | undefined
  hashPassword: (password: string) => Promise<string>
  setPassword: (trx: WorkspaceTransaction, memberId: string, hash: string) => Promise<void>
}

const sentences: Readonly<Record<PasswordFlaw, string>> = {
  'too-short': 'The password is too short: take ten characters or more.',
  'too-long': 'The password is too long: take at most 256 characters.',
  guessable: 'The password is too easy to guess: take another one.',
}

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

function refuseFlaw(flaw: PasswordFlaw | undefined): void {
  if (flaw === undefined) return
  throw new ProblemError('invalid-request', sentences[flaw], {
    reason: `password-${flaw}`,
    errors: [{ pointer: '/password', detail: sentences[flaw] }],
  })
}
