import { testEngines } from '@plantel/db/testing'
import { sweepEmailChanges } from '@plantel/team'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

const password = 'zebra lantern 42 orbit'
const patience = { timeout: 30_000 }

interface Mail {
  subject: string
  text: string
}

const linkOf = ({ text }: Mail): string =>
  /https?:\/\/\S+\/(?:email|invitation)\/\w+/.exec(text)?.[0] ?? ''
async function visit(
  url: string,
  method = 'GET',
  language = 'es',
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { method, headers: { 'accept-language': language } })
  return { status: response.status, text: await response.text() }
}

describe.each(testEngines)('the address that somebody signs in with, on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let lastOf = 0

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    await asHost('PATCH', '', { policies: { passwords: 'admins' } })
  })
  afterAll(() => plantel.close())

  const asHost = (method: string, path: string, body?: unknown): Promise<Answer> =>
    host.call(method, `/workspaces/${acme.id}${path}`, body)
  /** Somebody with an address and, where one is given, a password of their own. */
  async function newPerson(
    more: Record<string, unknown> = {},
  ): Promise<{ id: string; email: string }> {
    lastOf += 1
    const email = `person${lastOf}@acme.example`
    const made = await asHost('POST', '/members', { email, role: 'agent', password, ...more })
    expect(made.status).toBe(201)
    return { id: String(made.body['memberId']), email }
  }
  const ask = (
    who: string,
    email: string,
    currentPassword: string | undefined = password,
  ): Promise<Answer> => acme.asMember(who, 'PUT', '/me/email-change', { email, currentPassword })
  async function mailTo(recipient: string, about: RegExp): Promise<Mail> {
    let found: Mail | undefined
    await expect
      .poll(async () => {
        const mails = await plantel.db.owner
          .selectFrom('captured_mails')
          .select(['subject', 'text'])
          .where('recipient', '=', recipient)
          .orderBy('id', 'desc')
          .execute()
        found = mails.find(({ subject }) => about.test(subject))
        return found !== undefined
      }, patience)
      .toBe(true)
    if (found === undefined) throw new Error('no mail')
    return found
  }
  const accountOf = async (who: string): Promise<Record<string, unknown>> =>
    (await acme.asMember(who, 'GET', '/me')).body['email'] as Record<string, unknown>

  const changesTold = async (memberId: string): Promise<(string | null)[]> =>
    (
      await plantel.db.owner
        .selectFrom('outbox')
        .select(['payload'])
        .where('member_id', '=', memberId)
        .where('type', '=', 'member.changed')
        .unionAll(
          plantel.db.owner
            .selectFrom('events')
            .select(['payload'])
            .where('member_id', '=', memberId)
            .where('type', '=', 'member.changed'),
        )
        .execute()
    ).map(({ payload }) => (payload['member'] as { email: string | null }).email)

  it('changes once the new address has confirmed it on a page that asks first', async () => {
    const ana = await newPerson({ displayName: 'Ana Ruiz' })
    const token = await acme.widgetToken(ana.id)
    const asked = await ask(ana.id, 'ana.ruiz@new.example')
    expect(asked).toMatchObject({
      status: 202,
      body: {
        address: ana.email,
        canChange: true,
        asksPassword: true,
        pending: { email: 'ana.ruiz@new.example' },
      },
    })
    const mail = await mailTo('ana.ruiz@new.example', /Confirma tu nueva dirección/)
    expect(mail.text).toContain('Hola, Ana Ruiz:')
    const warning = await mailTo(ana.email, /Alguien quiere cambiar/)
    expect(warning.text).toContain('a…@new.example')
    expect(warning.text).not.toContain(linkOf(mail))

    // A mail program that opens links decides nothing.
    const page = await visit(linkOf(mail))
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('¿Es esta tu nueva') })
    expect((await visit(linkOf(mail), 'GET', 'pt-BR')).text).toContain(
      'Este é o seu novo endereço?',
    )
    expect((await visit(linkOf(mail), 'GET', 'en')).text).toContain('Is this your new address?')
    expect(await accountOf(ana.id)).toMatchObject({
      address: ana.email,
      pending: { delivery: { state: 'sent' } },
    })

    expect(await visit(linkOf(mail), 'POST')).toMatchObject({
      status: 200,
      text: expect.stringContaining('Tu dirección ha cambiado'),
    })
    expect((await callJson(`${plantel.url}/team/v1/me`, { token })).body).toMatchObject({
      code: 'token-expired',
    })
    expect(await accountOf(ana.id)).toMatchObject({
      address: 'ana.ruiz@new.example',
      pending: null,
    })
    const told = await mailTo(ana.email, /Tu dirección para .* cambió/)
    expect(told.text).toContain('¿No fuiste tú? Avisa enseguida')
    expect(await visit(linkOf(mail), 'POST')).toMatchObject({
      status: 410,
      text: expect.stringContaining('ya se usó'),
    })
    const { body: audit } = await asHost('GET', `/audit-entries?member=${ana.id}`)
    expect(JSON.stringify(audit)).toContain('member.email_change_completed')
    expect(await changesTold(ana.id)).toContain('ana.ruiz@new.example')
    const found = await asHost('GET', '/members?search=ana.ruiz%40new')
    expect(found.body).toMatchObject({ members: [{ id: ana.id }] })
  })

  it('asks whoever has a password for it, and nobody else', async () => {
    const bo = await newPerson()
    expect(
      (await acme.asMember(bo.id, 'PUT', '/me/email-change', { email: 'bo@new.example' })).body,
    ).toMatchObject({ reason: 'password-missing', errors: [{ pointer: '/currentPassword' }] })
    expect((await ask(bo.id, 'bo@new.example', 'something else entirely')).body).toMatchObject({
      reason: 'password-wrong',
    })
    expect(await accountOf(acme.ownerId)).toMatchObject({ asksPassword: false })
    const asked = await acme.asMember(acme.ownerId, 'PUT', '/me/email-change', {
      email: 'olga@new.example',
    })
    expect(asked.status).toBe(202)
    const link = linkOf(await mailTo('olga@new.example', /Confirma/))
    expect((await acme.asMember(acme.ownerId, 'DELETE', '/me/email-change')).status).toBe(204)
    expect(await accountOf(acme.ownerId)).toMatchObject({ pending: null })
    expect(await visit(link, 'POST')).toMatchObject({ status: 410 })
  })

  it('is nobody else’s when it is asked for, and neither when it is confirmed', async () => {
    const cleo = await newPerson()
    const dan = await newPerson()
    expect((await ask(cleo.id, dan.email.toUpperCase())).body).toMatchObject({
      reason: 'email-taken',
    })
    expect((await ask(cleo.id, 'not an address')).body).toMatchObject({ reason: 'email-invalid' })
    await ask(cleo.id, 'wanted@new.example')
    await ask(dan.id, 'Wanted@new.example')
    const first = linkOf(await mailTo('wanted@new.example', /Confirma/))
    const second = linkOf(await mailTo('Wanted@new.example', /Confirma/))
    expect((await visit(second, 'POST')).status).toBe(200)
    expect(await visit(first, 'POST')).toMatchObject({
      status: 409,
      text: expect.stringContaining('ya está en uso'),
    })
    expect(await accountOf(cleo.id)).toMatchObject({ address: cleo.email })
  })

  it('is confirmed by the newest link only, within the hour, and asked for five times a day', async () => {
    const eva = await newPerson()
    for (const wanted of [1, 2, 3, 4, 5]) {
      expect((await ask(eva.id, `eva${wanted}@new.example`)).status).toBe(202)
    }
    expect(await ask(eva.id, 'eva6@new.example')).toMatchObject({
      status: 429,
      body: { reason: 'email-change-quota' },
    })
    const newest = linkOf(await mailTo('eva5@new.example', /Confirma/))
    await plantel.db.owner
      .updateTable('email_changes')
      .set({ expires_at: new Date(0) })
      .where('member_id', '=', eva.id)
      .where('state', '=', 'open')
      .execute()
    expect((await visit(newest, 'POST')).status).toBe(410)
    expect((await visit(`${newest.slice(0, -1)}x`)).status).toBe(404)
    await plantel.db.owner
      .updateTable('email_changes')
      .set({ created_at: new Date(Date.now() - 31 * 86_400_000) })
      .where('member_id', '=', eva.id)
      .execute()
    expect(await sweepEmailChanges(plantel.db, 2)).toBe(5)
  })

  it('takes the links in the former mailbox back', async () => {
    const flor = await newPerson()
    await fetch(`${plantel.url}/reset`, {
      method: 'POST',
      body: new URLSearchParams({ workspace: acme.id, email: flor.email }),
    })
    const reset = /https?:\/\/\S+\/reset\/\w+/.exec((await mailTo(flor.email, /contraseña/)).text)
    await ask(flor.id, 'flor@new.example')
    expect((await visit(linkOf(await mailTo('flor@new.example', /Confirma/)), 'POST')).status).toBe(
      200,
    )
    expect((await visit(String(reset?.[0]))).status).toBe(410)
  })

  it('of somebody whom a directory manages is the directory’s to change', async () => {
    const { memberId } = await acme.hire('gil@acme.example')
    const managed = { status: 409, body: { reason: 'managed-by-directory' } }
    expect(await accountOf(memberId)).toMatchObject({
      canChange: false,
      reason: 'managed-by-directory',
    })
    const wish = { email: 'gil@new.example' }
    expect(await acme.asMember(memberId, 'PUT', '/me/email-change', wish)).toMatchObject(managed)
    expect(await asHost('PATCH', `/members/${memberId}`, wish)).toMatchObject(managed)
    expect(await acme.asMember(acme.ownerId, 'PATCH', `/members/${memberId}`, wish)).toMatchObject(
      managed,
    )
  })

  it('of an invited person is corrected by whoever may invite, and asked there', async () => {
    await asHost('POST', '/invitations', {
      people: [{ email: 'hugo@acme.exmaple', role: 'agent' }],
    })
    const wrong = linkOf(await mailTo('hugo@acme.exmaple', /./))
    const { body } = await asHost('GET', '/invitations?limit=100')
    const hugo = (body['invitations'] as { email: string; memberId: string }[]).find(
      ({ email }) => email === 'hugo@acme.exmaple',
    )?.memberId
    const path = `/members/${String(hugo)}`
    const agent = await newPerson()
    expect(
      (await acme.asMember(agent.id, 'PATCH', path, { email: 'hugo@new.example' })).body,
    ).toMatchObject({ reason: 'permission-missing' })
    expect(
      (await acme.asMember(acme.ownerId, 'PATCH', path, { email: agent.email })).body,
    ).toMatchObject({
      reason: 'email-taken',
    })
    expect(
      await acme.asMember(acme.ownerId, 'PATCH', path, { email: 'hugo@acme.example' }),
    ).toMatchObject({
      status: 200,
      body: { email: 'hugo@acme.example', displayName: 'hugo@acme.example', state: 'invited' },
    })
    const right = linkOf(await mailTo('hugo@acme.example', /./))
    expect((await visit(wrong)).status).toBe(410)
    expect((await visit(right)).status).toBe(200)
    expect((await asHost('PATCH', path, { email: 'hugo2@acme.example' })).status).toBe(204)
    expect((await visit(right)).status).toBe(410)
    expect((await visit(linkOf(await mailTo('hugo2@acme.example', /./)))).status).toBe(200)
  })

  it('of anybody else is written by the host alone, which both addresses are told', async () => {
    const iris = await newPerson({ language: 'pt-BR' })
    const wish = { email: 'iris@new.example' }
    expect(
      (await acme.asMember(acme.ownerId, 'PATCH', `/members/${iris.id}`, wish)).body,
    ).toMatchObject({
      reason: 'profile-belongs-to-person',
    })
    expect((await acme.asMember(iris.id, 'PATCH', `/members/${iris.id}`, wish)).body).toMatchObject(
      {
        reason: 'email-needs-confirmation',
      },
    )
    expect((await asHost('PATCH', `/members/${iris.id}`, wish)).status).toBe(204)
    expect((await asHost('GET', `/members/${iris.id}`)).body).toMatchObject({
      member: { email: 'iris@new.example' },
    })
    expect(await changesTold(iris.id)).toContain('iris@new.example')
    expect((await mailTo(iris.email, /mudou/)).text).toContain('i…@new.example')
    expect((await mailTo('iris@new.example', /mudou/)).text).toContain('como iris@new.example')
  })

  it('is forgotten with the person, as all addresses that they had or asked for', async () => {
    const judit = await newPerson({ displayName: 'Judit Sol' })
    await asHost('PATCH', `/members/${judit.id}`, { email: 'judit@second.example' })
    await mailTo(judit.email, /cambió/)
    await mailTo('judit@second.example', /cambió/)
    await ask(judit.id, 'judit@third.example')
    await mailTo('judit@third.example', /Confirma/)
    await mailTo('judit@second.example', /Alguien quiere/)
    expect((await asHost('POST', `/members/${judit.id}/erase`, {})).status).toBe(204)
    const left = await plantel.db.owner
      .selectFrom('email_changes')
      .select('id')
      .where('member_id', '=', judit.id)
      .execute()
    expect(left).toEqual([])
    const mails = await plantel.db.owner.selectFrom('captured_mails').select('recipient').execute()
    const theirs = new Set([judit.email, 'judit@second.example', 'judit@third.example'])
    expect(mails.filter(({ recipient }) => theirs.has(recipient))).toEqual([])
  })
})
