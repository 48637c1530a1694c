import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
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

describe.each(testEngines)('what a host sets about a team on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let other: TestHost
  let acme: TestWorkspace

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    other = await plantel.newHost('Other inbox')
    acme = await newWorkspace(plantel, host, 'acme')
  })
  afterAll(() => plantel.close())

  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    host.call(method, `/workspaces/acme${path}`, body)
  const ask = (body: Record<string, unknown>): Promise<Answer> => call('POST', '/authorize', body)
  const memberOf = async (id: string): Promise<Record<string, unknown>> =>
    (await call('GET', `/members/${id}`)).body['member'] as Record<string, unknown>
  const find = async (list: string, name: string): Promise<Record<string, unknown>> => {
    const { body } = await call('GET', `/${list}`)
    const entries = body[list] as Record<string, unknown>[]
    return entries.find((entry) => entry['name'] === name || entry['key'] === name) ?? {}
  }

  it('departments: made, led, merged', async () => {
    const created = await call('POST', '/departments', {
      name: 'Noche',
      leadMemberId: acme.ownerId,
    })
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'Noche', lead: { id: acme.ownerId }, memberCount: 0 },
    })
    const id = String(created.body['id'])
    const { memberId } = await acme.hire('ana@acme.example')
    expect((await call('PATCH', `/members/${memberId}`, { departments: ['noche'] })).status).toBe(
      204,
    )
    expect(await find('departments', 'Noche')).toMatchObject({ memberCount: 1 })
    const edited = await call('PATCH', `/departments/${id}`, { name: 'Madrugada' })
    expect(edited).toMatchObject({ status: 200, body: { name: 'Madrugada' } })
    const { id: target } = await find('departments', 'Soporte')
    expect((await call('DELETE', `/departments/${id}?moveTo=${String(target)}`)).status).toBe(204)
    expect(await memberOf(memberId)).toMatchObject({ departments: ['Soporte'] })
    expect((await call('PATCH', `/departments/${id}`, { name: 'X' })).status).toBe(404)
  })

  it('channels: registered, renamed, deleted', async () => {
    expect((await call('POST', '/channels', { key: 'tg', name: 'Telegram' })).status).toBe(201)
    expect((await call('PATCH', '/channels/tg', { name: 'Telegram MX' })).status).toBe(204)
    expect(await find('channels', 'tg')).toMatchObject({ name: 'Telegram MX' })
    expect((await call('DELETE', '/channels/tg')).status).toBe(204)
    expect(await call('DELETE', '/channels/tg')).toMatchObject({
      status: 404,
      body: { reason: 'channel-not-found' },
    })
  })

  it('roles: cloned, edited, deleted with another in their place', async () => {
    const draft = { key: 'senior', name: 'Senior', cloneOf: 'agent', conversationAccess: 'all' }
    expect(await call('POST', '/roles', draft)).toMatchObject({
      status: 201,
      body: { key: 'senior', conversationAccess: 'all', isPreset: false },
    })
    expect(
      await call('POST', '/roles', { ...draft, key: 'x', permissions: ['world:rule'] }),
    ).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    expect(await call('PATCH', '/roles/senior', { permissions: ['reports:view'] })).toMatchObject({
      status: 200,
      body: { permissions: ['reports:view'] },
    })
    expect((await call('DELETE', '/roles/senior')).status).toBe(400)
    expect((await call('DELETE', '/roles/senior?replacement=agent')).status).toBe(204)
    expect(await call('DELETE', '/roles/agent?replacement=manager')).toMatchObject({
      status: 409,
      body: { reason: 'role-built-in' },
    })
  })

  it('members: suspended, reactivated, signed out, and an owner set', async () => {
    const { memberId } = await acme.hire('bea@acme.example')
    for (const [command, state] of [
      ['suspend', 'suspended'],
      ['reactivate', 'active'],
      ['sign-out', 'active'],
    ]) {
      expect((await call('POST', `/members/${memberId}/${command}`)).status).toBe(204)
      expect(await memberOf(memberId)).toMatchObject({ state })
    }
    expect(await call('POST', `/members/${acme.ownerId}/suspend`)).toMatchObject({
      status: 409,
      body: { reason: 'last-owner' },
    })
    expect((await call('PUT', '/owner', { member: memberId })).status).toBe(204)
    expect(await memberOf(memberId)).toMatchObject({ role: { key: 'owner' } })
    expect((await call('DELETE', `/members/${acme.ownerId}`)).status).toBe(204)
  })

  it('a member’s own id with the host, on the version that was read', async () => {
    const { memberId } = await acme.hire('hugo@acme.example')
    const path = `/members/${memberId}`
    const etagOf = async (): Promise<string> => (await call('GET', path)).headers.get('etag') ?? ''
    const edit = (body: unknown, etag: string): Promise<Answer> =>
      callJson(`${plantel.url}/host/v1/workspaces/acme${path}`, {
        method: 'PATCH',
        token: host.key,
        body,
        headers: { 'if-match': etag },
      })
    const first = await etagOf()
    expect(first).toMatch(/^"\d+"$/)
    expect((await edit({ hostUserId: 'hugo-1' }, first)).status).toBe(204)
    expect(await memberOf(memberId)).toMatchObject({ hostUserId: 'hugo-1' })
    expect(await edit({ hostUserId: 'hugo-2' }, first)).toMatchObject({
      status: 412,
      body: { reason: 'version-mismatch' },
    })
    const now = await etagOf()
    expect(now).not.toBe(first)
    const other = await acme.hire('hilda@acme.example')
    expect(
      await call('PATCH', `/members/${other.memberId}`, { hostUserId: 'hugo-1' }),
    ).toMatchObject({ status: 409, body: { reason: 'host-user-taken' } })
    const minted = await host.call('POST', '/widget-tokens', {
      workspace: 'acme',
      hostUser: 'hugo-1',
    })
    expect(minted.status).toBe(200)
    const own = await callJson(`${plantel.url}/team/v1${path}`, {
      method: 'PATCH',
      token: String(minted.body['token']),
      body: { hostUserId: 'hugo-3' },
      headers: { 'if-match': now },
    })
    expect(own.status).toBe(400)
    const told = await plantel.db.owner
      .selectFrom('audit_entries')
      .select('action')
      .where('subject_id', '=', memberId)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    expect(told.action).toBe('member.changed')
    expect((await edit({ hostUserId: null }, now)).status).toBe(204)
    expect(await memberOf(memberId)).toMatchObject({ hostUserId: null })
  })

  it('edits on a version that nobody has changed since', async () => {
    const { id, version } = await find('departments', 'Ventas-MX')
    const rename = (name: string, etag: string): Promise<Answer> =>
      callJson(`${plantel.url}/host/v1/workspaces/acme/departments/${String(id)}`, {
        method: 'PATCH',
        token: host.key,
        body: { name },
        headers: { 'if-match': etag },
      })
    const first = await rename('Ventas', `"${String(version)}"`)
    expect(first.status).toBe(200)
    expect(await rename('Sales', `"${String(version)}"`)).toMatchObject({
      status: 412,
      body: { reason: 'version-mismatch' },
    })
    expect((await rename('Ventas-MX', first.headers.get('etag') ?? '')).status).toBe(200)
  })

  it('the widget’s people manage departments and roles within their own role', async () => {
    const { memberId } = await acme.hire('caro@acme.example')
    const token = await acme.widgetToken(memberId)
    const team = (method: string, path: string, body?: unknown): Promise<Answer> =>
      callJson(`${plantel.url}/team/v1${path}`, { method, token, body })
    expect((await team('GET', '/departments')).status).toBe(200)
    expect((await team('GET', '/roles')).body['permissions']).toContain('members:manage')
    expect(await team('POST', '/departments', { name: 'Mine' })).toMatchObject({
      status: 403,
      body: { reason: 'permission-missing' },
    })
    expect((await call('PUT', '/owner', { member: memberId })).status).toBe(204)
    expect((await team('POST', '/departments', { name: 'Mine' })).status).toBe(201)
    const { id } = await find('departments', 'Mine')
    expect((await team('DELETE', `/departments/${String(id)}`)).status).toBe(428)
  })

  it('the widget says the workspace’s own words, and asks for every field there is', async () => {
    const { body } = await host.call('POST', '/workspaces', workspaceBody('words'))
    const path = `/workspaces/${String(body['id'])}`
    const inviteFields = ['email', 'phone', 'language', 'message']
    const brand = {
      termsUrl: 'https://words.example/terms',
      labels: { es: { title: 'Asesores', accept: 'Entrar' } },
    }
    const edited = await host.call('PATCH', path, { brand, policies: { inviteFields } })
    expect(edited).toMatchObject({ status: 200, body: { brand, policies: { inviteFields } } })
    const { body: minted } = await host.call('POST', '/widget-tokens', {
      workspace: 'words',
      member: body['ownerMemberId'],
    })
    const { body: shown } = await callJson(`${plantel.url}/team/v1/workspace`, {
      token: String(minted['token']),
    })
    expect(shown['screen']).toMatchObject({
      labels: {
        es: { title: 'Asesores', accept: 'Entrar', addMember: 'Agregar usuario' },
        en: { title: 'Users' },
      },
      inviteFields,
    })
    for (const wrong of [
      { termsUrl: 'http://words.example/terms' },
      { labels: { fr: { title: 'Équipe' } } },
      { labels: { es: { title: '' } } },
    ]) {
      expect((await host.call('PATCH', path, { brand: wrong })).status).toBe(400)
    }
  })

  it('the widget says what the inbox says, and asks what it asks', async () => {
    const { body } = await host.call('POST', '/workspaces', {
      ...workspaceBody('umnico'),
      preset: 'umnico',
    })
    const { body: minted } = await host.call('POST', '/widget-tokens', {
      workspace: 'umnico',
      member: body['ownerMemberId'],
    })
    const answer = await callJson(`${plantel.url}/team/v1/workspace`, {
      token: String(minted['token']),
    })
    expect(answer.body['screen']).toMatchObject({
      labels: { es: { addMember: '+ Agregar usuario', accept: 'Comenzar a usar' } },
      inviteFields: ['email', 'channels', 'supervisor'],
      passwords: 'person',
    })
  })

  describe('authorize', () => {
    let memberId: string

    beforeAll(async () => {
      await host.call('POST', '/workspaces', { ...workspaceBody('wa'), preset: 'whaticket' })
      memberId = (await acme.hire('dora@acme.example')).memberId
      await call('PATCH', `/members/${memberId}`, { departments: ['Soporte'] })
    })

    it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
      ['their department', { department: 'Soporte' }, { allowed: true, because: 'department' }],
      ['no department', {}, { allowed: true, because: 'no-department' }],
      [
        'another department',
        { department: 'Ventas-MX', assignee: 'host-1' },
        { allowed: false, because: 'other-department' },
      ],
    ])('answers for %s', async (_, conversation, expected) => {
      expect(await ask({ member: memberId, ...conversation })).toMatchObject({
        status: 200,
        body: expected,
      })
    })

    it('takes a department whose end has not reached everybody for itself, not for one that has its name since', async () => {
      const { body: former } = await call('POST', '/departments', { name: 'Turno' })
      const { memberId: late } = await acme.hire('late@acme.example')
      await call('PATCH', `/members/${late}`, { departments: ['Turno'] })
      await plantel.db.owner
        .updateTable('departments')
        .set({ retired_at: new Date() })
        .where('id', '=', String(former['id']))
        .execute()
      expect((await call('POST', '/departments', { name: 'Turno' })).status).toBe(201)
      expect((await ask({ member: late, department: 'Turno' })).body).toEqual({
        allowed: false,
        because: 'other-department',
      })
      expect((await ask({ member: late, department: former['id'] })).body).toEqual({
        allowed: true,
        because: 'department',
      })
    })

    it('knows people by the host’s own ids', async () => {
      const answer = await host.call('POST', '/workspaces/wa/authorize', {
        hostUser: 'host-1',
        department: 'Soporte',
        startedBy: 'host-2',
      })
      expect(answer.body).toEqual({ allowed: true, because: 'all' })
      await call('PATCH', `/members/${memberId}`, { hostUserId: 'host-7' })
      const own = await ask({ hostUser: 'host-7', department: 'Ventas-MX', assignee: 'host-7' })
      expect(own.body).toEqual({ allowed: true, because: 'assigned' })
    })

    it('answers each of those who ask at the same time for whom they ask, another host as if there were nobody', async () => {
      const { memberId: elsewhere } = await acme.hire('eva@acme.example')
      await call('PATCH', `/members/${elsewhere}`, { departments: ['Ventas-MX'] })
      const conversation = { department: 'Soporte' }
      const asked = [memberId, createId(), elsewhere, memberId].map((member) =>
        ask({ member, ...conversation }),
      )
      const stranger = other.call('POST', `/workspaces/${acme.id}/authorize`, { member: memberId })
      expect(await Promise.all(asked)).toMatchObject([
        { status: 200, body: { allowed: true, because: 'department' } },
        { status: 404, body: { reason: 'member-not-found' } },
        { status: 200, body: { allowed: false } },
        { status: 200, body: { allowed: true, because: 'department' } },
      ])
      expect(await stranger).toMatchObject({ status: 404, body: { reason: 'workspace-not-found' } })
    })

    it('lets nobody in who may not come in', async () => {
      await call('POST', `/members/${memberId}/suspend`)
      expect((await ask({ member: memberId })).body).toEqual({
        allowed: false,
        because: 'may-not-enter',
      })
      await call('POST', `/members/${memberId}/reactivate`)
      expect((await ask({ member: memberId })).body).toMatchObject({ allowed: true })
    })

    it.each([
      [{ member: createId() }, 404],
      [{ hostUser: 'nobody' }, 404],
      [{}, 400],
      [{ member: 'x', team: 'y' }, 400],
    ])('refuses %j', async (body, status) => {
      expect((await ask(body)).status).toBe(status)
    })
  })

  it.each<[string, string, unknown?]>([
    ['GET', '/departments'],
    ['POST', '/departments', { name: 'X' }],
    ['PATCH', `/departments/${createId()}`, { name: 'X' }],
    ['DELETE', `/departments/${createId()}`],
    ['GET', '/roles'],
    ['POST', '/roles', { key: 'x', name: 'X', cloneOf: 'agent' }],
    ['PATCH', '/roles/agent', { name: 'X' }],
    ['DELETE', '/roles/agent?replacement=owner'],
    ['GET', '/channels'],
    ['POST', '/channels', { key: 'x', name: 'X' }],
    ['PATCH', '/channels/wa', { name: 'X' }],
    ['DELETE', '/channels/wa'],
    ['PATCH', `/members/${createId()}`, { supervisor: true }],
    ['DELETE', `/members/${createId()}`],
    ['POST', `/members/${createId()}/suspend`],
    ['POST', `/members/${createId()}/reactivate`],
    ['POST', `/members/${createId()}/sign-out`],
    ['PUT', '/owner', { member: createId() }],
    ['POST', '/authorize', { member: createId() }],
  ])('another host finds nothing at %s %s', async (method, path, body) => {
    expect(await other.call(method, `/workspaces/${acme.id}${path}`, body)).toMatchObject({
      status: 404,
      body: { reason: 'workspace-not-found' },
    })
  })
})
