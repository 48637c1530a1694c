import {
  findWorkspace,
  listWebhookDeliveries,
  readWebhookEndpoint,
  replayWebhooks,
  retryDeadWebhooks,
  TeamError,
} from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { pageSize } from '../operations/page-size.ts'
import { type HostCaller, hostOperation } from './host-caller.ts'
import type { HostDependencies } from './host-operations.ts'

const deliveryState = z.enum(['delivered', 'retrying', 'dead'])

const shownDelivery = z
  .object({
    id: z.uuid(),
    messageId: z.string().meta({ description: 'The `webhook-id` of all its attempts.' }),
    workspaceId: z.uuid(),
    eventType: z.string(),
    memberId: z.uuid().nullable().meta({
      description: 'Whom it is about; of SCIM events the directory user or group.',
    }),
    state: deliveryState,
    attempts: z.int(),
    nextAttemptAt: z.date().nullable(),
    attemptedAt: z.date().nullable(),
    status: z.int().nullable().meta({ description: 'HTTP status of the last attempt.' }),
    error: z.string().nullable().meta({
      description:
        'Why the last attempt failed: `status`, `redirect`, `timeout`, `unreachable`, `address-refused`, …',
    }),
    durationMs: z.int().nullable(),
  })
  .meta({ id: 'WebhookDelivery' })

const replayRequest = z
  .strictObject({
    since: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .optional()
      .meta({ description: 'Sends everything again that happened from then on.' }),
    deadLetters: z.literal(true).optional().meta({ description: 'Tries again what was given up.' }),
  })
  .refine(
    ({ since, deadLetters }) => (since === undefined) !== (deadLetters === undefined),
    'must have either since or deadLetters',
  )

/** What became of each event at an endpoint, and how it is sent again. */
export function webhookDeliveryOperations({
  db,
}: Pick<HostDependencies, 'db'>): readonly Operation<HostCaller>[] {
  return [
    hostOperation({
      method: 'get',
      path: '/webhook-endpoints/{webhookEndpoint}/deliveries',
      id: 'listWebhookDeliveries',
      tag: 'Webhooks',
      summary: 'List deliveries',
      description:
        'The newest first, page by page, for as many days as the workspace keeps them (`retention.webhookDeliveryDays`).',
      query: z.strictObject({
        state: deliveryState.optional(),
        workspace: z.string().max(100).optional().meta({ description: 'Id or slug.' }),
        cursor: z.string().max(100).optional().meta({
          description: '`nextCursor` of the page before.',
        }),
        limit: pageSize(50, 200),
      }),
      answers: {
        200: {
          description: 'A page.',
          body: z.object({
            deliveries: z.array(shownDelivery),
            nextCursor: z.string().nullable(),
          }),
        },
      },
      async handle({ hostId, inInstallation }, { params, query }) {
        const { workspace, cursor, state, limit } = query
        const found =
          workspace === undefined
            ? undefined
            : await findWorkspace(db, hostId, workspace, { evenIfDeleted: true })
        if (workspace !== undefined && found === undefined) {
          throw new TeamError('workspace-not-found')
        }
        const page = await inInstallation(async (query) => {
          const { id } = await readWebhookEndpoint(query, hostId, params.webhookEndpoint)
          return listWebhookDeliveries(query, id, {
            state,
            workspaceId: found?.id,
            after: cursor,
            limit,
          })
        })
        return { status: 200, body: page }
      },
    }),
    hostOperation({
      method: 'post',
      path: '/webhook-endpoints/{webhookEndpoint}/replay',
      id: 'replayWebhooks',
      tag: 'Webhooks',
      summary: 'Send events again',
      description:
        'In their order and under their former ids, as far back as the workspaces keep events (`retention.eventDays`); also from before the endpoint was registered.',
      body: replayRequest,
      answers: { 202: { description: 'They are on their way.' } },
      async handle({ hostId, inInstallation }, { params, body }) {
        await inInstallation(async (query) => {
          const { id } = await readWebhookEndpoint(query, hostId, params.webhookEndpoint)
          if (body.since === undefined) await retryDeadWebhooks(query, id)
          else await replayWebhooks(query, id, body.since)
        })
        return { status: 202 }
      },
    }),
  ]
}
