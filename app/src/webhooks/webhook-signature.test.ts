import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { expect, it } from 'vitest'

import { signWebhook } from './webhook-signature.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const body = JSON.stringify({ type: 'member.suspended', data: { name: 'Ñandú 🦤' } })

it('is accepted by the verifier of Standard Webhooks', () => {
  const headers = signWebhook([secret], { id: 'evt_1', sentAt: new Date(), body })
  expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
})

it('is refused when body, id or time are not the ones that were signed', () => {
  const headers = signWebhook([secret], { id: 'evt_1', sentAt: new Date(), body })
  const verifier = new Webhook(secret)
  const later = String(Number(headers['webhook-timestamp']) + 1)
  expect(() => verifier.verify(`${body} `, headers)).toThrow(WebhookVerificationError)
  expect(() => verifier.verify(body, { ...headers, 'webhook-id': 'evt_2' })).toThrow(
    WebhookVerificationError,
  )
  expect(() => verifier.verify(body, { ...headers, 'webhook-timestamp': later })).toThrow(
    WebhookVerificationError,
  )
})

it('is refused under another secret', () => {
  const headers = signWebhook([secret], { id: 'evt_1', sentAt: new Date(), body })
  const other = new Webhook(`whsec_${Buffer.alloc(32, 8).toString('base64')}`)
  expect(() => other.verify(body, headers)).toThrow(WebhookVerificationError)
})

it('is that of the published test vector', () => {
  const signed = signWebhook(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    sentAt: new Date(1_614_265_330_000),
    body: '{"test": 2432232314}',
  })
  expect(signed['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})
