import type { IdpBridge } from '@plantel/idp-bridge'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { ProblemError } from '../problem.ts'
import { type HostCaller, hostOperation } from './host-caller.ts'

/** Redeems the code of a sign-in for hosts that have no OpenID library. */
export function ssoRedeemOperation({
  redeemSignIn,
}: Pick<IdpBridge, 'redeemSignIn'>): Operation<HostCaller> {
  return hostOperation({
    method: 'post',
    path: '/sign-in/redeem',
    id: 'redeemSignIn',
    tag: 'Sign-in',
    summary: 'Find out who has signed in',
    description:
      'For hosts without an OpenID library: the `code` with which a person came back to `redirectUri`, once. Instead of tokens the answer says who they are, by the claims that an ID token would hold. PKCE is needed here too: `codeVerifier` is what `code_challenge` was made of.',
    scope: 'tokens',
    body: z.strictObject({
      clientId: z.string().min(1).max(200),
      code: z.string().min(1).max(500),
      redirectUri: z.string().min(1).max(2_000),
      codeVerifier: z
        .string()
        .regex(/^[\w.~-]{43,128}$/, 'must be a code verifier (RFC 7636 §4.1)')
        .meta({ example: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' }),
    }),
    answers: {
      200: {
        description: 'Who has signed in, and what they may do.',
        body: z.object({
          sub: z.uuid().meta({ description: 'The member.' }),
          claims: z.record(z.string(), z.unknown()),
        }),
      },
    },
    refusals: ['conflict'],
    async handle({ hostId }, { body }) {
      const redeemed = await redeemSignIn(hostId, body)
      if (redeemed === undefined) {
        throw new ProblemError(
          'conflict',
          'The code is used, too old, or was made for another client, address or verifier: begin the sign-in again.',
          { reason: 'code-invalid' },
        )
      }
      return { status: 200, body: redeemed }
    },
  })
}
