import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  editWebhookEndpoint,
  eventTypes,
  findWorkspace,
  listHostWebhookEndpoints,
  loadWebhookEndpoint,
  readWebhookEndpoint,
  rotateWebhookSecret,
  TeamError,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { testMessage } from '../webhooks/webhook-message.ts'
import { serverAddress } from './addresses.ts'
import { type HostCaller, hostOperation } from './host-caller.ts'
import { overlapSeconds } from './host-key-operations.ts'
import type { HostDependencies } from './host-operations.ts'
import { webhookDeliveryOperations } from './webhook-delivery-operations.ts'

/** Which events an endpoint hears of. */
export const webhookEventTypes: z.ZodType<string[] | null> = z
  .array(z.enum(eventTypes))
  .min(1)
  .nullable()
  .meta({ description: 'Null is all of them, also those that come with a later version.' })

const description = z.string().trim().max(200)

const format = z.enum(['webhook', 'scim-events']).meta({
  description:
    'What is sent: the events of this API by Standard Webhooks, or what directories say of their users and groups as Security Event Tokens (RFC 9967) by push (RFC 8935).',
})

const endpointFields = {
  id: z.uuid(),
  url: z.string(),
  format,
  workspaceId: z.uuid().nullable().meta({ description: "Null is all of the host's." }),
  description: z.string(),
  eventTypes: z.array(z.string()).nullable(),
  enabled: z.boolean(),
  formerSecretEndsAt: z.date().nullable().meta({
    description: 'Until when deliveries are signed with the secret before, too.',
  }),
  createdAt: z.date(),
}

const shownEndpoint = z.object(endpointFields).meta({ id: 'WebhookEndpoint' })

const examinedEndpoint = z
  .object({
    ...endpointFields,
    health: z.object({
      retrying: z.int().meta({ description: 'Events that are tried again.' }),
      dead: z.int().meta({ description: 'Events that were given up after 24 hours.' }),
      failingSince: z.date().nullable().meta({
        description: 'Since when nothing at all arrives there.',
      }),
      lastDeliveredAt: z.date().nullable(),
    }),
  })
  .meta({ id: 'ExaminedWebhookEndpoint' })

/** Where the host is told of changes. */
export function webhookOperations(deps: HostDependencies): readonly Operation<HostCaller>[] {
  return [
    ...registrationOperations(deps),
    ...secretOperations(deps),
    ...webhookDeliveryOperations(deps),
  ]
}

