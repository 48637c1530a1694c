import type { Database, Sealer } from '@plantel/db'
import {
  createHostClient,
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  type HostClientDraft,
  listHostWebhookEndpoints,
  setAllowedOrigins,
  updateHostClient,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { origin, redirectUri, serverAddress } from './addresses.ts'
import { type HostCaller, hostOperation } from './host-caller.ts'

/** What the operations about the host itself are built on. */
export interface HostDependencies {
  db: Database
  sealer: Sealer
  publicUrl: string
  allowPrivateNetwork: readonly string[]
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

/** The host as OpenID relying party, its pages, and where it is told of changes. */
export function hostOperations(deps: HostDependencies): readonly Operation<HostCaller>[] {
  return [...clientOperations(deps), originsOperation, ...webhookOperations(deps)]
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

function webhookOperations({
  db,
  sealer,
  allowPrivateNetwork,
}: HostDependencies): readonly Operation<HostCaller>[] {
  return [
    hostOperation({
      method: 'get',
      path: '/webhook-endpoints',
      id: 'listWebhookEndpoints',
      tag: 'Host',
      summary: 'List webhook endpoints',
      answers: {
        200: {
          description: 'Where the host is told, without the secrets.',
          body: z.object({
            endpoints: z.array(
              z
                .object({ id: z.uuid(), url: z.string(), createdAt: z.date() })
                .meta({ id: 'WebhookEndpoint' }),
            ),
          }),
        },
      },
      handle: async ({ hostId }) => ({
        status: 200,
        body: { endpoints: await listHostWebhookEndpoints(db, hostId) },
      }),
    }),
    hostOperation({
      method: 'post',
      path: '/webhook-endpoints',
      id: 'createWebhookEndpoint',
      tag: 'Host',
      summary: 'Register a webhook endpoint',
      description: 'The same URL again keeps the endpoint and gives it a new secret.',
      body: z.strictObject({ url: serverAddress(allowPrivateNetwork) }),
      answers: {
        201: {
          description: 'The secret is shown this once.',
          body: z.object({ id: z.uuid(), secret: z.string() }),
        },
      },
      handle: async ({ hostId, inInstallation }, { body }) => ({
        status: 201,
        body: await inInstallation((query) => createWebhookEndpoint(query, sealer, hostId, body)),
      }),
    }),
    hostOperation({
      method: 'delete',
      path: '/webhook-endpoints/{webhookEndpoint}',
      id: 'deleteWebhookEndpoint',
      tag: 'Host',
      summary: 'Delete a webhook endpoint',
      answers: { 204: { description: 'From now on nothing is sent there.' } },
      async handle({ hostId, inInstallation }, { params }) {
        await inInstallation((query) =>
          deleteWebhookEndpoint(query, hostId, params.webhookEndpoint),
        )
        return { status: 204 }
      },
    }),
  ]
}
