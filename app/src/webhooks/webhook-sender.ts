import { type GuardedFetch, OutgoingError } from '@plantel/idp-bridge'
import type { WebhookAttempt, WebhookEndpoint, WebhookFailure } from '@plantel/team'

import { signWebhook } from './webhook-signature.ts'

/** What is posted to an endpoint. */
export interface WebhookMessage {
  id: string
  body: string
}

/** Posts a message once; undefined when the process stopped meanwhile and nobody knows whether it arrived. */
export type SendWebhook = (
  endpoint: Pick<WebhookEndpoint, 'url' | 'openSecrets'>,
  message: WebhookMessage,
  signal?: AbortSignal,
) => Promise<WebhookAttempt | undefined>

/** 2xx acknowledges; everything else is a failure, a redirect above all. */
export function createWebhookSender(fetch: GuardedFetch): SendWebhook {
  return async (endpoint, { id, body }, signal) => {
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
    try {
      const { ok, status } = await fetch(endpoint.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Plantel-Webhooks',
          ...signWebhook(secrets, { id, sentAt: new Date(), body }),
        },
        body,
        signal,
      })
      if (ok) return ended(null, status)
      return ended(status >= 300 && status < 400 ? 'redirect' : 'status', status)
    } catch (error) {
      if (signal?.aborted === true) return undefined
      if (error instanceof OutgoingError) return ended(error.code, null)
      throw error
    }
  }
}
