import type { InvitationToSend, OwnershipTransfer } from '@plantel/team'
import { describe, expect, it } from 'vitest'

import { type InvitingWorkspace, renderInvitationMail } from './invitation-mail.ts'
import { MailError, toMailError } from './mail-error.ts'
import type { Mail } from './mailer.ts'
import { renderOwnershipChangedMail, renderOwnershipRequestMail } from './ownership-mail.ts'

const invitation: InvitationToSend = {
  id: '0190f000-0000-7000-8000-000000000000',
  generation: 1,
  expiresAt: new Date('2026-11-28T20:00:00Z'),
  recipient: 'ana@acme.example',
  name: 'Ana',
  language: null,
  inviterName: 'Olga',
  roleName: 'Agente',
  departments: ['Ventas', 'Soporte'],
  message: null,
}

const workspace: InvitingWorkspace = {
  id: 'w',
  name: 'Acme',
  brand: null,
  locale: 'es',
  timeZone: 'America/Mexico_City',
  accept: { en: 'Get started', es: 'Comenzar a usar', 'pt-BR': 'Começar a usar' },
  ssoRequired: false,
}

const url = 'https://plantel.example/invitation/0123'

const invite = (
  change: Partial<InvitationToSend> = {},
  change2: Partial<InvitingWorkspace> = {},
): Mail => renderInvitationMail({ ...invitation, ...change }, { ...workspace, ...change2 }, url)

describe('the mail that invites', () => {
  it.each([
    [null, 'Te invitaron al equipo de Acme', 'Comenzar a usar:'],
    ['pt', 'Você recebeu um convite para a equipe da Acme', 'Começar a usar:'],
    ['en-GB', 'You are invited to the Acme team', 'Get started:'],
    ['fr', 'You are invited to the Acme team', 'Get started:'],
  ])('speaks %s with this subject and the inbox’s own button', (language, subject, button) => {
    const mail = invite({ language })
    expect(mail.subject).toBe(subject)
    expect(mail.text).toContain(`${button}\n${url}`)
    expect(mail.html).toContain(`href="${url}"`)
  })

  it('says who invites, as what, to where, and until when on the workspace’s clock', () => {
    const { text } = invite()
    expect(text).toContain('Olga te invita a la bandeja de Acme.')
    expect(text).toContain('Tu rol: Agente.')
    expect(text).toContain('Tus departamentos: Ventas y Soporte.')
    expect(text).toMatch(/hasta el 28 de noviembre de 2026 a las 14:00 \(America\/Mexico_City\)/)
  })

  it('is a reminder when it is not the first', () => {
    expect(invite({ generation: 2 }).subject).toBe('Recordatorio: te invitaron al equipo de Acme')
  })

  it('names nobody when the host invites, and greets nobody by an address', () => {
    const { text } = invite({ inviterName: null, name: null })
    expect(text).toContain('Hola:\n')
    expect(text).toContain('Te invitaron a la bandeja de Acme.')
  })

  it('says how one signs in where there are no passwords', () => {
    expect(invite().text).not.toContain('cuenta de trabajo')
    expect(invite({}, { ssoRequired: true }).text).toContain('cuenta de trabajo')
  })

  it('shows whatever people wrote as they wrote it, and nothing else of it', () => {
    const evil = '"><script>alert(1)</script>\n</p><img src=x onerror=y>'
    const mail = invite(
      { message: evil, name: evil, inviterName: evil, roleName: evil, departments: [evil] },
      { name: evil },
    )
    expect(mail.html).not.toMatch(/<script|<img/)
    expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(mail.text).toContain('> "><script>alert(1)</script>\n> </p><img src=x onerror=y>')
    expect(mail.subject).not.toMatch(/[\r\n]/)
  })

  it('has the workspace’s name, logo and colour', () => {
    const brand = { name: 'Acme Chat', logoUrl: 'https://acme.example/logo.png', accent: '#ffd400' }
    const mail = invite({}, { brand })
    expect(mail.subject).toBe('Te invitaron al equipo de Acme Chat')
    expect(mail.html).toContain('src="https://acme.example/logo.png" alt="Acme Chat"')
    expect(mail.html).toContain('background:#ffd400;color:#111111')
    expect(invite({}, { brand: { accent: '#123456' } }).html).toContain(
      'background:#123456;color:#ffffff',
    )
  })

  it('takes no style for a colour', () => {
    const { html } = invite({}, { brand: { accent: 'red;background:url(https://evil.example)' } })
    expect(html).not.toContain('evil')
  })
})

describe('the mails about ownership', () => {
  const person = { hasConfirmed: false, delivery: { state: 'queued', error: null } } as const
  const transfer: OwnershipTransfer = {
    id: 't',
    state: 'open',
    from: { id: 'a', displayName: 'Olga', email: 'olga@acme.example', language: 'es', ...person },
    to: { id: 'b', displayName: 'Max', email: 'max@acme.example', language: 'pt-BR', ...person },
    formerOwnerRole: { key: 'manager', name: 'Gerente' },
    createdAt: new Date(0),
    expiresAt: new Date(0),
  }

  it('ask each of the two in their language what concerns them', () => {
    const [from, to] = (['from', 'to'] as const).map((party) =>
      renderOwnershipRequestMail(transfer, party, workspace, url),
    )
    expect(from).toMatchObject({
      recipient: 'olga@acme.example',
      subject: 'Confirma que Max será propietario de Acme',
    })
    expect(from?.text).toContain('tu rol será Gerente')
    expect(to).toMatchObject({
      recipient: 'max@acme.example',
      subject: 'Olga quer transferir a Acme para você',
    })
    expect(to?.text).toContain(url)
  })

  it('tell both when it is done, without a link', () => {
    const mail = renderOwnershipChangedMail(transfer, 'from', workspace)
    expect(mail?.subject).toBe('Acme ahora pertenece a Max')
    expect(mail?.text).not.toContain('http')
  })

  it('are not written to somebody who has no address', () => {
    const gone = { ...transfer, to: { ...transfer.to, email: null } }
    expect(renderOwnershipRequestMail(gone, 'to', workspace, url)).toBeUndefined()
  })
})

describe('what a mail server says', () => {
  it.each([
    [{ code: 'ECONNECTION' }, 'unreachable', false],
    [{ code: 'ESOCKET' }, 'unreachable', false],
    [{ code: 'ETIMEDOUT' }, 'timeout', false],
    [{ code: 'ETLS' }, 'tls', false],
    [{ code: 'EAUTH', responseCode: 535 }, 'authentication', false],
    [{ code: 'EENVELOPE', responseCode: 450, command: 'RCPT TO' }, 'refused-for-now', false],
    [{ code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO' }, 'recipient-refused', true],
    [{ code: 'EENVELOPE', responseCode: 550, command: 'MAIL FROM' }, 'sender-refused', false],
    [{ code: 'EENVELOPE', command: 'API' }, 'recipient-refused', true],
    [{ code: 'EMESSAGE', responseCode: 554, command: 'DATA' }, 'message-refused', true],
    [{ code: 'EMESSAGE', responseCode: 452, command: 'DATA' }, 'refused-for-now', false],
    [{}, 'unknown', false],
  ])('%j is %s; in vain to try again: %s', (fields, kind, isFinal) => {
    const error = toMailError(Object.assign(new Error('refused'), fields))
    expect(error).toBeInstanceOf(MailError)
    expect([error.kind, error.isFinal]).toEqual([kind, isFinal])
  })
})
