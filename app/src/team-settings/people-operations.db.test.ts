import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'

import { testEngines } from '@plantel/db/testing'
import { createInvitationTokens } from '@plantel/team'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
  workspaceBody,
} from '../testing/test-installation.ts'

interface Listed {
  id: string
  memberId: string
  email: string
  state: string
  delivery: { state: string; error: string | null }
  can: { actions: string[] }
}

interface Mail {
  subject: string
  text: string
  html: string
}

describe.each(testEngines)('people who join, over both APIs on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let ownerToken: string

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    ownerToken = await acme.widgetToken(acme.ownerId)
  })
  afterAll(() => plantel.close())

  const asHost = (method: string, path: string, body?: unknown): Promise<Answer> =>
    host.call(method, `/workspaces/${acme.id}${path}`, body)
  const asOwner = (method: string, path: string, body?: unknown): Promise<Answer> =>
    callJson(`${plantel.url}/team/v1${path}`, {
      method,
      token: ownerToken,
      ...(body === undefined ? {} : { body }),
    })
  const mailsTo = (recipient: string, about = ''): Promise<Mail[]> =>
    plantel.db.owner
      .selectFrom('captured_mails')
      .select(['subject', 'text', 'html'])
      .where('recipient', '=', recipient)
      .where('subject', 'like', `%${about}%`)
      .orderBy('id')
      .execute()

  async function invitationOf(email: string): Promise<Listed> {
    const { body } = await asOwner('GET', '/invitations?limit=100')
    const found = (body['invitations'] as Listed[]).find((entry) => entry.email === email)
    if (found === undefined) throw new Error(`no invitation of ${email}`)
    return found
  }

  async function linkIn(email: string, position = 0): Promise<string> {
    await expect.poll(() => mailsTo(email), { timeout: 10_000 }).toHaveLength(position + 1)
    const mail = (await mailsTo(email))[position]
    return /https?:\/\/\S+\/invitation\/[0-9a-f]{72}/.exec(mail?.text ?? '')?.[0] ?? ''
  }

  it('invites people of a pasted list, and answers for each with its line', async () => {
    const { status, body } = await asOwner('POST', '/invitations', {
      addresses: 'Ana García <ana@acme.example>\nnobody\nbo@acme.example; ana@acme.example',
      everyone: { role: 'agent', departments: ['Soporte'], language: 'pt-BR' },
      message: 'Bem-vindos <b>todos</b>!\nAté segunda.',
    })
    expect(status).toBe(201)
    expect(body['invited']).toMatchObject([
      { email: 'ana@acme.example', line: 1, cameBack: false },
      { email: 'bo@acme.example', line: 3 },
    ])
    expect(body['refused']).toMatchObject([
      { email: 'nobody', line: 2, reason: 'email-invalid' },
      { email: 'ana@acme.example', line: 3, reason: 'email-repeated' },
    ])
  })

  it('mails each their link, in their language, with what the inviter wrote', async () => {
    const link = await linkIn('ana@acme.example')
    expect(link.startsWith(plantel.url)).toBe(true)
    const [mail] = await mailsTo('ana@acme.example')
    expect(mail?.subject).toBe('Você recebeu um convite para a equipe da ACME')
    expect(mail?.text).toContain('Olá, Ana García,')
    expect(mail?.text).toContain('Olga Owner convidou você')
    expect(mail?.text).toContain('> Bem-vindos <b>todos</b>!\n> Até segunda.')
    expect(mail?.text).toContain('Seu departamento: Soporte.')
    expect(mail?.html).toContain('Bem-vindos &lt;b&gt;todos&lt;/b&gt;!')
    expect(mail?.html).toContain(`href="${link}"`)
    await expect
      .poll(async () => (await invitationOf('ana@acme.example')).delivery, { timeout: 10_000 })
      .toMatchObject({ state: 'sent', error: null })
  })

  it('has links that only this installation could have written', async () => {
    const link = await linkIn('ana@acme.example')
    const token = link.slice(link.lastIndexOf('/') + 1)
    const { id } = await invitationOf('ana@acme.example')
    const tokens = createInvitationTokens('the secret of a test installation'.padEnd(48, '.'))
    expect(tokens.read(token)).toEqual({ id, generation: 1 })
    expect(createInvitationTokens('some other secret'.padEnd(48, '.')).read(token)).toBeUndefined()
  })

  it('sends a reminder with a new link', async () => {
    const { memberId } = await invitationOf('bo@acme.example')
    const first = await linkIn('bo@acme.example')
    const early = await asOwner('POST', `/members/${memberId}/invitation/resend`, {})
    expect(early).toMatchObject({ status: 409, body: { reason: 'invitation-just-sent' } })
    await plantel.db.owner
      .updateTable('invitations')
      .set({ created_at: new Date(Date.now() - 61_000) })
      .where('member_id', '=', memberId)
      .execute()
    const { status, body } = await asOwner('POST', `/members/${memberId}/invitation/resend`, {})
    expect(status).toBe(200)
    expect(Date.parse(String(body['expiresAt']))).toBeGreaterThan(Date.now())
    const second = await linkIn('bo@acme.example', 1)
    expect(second).not.toBe(first)
    expect((await mailsTo('bo@acme.example'))[1]?.subject).toMatch(/^Lembrete: /)
  })

  it('hands the link out to those who may send it, and remembers it for no repeated request', async () => {
    const { memberId } = await invitationOf('bo@acme.example')
    const { status, body } = await asOwner('POST', `/members/${memberId}/invitation/link`)
    expect(status).toBe(200)
    expect(body['url']).toBe(await linkIn('bo@acme.example', 1))
  })

  it('takes an invitation back', async () => {
    const { memberId } = await invitationOf('bo@acme.example')
    expect((await asOwner('DELETE', `/members/${memberId}/invitation`)).status).toBe(204)
    await expect(invitationOf('bo@acme.example')).rejects.toThrow('no invitation')
    const { body } = await asOwner('GET', '/invitations?state=cancelled')
    expect(body['invitations']).toMatchObject([
      { memberId, state: 'cancelled', can: { actions: [] } },
    ])
  })

  it('finds the invitation of one member', async () => {
    const { memberId } = await invitationOf('ana@acme.example')
    const { body } = await asOwner('GET', `/invitations?member=${memberId}`)
    expect(body['invitations']).toMatchObject([{ memberId, email: 'ana@acme.example' }])
  })

  it('says by invitation what one may do with it', async () => {
    expect((await invitationOf('ana@acme.example')).can.actions).toEqual([
      'resend',
      'reveal-link',
      'cancel',
    ])
    await acme.map([])
    const { memberId } = await acme.hire('agent@acme.example')
    const { body } = await callJson(`${plantel.url}/team/v1/invitations`, {
      token: await acme.widgetToken(memberId),
    })
    expect((body['invitations'] as Listed[])[0]?.can.actions).toEqual([])
  })

  it('refuses a single person with the reason, and a whole list with all of them', async () => {
    const one = await asHost('POST', '/invitations', {
      people: [{ email: 'ana@acme.example', role: 'agent' }],
    })
    expect(one).toMatchObject({ status: 409, body: { reason: 'already-invited' } })
    const many = await asHost('POST', '/invitations', {
      people: [
        { email: 'ana@acme.example', role: 'agent' },
        { email: 'new@acme.example', role: 'nothing' },
      ],
    })
    expect(many).toMatchObject({
      status: 409,
      body: {
        reason: 'nobody-invited',
        refused: [{ reason: 'already-invited' }, { reason: 'role-unknown', subject: 'nothing' }],
      },
    })
  })

  it('invites nobody of a list that must go through as a whole', async () => {
    const { status, body } = await asHost('POST', '/invitations', {
      people: [
        { email: 'whole@acme.example', role: 'agent' },
        { email: 'ana@acme.example', role: 'agent' },
      ],
      allOrNothing: true,
    })
    expect(status).toBe(409)
    expect(body['refused']).toMatchObject([{ email: 'ana@acme.example' }])
    await expect(invitationOf('whole@acme.example')).rejects.toThrow('no invitation')
  })

  it.each([
    ['neither people nor addresses', {}],
    ['both', { people: [{ email: 'x@acme.example' }], addresses: 'x@acme.example' }],
    ['a text that is too long', { addresses: 'x@acme.example', message: 'x'.repeat(1_001) }],
    ['a field that nobody knows', { people: [{ email: 'x@acme.example', password: 'secret' }] }],
    [
      'more than a thousand addresses',
      { addresses: Array.from({ length: 1_001 }, (_, at) => `p${at}@acme.example`).join('\n') },
    ],
  ])('refuses %s', async (_, body) => {
    expect((await asOwner('POST', '/invitations', body)).status).toBe(400)
  })

  it('knows nothing of the invitations of another workspace', async () => {
    const other = await newWorkspace(plantel, host, 'globex')
    const token = await other.widgetToken(other.ownerId)
    const { memberId } = await invitationOf('ana@acme.example')
    for (const [method, path] of [
      ['POST', `/members/${memberId}/invitation/resend`],
      ['POST', `/members/${memberId}/invitation/link`],
      ['DELETE', `/members/${memberId}/invitation`],
    ] as const) {
      const body = path.endsWith('resend') ? {} : undefined
      const answer = await callJson(`${plantel.url}/team/v1${path}`, {
        method,
        token,
        ...(body === undefined ? {} : { body }),
      })
      expect(answer).toMatchObject({ status: 404, body: { reason: 'invitation-not-found' } })
    }
  })

  describe('a member made by hand', () => {
    it('gets the password that an administrator sets, where the inbox works so', async () => {
      const { body: created } = await host.call('POST', '/workspaces', {
        ...workspaceBody('whats'),
        preset: 'whaticket',
      })
      const path = `/workspaces/${String(created['id'])}/members`
      const person = { email: 'w@whats.example', displayName: 'Wanda', role: 'user' }
      const weak = await host.call('POST', path, { ...person, password: 'wanda1' })
      expect(weak).toMatchObject({ status: 400, body: { reason: 'password-too-short' } })
      const { status, body } = await host.call('POST', path, {
        ...person,
        password: 'cuatro caballos grapan',
      })
      expect(status).toBe(201)
      const row = await plantel.db.owner
        .selectFrom('member_passwords')
        .select('hash')
        .where('member_id', '=', String(body['memberId']))
        .executeTakeFirst()
      expect(row?.hash).toMatch(/^\$argon2id\$/)
    })

    it('gets none where people set their own', async () => {
      const person = { email: 'p@acme.example', role: 'agent', password: 'cuatro caballos grapan' }
      expect(await asHost('POST', '/members', person)).toMatchObject({
        status: 409,
        body: { reason: 'password-not-allowed' },
      })
    })

    it('is welcomed without being told of a work account', async () => {
      const person = { email: 'hand@acme.example', displayName: 'Hanne', role: 'agent' }
      expect((await asHost('POST', '/members', person)).status).toBe(201)
      await expect.poll(() => mailsTo('hand@acme.example'), { timeout: 10_000 }).toHaveLength(1)
      const [mail] = await mailsTo('hand@acme.example')
      expect(mail?.subject).toBe('Te damos la bienvenida al equipo de ACME')
      expect(mail?.text).not.toContain('cuenta de trabajo')
    })

    it('is for hosts where the workspace asks people in', async () => {
      expect(
        await asOwner('POST', '/members', { email: 'q@acme.example', role: 'agent' }),
      ).toMatchObject({ status: 403, body: { reason: 'creation-not-allowed' } })
    })
  })

  describe('a new owner', () => {
    it('is asked by mail, as the present one is', async () => {
      const { body: made } = await asHost('POST', '/members', {
        email: 'next@acme.example',
        displayName: 'Nadia',
        role: 'manager',
        language: 'en',
      })
      const to = String(made['memberId'])
      const { status, body } = await asOwner('POST', '/ownership-transfers', { to })
      expect(status).toBe(201)
      expect(body).toMatchObject({ state: 'open', to: { id: to, hasConfirmed: false } })
      await expect
        .poll(() => mailsTo('next@acme.example', 'owner'), { timeout: 10_000 })
        .toHaveLength(1)
      const [mail] = await mailsTo('next@acme.example', 'owner')
      expect(mail?.subject).toBe('Olga Owner wants to make you the owner of ACME')
      expect(mail?.text).toMatch(/\/ownership\/[0-9a-f]{72}/)
      await expect
        .poll(async () => (await asHost('GET', '/ownership-transfers')).body['transfers'], {
          timeout: 10_000,
        })
        .toMatchObject([
          { from: { delivery: { state: 'sent' } }, to: { delivery: { state: 'sent' } } },
        ])
      const cancelled = await asOwner('DELETE', `/ownership-transfers/${String(body['id'])}`)
      expect(cancelled.status).toBe(204)
      expect((await asHost('GET', '/ownership-transfers')).body['transfers']).toEqual([])
    })

    it('is set by the host without asking, if they can come in', async () => {
      const { memberId } = await invitationOf('ana@acme.example')
      expect(await asHost('PUT', '/owner', { member: memberId })).toMatchObject({
        status: 409,
        body: { reason: 'member-not-active' },
      })
      expect((await asHost('PUT', '/owner', { member: acme.ownerId })).status).toBe(204)
    })
  })
})

