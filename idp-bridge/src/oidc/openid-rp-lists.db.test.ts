/** The OpenID Foundation's lists for relying parties, item by item: Basic RP, and Back-Channel Logout RP (Basic). */
import { testEngines } from '@plantel/db/testing'
import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { claimDomain, markDomainVerified } from '../domains/domain-store.ts'
import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { createBrowser } from '../testing/browser.ts'
import {
  type Misbehaviour,
  type MisbehavingIdp,
  startMisbehavingIdp,
} from '../testing/misbehaving-idp.ts'

const engine = testEngines[0] ?? 'pglite'
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
const now = (): number => Math.floor(Date.now() / 1000)

describe('OpenID Foundation', () => {
  let world: BridgeWorld
  let idp: MisbehavingIdp
  let north: TestWorkspace
  let strangersKey: CryptoKey
  let connection: { id: string }

  beforeAll(async () => {
    idp = await startMisbehavingIdp()
    strangersKey = (await generateKeyPair('RS256')).privateKey
    world = await createBridgeWorld(engine, [idp.issuer])
    north = await world.addWorkspace('north')
    await north.hire('ana')
    await north.write(async (trx) => {
      await claimDomain(trx, 'example.com')
      await markDomainVerified(trx, 'example.com')
    })
    connection = await north.connect(idp)
  })
  afterAll(() => Promise.all([world.close(), idp.close()]))

  /** `signed-in`, or what the admin is told; each by a connection of its own, so that nothing is remembered. */
  async function attempt(misbehaviour: Misbehaviour): Promise<string> {
    idp.behave(misbehaviour)
    const { id } = await north.connect(idp)
    const browser = createBrowser()
    const { url } = await browser.follow(`${world.publicUrl}/sso/${id}/start`)
    if (url.pathname === '/sign-in/signed-in') return 'signed-in'
    expect(browser.cookieNames(world.publicUrl)).not.toContain(`plantel-${north.id.slice(-8)}`)
    return world.log.at(-1)?.adminDetail ?? 'nothing'
  }

  function sign(
    header: { alg: string; kid?: string; typ?: string },
    claims: Record<string, unknown>,
    key: CryptoKey | Uint8Array = idp.key,
  ): Promise<string> {
    return new SignJWT({
      iss: idp.issuer,
      aud: idp.clientId,
      iat: now(),
      exp: now() + 120,
      jti: crypto.randomUUID(),
      sub: 'ana',
      events: { [logoutEvent]: {} },
      ...claims,
    })
      .setProtectedHeader(header)
      .sign(key)
  }

  function post(logoutToken: string): Promise<Response> {
    return fetch(`${world.publicUrl}/sso/${connection.id}/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: logoutToken }),
    })
  }

  async function logout(claims: Record<string, unknown>): Promise<Response> {
    return post(await sign({ alg: 'RS256', kid: 'one', typ: 'logout+jwt' }, claims))
  }

  describe('Basic RP', () => {
    it.each<[string, Misbehaviour, string]>([
      ['oidcc-client-test', {}, 'signed-in'],
      ['oidcc-client-test-invalid-iss', { claims: { iss: 'https://x.example' } }, 'wrong-claim'],
      ['oidcc-client-test-missing-sub', { without: ['sub'] }, 'claim-missing'],
      ['oidcc-client-test-invalid-aud', { claims: { aud: 'another' } }, 'wrong-claim'],
      ['oidcc-client-test-missing-iat', { without: ['iat'] }, 'claim-missing'],
      ['oidcc-client-test-kid-absent-single-jwks', { header: { kid: undefined } }, 'signed-in'],
      // The list allows either; two keys that both fit are nobody's to choose from.
      [
        'oidcc-client-test-kid-absent-multiple-jwks',
        { header: { kid: undefined }, secondKey: true },
        'key-unknown',
      ],
      ['oidcc-client-test-idtoken-sig-rs256', { header: { alg: 'RS256' } }, 'signed-in'],
      ['oidcc-client-test-idtoken-sig-none', { header: { alg: 'none' } }, 'wrong-algorithm'],
      ['oidcc-client-test-nonce-invalid', { claims: { nonce: 'another' } }, 'wrong-claim'],
    ])('%s', async (_name, misbehaviour, outcome) => {
      expect(await attempt(misbehaviour)).toBe(outcome)
    })

    it('oidcc-client-test-invalid-sig-rs256', async () => {
      expect(await attempt({ key: strangersKey })).toBe('wrong-signature')
    })

    it('oidcc-client-test-userinfo-invalid-sub', async () => {
      const userinfo = { sub: 'somebody-else', email: 'ana@example.com' }
      expect(await attempt({ userinfo })).toBe('userinfo-subject')
    })

    it('oidcc-client-test-scope-userinfo-claims', async () => {
      const userinfo = { sub: 'known-by-address', email: 'ana@example.com' }
      expect(await attempt({ claims: { sub: 'known-by-address' }, userinfo })).toBe('signed-in')
      expect(idp.userinfoRequests.at(-1)).toMatch(/^Bearer [\w-]+$/)
    })

    it('oidcc-client-test-client-secret-basic', async () => {
      expect(await attempt({})).toBe('signed-in')
      const { authorization = '' } = idp.tokenRequests.at(-1) ?? {}
      const [id = '', secret = ''] = Buffer.from(authorization.replace('Basic ', ''), 'base64')
        .toString()
        .split(':')
        .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
      expect([id, secret]).toEqual([idp.clientId, idp.clientSecret])
    })
  })

  describe('Back-Channel Logout RP', () => {
    const list = 'oidcc-client-test-rp-backchannel-rpinitlogout'

    it('oidcc-client-test-rp-backchannel-rpinitlogout', async () => {
      idp.behave({})
      const browser = createBrowser()
      await browser.follow(`${world.publicUrl}/sso/${connection.id}/start`)
      const count = async (): Promise<number> =>
        world.log.filter(({ event }) => event === 'access.revoked').length
      const before = await count()
      const answer = await logout({})
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect(await count()).toBe(before + 1)
    })

    it(`${list}-alg-none`, async () => {
      const signed = await sign({ alg: 'RS256' }, {})
      const header = Buffer.from('{"alg":"none"}').toString('base64url')
      expect((await post(`${header}.${signed.split('.')[1]}.`)).status).toBe(400)
    })

    it(`${list}-wrong-alg`, async () => {
      const secret = new TextEncoder().encode(idp.clientSecret.padEnd(32, '.'))
      expect((await post(await sign({ alg: 'HS256' }, {}, secret))).status).toBe(400)
    })

    it.each([
      ['no-event', { events: undefined }],
      ['with-nonce', { nonce: 'n' }],
      ['wrong-aud', { aud: 'another' }],
      ['wrong-event', { events: { 'http://schemas.openid.net/event/other': {} } }],
      ['wrong-iss', { iss: 'https://x.example' }],
    ])(`${list}-%s`, async (_name, claims) => {
      expect((await logout(claims)).status).toBe(400)
    })
  })
})
