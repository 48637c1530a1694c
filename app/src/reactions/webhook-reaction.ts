import type { GuardedFetch } from '@plantel/idp-bridge'
import {
  internalEventTypes,
  type SequencedEvent,
  type WebhookEndpoint,
  type Workspace,
} from '@plantel/team'

import type { Reaction } from './reaction.ts'
import { signWebhook } from './webhook-signature.ts'

/** Delivers the events of a host's workspaces to one endpoint; 2xx acknowledges, everything else is tried again. */
export function createWebhookReaction(
  endpoint: WebhookEndpoint,
  findWorkspace: (workspaceId: string) => Promise<Workspace | undefined>,
  fetch: GuardedFetch,
): Reaction {
  return {
    consumer: `webhook:${endpoint.id}`,
    hostId: endpoint.hostId,
    async handle(event, workspaceId, signal) {
      // An endpoint hears what happens from its registration on, not the whole past.
      if (event.occurredAt < endpoint.createdAt) return
      if (internalEventTypes.has(event.type)) return
      const workspace = await findWorkspace(workspaceId)
      if (workspace === undefined) return
      const body = JSON.stringify(webhookBody(event, workspace))
      const message = { id: `evt_${event.position}`, sentAt: new Date(), body }
      const response = await fetch(endpoint.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...signWebhook(endpoint.openSecret(), message),
        },
        body,
        signal,
      })
      if (!response.ok) {
        throw new Error(`The webhook endpoint ${endpoint.id} answered ${response.status}.`)
      }
    },
  }
}

/** What a host receives. */
interface WebhookBody {
  type: string
  /** When it happened, not when it was sent. */
  timestamp: string
  data: Record<string, unknown> & { workspace: { id: string; slug: string } }
}

function webhookBody(event: SequencedEvent, { id, slug }: Workspace): WebhookBody {
  return {
    type: event.type,
    timestamp: event.occurredAt.toISOString(),
    data: { workspace: { id, slug }, ...event.payload },
  }
}
