import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { createSmtpServer } from '../testing/smtp-server.ts'
import { createSmtpMailer } from './mailer.ts'

const mail = {
  workspaceId: 'w',
  recipient: 'ana@acme.example',
  subject: 'Te damos la bienvenida',
  text: 'Hola, Ana: ya puedes entrar.',
  html: '<p>Hola, Ana</p>',
}

describe('mail by SMTP', () => {
  let smtp: ReturnType<typeof createSmtpServer>

  beforeEach(() => {
    smtp = createSmtpServer()
  })
  afterEach(() => {
    smtp.server.close()
  })

  async function mailerTo({ server }: typeof smtp): Promise<ReturnType<typeof createSmtpMailer>> {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return createSmtpMailer({
      smtpUrl: `smtp://127.0.0.1:${port}`,
      from: 'Plantel <plantel@example.com>',
    })
  }

  test('hands a mail with both parts to the server, from whom the operator says', async () => {
    await (await mailerTo(smtp)).send(mail)
    expect(smtp.heard).toEqual(
      expect.arrayContaining([
        'MAIL FROM:<plantel@example.com>',
        'RCPT TO:<ana@acme.example>',
        'From: Plantel <plantel@example.com>',
        'Subject: Te damos la bienvenida',
        'Hola, Ana: ya puedes entrar.',
        'Content-Type: text/html; charset=utf-8',
      ]),
    )
  })

  test('reads an address with a comma as one recipient that the server refuses, never as two', async () => {
    const sneaky = { ...mail, recipient: 'ana@acme.example, eve@evil.example' }
    await (await mailerTo(smtp)).send(sneaky).catch(() => undefined)
    expect(smtp.heard.filter((line) => line.startsWith('RCPT TO:<eve@'))).toEqual([])
  })

  test.each([
    ['RCPT', '450 later', 'refused-for-now'],
    ['RCPT', '550 nobody', 'recipient-refused'],
    ['RCPT', '421 closing', 'unreachable'],
    ['MAIL FROM', '451 later', 'sender-refused'],
  ])('rejects a %s that is answered %s as %s', async (command, answer, kind) => {
    smtp = createSmtpServer((line) => (line.startsWith(command) ? answer : undefined))
    await expect((await mailerTo(smtp)).send(mail)).rejects.toMatchObject({ kind })
  })
})
