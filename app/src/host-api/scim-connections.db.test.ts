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
} from '../testing/test-installation.ts'

const keysOrigin = 'http://keys.internal:8080'

describe.each(testEngines)('SCIM connections by the Host API on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let slugs = 0

  beforeAll(async () => {
    plantel = await openTestInstallation(engine, { PLANTEL_ALLOW_PRIVATE_NETWORK: keysOrigin })
    host = await plantel.newHost('Inbox')
  })
  afterAll(() => plantel.close())

  /** A workspace of its own, with calls below its connections. */
  async function open(defaultRole: string | null = 'agent'): Promise<{
    workspace: TestWorkspace
    call: (method: string, path?: string, body?: unknown) => Promise<Answer>
    one: (method: string, path?: string, body?: unknown) => Promise<Answer>
    member: (id: string) => Promise<unknown>
  }> {
    slugs += 1
    const workspace = await newWorkspace(plantel, host, `acme-${slugs}`, { defaultRole })
    const all = `/workspaces/${workspace.id}/scim-connections`
    const call = (method: string, path = '', body?: unknown): Promise<Answer> =>
      host.call(method, `${all}${path}`, body)
    return {
      workspace,
      call,
      one: (method, path = '', body) => call(method, `/${workspace.connectionId}${path}`, body),
      member: async (id) =>
        (await host.call('GET', `/workspaces/${workspace.id}/members/${id}`)).body['member'],
    }
  }

  const usersWith = (workspace: TestWorkspace, token: unknown): Promise<Answer> =>
    callJson(`${plantel.url}/scim/v2/${workspace.connectionId}/Users`, { token: String(token) })

  it('are listed and read with their addresses', async () => {
    const { workspace, call, one } = await open()
    const { body, status } = await one('GET')
    const baseUrl = `${plantel.url}/scim/v2/${workspace.connectionId}`
    expect(status).toBe(200)
    expect(body).toEqual({
      id: workspace.connectionId,
      name: 'Okta',
      idp: 'okta',
      profile: 'compat',
      patchResponse: 'resource',
      state: 'active',
      defaultRole: 'agent',
      rateLimit: { requestsPerMinute: 3_000, burst: 200 },
      createdAt: expect.any(String),
      baseUrl,
      tokenEndpoint: `${baseUrl}/oauth2/token`,
      clientId: workspace.connectionId,
    })
    expect((await call('GET')).body).toEqual({ connections: [body] })
  })

  it('switch from one directory to another: a draft, a pause, a resume', async () => {
    const { workspace, call, one } = await open()
    const draft = await call('POST', '', { name: 'Entra', idp: 'entra', state: 'draft' })
    expect(draft.status).toBe(201)
    const path = `/${String(draft.body['id'])}`
    const conflict = { status: 409, body: { reason: 'active-connection-exists' } }
    expect(await call('POST', '', { name: 'Third', idp: 'google' })).toMatchObject(conflict)
    expect(await call('POST', `${path}/resume`)).toMatchObject(conflict)
    expect(await call('POST', `${path}/pause`)).toMatchObject({
      status: 409,
      body: { reason: 'connection-not-activated' },
    })
    expect((await one('POST', '/pause')).body).toMatchObject({ state: 'paused' })
    expect((await one('POST', '/pause')).body).toMatchObject({ state: 'paused' })
    expect((await call('POST', `${path}/resume`)).body).toMatchObject({ state: 'active' })
    expect(await one('POST', '/resume')).toMatchObject(conflict)
    expect((await workspace.scim('GET', '/Users')).status).toBe(403)
  })

  it('change their settings, and a new default role counts at once', async () => {
    const { workspace, one, member } = await open('agent')
    const { memberId } = await workspace.hire('ana@acme.example')
    expect(await member(memberId)).toMatchObject({ role: { key: 'agent' } })
    const changed = await one('PATCH', '', {
      name: 'Okta MX',
      profile: 'rfc',
      patchResponse: 'no-content',
      defaultRole: 'manager',
      rateLimit: { requestsPerMinute: 60, burst: 10 },
    })
    expect(changed.body).toMatchObject({
      name: 'Okta MX',
      profile: 'rfc',
      patchResponse: 'no-content',
      defaultRole: 'manager',
      rateLimit: { requestsPerMinute: 60, burst: 10 },
    })
    expect(await member(memberId)).toMatchObject({ role: { key: 'manager' } })
    expect((await one('PATCH', '', { defaultRole: null })).body).toMatchObject({
      defaultRole: null,
      name: 'Okta MX',
    })
    expect(await member(memberId)).toMatchObject({ role: null, state: 'active' })
  })

  it('can not demand unique group names while two are the same', async () => {
    const { workspace, one } = await open()
    await one('PATCH', '', { profile: 'rfc' })
    // The former profile is remembered for a second.
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    const group = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Managers',
    }
    const first = await workspace.scim('POST', '/Groups', group)
    expect(first.status).toBe(201)
    expect((await workspace.scim('POST', '/Groups', group)).status).toBe(201)
    expect(await one('PATCH', '', { profile: 'compat' })).toMatchObject({
      status: 409,
      body: { reason: 'group-name-taken' },
    })
    await workspace.scim('DELETE', `/Groups/${String(first.body['id'])}`)
    expect((await one('PATCH', '', { profile: 'compat' })).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    expect((await workspace.scim('POST', '/Groups', group)).status).toBe(409)
  })

  it('are deleted for good: people stay in their state, without what the directory gave', async () => {
    const { workspace, one, call, member } = await open('agent')
    const working = await workspace.hire('working@acme.example')
    const suspended = await workspace.hire('suspended@acme.example')
    const removed = await workspace.hire('removed@acme.example')
    await workspace.scim('PATCH', `/Users/${suspended.userId}`, setActive(false))
    await workspace.scim('DELETE', `/Users/${removed.userId}`)
    expect(await one('DELETE')).toMatchObject({
      status: 200,
      body: { id: workspace.connectionId, members: 3 },
    })
    expect(await member(working.memberId)).toMatchObject({ state: 'active', role: null })
    expect(await member(suspended.memberId)).toMatchObject({ state: 'suspended', role: null })
    expect(await member(removed.memberId)).toMatchObject({ state: 'removed' })
    expect(await member(workspace.ownerId)).toMatchObject({ role: { key: 'owner' } })
    expect((await one('GET')).status).toBe(404)
    expect((await call('GET')).body).toEqual({ connections: [] })
    const rows = await plantel.db.owner
      .selectFrom('directory_users')
      .select('id')
      .where('workspace_id', '=', workspace.id)
      .execute()
    expect(rows).toEqual([])
    expect((await call('POST', '', { name: 'Entra', idp: 'entra' })).status).toBe(201)
  })

  it('leave a trace: who changed what of a connection, and an event for the host', async () => {
    const { workspace, one } = await open()
    await one('POST', '/pause')
    const trace = await plantel.db.owner
      .selectFrom('audit_entries')
      .select(['action', 'actor_kind', 'before', 'after'])
      .where('workspace_id', '=', workspace.id)
      .where('subject_id', '=', workspace.connectionId)
      .orderBy('id')
      .execute()
    expect(trace).toMatchObject([
      { action: 'scim_connection.created', actor_kind: 'host' },
      { action: 'scim_connection.token_created', actor_kind: 'host' },
      {
        action: 'scim_connection.paused',
        before: { state: 'active' },
        after: { state: 'paused' },
      },
    ])
    const lastTold = async (): Promise<unknown> => {
      const events = await plantel.db.owner
        .selectFrom('events')
        .select('payload')
        .where('workspace_id', '=', workspace.id)
        .where('type', '=', 'connection.changed')
        .orderBy('position')
        .execute()
      return events.at(-1)?.payload
    }
    await expect
      .poll(lastTold)
      .toEqual({ scimConnection: { id: workspace.connectionId, state: 'paused' } })
  })

  describe('tokens', () => {
    it('are shown once, listed with their last use, and revoked', async () => {
      const { workspace, one } = await open()
      const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
      const created = await one('POST', '/tokens', { expiresAt })
      expect(created).toMatchObject({ status: 201, body: { expiresAt } })
      const token = created.body['token']
      expect((await usersWith(workspace, token)).status).toBe(200)
      const listed = (await one('GET', '/tokens')).body['tokens'] as unknown[]
      expect(listed).toHaveLength(2)
      expect(listed[0]).toEqual({
        id: created.body['id'],
        scope: 'full',
        allowedNetworks: [],
        createdAt: expect.any(String),
        expiresAt,
        revokedAt: null,
        lastUsedAt: expect.any(String),
        lastUsedFrom: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      })
      expect(JSON.stringify(listed)).not.toContain(token)
      expect(await one('POST', '/tokens')).toMatchObject({
        status: 409,
        body: { reason: 'too-many-active-tokens' },
      })
      const path = `/tokens/${String(created.body['id'])}`
      expect((await one('DELETE', path)).status).toBe(204)
      expect((await one('DELETE', path)).status).toBe(204)
      expect((await one('DELETE', `/tokens/${createId()}`)).status).toBe(404)
      await new Promise((resolve) => setTimeout(resolve, 1_050))
      expect((await usersWith(workspace, token)).status).toBe(401)
      expect((await one('POST', '/tokens')).status).toBe(201)
    })

    it('may be for reading only', async () => {
      const { workspace, one } = await open()
      const token = String((await one('POST', '/tokens', { scope: 'read' })).body['token'])
      const base = `${plantel.url}/scim/v2/${workspace.connectionId}`
      const scim = (method: string, path: string, body?: unknown): Promise<Answer> =>
        callJson(`${base}${path}`, { method, token, body })
      const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] }
      expect((await scim('GET', '/Users')).status).toBe(200)
      expect((await scim('POST', '/Users/.search', search)).status).toBe(200)
      expect((await scim('POST', '/.search', search)).status).toBe(200)
      for (const [method, path] of [
        ['POST', '/Users'],
        ['PUT', `/Users/${createId()}`],
        ['PATCH', `/Users/${createId()}`],
        ['DELETE', `/Groups/${createId()}`],
        ['POST', '/Bulk'],
      ] as const) {
        expect((await scim(method, path, {})).status).toBe(403)
      }
    })

    it('may be bound to networks', async () => {
      const { workspace, one } = await open()
      const elsewhere = await one('POST', '/tokens', { allowedNetworks: ['192.0.2.0/24'] })
      expect((await usersWith(workspace, elsewhere.body['token'])).status).toBe(401)
      await one('DELETE', `/tokens/${String(elsewhere.body['id'])}`)
      const here = await one('POST', '/tokens', { allowedNetworks: ['127.0.0.0/8', '::1'] })
      expect((await usersWith(workspace, here.body['token'])).status).toBe(200)
    })

    it.each([
      ['a network that is none', { allowedNetworks: ['acme.example'] }, 'network-invalid'],
      ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiry-out-of-range'],
      ['an expiry in four years', { expiresAt: inYears(4) }, 'expiry-out-of-range'],
      ['an unknown scope', { scope: 'admin' }, undefined],
    ])('are refused with %s', async (_, body, reason) => {
      const { one } = await open()
      expect(await one('POST', '/tokens', body)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', ...(reason === undefined ? {} : { reason }) },
      })
    })
  })

  describe('the token endpoint', () => {
    it('takes secrets made here, and is found by its metadata', async () => {
      const { workspace, one } = await open()
      const { status, body } = await one('POST', '/client-secrets', { validYears: 3 })
      expect(status).toBe(201)
      const metadata = await callJson(
        `${plantel.url}/.well-known/oauth-authorization-server/scim/v2/${workspace.connectionId}`,
      )
      const issued = await requestToken(
        metadata.body['token_endpoint'],
        body['clientSecret'],
        String(body['clientId']),
      )
      const { access_token: token } = (await issued.json()) as { access_token: string }
      expect((await usersWith(workspace, token)).status).toBe(200)
      const listed = await one('GET', '/client-secrets')
      expect(listed.body).toEqual({
        clientSecrets: [
          {
            id: body['id'],
            createdAt: expect.any(String),
            expiresAt: body['expiresAt'],
            lastUsedAt: expect.any(String),
          },
        ],
      })
      expect((await one('GET', '/tokens')).body['tokens']).toHaveLength(1)
      expect((await one('DELETE', '/access-tokens')).body).toEqual({ revoked: 1 })
      expect((await one('DELETE', `/client-secrets/${String(body['id'])}`)).status).toBe(204)
      expect((await one('POST', '/client-secrets', { validYears: 4 })).status).toBe(400)
    })

    it('takes trusts made here', async () => {
      const { one } = await open()
      const trust = {
        kind: 'workload_identity',
        issuer: 'https://login.microsoftonline.com/t/v2.0',
        subject: 's',
        audience: 'api://a',
        jwksUrl: `${keysOrigin}/keys`,
      }
      const { status, body } = await one('POST', '/client-trusts', trust)
      expect(status).toBe(201)
      const { jwksUrl, ...rest } = trust
      expect((await one('GET', '/client-trusts')).body).toMatchObject({
        clientTrusts: [{ ...rest, id: body['id'], keys: { jwksUrl }, directoryTenant: null }],
      })
      expect(
        await one('POST', '/client-trusts', { ...trust, jwksUrl: 'http://idp.example/keys' }),
      ).toMatchObject({ status: 400, body: { errors: [{ pointer: '/jwksUrl' }] } })
      expect(
        await one('POST', '/client-trusts', {
          kind: 'private_key_jwt',
          keys: { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } },
        }),
      ).toMatchObject({ status: 400, body: { reason: 'jwks-invalid' } })
      expect((await one('DELETE', `/client-trusts/${String(body['id'])}`)).status).toBe(204)
      expect((await one('DELETE', `/client-trusts/${String(body['id'])}`)).status).toBe(404)
    })
  })

  it('show their requests page by page', async () => {
    const { workspace, one } = await open()
    const { userId } = await workspace.hire('log@acme.example')
    await workspace.scim('POST', '/Users', {})
    await workspace.scim('PATCH', `/Users/${userId}`, setActive(false))
    const read = async (query: string): Promise<{ method: string; status: number }[]> =>
      (await one('GET', `/requests${query}`)).body['requests'] as {
        method: string
        status: number
      }[]
    expect((await read('')).map(({ method, status }) => [method, status])).toEqual([
      ['PATCH', 200],
      ['POST', 400],
      ['POST', 201],
    ])
    expect(await read('?only=errors')).toMatchObject([{ status: 400, path: '/Users' }])
    const first = await one('GET', '/requests?limit=2')
    expect(await read(`?limit=2&cursor=${String(first.body['nextCursor'])}`)).toMatchObject([
      { method: 'POST', status: 201 },
    ])
    for (const query of ['?only=all', '?limit=0', '?limit=201', '?cursor=x', '?page=2']) {
      expect((await one('GET', `/requests${query}`)).status).toBe(400)
    }
  })

  it("are out of another host's reach, and of another workspace's", async () => {
    const [mine, neighbour] = [await open(), await open()]
    const other = await plantel.newHost(`Other ${createId()}`)
    const all = `/workspaces/${mine.workspace.id}/scim-connections`
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['GET', '/tokens'],
      ['POST', '/tokens'],
      ['DELETE', `/tokens/${createId()}`],
      ['GET', '/client-secrets'],
      ['POST', '/client-secrets'],
      ['DELETE', `/client-secrets/${createId()}`],
      ['GET', '/client-trusts'],
      ['DELETE', `/client-trusts/${createId()}`],
      ['DELETE', '/access-tokens'],
      ['GET', '/requests'],
    ] as const) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined
      const path404 = `/${mine.workspace.connectionId}${path}`
      expect(await other.call(method, `${all}${path404}`, body)).toMatchObject({
        status: 404,
        body: { reason: 'workspace-not-found' },
      })
      expect(await neighbour.call(method, path404, body)).toMatchObject({
        status: 404,
        body: { reason: 'connection-not-found' },
      })
    }
    expect((await mine.one('GET')).body).toMatchObject({ state: 'active', name: 'Okta' })
  })
})

function requestToken(tokenEndpoint: unknown, secret: unknown, id: string): Promise<Response> {
  return fetch(String(tokenEndpoint), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: String(secret),
    }),
  })
}

function inYears(years: number): string {
  const later = new Date()
  later.setUTCFullYear(later.getUTCFullYear() + years)
  return later.toISOString()
}
