import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import type { EditableMember, MemberPage } from '@plantel/widget/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openEvents } from '../testing/test-events.ts'
import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

describe.each(testEngines)('editing members over the Team API on %s', (engine) => {
  let plantel: TestInstallation
  let acme: TestWorkspace
  let ownerToken: string

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    const host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    ownerToken = await acme.widgetToken(acme.ownerId)
  })
  afterAll(() => plantel.close())

  const call = (
    method: string,
    path: string,
    options: { token?: string; body?: unknown; version?: string } = {},
  ): Promise<Answer> =>
    callJson(`${plantel.url}/team/v1/members${path}`, {
      method,
      token: options.token ?? ownerToken,
      ...(options.body === undefined ? {} : { body: options.body }),
      ...(options.version === undefined ? {} : { headers: { 'if-match': options.version } }),
    })

  const read = async (id: string, token = ownerToken): Promise<EditableMember> =>
    (await call('GET', `/${id}`, { token })).body as unknown as EditableMember

  it('shows what may be edited and why not, with the version as ETag', async () => {
    const { memberId } = await acme.hire('ana@acme.example')
    const answer = await call('GET', `/${memberId}`)
    const member = answer.body as unknown as EditableMember
    expect(answer.headers.get('etag')).toBe(`"${member.version}"`)
    expect(member.profile).toMatchObject({ givenName: 'Hanna', signatureName: null })
    expect(member.fields.displayName).toEqual({
      editable: false,
      managedBy: 'person',
      reason: 'profile-belongs-to-person',
    })
    expect(member.fields.departments.editable).toBe(true)
  })

  it('edits with the version that was read, and says so to those who look', async () => {
    const { memberId } = await acme.hire('bea@acme.example')
    const { version } = await read(memberId)
    const stream = await openEvents(plantel.url, ownerToken)
    const edited = await call('PATCH', `/${memberId}`, {
      version: `"${version}"`,
      body: { departments: ['Soporte'], channels: ['wa'], supervisor: true },
    })
    expect(edited).toMatchObject({
      status: 200,
      body: {
        departments: [{ name: 'Soporte' }],
        channels: [{ name: 'WhatsApp' }],
        conversationAccess: 'all',
      },
    })
    expect(edited.headers.get('etag')).toBe(`"${String(edited.body['version'])}"`)
    await expect.poll(() => stream.memberIds()).toContain(memberId)
    stream.close()
    expect(
      await call('PATCH', `/${memberId}`, { version: `"${version}"`, body: { supervisor: false } }),
    ).toMatchObject({
      status: 412,
      body: { code: 'precondition-failed', reason: 'version-mismatch' },
    })
    expect(await read(memberId)).toMatchObject({ conversationAccess: 'all' })
  })

  it.each<[string, string | undefined, unknown, number, string]>([
    ['no version', undefined, { supervisor: true }, 428, 'precondition-required'],
    ['a weak version', 'W/"1"', { supervisor: true }, 412, 'precondition-failed'],
    ['a version of something else', '"abc"', { supervisor: true }, 412, 'precondition-failed'],
    ['nothing', '*', {}, 400, 'invalid-request'],
    ['a field that is none', '*', { state: 'active' }, 400, 'invalid-request'],
    ['an email', '*', { profile: { email: 'x@y.example' } }, 400, 'invalid-request'],
    ['an empty name', '*', { profile: { displayName: ' ' } }, 400, 'invalid-request'],
    ['no name', '*', { profile: { displayName: null } }, 400, 'invalid-request'],
    ['a script as avatar', '*', { profile: { avatarUrl: 'javascript:x' } }, 400, 'invalid-request'],
    ['a zone of Mars', '*', { profile: { timeZone: 'Mars/Base' } }, 400, 'invalid-request'],
    ['an unknown department', '*', { departments: ['Moon'] }, 400, 'invalid-request'],
    ['a role of the directory', '*', { role: 'manager' }, 409, 'conflict'],
  ])('refuses %s', async (_, version, body, status, code) => {
    const { memberId } = await acme.hire(`no-${createId()}@acme.example`)
    const answer = await call('PATCH', `/${memberId}`, {
      body,
      ...(version === undefined ? {} : { version }),
    })
    expect(answer).toMatchObject({ status, body: { code } })
  })

  it('suspends, reactivates and signs out, and the member’s token counts no longer', async () => {
    const { memberId } = await acme.hire('caro@acme.example')
    const token = await acme.widgetToken(memberId)
    const signedOut = await call('POST', `/${memberId}/sign-out`)
    expect(signedOut.status).toBe(204)
    expect(await call('GET', '', { token })).toMatchObject({
      status: 401,
      body: { code: 'token-expired' },
    })
    const suspended = await call('POST', `/${memberId}/suspend`)
    expect(suspended).toMatchObject({ status: 200, body: { state: 'suspended' } })
    expect((suspended.body as unknown as EditableMember).can.actions).toContain('reactivate')
    expect(await call('POST', `/${memberId}/reactivate`)).toMatchObject({
      status: 200,
      body: { state: 'active' },
    })
  })

  it('removes nobody whom the directory still has', async () => {
    const { memberId } = await acme.hire('dora@acme.example')
    expect(await call('DELETE', `/${memberId}`)).toMatchObject({
      status: 409,
      body: { reason: 'managed-by-directory' },
    })
  })

  it('offers nobody what it would refuse, and refuses what it does not offer', async () => {
    const { memberId } = await acme.hire('eva@acme.example')
    const token = await acme.widgetToken(memberId)
    const page = (await call('GET', '?limit=100', { token })).body as unknown as MemberPage
    for (const member of page.members) {
      expect(member.can.actions).toEqual(
        member.isYou ? ['view', 'edit-profile', 'sign-out'] : ['view'],
      )
    }
    const attempts: [string, string, string][] = [
      ['POST', `/${acme.ownerId}/suspend`, 'permission-missing'],
      ['POST', `/${acme.ownerId}/sign-out`, 'permission-missing'],
      ['DELETE', `/${acme.ownerId}`, 'permission-missing'],
      ['POST', `/${memberId}/suspend`, 'own-access'],
    ]
    for (const [method, path, reason] of attempts) {
      expect(await call(method, path, { token })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', reason },
      })
    }
    expect(
      await call('PATCH', `/${memberId}`, { token, version: '*', body: { role: 'owner' } }),
    ).toMatchObject({ status: 403, body: { reason: 'own-access' } })
    const own = await call('PATCH', `/${memberId}`, {
      token,
      version: '*',
      body: { profile: { signatureName: 'Evita' } },
    })
    expect(own).toMatchObject({ status: 200, body: { profile: { signatureName: 'Evita' } } })
  })

  it.each([
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/suspend'],
    ['POST', '/reactivate'],
    ['POST', '/sign-out'],
  ])('finds nobody to %s%s who is no member here', async (method, path) => {
    for (const id of [createId(), 'nonsense']) {
      const answer = await call(method, `/${id}${path}`, {
        version: '*',
        ...(method === 'PATCH' ? { body: { supervisor: true } } : {}),
      })
      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } })
    }
  })
})
