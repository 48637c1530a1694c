import { createId } from '@plantel/db'
import type { SignSecurityEvent } from '@plantel/idp-bridge'
import {
  type DirectorySubject,
  type SequencedEvent,
  type WebhookEndpoint,
  webhookMessageId,
  type Workspace,
} from '@plantel/team'

import { toHostEvent } from './host-event.ts'
import { toScimEvent, verificationEvent } from './scim-event.ts'

/** What is posted to an endpoint. */
export interface WebhookMessage {
  id: string
  /** What its signature says, so that an old one can not be sent again by others. */
  sentAt: Date
  body: string
}

/** An event as an endpoint wants it; a Security Event Token is signed anew for every attempt. */
export async function webhookMessage(
  endpoint: Pick<WebhookEndpoint, 'url' | 'format'>,
  event: SequencedEvent,
  {
    workspace,
    subjects,
    sign,
    sentAt,
  }: {
    workspace: Workspace
    subjects: ReadonlyMap<string, DirectorySubject>
    sign: SignSecurityEvent
    sentAt: Date
  },
): Promise<WebhookMessage> {
  const id = webhookMessageId(event.position)
  if (endpoint.format === 'scim-events') {
    const subject = subjects.get(event.memberId ?? '') ?? {}
    const envelope = { jti: id, audience: endpoint.url, workspace, subject }
    return { id, sentAt, body: await sign(toScimEvent(event, envelope), sentAt) }
  }
  const told = toHostEvent(event, workspace)
  if (told === undefined) throw new Error(`No host is told of ${event.type}.`)
  return { id, sentAt, body: JSON.stringify(told) }
}

/** What a test sends: of the usual shape, and about nobody. */
export async function testMessage(
  endpoint: Pick<WebhookEndpoint, 'id' | 'url' | 'format'>,
  sign: SignSecurityEvent,
): Promise<WebhookMessage> {
  const id = `test_${createId()}`
  const sentAt = new Date()
  if (endpoint.format === 'scim-events') {
    return { id, sentAt, body: await sign(verificationEvent(endpoint, id), sentAt) }
  }
  const data = { endpoint: { id: endpoint.id } }
  return { id, sentAt, body: JSON.stringify({ type: 'webhook.test', timestamp: sentAt, data }) }
}
