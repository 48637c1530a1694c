import type { Database, Sealer } from '@plantel/db'
import type { SignSecurityEvent, TxtResolver } from '@plantel/idp-bridge'
import {
  createHostClient,
  type HostClientDraft,
  setAllowedOrigins,
  updateHostClient,
} from '@plantel/team'
import { z } from 'zod'

import type { EventWaits } from '../events/event-waits.ts'
import type { Operation } from '../operations/operation.ts'
import type { SendWebhook } from '../webhooks/webhook-sender.ts'
import { origin, redirectUri, serverAddress } from './addresses.ts'
import { type HostCaller, hostOperation } from './host-caller.ts'

/** What the operations about the host itself are built on. */
export interface HostDependencies {
  db: Database
  sealer: Sealer
  publicUrl: string
  allowPrivateNetwork: readonly string[]
  sendWebhook: SendWebhook
  signSecurityEvent: SignSecurityEvent
  eventWaits: EventWaits
  /** Finds DNS records; the system's resolver unless told. */
  resolveTxt?: TxtResolver | undefined
}

/** What `POST /clients`, `PUT /clients/{id}` and `plantel host client` accept. */
export function hostClientShape(
  allowPrivateNetwork: readonly string[],
): z.ZodType<HostClientDraft> {
  const address = redirectUri(allowPrivateNetwork)
  return z.strictObject({
    name: z.string().trim().min(1).max(200),
    redirectUris: z.array(address).min(1).max(50),
    postLogoutRedirectUris: z.array(address).max(50).default([]),
    backchannelLogoutUri: serverAddress(allowPrivateNetwork).nullable().default(null),
    initiateLoginUri: address.nullable().default(null).meta({
      description:
        'Where people go who accept an invitation or choose a new password: it begins a sign-in, and gets `iss` and `workspace`. OpenID Connect Core §4.',
    }),
  })
}

/** The host as OpenID relying party, and its pages. */
export function hostOperations(deps: HostDependencies): readonly Operation<HostCaller>[] {
  return [...clientOperations(deps), originsOperation]
}

function clientOperations({
  sealer,
  publicUrl,
  allowPrivateNetwork,
}: HostDependencies): readonly Operation<HostCaller>[] {
  const issuer = `${publicUrl}/oidc`
  const draft = hostClientShape(allowPrivateNetwork)
  return [
    hostOperation({
      method: 'post',
      path: '/clients',
      id: 'createClient',
      tag: 'Host',
      summary: 'Register an OpenID client',
      body: draft,
      answers: {
        201: {
          description: 'The secret is shown this once.',
          body: z.object({ clientId: z.string(), clientSecret: z.string(), issuer: z.url() }),
        },
      },
      async handle({ hostId, inInstallation }, { body }) {
        const created = await inInstallation((query) =>
          createHostClient(query, sealer, hostId, body),
        )
        return { status: 201, body: { ...created, issuer } }
      },
    }),
    hostOperation({
      method: 'put',
      path: '/clients/{client}',
      id: 'updateClient',
      tag: 'Host',
      summary: 'Change an OpenID client',
      description: 'Replaces name and addresses; the secret stays.',
      body: draft,
      answers: {
        200: {
          description: 'The client as it is now.',
          body: z.object({
            clientId: z.string(),
            name: z.string(),
            redirectUris: z.array(z.string()),
            postLogoutRedirectUris: z.array(z.string()),
            backchannelLogoutUri: z.string().nullable(),
            initiateLoginUri: z.string().nullable(),
            issuer: z.url(),
          }),
        },
      },
      async handle({ hostId, inInstallation }, { params, body }) {
        await inInstallation((query) => updateHostClient(query, hostId, params.client, body))
        return { status: 200, body: { clientId: params.client, ...body, issuer } }
      },
    }),
  ]
}

const origins = z.strictObject({ origins: z.array(origin).max(100) })

const originsOperation: Operation<HostCaller> = hostOperation({
  method: 'put',
  path: '/allowed-origins',
  id: 'setAllowedOrigins',
  tag: 'Host',
  summary: 'Say whose pages may call the Team API',
  body: origins,
  answers: { 200: { description: 'These and no others.', body: origins } },
  async handle({ hostId, inInstallation }, { body }) {
    await inInstallation((query) => setAllowedOrigins(query, hostId, body.origins))
    return { status: 200, body }
  },
})
