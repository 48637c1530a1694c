import type { OwnPasswordAnswer } from '@plantel/idp-bridge'

import { ProblemError } from '../problem.ts'

const unchangeable = {
  'no-password': 'You have no password here: go on signing in through your company.',
  'sso-required': 'Everybody signs in through the company here: change the password there.',
} as const

/** The hash of the password that somebody has proved to know; throws what to do for every other answer. */
export function requireOwnPassword(answer: OwnPasswordAnswer): string {
  switch (answer.outcome) {
    case 'right':
      return answer.hash
    case 'wrong':
      throw wrongPassword()
    case 'none':
      throw passwordUnchangeable('no-password')
    case 'too-many-attempts':
      throw new ProblemError(
        'rate-limited',
        `The password was wrong too often: try again in ${answer.minutes} minutes.`,
        { reason: 'too-many-attempts' },
      )
    default:
      return answer satisfies never
  }
}

/** `/currentPassword` is not the member's. */
export function wrongPassword(): ProblemError {
  const detail = 'This is not your current password: type it again, or have a link mailed to you.'
  return new ProblemError('invalid-request', detail, {
    reason: 'password-wrong',
    errors: [{ pointer: '/currentPassword', detail }],
  })
}

/** The member has no password that counts here. */
export function passwordUnchangeable(reason: keyof typeof unchangeable): ProblemError {
  return new ProblemError('conflict', unchangeable[reason], { reason })
}
