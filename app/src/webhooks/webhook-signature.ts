/** Signature of a webhook. Standard Webhooks 1.0.0, "Symmetric signatures". */
import { createHmac } from 'node:crypto'

/** One attempt to deliver; the id stays the same over all attempts. */
export interface SignedMessage {
  id: string
  sentAt: Date
  body: string
}

/** The three headers, with one signature for each secret; a secret is `whsec_` and base64. */
export function signWebhook(
  secrets: readonly string[],
  { id, sentAt, body }: SignedMessage,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1_000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
