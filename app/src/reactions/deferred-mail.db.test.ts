import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createSmtpServer } from '../testing/smtp-server.ts'
import {
  type Answer,
  callJson,
  openTestInstallation,
  type TestInstallation,
  workspaceBody,
} from '../testing/test-installation.ts'

describe.each(testEngines)('mail that one mailbox does not take at once, on %s', (engine) => {
  let plantel: TestInstallation
  let isGreylisted = true
  const smtp = createSmtpServer((line) =>
    isGreylisted && line.startsWith('RCPT TO:<grey@') ? '450 try again later' : undefined,
  )

  const knocks = (): number => smtp.heard.filter((line) => line.startsWith('RCPT TO:<grey@')).length

  beforeAll(async () => {
    smtp.server.listen(0, '127.0.0.1')
    await once(smtp.server, 'listening')
    const { port } = smtp.server.address() as AddressInfo
    plantel = await openTestInstallation(engine, {
      PLANTEL_DEMO: '0',
      PLANTEL_PUBLIC_URL: 'http://localhost:9',
      PLANTEL_SMTP_URL: `smtp://127.0.0.1:${port}`,
      PLANTEL_MAIL_FROM: 'Plantel <plantel@example.com>',
    })
  })
  afterAll(async () => {
    await plantel.close()
    smtp.server.close()
  })

  it('holds up nobody else and arrives once it is taken', async () => {
    const { key: token } = await plantel.newHost('Inbox')
    const call = (path: string, body: unknown): Promise<Answer> =>
      callJson(`${plantel.address}/host/v1${path}`, { method: 'POST', token, body })
    const workspace = await call('/workspaces', workspaceBody('grey'))
    const path = `/workspaces/${String(workspace.body['id'])}/invitations`
    for (const email of ['grey@acme.example', 'next@acme.example']) {
      const { status } = await call(path, { people: [{ email, role: 'agent' }] })
      expect(status).toBe(201)
    }
    const deliveries = async (): Promise<unknown[]> =>
      plantel.db.owner
        .selectFrom('invitations')
        .select(['delivery', 'delivery_error as error'])
        .orderBy('id')
        .execute()
    await expect.poll(deliveries).toEqual([
      { delivery: 'queued', error: 'refused-for-now' },
      { delivery: 'sent', error: null },
    ])

    // Its pause is not over: nobody knocks again.
    expect(knocks()).toBe(1)
    const letPauseEnd = (): Promise<unknown> =>
      plantel.db.owner
        .updateTable('deferred_events')
        .set({ due_at: new Date(0) })
        .execute()
    await letPauseEnd()
    await expect.poll(knocks).toBe(2)
    isGreylisted = false
    await letPauseEnd()
    await expect.poll(deliveries).toEqual([
      { delivery: 'sent', error: null },
      { delivery: 'sent', error: null },
    ])
    await expect
      .poll(() => plantel.db.owner.selectFrom('deferred_events').selectAll().execute())
      .toEqual([])
  })
})
