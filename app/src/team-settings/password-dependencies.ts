import type { WorkspaceTransaction } from '@plantel/db'
import type { PasswordFlaw } from '@plantel/idp-bridge'

import { ProblemError } from '../problem.ts'

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

/** Throws `invalid-request` with what is wrong with the `password` of a body. */
export function refuseFlaw(flaw: PasswordFlaw | undefined): void {
  if (flaw === undefined) return
  throw new ProblemError('invalid-request', sentences[flaw], {
    reason: `password-${flaw}`,
    errors: [{ pointer: '/password', detail: sentences[flaw] }],
  })
}
