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
} from '../testing/test-installation.ts'

const password = 'zebra lantern 42 orbit'
const another = 'violet anchor 77 meadow'

interface Health {
  lastRequestAt: string | null
  lastSyncAt: string | null
  users: number
  groups: number
  requests: { total: number; refused: number }
  troubles: { code: string; person: { displayName: string } | null; times: number }[]
}

describe.each(testEngines)('directory and own account in the Team API on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let agentId: string
  let userId: string

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    ;({ memberId: agentId, userId } = await acme.hire('ana@acme.example'))
  })
  afterAll(() => plantel.close())

  const asOwner = (method: string, path: string, body?: unknown): Promise<Answer> =>
    acme.asMember(acme.ownerId, method, path, body)
  const connection = (): string => `/scim-connections/${acme.connectionId}`
  const health = async (): Promise<Health> =>
    (await asOwner('GET', `${connection()}/health`)).body as unknown as Health
  const requireSso = (ssoRequired: boolean): Promise<Answer> =>
    asOwner('PUT', '/sign-in-policy', { ssoRequired })
  const change = (currentPassword: string, newPassword: string): Promise<Answer> =>
    asOwner('PUT', '/me/password', { currentPassword, newPassword })

  describe('the directory', () => {
    it.each([
      ['GET', '/scim-connections'],
      ['GET', '/sso-connections'],
      ['GET', '/domains'],
      ['GET', '/sign-in-policy'],
      ['GET', '/sign-in-refusals'],
      ['POST', '/domains'],
    ])('is not for members whose role does not manage it: %s %s', async (method, path) => {
      const body = method === 'POST' ? { domain: 'acme.example' } : undefined
      expect(await acme.asMember(agentId, method, path, body)).toMatchObject({
        status: 403,
        body: { code: 'forbidden', reason: 'permission-missing' },
      })
      const own = await acme.asMember(agentId, 'GET', `${connection()}/health`)
      expect(own.body).toMatchObject({ reason: 'permission-missing' })
    })

    it('makes no connections: that is for the host', async () => {
      const body = { name: 'Another', idp: 'okta' }
      expect((await asOwner('POST', '/scim-connections', body)).status).toBe(405)
      expect((await asOwner('DELETE', connection())).status).toBe(405)
    })

    it('shows a new token once and ends the former one', async () => {
      const { body: before } = await asOwner('GET', `${connection()}/tokens`)
      const [former] = before['tokens'] as { id: string }[]
      const made = await asOwner('POST', `${connection()}/tokens`, {})
      expect(made).toMatchObject({ status: 201, body: { token: /^plt_scim_/ } })
      expect((await asOwner('POST', `${connection()}/tokens`, {})).body).toMatchObject({
        reason: 'too-many-active-tokens',
      })
      const { body: both } = await asOwner('GET', `${connection()}/tokens`)
      expect(JSON.stringify(both)).not.toContain(String(made.body['token']))
      expect(both['tokens']).toHaveLength(2)
      const revoked = await asOwner('DELETE', `${connection()}/tokens/${String(made.body['id'])}`)
      expect(revoked.status).toBe(204)
      const { body: after } = await asOwner('GET', `${connection()}/tokens`)
      expect(after['tokens']).toMatchObject([
        { id: made.body['id'], revokedAt: expect.any(String) },
        { id: former?.id, revokedAt: null },
      ])
    })

    it('says whose request was refused, why, and no longer once it is mended', async () => {
      const rename = (userName: string): Promise<Answer> =>
        acme.scim('PATCH', `/Users/${userId}`, {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'replace', path: 'userName', value: userName }],
        })
      await acme.hire('bea@acme.example')
      expect((await rename('bea@acme.example')).status).toBe(409)
      expect((await rename('bea@acme.example')).status).toBe(409)
      expect(await health()).toMatchObject({
        users: 2,
        groups: 0,
        requests: { total: 4, refused: 2 },
        lastRequestAt: expect.any(String),
        lastSyncAt: expect.any(String),
        troubles: [
          {
            code: 'name-taken',
            detail: expect.stringContaining('rename one of them'),
            person: { directoryUserId: userId, memberId: agentId },
            times: 2,
          },
        ],
      })
      expect((await rename('anna@acme.example')).status).toBe(200)
      expect((await health()).troubles).toEqual([])
    })
  })

  describe('required single sign-on', () => {
    it('is refused while it would lock people out, and says what is missing', async () => {
      expect(await asOwner('GET', '/sign-in-policy')).toMatchObject({
        status: 200,
        body: {
          ssoRequired: false,
          breakGlassOwners: [{ id: acme.ownerId, hasPassword: false, recoveryCodes: 0 }],
          hindrances: ['no-active-connection', 'no-way-for-owners'],
        },
      })
      expect(await requireSso(true)).toMatchObject({
        status: 409,
        body: { reason: 'sso-not-ready' },
      })
    })

    it('is required once somebody has signed in and an owner has codes, by whoever saw the policy', async () => {
      const { body: made } = await host.call('POST', `/workspaces/${acme.id}/sso-connections`, {
        kind: 'oidc',
        name: 'Entra',
        issuer: 'https://idp.example',
        clientId: 'plantel',
        clientSecret: 'secret',
      })
      expect((await asOwner('GET', '/sso-connections')).body).toMatchObject({
        connections: [{ id: made['id'], kind: 'oidc', state: 'active' }],
      })
      expect((await asOwner('POST', '/me/recovery-codes')).body['codes']).toHaveLength(10)
      expect((await asOwner('GET', '/sign-in-policy')).body).toMatchObject({
        hindrances: ['nobody-signed-in'],
      })
      await plantel.db.owner
        .insertInto('sso_links')
        .values({
          workspace_id: acme.id,
          connection_id: String(made['id']),
          issuer: 'https://idp.example',
          subject: 'ana',
          member_id: agentId,
        })
        .execute()
      expect(
        (await acme.asMember(acme.ownerId, 'PUT', '/sign-in-policy', { ssoRequired: true }, {}))
          .status,
      ).toBe(428)
      expect(await requireSso(true)).toMatchObject({
        status: 200,
        body: { ssoRequired: true, hindrances: [] },
      })
      expect((await acme.asMember(agentId, 'GET', '/me')).body).toMatchObject({
        password: { canChange: false },
        recoveryCodes: { canMake: false },
      })
      expect((await acme.asMember(agentId, 'POST', '/me/recovery-codes')).body).toMatchObject({
        reason: 'not-break-glass',
      })
      expect((await requireSso(false)).body).toMatchObject({ ssoRequired: false })
    })
  })

  describe('one’s own account', () => {
    it('has no password to change until there is one', async () => {
      expect(await change(password, another)).toMatchObject({
        status: 409,
        body: { reason: 'no-password' },
      })
    })

    it('changes the password for who knows it, and ends every session', async () => {
      const policies = { passwords: 'admins' }
      await host.call('PATCH', `/workspaces/${acme.id}`, { policies })
      const path = `/workspaces/${acme.id}/members/${acme.ownerId}/password`
      expect((await host.call('PUT', path, { password })).status).toBe(204)
      expect((await change('not the password', another)).body).toMatchObject({
        reason: 'password-wrong',
        errors: [{ pointer: '/currentPassword' }],
      })
      expect((await change(password, 'short')).body).toMatchObject({
        reason: 'password-too-short',
        errors: [{ pointer: '/newPassword' }],
      })
      const token = await acme.widgetToken(acme.ownerId)
      expect((await change(password, another)).status).toBe(204)
      expect((await callJson(`${plantel.url}/team/v1/me`, { token })).body).toMatchObject({
        code: 'token-expired',
      })
      expect((await change(password, another)).body).toMatchObject({ reason: 'password-wrong' })
    })

    it('counts guesses of the password', async () => {
      const reasons: unknown[] = []
      for (let guess = 0; guess < 11; guess += 1) {
        reasons.push((await change(`guess number ${guess}`, password)).body['reason'])
      }
      expect(reasons.at(0)).toBe('password-wrong')
      expect(reasons.at(-1)).toBe('too-many-attempts')
    })

    it('lists one’s own sessions and ends one of them', async () => {
      const session = async (member: string, name: string): Promise<string> => {
        const hash = Buffer.alloc(32, name)
        const later = new Date(Date.now() + 3_600_000)
        await plantel.db.owner
          .insertInto('sessions')
          .values({
            workspace_id: acme.id,
            id_hash: hash,
            member_id: member,
            connection_id: null,
            data: '{}',
            last_seen_at: new Date(),
            idle_expires_at: later,
            absolute_expires_at: later,
            sso_subject: null,
            sso_name_format: null,
            sso_session: null,
          })
          .execute()
        return hash.toString('hex')
      }
      const [mine, theirs] = [await session(agentId, 'a'), await session(acme.ownerId, 'b')]
      const list = async (): Promise<unknown> =>
        (await acme.asMember(agentId, 'GET', '/me/sessions')).body['sessions']
      expect(await list()).toMatchObject([{ id: mine, connection: null }])
      expect((await acme.asMember(agentId, 'DELETE', `/me/sessions/${theirs}`)).status).toBe(404)
      expect((await acme.asMember(agentId, 'DELETE', `/me/sessions/${mine}`)).status).toBe(204)
      expect(await list()).toEqual([])
    })

    it('says of somebody who is away that they are, whatever their screen shows', async () => {
      const set = (availability: string): Promise<Answer> =>
        acme.asMember(agentId, 'PUT', '/me/availability', { availability })
      expect((await set('away')).body).toMatchObject({ availability: 'away' })
      await host.call('PUT', `/workspaces/${acme.id}/presence`, {
        members: [{ member: agentId, state: 'online' }],
        ttlSeconds: 60,
      })
      const isOnline = async (): Promise<boolean> => {
        const row = await plantel.db.owner
          .selectFrom('presences')
          .select(['online_until', 'away_until'])
          .where('member_id', '=', agentId)
          .executeTakeFirstOrThrow()
        expect(row.away_until.getTime()).toBeGreaterThan(Date.now())
        return row.online_until.getTime() > Date.now()
      }
      expect(await isOnline()).toBe(false)
      expect((await set('online')).body).toMatchObject({ availability: 'online', awaySince: null })
      await host.call('PUT', `/workspaces/${acme.id}/presence`, {
        members: [{ member: agentId, state: 'online' }],
        ttlSeconds: 60,
      })
      expect(await isOnline()).toBe(true)
      expect((await set('away')).body).toMatchObject({ awaySince: expect.any(String) })
      expect(await isOnline()).toBe(false)
    })
  })
})
