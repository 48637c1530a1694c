import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { createSmtpMailer } from './mailer.ts'

/** A mail server that takes one sentence at a time and keeps what it was told (RFC 5321). */
function createSmtpServer(refusal?: string): { server: net.Server; heard: string[] } {
  const heard: string[] = []
  const server = net.createServer((socket) => {
    let inData = false
    socket.write('220 mail.example ready\r\n')
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        heard.push(line)
        if (inData) {
          if (line !== '.') continue
          inData = false
          socket.write('250 taken\r\n')
        } else if (line.startsWith('DATA')) {
          inData = true
          socket.write('354 go on\r\n')
        } else if (line.startsWith('RCPT') && refusal !== undefined) socket.write(`${refusal}\r\n`)
        else if (line.startsWith('QUIT')) socket.end('221 bye\r\n')
        else socket.write('250 fine\r\n')
      }
    })
  })
  return { server, heard }
}

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

  test('rejects when the server does not take it, so that it is tried again', async () => {
    smtp = createSmtpServer('450 later')
    await expect((await mailerTo(smtp)).send(mail)).rejects.toMatchObject({
      kind: 'refused-for-now',
    })
  })
})
