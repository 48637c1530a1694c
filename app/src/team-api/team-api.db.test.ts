import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import type {
  MemberDetail,
  MemberPage,
  StreamMessage,
  TeamWorkspace,
  WorkspaceSummary,
} from '@plantel/widget/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openEvents } from '../testing/test-events.ts'
import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

const inbox = 'https://inbox.example'

describe.each(testEngines)('the Team API on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let ownerToken: string

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox', [inbox])
    acme = await newWorkspace(plantel, host, 'acme')
    for (const name of ['ana', 'bea', 'caro', 'dani']) await acme.hire(`${name}@acme.example`)
    ownerToken = await acme.widgetToken(acme.ownerId)
  })
  afterAll(() => plantel.close())

  const get = (path: string, token = ownerToken): Promise<Answer> =>
    callJson(`${plantel.url}/team/v1${path}`, { token })

  const listed = async (path: string): Promise<MemberPage> =>
    (await get(path)).body as unknown as MemberPage

  const requestFrom = (
    origin: string,
    init: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<Response> =>
    fetch(`${plantel.url}/team/v1/workspace`, {
      ...init,
      headers: { origin, authorization: `Bearer ${ownerToken}`, ...init.headers },
    })

  it('says once what the workspace is and who looks', async () => {
    const summary = (await get('/workspace')).body as unknown as WorkspaceSummary
    expect(summary).toMatchObject({
      id: acme.id,
      name: 'ACME',
      locale: 'es',
      apiVersion: '1.0',
      viewer: { memberId: acme.ownerId, displayName: 'Olga Owner', role: { name: 'Propietario' } },
      seats: { limit: null },
    })
    expect(summary.viewer.role).toMatchObject({ key: 'owner', builtIn: true })
    expect(summary.roles).toMatchObject([
      { key: 'owner', name: 'Propietario', builtIn: true },
      { key: 'manager', name: 'Gerente', builtIn: true },
      { key: 'agent', name: 'Agente', builtIn: true },
    ])
  })

  describe('the list of members', () => {
    it('shows each as the contract says', async () => {
      const page = await listed('/members?search=ana@acme')
      expect(page).toMatchObject({ total: 1, nextCursor: null })
      expect(page.members[0]).toEqual({
        id: expect.any(String),
        displayName: 'Hanna ana@acme.example',
        email: 'ana@acme.example',
        userName: 'ana@acme.example',
        avatarUrl: null,
        state: 'active',
        role: { id: expect.any(String), key: 'agent', name: 'Agente', builtIn: true },
        noRoleReason: null,
        departments: [],
        channels: [],
        conversationAccess: 'departments',
        managedBy: { kind: 'directory', name: 'Okta' },
        presence: null,
        lastActiveAt: null,
        isYou: false,
        isOwner: false,
        can: {
          actions: [
            'view',
            'change-role',
            'change-departments',
            'change-channels',
            'change-supervisor',
            'suspend',
            'sign-out',
          ],
        },
      })
    })

    it('goes through all pages without missing or repeating anybody', async () => {
      const { total } = await listed('/members')
      const ids: string[] = []
      for (let path = '/members?limit=2'; ;) {
        const page = await listed(path)
        expect(page.total).toBe(total)
        ids.push(...page.members.map((member) => member.id))
        if (page.nextCursor === null) break
        path = `/members?limit=2&cursor=${encodeURIComponent(page.nextCursor)}`
      }
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toHaveLength(total)
    })

    it('begins at any member by number, for a scrollbar, and goes on by cursors', async () => {
      const { members, total } = await listed('/members?sort=-status')
      const ids = members.map(({ id }) => id)
      const page = await listed('/members?sort=-status&offset=1&limit=1')
      expect(page).toMatchObject({ offset: 1, total, members: [{ id: ids[1] }] })
      const back = await listed(`/members?sort=-status&limit=1&cursor=${page.previousCursor}`)
      expect(back).toMatchObject({ offset: null, members: [{ id: ids[0] }] })
      const last = await listed(`/members?sort=-status&offset=${total}&limit=1`)
      expect(last).toMatchObject({ offset: total - 1, members: [{ id: ids.at(-1) }] })
      const both = await get(`/members?sort=-status&offset=1&cursor=${page.previousCursor}`)
      expect(both.status).toBe(400)
      expect(JSON.stringify(both.body)).toContain('must have either a cursor or an offset')
    })

    it('filters by state and role, and knows who is you', async () => {
      const { roles } = (await get('/workspace')).body as unknown as WorkspaceSummary
      const page = await listed(`/members?state=active&role=${roles[0]?.id}`)
      expect(page.members).toMatchObject([{ id: acme.ownerId, isYou: true, isOwner: true }])
      expect((await listed('/members?state=suspended')).total).toBe(0)
    })

    it.each([
      'limit=101',
      'limit=0',
      'limit=ten',
      'state=removed',
      'role=manager',
      'cursor=nonsense',
      'offset=-1',
      'offset=1.5',
      'sort=age',
      'search=a&search=b',
      `search=${'x'.repeat(201)}`,
    ])('refuses %s', async (query) => {
      expect(await get(`/members?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      })
    })
  })

  it('says what the viewer may do in the workspace and which roles they may give', async () => {
    const owner = (await get('/workspace')).body as unknown as TeamWorkspace
    expect(owner.can.actions).toEqual(
      expect.arrayContaining(['invite', 'bulk', 'manage-roles', 'transfer-ownership']),
    )
    // People set their own passwords here.
    expect(owner.can.actions).not.toContain('create')
    expect(owner.can.grantableRoles).toEqual(expect.arrayContaining(['manager', 'agent']))
    const [ana] = (await listed('/members?search=ana@acme')).members
    const agent = (await get('/workspace', await acme.widgetToken(ana?.id ?? ''))).body
    expect(agent['can']).toEqual({ actions: [], grantableRoles: [] })
  })

  it('says of one member where each thing comes from', async () => {
    const [row] = (await listed('/members?search=bea')).members
    const detail = (await get(`/members/${row?.id}`)).body as unknown as MemberDetail
    expect(detail).toMatchObject({ ...row, grants: [{ kind: 'role', effective: true }] })
    expect(detail.grants[0]?.source).toEqual({ kind: 'connection_default' })
    expect(new Date(detail.grants[0]?.since ?? '').getTime()).not.toBeNaN()
  })

  describe('tenants', () => {
    it('never meet: neither list, nor member, nor stream', async () => {
      const globex = await newWorkspace(plantel, host, 'globex')
      const token = await globex.widgetToken(globex.ownerId)
      const stream = await openEvents(plantel.url, token)
      const { memberId } = await acme.hire('secret@acme.example')
      const seen = await get('/members', token)
      expect(seen.body).toMatchObject({ total: 1, members: [{ id: globex.ownerId }] })
      expect(await get(`/members/${memberId}`, token)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      })
      const { memberId: own } = await globex.hire('own@globex.example')
      await expect.poll(() => stream.memberIds()).toContain(own)
      expect(stream.memberIds()).not.toContain(memberId)
      stream.close()
    })

    it('know nobody who is not a member', async () => {
      for (const id of [createId(), 'nonsense', '..%2f']) {
        expect((await get(`/members/${id}`)).status).toBe(404)
      }
    })
  })

  describe('who may come in', () => {
    it.each([
      ['without a token', {}],
      ['with another token', { authorization: 'Bearer nonsense' }],
      ['with a password', { authorization: 'Basic YTpi' }],
    ])('nobody %s', async (_, headers) => {
      const answer = await callJson(`${plantel.url}/team/v1/workspace`, { headers })
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    })

    it('nobody with a key of the host or a token of the directory', async () => {
      expect((await get('/workspace', host.key)).status).toBe(401)
    })

    it('nobody who is suspended, from the very next request on, and again after it', async () => {
      const { userId, memberId } = await acme.hire('eva@acme.example')
      const token = await acme.widgetToken(memberId)
      expect((await get('/workspace', token)).status).toBe(200)
      await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
      expect(await get('/workspace', token)).toMatchObject({
        status: 403,
        body: { code: 'forbidden', reason: 'suspended' },
      })
      await acme.scim('PATCH', `/Users/${userId}`, setActive(true))
      expect(await get('/workspace', token)).toMatchObject({
        status: 401,
        body: { code: 'token-expired' },
      })
      expect((await get('/workspace', await acme.widgetToken(memberId))).status).toBe(200)
    })
  })

  describe('pages of other origins', () => {
    const preflight = {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'GET', authorization: '' },
    }

    it('may read when the host registered exactly this origin', async () => {
      const { status, headers } = await requestFrom(inbox)
      expect(status).toBe(200)
      expect(headers.get('access-control-allow-origin')).toBe(inbox)
      expect(headers.get('access-control-allow-credentials')).toBeNull()
      expect(headers.get('vary')).toContain('Origin')
    })

    it.each([
      'https://evil.example',
      'http://inbox.example',
      `${inbox}:8443`,
      `${inbox}.evil.example`,
      'null',
    ])('may not read from %s', async (origin) => {
      const { headers } = await requestFrom(origin)
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect((await requestFrom(origin, preflight)).status).toBe(403)
    })

    it('may not read a workspace of another host, even with a token of it', async () => {
      const [elsewhere, sibling] = ['https://other.example', 'https://sibling.example']
      await plantel.newHost('Other', [elsewhere, sibling])
      const refused = await requestFrom(elsewhere)
      expect(refused.status).toBe(403)
      // The page's developer is to find out why.
      expect(refused.headers.get('access-control-allow-origin')).toBe(elsewhere)
      expect(await refused.json()).toMatchObject({ reason: 'origin-not-allowed' })
      expect((await requestFrom(sibling, preflight)).status).toBe(204)
    })

    it('ask first and are told what they may send', async () => {
      const { status, headers } = await requestFrom(inbox, preflight)
      expect(status).toBe(204)
      expect(headers.get('access-control-allow-origin')).toBe(inbox)
      expect(headers.get('access-control-allow-headers')).toBe(
        'authorization, content-type, if-match, idempotency-key',
      )
    })

    it('gain nothing by a cookie where the operator has not said its name', async () => {
      const { status, headers } = await callJson(`${plantel.url}/team/v1/workspace`, {
        headers: {
          origin: inbox,
          cookie: `plantel=${ownerToken}`,
          'sec-fetch-site': 'same-site',
          'x-plantel-request': '1',
        },
      })
      expect(status).toBe(401)
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    })

    it('may read a refusal too', async () => {
      const { status, headers } = await requestFrom(inbox, {
        headers: { authorization: 'Bearer x' },
      })
      expect(status).toBe(401)
      expect(headers.get('access-control-allow-origin')).toBe(inbox)
    })
  })

  describe('the event stream', () => {
    it('says that it is ready, then who changed', async () => {
      const stream = await openEvents(plantel.url, ownerToken)
      await expect.poll(() => stream.messages[0]?.data).toEqual({ type: 'ready' })
      const { memberId } = await acme.hire('live@acme.example')
      await expect.poll(() => stream.memberIds()).toContain(memberId)
      stream.close()
    })

    it('goes on after the last message without a gap', async () => {
      const first = await openEvents(plantel.url, ownerToken)
      const before = await acme.hire('before@acme.example')
      await expect.poll(() => first.memberIds()).toContain(before.memberId)
      const cursor = first.messages.at(-1)?.id ?? ''
      first.close()
      const missed = await acme.hire('missed@acme.example')
      const second = await openEvents(plantel.url, ownerToken, { cursor })
      await expect.poll(() => second.memberIds()).toContain(missed.memberId)
      expect(second.memberIds()).not.toContain(before.memberId)
      expect(second.messages[0]).toEqual({
        id: cursor,
        data: { type: 'ready' } satisfies StreamMessage,
      })
      second.close()
    })

    it("ends at once when the reader's access ends, and for nobody else", async () => {
      const { userId, memberId } = await acme.hire('leaver@acme.example')
      const leaver = await openEvents(plantel.url, await acme.widgetToken(memberId))
      const stayer = await openEvents(plantel.url, ownerToken)
      await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
      await leaver.ended
      await expect.poll(() => stayer.memberIds()).toContain(memberId)
      stayer.close()
    })

    it.each([
      ['a cursor that is none', { cursor: 'abc' }, 400],
      ['an unknown field', { ids: [] }, 400],
      ['no object', [], 400],
    ])('refuses %s', async (_, body, status) => {
      const answer = await callJson(`${plantel.url}/team/v1/event-stream`, {
        method: 'POST',
        token: ownerToken,
        body,
      })
      expect(answer.status).toBe(status)
    })

    it('is limited for each member', async () => {
      const { memberId } = await acme.hire('many@acme.example')
      const token = await acme.widgetToken(memberId)
      const streams = await Promise.all(
        Array.from({ length: 20 }, () => openEvents(plantel.url, token)),
      )
      await expect(openEvents(plantel.url, token)).rejects.toThrow('429')
      streams[0]?.close()
      await expect
        .poll(() => openEvents(plantel.url, token).then(() => 'open', String))
        .toBe('open')
      for (const stream of streams) stream.close()
    })
  })

  it('notes that a member was here', async () => {
    const { memberId } = await acme.hire('active@acme.example')
    await get('/workspace', await acme.widgetToken(memberId))
    const lastActiveAt = async (): Promise<unknown> =>
      (await get(`/members/${memberId}`)).body['lastActiveAt']
    await expect.poll(lastActiveAt).not.toBeNull()
  })
})
