import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'

import { checkWebhook, type WebhookCheck } from './webhook-signature.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const now = new Date('2026-11-21T12:00:00Z')
const body = Buffer.from('{"type":"member.suspended","data":{"name":"Ñ"}}')

function check(
  change: {
    body?: Buffer
    sentAt?: Date
    signature?: string | undefined
    id?: string | undefined
    timestamp?: string
  } = {},
): WebhookCheck {
  const sentAt = change.sentAt ?? now
  const headers = {
    id: 'evt_1',
    timestamp: String(sentAt.getTime() / 1000),
    signature: new Webhook(secret).sign('evt_1', sentAt, body.toString()),
    ...change,
  }
  return checkWebhook(secret, headers, change.body ?? body, now)
}

describe('checkWebhook', () => {
  it('accepts what the reference library signed', () => {
    expect(check()).toBe('genuine')
  })

  it('accepts one right signature among others, while a secret is rotated', () => {
    const other = new Webhook(`whsec_${Buffer.alloc(32, 9).toString('base64')}`)
    const right = new Webhook(secret).sign('evt_1', now, body.toString())
    const signature = `${other.sign('evt_1', now, body.toString())} v9,zzzz ${right}`
    expect(check({ signature })).toBe('genuine')
  })

  it.each([
    ['a changed body', { body: Buffer.from(`${body.toString()} `) }, 'signature-wrong'],
    ['another id', { id: 'evt_2' }, 'signature-wrong'],
    ['another moment', { timestamp: String(now.getTime() / 1000 + 1) }, 'signature-wrong'],
    ['an unknown version', { signature: 'v2,AAAA' }, 'signature-wrong'],
    ['a short signature', { signature: 'v1,AAAA' }, 'signature-wrong'],
    ['a missing id', { id: undefined }, 'header-missing'],
    ['a missing signature', { signature: undefined }, 'header-missing'],
    ['an old message', { sentAt: new Date(now.getTime() - 301_000) }, 'too-old'],
    ['a message of the future', { sentAt: new Date(now.getTime() + 301_000) }, 'too-old'],
    ['a timestamp that is none', { timestamp: 'soon' }, 'too-old'],
  ] as const)('refuses %s', (_, change, answer) => {
    expect(check(change)).toBe(answer)
  })

  it('refuses what was signed with another secret', () => {
    const other = new Webhook(`whsec_${Buffer.alloc(32, 9).toString('base64')}`)
    expect(check({ signature: other.sign('evt_1', now, body.toString()) })).toBe('signature-wrong')
  })
})
