import { type GuardedFetch, OutgoingError } from '@plantel/idp-bridge'
import {
  type SetRefusal,
  setRefusals,
  type WebhookAttempt,
  type WebhookEndpoint,
  type WebhookFailure,
} from '@plantel/team'

import type { WebhookMessage } from './webhook-message.ts'
import { signWebhook } from './webhook-signature.ts'

/** Posts a message once; undefined when the process stopped meanwhile and nobody knows whether it arrived. */
export type SendWebhook = (
  endpoint: Pick<WebhookEndpoint, 'url' | 'format' | 'openSecrets'>,
  message: WebhookMessage,
  signal?: AbortSignal,
) => Promise<WebhookAttempt | undefined>

/**
 * 2xx acknowledges, of a Security Event Token 202 alone (RFC 8935 §2.2); everything else is a failure, a redirect above
 * all.
 */
export function createWebhookSender(fetch: GuardedFetch): SendWebhook {
  return async (endpoint, { id, sentAt, body }, signal) => {
    const started = performance.now()
    const ended = (failure: WebhookFailure | null, status: number | null): WebhookAttempt => ({
      failure,
      status,
      durationMs: performance.now() - started,
    })
    let secrets: string[]
    try {
      secrets = endpoint.openSecrets()
    } catch {
      return ended('secret-unreadable', null)
    }
    const isToken = endpoint.format === 'scim-events'
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        headers: {
          'content-type': isToken ? 'application/secevent+jwt' : 'application/json',
          accept: 'application/json',
          'user-agent': 'Plantel-Webhooks',
          ...signWebhook(secrets, { id, sentAt, body }),
        },
        body,
        signal,
      })
      const { ok, status } = response
      if (isToken ? status === 202 : ok) return ended(null, status)
      const refusal = isToken && status === 400 ? await readRefusal(response) : undefined
      if (refusal !== undefined) return ended(refusal, status)
      return ended(status >= 300 && status < 400 ? 'redirect' : 'status', status)
    } catch (error) {
      if (signal?.aborted === true) return undefined
      if (error instanceof OutgoingError) return ended(error.code, null)
      throw error
    }
  }
}

/** What the recipient says is wrong with the token. RFC 8935 §2.3. */
async function readRefusal(response: Response): Promise<SetRefusal | undefined> {
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null || !('err' in body)) return undefined
  return setRefusals.find((each) => each === body.err)
}
