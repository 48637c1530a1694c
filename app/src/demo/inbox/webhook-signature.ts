/** Standard Webhooks, as a receiver checks it: https://github.com/standard-webhooks/standard-webhooks */
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface WebhookHeaders {
  id: string | undefined
  /** Seconds since 1970. */
  timestamp: string | undefined
  /** `v1,<base64>`, several separated by spaces while a secret is rotated. */
  signature: string | undefined
}

export type WebhookCheck = 'genuine' | 'header-missing' | 'too-old' | 'signature-wrong'

/** Against replays; clocks may differ by as much. */
const toleranceSeconds = 300

/** Whether Plantel sent this; `body` must be the bytes as they came, not a re-printed JSON. */
export function checkWebhook(
  secret: string,
  { id, timestamp, signature }: WebhookHeaders,
  body: Buffer,
  now: Date,
): WebhookCheck {
  if (id === undefined || timestamp === undefined || signature === undefined) {
    return 'header-missing'
  }
  const age = Math.abs(now.getTime() / 1000 - Number(timestamp))
  // NaN is not within the tolerance either.
  if (!(age <= toleranceSeconds)) return 'too-old'
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  for (const candidate of signature.split(' ')) {
    if (!candidate.startsWith('v1,')) continue
    const given = Buffer.from(candidate.slice(3), 'base64')
    if (given.length === expected.length && timingSafeEqual(given, expected)) return 'genuine'
  }
  return 'signature-wrong'
}