function registrationOperations({
  db,
  sealer,
  allowPrivateNetwork,
}: HostDependencies): readonly Operation<HostCaller>[] {
  const url = serverAddress(allowPrivateNetwork)
  return [
    hostOperation({
      method: 'get',
      path: '/webhook-endpoints',
      id: 'listWebhookEndpoints',
      tag: 'Webhooks',
      summary: 'List webhook endpoints',
      answers: {
        200: {
          description: 'Where the host is told, without the secrets.',
          body: z.object({ endpoints: z.array(shownEndpoint) }),
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
      tag: 'Webhooks',
      summary: 'Register a webhook endpoint',
      description:
        'It hears of what happens from now on. The same URL again keeps the endpoint and gives it a new secret at once.',
      body: z.strictObject({
        url,
        workspace: z.string().min(1).nullable().default(null).meta({
          description: 'Id or slug of the one workspace that it hears of; null is all of them.',
        }),
        format: format.default('webhook'),
        eventTypes: webhookEventTypes.default(null),
        description: description.default(''),
      }),
      answers: {
        201: {
          description: 'The secret is shown this once.',
          body: z.object({ id: z.uuid(), secret: z.string() }),
        },
      },
      refusals: ['not-found', 'conflict'],
      async handle({ hostId, inInstallation }, { body: { workspace, ...draft } }) {
        const found = workspace === null ? null : await findWorkspace(db, hostId, workspace)
        if (found === undefined) throw new TeamError('workspace-not-found')
        const created = await inInstallation((query) =>
          createWebhookEndpoint(query, sealer, hostId, {
            ...draft,
            workspaceId: found?.id ?? null,
          }),
        )
        return { status: 201, body: created }
      },
    }),
    hostOperation({
      method: 'get',
      path: '/webhook-endpoints/{webhookEndpoint}',
      id: 'readWebhookEndpoint',
      tag: 'Webhooks',
      summary: 'Read a webhook endpoint and how it fares',
      answers: { 200: { description: 'The endpoint.', body: examinedEndpoint } },
      handle: async ({ hostId, inInstallation }, { params }) => ({
        status: 200,
        body: await inInstallation((query) =>
          readWebhookEndpoint(query, hostId, params.webhookEndpoint),
        ),
      }),
    }),
    hostOperation({
      method: 'patch',
      path: '/webhook-endpoints/{webhookEndpoint}',
      id: 'editWebhookEndpoint',
      tag: 'Webhooks',
      summary: 'Change a webhook endpoint',
      description:
        'What is absent stays. While `enabled` is false nothing is sent; what happens meanwhile is sent afterwards.',
      body: z.strictObject({
        url: url.optional(),
        eventTypes: webhookEventTypes.optional(),
        description: description.optional(),
        enabled: z.boolean().optional(),
      }),
      answers: { 200: { description: 'The endpoint now.', body: examinedEndpoint } },
      refusals: ['conflict'],
      async handle({ hostId, inInstallation }, { params, body }) {
        const edited = await inInstallation(async (query) => {
          await editWebhookEndpoint(query, hostId, params.webhookEndpoint, body)
          return readWebhookEndpoint(query, hostId, params.webhookEndpoint)
        })
        return { status: 200, body: edited }
      },
    }),
    hostOperation({
      method: 'delete',
      path: '/webhook-endpoints/{webhookEndpoint}',
      id: 'deleteWebhookEndpoint',
      tag: 'Webhooks',
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

function secretOperations({
  sealer,
  sendWebhook,
  signSecurityEvent,
}: HostDependencies): readonly Operation<HostCaller>[] {
  return [
    hostOperation({
      method: 'post',
      path: '/webhook-endpoints/{webhookEndpoint}/rotate-secret',
      id: 'rotateWebhookSecret',
      tag: 'Webhooks',
      summary: 'Give a webhook endpoint a new secret',
      description:
        'During the overlap every delivery has two signatures, so that receivers can change over one by one.',
      body: z.strictObject({ overlapSeconds }).prefault({}),
      answers: {
        200: {
          description: 'The new secret, shown this once, and when the former one ends.',
          body: z.object({ secret: z.string(), formerEndsAt: z.date() }),
        },
      },
      handle: async ({ hostId, inInstallation }, { params, body }) => ({
        status: 200,
        body: await inInstallation((query) =>
          rotateWebhookSecret(query, sealer, {
            hostId,
            endpointId: params.webhookEndpoint,
            ...body,
          }),
        ),
      }),
    }),
    hostOperation({
      method: 'post',
      path: '/webhook-endpoints/{webhookEndpoint}/test',
      id: 'testWebhookEndpoint',
      tag: 'Webhooks',
      summary: 'Send a test event',
      description:
        'One signed `webhook.test` at once, which is not tried again; to an endpoint of SCIM events the verification event of the Shared Signals Framework.',
      answers: {
        200: {
          description: 'What the endpoint made of it.',
          body: z.object({
            delivered: z.boolean(),
            status: z.int().nullable(),
            error: z.string().nullable(),
            durationMs: z.int(),
          }),
        },
      },
      async handle({ hostId, inInstallation }, { params }) {
        const endpoint = await inInstallation((query) =>
          loadWebhookEndpoint(query, sealer, hostId, params.webhookEndpoint),
        )
        const attempt = await sendWebhook(endpoint, await testMessage(endpoint, signSecurityEvent))
        return {
          status: 200,
          body: {
            delivered: attempt?.failure === null,
            status: attempt?.status ?? null,
            error: attempt?.failure ?? null,
            durationMs: Math.round(attempt?.durationMs ?? 0),
          },
        }
      },
    }),
  ]
}
