import type { Sealer } from '@plantel/db'
import {
  createSsoConnection,
  idTokenAlgorithms,
  ssoRedirectUri,
  updateSsoConnection,
} from '@plantel/idp-bridge'
import { TeamError } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { serverAddress } from './addresses.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

const clientSecret = z.string().min(1).max(2_000)
const registration = z.object({
  id: z.uuid(),
  redirectUri: z.url().meta({ description: 'To be registered at the identity provider.' }),
})

/** A workspace's links to identity providers. */
export function ssoConnectionOperations({
  sealer,
  publicUrl,
  allowPrivateNetwork,
}: {
  sealer: Sealer
  publicUrl: string
  allowPrivateNetwork: readonly string[]
}): readonly Operation<HostWorkspaceCaller>[] {
  const issuer = serverAddress(allowPrivateNetwork)
  const show = (id: string): z.output<typeof registration> => ({
    id,
    redirectUri: ssoRedirectUri(publicUrl, id),
  })
  return [
    hostWorkspaceOperation({
      method: 'post',
      path: '/sso-connections',
      id: 'createSsoConnection',
      tag: 'Sign-in',
      summary: 'Create an SSO connection',
      body: z.strictObject({
        kind: z.literal('oidc'),
        name: z.string().trim().min(1).max(200),
        issuer,
        clientId: z.string().min(1).max(500),
        clientSecret,
        idTokenAlgorithm: z.enum(idTokenAlgorithms).optional(),
        binding: z
          .strictObject({
            claim: z.string().min(1).max(100),
            attribute: z.enum(['externalId', 'userName', 'id']),
          })
          .optional()
          .meta({
            description:
              'Which claim is compared with which attribute of the directory user; by default `sub` with `externalId`.',
          }),
      }),
      answers: { 201: { description: 'The connection.', body: registration } },
      async handle(caller, { body }) {
        const { id } = await caller.write((trx) => createSsoConnection(trx, sealer, body))
        return { status: 201, body: show(id) }
      },
    }),
    hostWorkspaceOperation({
      method: 'patch',
      path: '/sso-connections/{connection}',
      id: 'updateSsoConnection',
      tag: 'Sign-in',
      summary: 'Change an SSO connection',
      description: 'A moved issuer or a rotated client secret.',
      body: z
        .strictObject({ issuer: issuer.optional(), clientSecret: clientSecret.optional() })
        .refine(
          (patch) => patch.issuer !== undefined || patch.clientSecret !== undefined,
          'must change issuer or clientSecret',
        ),
      answers: { 200: { description: 'The connection.', body: registration } },
      async handle(caller, { params, body }) {
        const isKnown = await caller.write((trx) =>
          updateSsoConnection(trx, sealer, params.connection, body),
        )
        if (!isKnown) throw new TeamError('connection-not-found')
        return { status: 200, body: show(params.connection) }
      },
    }),
  ]
}
