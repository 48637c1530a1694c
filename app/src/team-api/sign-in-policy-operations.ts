import { readSignInPolicy, requirePermission, requireSso } from '@plantel/team'
import type { SignInPolicy } from '@plantel/widget/contract'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type TeamCaller, teamOperation } from './team-edge.ts'

const policy: z.ZodType<SignInPolicy> = z
  .object({
    ssoRequired: z.boolean().meta({
      description: 'Only break-glass owners may use a password.',
    }),
    breakGlassOwners: z.array(
      z.object({
        id: z.uuid(),
        displayName: z.string(),
        email: z.string().nullable(),
        hasPassword: z.boolean(),
        recoveryCodes: z.int().meta({ description: 'How many are not used up.' }),
      }),
    ),
    hindrances: z
      .array(z.enum(['no-active-connection', 'nobody-signed-in', 'no-way-for-owners']))
      .meta({ description: 'Why it can not be required yet; empty where it can.' }),
  })
  .meta({ id: 'SignInPolicy' })

/** Whether people have to come in through their company, and who may anyway. */
export const signInPolicyOperations: readonly Operation<TeamCaller>[] = [
  teamOperation({
    method: 'get',
    path: '/sign-in-policy',
    id: 'readSignInPolicy',
    tag: 'Sign-in',
    summary: 'Read who may come in how',
    answers: { 200: { description: 'The policy.', body: policy, etag: true } },
    async handle(caller) {
      const { version, ...body } = await caller.read(async (trx) => {
        await requirePermission(trx, 'directory:manage')
        return readSignInPolicy(trx)
      })
      return { status: 200, body, version }
    },
  }),
  teamOperation({
    method: 'put',
    path: '/sign-in-policy',
    id: 'saveSignInPolicy',
    tag: 'Sign-in',
    summary: 'Require single sign-on, or no longer',
    description:
      'Refused (`sso-not-ready`) while it would lock people out: it takes an active connection by which somebody has signed in, and an owner who has another way in.',
    versioned: true,
    body: z.strictObject({ ssoRequired: z.boolean() }),
    answers: { 200: { description: 'The policy as it is now.', body: policy, etag: true } },
    refusals: ['conflict'],
    async handle(caller, { body: { ssoRequired }, version: expected }) {
      const { version, ...body } = await caller.write(async (trx) => {
        await requireSso(trx, ssoRequired, expected)
        return readSignInPolicy(trx)
      })
      return { status: 200, body, version }
    },
  }),
]