describe('a mail server that is down', () => {
  let plantel: TestInstallation
  let host: TestHost
  let heard: string[] = []
  let server: net.Server | undefined
  let port: number

  /** Takes every recipient but those named `nobody`. */
  function openSmtp(): net.Server {
    return net.createServer((socket) => {
      let inData = false
      socket.write('220 mail.example ready\r\n')
      socket.on('error', () => undefined)
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
          } else if (line.startsWith('RCPT TO:<nobody')) socket.write('550 no such mailbox\r\n')
          else if (line.startsWith('QUIT')) socket.end('221 bye\r\n')
          else socket.write('250 fine\r\n')
        }
      })
    })
  }

  beforeAll(async () => {
    const taken = net.createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    port = (taken.address() as AddressInfo).port
    taken.close()
    await once(taken, 'close')
    plantel = await openTestInstallation('pglite', {
      PLANTEL_DEMO: '0',
      PLANTEL_PUBLIC_URL: 'http://localhost:8080',
      PLANTEL_SMTP_URL: `smtp://127.0.0.1:${port}`,
      PLANTEL_MAIL_FROM: 'Plantel <plantel@example.com>',
    })
    host = await plantel.newHost('Inbox')
  })
  afterAll(async () => {
    server?.close()
    await plantel.close()
  })

  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    callJson(`${plantel.address}/host/v1${path}`, {
      method,
      token: host.key,
      ...(body === undefined ? {} : { body }),
    })

  it('loses nothing: the mail waits, visibly, and goes once the server is up; an address that is none fails alone', async () => {
    const { body: workspace } = await call('POST', '/workspaces', workspaceBody('acme'))
    const path = `/workspaces/${String(workspace['id'])}/invitations`
    // Else the owner's welcome, which comes before, would be what waits.
    await call('PATCH', `/workspaces/${String(workspace['id'])}`, {
      policies: { welcomeMail: false },
    })
    await call('POST', path, {
      addresses: 'nobody@acme.example, ana@acme.example',
      everyone: { role: 'agent' },
    })
    const deliveries = async (): Promise<Record<string, unknown>> => {
      const { body } = await call('GET', path)
      return Object.fromEntries(
        (body['invitations'] as Listed[]).map(({ email, delivery }) => [
          email,
          [delivery.state, delivery.error],
        ]),
      )
    }
    await expect.poll(deliveries, { timeout: 30_000, interval: 250 }).toEqual({
      // In the order of their addresses, and nobody overtakes.
      'ana@acme.example': ['queued', 'unreachable'],
      'nobody@acme.example': ['queued', null],
    })
    server = openSmtp().listen(port, '127.0.0.1')
    await once(server, 'listening')
    await expect.poll(deliveries, { timeout: 30_000, interval: 250 }).toEqual({
      'nobody@acme.example': ['failed', 'recipient-refused'],
      'ana@acme.example': ['sent', null],
    })
    expect(heard.filter((line) => line.startsWith('RCPT TO:<ana@'))).toHaveLength(1)
  })
})
