import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
  workspaceBody,
} from '../testing/test-installation.ts'

const idpOrigin = 'http://idp.internal:8080'

describe.each(testEngines)('the Host API on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let other: TestHost
  let acme: TestWorkspace

  beforeAll(async () => {
    plantel = await openTestInstallation(engine, { PLANTEL_ALLOW_PRIVATE_NETWORK: idpOrigin })
    host = await plantel.newHost('Inbox')
    other = await plantel.newHost('Other inbox')
    acme = await newWorkspace(plantel, host, 'acme')
  })
  afterAll(() => plantel.close())

  const readWith = (token: string | undefined): Promise<Answer> =>
    callJson(`${plantel.url}/host/v1/workspaces/acme`, token === undefined ? {} : { token })
  const fill = (text: string): string =>
    text.replaceAll('{acme}', acme.id).replaceAll('{owner}', acme.ownerId)
  const send = (body: string, type: string): Promise<Response> =>
    fetch(`${plantel.url}/host/v1/workspaces`, {
      method: 'POST',
      headers: { authorization: `Bearer ${host.key}`, 'content-type': type },
      body,
    })

  describe('keys', () => {
    it.each([
      ['no key', undefined],
      ['an unknown key', `plt_host_${'0'.repeat(64)}`],
      ['something else', 'x'],
    ])('refuses %s', async (_, key) => {
      const answer = await readWith(key)
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    })

    it('refuses an expired and a revoked key', async () => {
      const expired = await plantel.newHost('Expired')
      const revoked = await plantel.newHost('Revoked')
      const past = new Date(Date.now() - 1_000)
      const { owner } = plantel.db
      await owner
        .updateTable('host_keys')
        .set({ expires_at: past })
        .where('host_id', '=', expired.id)
        .execute()
      await owner
        .updateTable('host_keys')
        .set({ revoked_at: past })
        .where('host_id', '=', revoked.id)
        .execute()
      expect((await readWith(expired.key)).status).toBe(401)
      expect((await readWith(revoked.key)).status).toBe(401)
    })
  })

  describe('workspaces', () => {
    it('are created with roles, departments, channels and an owner', async () => {
      const { status, body, headers } = await host.call(
        'POST',
        '/workspaces',
        workspaceBody('initech'),
      )
      expect(status).toBe(201)
      expect(body).toMatchObject({ slug: 'initech', ownerMemberId: expect.any(String) })
      expect(headers.get('location')).toBe(`/host/v1/workspaces/${String(body['id'])}`)
      const read = await host.call('GET', '/workspaces/initech')
      expect(read.body).toMatchObject({
        id: body['id'],
        preset: 'respond',
        seats: { used: 1, limit: null },
        departments: [{ name: 'Soporte' }, { name: 'Ventas-MX' }],
        channels: [{ name: 'WhatsApp' }],
      })
      expect(await host.call('GET', `/workspaces/${String(body['id'])}`)).toEqual(
        expect.objectContaining({ status: 200, body: read.body }),
      )
    })

    it('say when a slug is taken, and another host may use the same', async () => {
      expect(await host.call('POST', '/workspaces', workspaceBody('acme'))).toMatchObject({
        status: 409,
        body: { code: 'conflict', reason: 'slug-taken', type: 'urn:plantel:problem:conflict' },
      })
      expect((await other.call('POST', '/workspaces', workspaceBody('acme'))).status).toBe(201)
    })

    it('name every mistake of a draft by a pointer', async () => {
      const { status, body } = await host.call('POST', '/workspaces', {
        ...workspaceBody('Bad Slug'),
        timeZone: 'Mars/Olympus',
        preset: 'none',
        owner: { email: 'nobody', displayName: '' },
        extra: 1,
      })
      expect(status).toBe(400)
      const pointers = (body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)
      expect(pointers.toSorted()).toEqual([
        '',
        '/owner/displayName',
        '/owner/email',
        '/preset',
        '/slug',
        '/timeZone',
      ])
    })
  })

  describe('another host', () => {
    it.each<[string, string, unknown?]>([
      ['GET', '/workspaces/{acme}'],
      ['GET', '/workspaces/{acme}/members/{owner}'],
      ['GET', '/workspaces/{acme}/mapping-rules'],
      ['PUT', '/workspaces/{acme}/mapping-rules', { connectionId: createId(), rules: [] }],
      ['POST', '/workspaces/{acme}/mapping-rules/preview', { connectionId: createId(), rules: [] }],
      ['POST', '/workspaces/{acme}/scim-connections', { name: 'x', idp: 'okta' }],
      [
        'POST',
        '/workspaces/{acme}/sso-connections',
        {
          kind: 'oidc',
          name: 'x',
          issuer: 'https://idp.example',
          clientId: 'c',
          clientSecret: 's',
        },
      ],
      ['PATCH', `/workspaces/{acme}/sso-connections/${createId()}`, { clientSecret: 's' }],
      ['POST', '/widget-tokens', { workspace: '{acme}', member: '{owner}' }],
    ])('finds nothing at %s %s', async (method, path, body) => {
      const filled: unknown =
        body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body)))
      expect(await other.call(method, fill(path), filled)).toMatchObject({
        status: 404,
        body: { code: 'not-found', reason: 'workspace-not-found' },
      })
    })

    it('cannot change a client that is not its own', async () => {
      const draft = { name: 'Inbox', redirectUris: ['https://inbox.example/callback'] }
      const { body } = await host.call('POST', '/clients', draft)
      const path = `/clients/${String(body['clientId'])}`
      expect(await other.call('PUT', path, draft)).toMatchObject({
        status: 404,
        body: { reason: 'host-client-not-found' },
      })
      expect((await host.call('PUT', path, draft)).status).toBe(200)
    })

    it("cannot reach a member of one workspace through another's path", async () => {
      const own = await newWorkspace(plantel, other, 'own')
      expect(
        await other.call('GET', `/workspaces/${own.id}/members/${acme.ownerId}`),
      ).toMatchObject({ status: 404, body: { reason: 'member-not-found' } })
      expect(
        await other.call('POST', '/widget-tokens', { workspace: own.id, member: acme.ownerId }),
      ).toMatchObject({ status: 404, body: { reason: 'member-not-found' } })
    })
  })

  describe('connections', () => {
    it('hand out a SCIM base URL and a token that work, once per workspace', async () => {
      const answer = await acme.scim('GET', '/Users')
      expect(answer).toMatchObject({ status: 200, body: { totalResults: 0 } })
      expect(
        await host.call('POST', `/workspaces/${acme.id}/scim-connections`, {
          name: 'Entra',
          idp: 'entra',
        }),
      ).toMatchObject({ status: 409, body: { reason: 'active-connection-exists' } })
    })

    it('refuse a default role that does not exist, and keep nothing', async () => {
      const { body } = await host.call('POST', '/workspaces', workspaceBody('rollback'))
      const path = `/workspaces/${String(body['id'])}/scim-connections`
      const draft = { name: 'Okta', idp: 'okta', defaultRole: 'emperor' }
      expect(await host.call('POST', path, draft)).toMatchObject({
        status: 400,
        body: { reason: 'role-unknown' },
      })
      expect((await host.call('POST', path, { ...draft, defaultRole: 'agent' })).status).toBe(201)
    })

    const sso = { kind: 'oidc', name: 'Okta', clientId: 'c', clientSecret: 'hunter2' }

    it('point a sign-in at an OpenID provider, and elsewhere later', async () => {
      const path = `/workspaces/${acme.id}/sso-connections`
      const { status, body } = await host.call('POST', path, {
        ...sso,
        issuer: `${idpOrigin}/oidc`,
      })
      const id = String(body['id'])
      expect({ status, body }).toEqual({
        status: 201,
        body: {
          id,
          redirectUri: `${plantel.url}/sso/${id}/callback`,
          postLogoutRedirectUri: `${plantel.url}/sso/${id}/logout`,
          jwksUrl: `${plantel.url}/sso/${id}/jwks`,
        },
      })
      const moved = await host.call('PATCH', `${path}/${id}`, { issuer: 'https://idp.example' })
      expect(moved).toMatchObject({ status: 200, body: { id } })
      const row = await plantel.db.owner
        .selectFrom('sso_connections')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      expect(row.issuer).toBe('https://idp.example')
      expect(JSON.stringify(row)).not.toContain('hunter2')
    })

    it('refuse an issuer over plain http, an unknown connection and an empty change', async () => {
      const path = `/workspaces/${acme.id}/sso-connections`
      expect(await host.call('POST', path, { ...sso, issuer: 'http://idp.example' })).toMatchObject(
        { status: 400, body: { errors: [{ pointer: '/issuer' }] } },
      )
      for (const id of [createId(), 'nonsense']) {
        expect(await host.call('PATCH', `${path}/${id}`, { clientSecret: 's' })).toMatchObject({
          status: 404,
          body: { reason: 'connection-not-found' },
        })
      }
      expect((await host.call('PATCH', `${path}/${createId()}`, {})).status).toBe(400)
    })
  })

  it('maps a group of the directory to a role and a department', async () => {
    const { userId, memberId } = await acme.hire('mapped@acme.example')
    const group = await acme.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Managers',
      members: [{ value: userId }],
    })
    expect(group.status).toBe(201)
    const path = `/workspaces/${acme.id}/mapping-rules`
    const rules = [
      {
        when: { kind: 'group', group: { displayName: 'Managers' } },
        role: 'manager',
        departments: ['Soporte'],
      },
    ]
    const saved = await host.call('PUT', path, { connectionId: acme.connectionId, rules })
    expect(saved.status).toBe(200)
    expect(saved.body).toEqual({ ...(await host.call('GET', path)).body, jobId: null })
    expect(saved.body).toMatchObject({
      rules: [
        {
          when: { kind: 'group', group: { displayName: 'Managers' } },
          role: 'manager',
          departments: ['Soporte'],
        },
      ],
    })
    expect(
      (await host.call('GET', `/workspaces/${acme.id}/members/${memberId}`)).body,
    ).toMatchObject({
      member: { id: memberId, role: { key: 'manager' }, departments: ['Soporte'] },
    })
    expect(
      await host.call('PUT', path, {
        connectionId: acme.connectionId,
        rules: [{ when: { kind: 'group', group: { displayName: 'Nobody' } } }],
      }),
    ).toMatchObject({ status: 404, body: { reason: 'group-not-found' } })

    // What was read can be written back, and says beforehand what it would do.
    const connectionId = acme.connectionId
    const asRead = saved.body['rules'] as Record<string, unknown>[]
    const same = await host.call('POST', `${path}/preview`, { connectionId, rules: asRead })
    expect(same).toMatchObject({ status: 200, body: { changed: 0, members: [] } })
    const none = await host.call('POST', `${path}/preview`, { connectionId, rules: [] })
    expect(none.body).toMatchObject({
      changed: 1,
      members: [{ id: memberId, before: { role: 'manager' }, after: { role: 'agent' } }],
    })
    const outdated = { connectionId, rules: [], previewHash: same.body['hash'] }
    expect(await host.call('PUT', path, outdated)).toMatchObject({
      status: 409,
      body: { reason: 'difference-changed', difference: { hash: none.body['hash'], changed: 1 } },
    })
    expect((await host.call('GET', path)).body['rules']).toEqual(saved.body['rules'])
    const shown = { connectionId, rules: [], previewHash: none.body['hash'] }
    expect(await host.call('PUT', path, shown)).toMatchObject({ status: 200, body: { rules: [] } })
  })

  describe('widget tokens', () => {
    it("are minted for a member or for the host's own user", async () => {
      for (const who of [{ member: acme.ownerId }, { hostUser: 'host-1' }]) {
        const { status, body } = await host.call('POST', '/widget-tokens', {
          workspace: 'acme',
          ...who,
        })
        expect(status).toBe(200)
        expect(Date.parse(String(body['expiresAt']))).toBeGreaterThan(Date.now())
        const team = await callJson(`${plantel.url}/team/v1/workspace`, {
          token: String(body['token']),
        })
        expect(team.body).toMatchObject({ viewer: { memberId: acme.ownerId } })
      }
    })

    it('are refused for people who may not come in, with the reason', async () => {
      const { userId, memberId } = await acme.hire('gone@acme.example')
      await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
      expect(
        await host.call('POST', '/widget-tokens', { workspace: acme.id, member: memberId }),
      ).toMatchObject({ status: 403, body: { code: 'forbidden', reason: 'suspended' } })
    })

    it.each([
      ['an unknown member', { workspace: 'acme', member: createId() }, 404],
      ['something that is no id', { workspace: 'acme', member: "' or 1=1" }, 404],
      ['an unknown host user', { workspace: 'acme', hostUser: 'nobody' }, 404],
      ['an unknown workspace', { workspace: 'nowhere', member: createId() }, 404],
      ['both', { workspace: 'acme', member: createId(), hostUser: 'x' }, 400],
      ['neither', { workspace: 'acme' }, 400],
    ])('are refused for %s', async (_, body, status) => {
      expect((await host.call('POST', '/widget-tokens', body)).status).toBe(status)
    })
  })

  describe('what a host registers about itself', () => {
    it('is an OpenID client, whose secret it sees once', async () => {
      const { status, body } = await host.call('POST', '/clients', {
        name: 'Inbox',
        redirectUris: ['https://inbox.example/callback'],
        postLogoutRedirectUris: ['https://inbox.example/'],
        backchannelLogoutUri: 'https://inbox.example/logout',
      })
      expect(status).toBe(201)
      expect(body).toEqual({
        clientId: expect.any(String),
        clientSecret: expect.any(String),
        issuer: `${plantel.url}/oidc`,
      })
      const row = await plantel.db.owner
        .selectFrom('host_clients')
        .selectAll()
        .where('id', '=', String(body['clientId']))
        .executeTakeFirstOrThrow()
      expect(JSON.stringify(row)).not.toContain(body['clientSecret'])
    })

    it.each<[string, string, string, unknown]>([
      ['a client without an address', 'POST', '/clients', { name: 'x', redirectUris: [] }],
      ['a fragment', 'POST', '/clients', { name: 'x', redirectUris: ['https://a.example/#b'] }],
      ['a password', 'POST', '/clients', { name: 'x', redirectUris: ['https://a:b@a.example/'] }],
      ['a script', 'POST', '/clients', { name: 'x', redirectUris: ['javascript:alert(1)'] }],
      ['an origin with a path', 'PUT', '/allowed-origins', { origins: ['https://a.example/x'] }],
      ['every origin', 'PUT', '/allowed-origins', { origins: ['*'] }],
      ['a webhook over http', 'POST', '/webhook-endpoints', { url: 'http://a.example/hook' }],
    ])('is not %s', async (_, method, path, body) => {
      expect(await host.call(method, path, body)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      })
    })

    it('is a webhook endpoint; the same URL again renews its secret', async () => {
      const url = 'https://inbox.example/hook'
      const first = await host.call('POST', '/webhook-endpoints', { url })
      const second = await host.call('POST', '/webhook-endpoints', { url })
      expect(first).toMatchObject({
        status: 201,
        body: { secret: expect.stringMatching(/^whsec_/) },
      })
      expect(second.body['id']).toBe(first.body['id'])
      expect(second.body['secret']).not.toBe(first.body['secret'])
    })

    it("lists webhook endpoints without their secrets and deletes only the host's own", async () => {
      const url = 'https://hooks.example/to-be-deleted'
      const { body: created } = await host.call('POST', '/webhook-endpoints', { url })
      const id = String(created['id'])
      const listed = async (): Promise<unknown[]> =>
        (await host.call('GET', '/webhook-endpoints')).body['endpoints'] as unknown[]
      expect(await listed()).toContainEqual(expect.objectContaining({ id, url, enabled: true }))

      const foreign = await other.call('DELETE', `/webhook-endpoints/${id}`)
      expect(foreign).toMatchObject({ status: 404, body: { code: 'not-found' } })
      expect((await host.call('DELETE', `/webhook-endpoints/${id}`)).status).toBe(204)
      expect(await listed()).not.toContainEqual(expect.objectContaining({ id }))
      expect((await host.call('DELETE', '/webhook-endpoints/nonsense')).status).toBe(404)
    })
  })

  describe('bad input', () => {
    it.each([
      ['malformed JSON', '{"slug":', 'application/json', 400, 'invalid-request'],
      ['no object', '"text"', 'application/json', 400, 'invalid-request'],
      [
        'another media type',
        'slug=x',
        'application/x-www-form-urlencoded',
        415,
        'unsupported-media-type',
      ],
      [
        'another charset',
        '{}',
        'application/json; charset=iso-8859-1',
        415,
        'unsupported-media-type',
      ],
      [
        'over 1 MiB',
        `{"slug":"${'x'.repeat(1024 * 1024)}"}`,
        'application/json',
        413,
        'payload-too-large',
      ],
    ])('%s', async (_, body, type, status, code) => {
      const response = await send(body, type)
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      const problem = (await response.json()) as Record<string, unknown>
      expect({ status: response.status, code: problem['code'] }).toEqual({ status, code })
      expect(problem['requestId']).toBe(response.headers.get('x-request-id'))
      expect(JSON.stringify(problem)).not.toMatch(/node_modules|\bat .*\.ts|select /)
    })

    it('nearly 1 MiB is read, and then judged', async () => {
      const response = await send(`{"slug":"${'x'.repeat(1_000_000)}"}`, 'application/json')
      const problem = (await response.json()) as Record<string, unknown>
      expect(problem).toMatchObject({ status: 400, code: 'invalid-request' })
    })

    it('an unknown path, method or parameter', async () => {
      expect(await host.call('GET', '/nothing')).toMatchObject({ status: 404 })
      const wrongMethod = await host.call('DELETE', '/workspaces/acme/authorize')
      expect(wrongMethod).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } })
      expect(wrongMethod.headers.get('allow')).toBe('POST')
      expect((await host.call('GET', '/workspaces/acme?expand=all')).status).toBe(400)
      expect((await host.call('GET', '/workspaces/%ff')).status).toBe(400)
    })
  })
})
