import type { WorkspaceTransaction } from '@plantel/db'
import type { OwnPasswordAnswer, PasswordFlaw } from '@plantel/idp-bridge'

import { ProblemError } from '../problem.ts'

/** Passwords belong to the sign-in. */
export interface PasswordDependencies {
  flawOfPassword: (password: string, knownAbout: readonly string[]) => PasswordFlaw | undefined
  hashPassword: (password: string) => Promise<string>
  /** Whether a member knows their own. */
  checkOwnPassword: (
    workspaceId: string,
    memberId: string,
    password: string,
  ) => Promise<OwnPasswordAnswer>
  setPassword: (trx: WorkspaceTransaction, memberId: string, hash: string) => Promise<void>
}

const sentences: Readonly<Record<PasswordFlaw, string>> = {
  'too-short': 'The password is too short: take ten characters or more.',
  'too-long': 'The password is too long: take at most 256 characters.',
  guessable: 'The password is too easy to guess: take another one.',
}

/** Throws `invalid-request` with what is wrong with the password at this place of a body. */
export function refuseFlaw(flaw: PasswordFlaw | undefined, pointer = '/password'): void {
  if (flaw === undefined) return
  throw new ProblemError('invalid-request', sentences[flaw], {
    reason: `password-${flaw}`,
    errors: [{ pointer, detail: sentences[flaw] }],
  })
}
