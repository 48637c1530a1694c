import { createHash } from 'node:crypto'

import { readInWorkspace } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { readMemberAccess } from '@plantel/team'
import { generateKeyPair, SignJWT } from 'jose'
import { refreshTokenGrant } from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { editSsoConnection } from '../connections/sso-connection-commands.ts'
import { claimDomain, markDomainVerified } from '../domains/domain-store.ts'
import { systemActor } from '../system-actor.ts'
import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { createBrowser } from '../testing/browser.ts'
import { createTestHostClient, type TestHostClient } from '../testing/host-client.ts'
import { type LogoutReceiver, startLogoutReceiver } from '../testing/logout-receiver.ts'
import { type MisbehavingIdp, startMisbehavingIdp } from '../testing/misbehaving-idp.ts'
import { readRevocations } from './revocation-store.ts'

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
const sessionRevoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
const verification = 'https://schemas.openid.net/secevent/ssf/event-type/verification'
const sealer = { seal: () => '', open: () => '' }

interface TokenChange {
  claims?: Record<string, unknown>
  without?: readonly string[]
  header?: Record<string, unknown>
  key?: CryptoKey
}

describe.each(testEngines)('Identity providers end access on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: MisbehavingIdp
  let receiver: LogoutReceiver
  let host: TestHostClient
  let client: { clientId: string; clientSecret: string; redirectUri: string }
  let north: TestWorkspace
  let connection: string
  let stranger: CryptoKey
  let people = 0

  beforeAll(async () => {
    ;[idp, receiver] = await Promise.all([startMisbehavingIdp(), startLogoutReceiver()])
    stranger = (await generateKeyPair('RS256')).privateKey
    world = await createBridgeWorld(engine, [idp.issuer, receiver.origin])
    north = await world.addWorkspace('north')
    connection = (await north.connect(idp)).id
    client = await world.addClient({ backchannelLogoutUri: receiver.uri })
    receiver.expect(world.publicUrl, client.clientId)
    host = await createTestHostClient(world.publicUrl, client)
  })
  afterAll(() => Promise.all([world.close(), idp.close(), receiver.close()]))

  interface SignedIn {
    sub: string
    memberId: string
    refreshToken: string
    sid: string
  }

  /** Somebody who has come in through the company, with a session of that name there. */
  async function signIn(): Promise<SignedIn> {
    const sub = `person-${(people += 1)}`
    const sid = `session-${people}`
    const { memberId } = await north.hire(sub)
    idp.behave({ claims: { sub, sid } })
    const { refreshToken = '' } = await host.signIn(createBrowser(), {
      workspace: 'north',
      connection,
    })
    return { sub, memberId, refreshToken, sid }
  }

  async function isOut({ refreshToken }: SignedIn): Promise<boolean> {
    try {
      await refreshTokenGrant(host.configuration, refreshToken)
      return false
    } catch {
      return true
    }
  }

  function token(
    claims: Record<string, unknown>,
    typ: string,
    change: TokenChange,
  ): Promise<string> {
    const iat = Math.floor(Date.now() / 1000)
    const all: Record<string, unknown> = {
      iss: idp.issuer,
      aud: idp.clientId,
      iat,
      exp: iat + 120,
      jti: crypto.randomUUID(),
      ...claims,
      ...change.claims,
    }
    for (const name of change.without ?? []) delete all[name]
    return new SignJWT(all)
      .setProtectedHeader({ alg: 'RS256', kid: 'one', typ, ...change.header })
      .sign(change.key ?? idp.key)
  }

  const address = (name: string, base = world.publicUrl): string =>
    `${base}/sso/${connection}/${name}`

  async function backchannel(
    claims: Record<string, unknown>,
    change: TokenChange = {},
    base?: string,
  ): Promise<Response> {
    const signed = await token({ events: { [logoutEvent]: {} }, ...claims }, 'logout+jwt', change)
    return fetch(address('backchannel-logout', base), {
      method: 'POST',
      body: new URLSearchParams({ logout_token: signed }),
    })
  }

  async function push(
    claims: Record<string, unknown>,
    change: TokenChange = {},
    type = 'application/secevent+jwt',
  ): Promise<Response> {
    const audience = { aud: address('security-events') }
    const body = await token({ ...audience, ...claims }, 'secevent+jwt', change)
    return fetch(address('security-events'), {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
  }

  async function revokeGlobally(subId: unknown, change: TokenChange = {}): Promise<Response> {
    const audience = { aud: address('global-token-revocation') }
    const bearer = await token(audience, 'global-token-revocation+jwt', change)
    return fetch(address('global-token-revocation'), {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sub_id: subId }),
    })
  }

  const issSub = (sub: string): Record<string, unknown> => ({
    format: 'iss_sub',
    iss: idp.issuer,
    sub,
  })

  it('by back-channel logout, of a person or of a session, and not of anybody else', async () => {
    const [ana, bea, cleo] = [await signIn(), await signIn(), await signIn()]
    const answer = await backchannel({ sub: ana.sub })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect((await backchannel({ sid: bea.sid })).status).toBe(200)
    expect(await Promise.all([ana, bea, cleo].map(isOut))).toEqual([true, true, false])
    // Nobody here: nothing is wrong with it.
    expect((await backchannel({ sub: 'nobody' })).status).toBe(200)
  })

  it.each<[string, Record<string, unknown>, TokenChange]>([
    ['a nonce', {}, { claims: { nonce: 'n' } }],
    ['no event', { events: {} }, {}],
    ['an event that is no object', { events: { [logoutEvent]: true } }, {}],
    ['neither sub nor sid', {}, { without: ['sub'] }],
    ['another audience', {}, { claims: { aud: 'somebody-else' } }],
    ['another issuer', {}, { claims: { iss: 'https://other.example' } }],
    ['no jti', {}, { without: ['jti'] }],
    ['no iat', {}, { without: ['iat'] }],
    ['an hour of age', {}, { claims: { iat: Math.floor(Date.now() / 1000) - 3_600 } }],
    ['a time to come', {}, { claims: { iat: Math.floor(Date.now() / 1000) + 3_600 } }],
    ['an end that has passed', {}, { claims: { exp: Math.floor(Date.now() / 1000) - 120 } }],
    ['the type of an ID token for somebody else', {}, { header: { typ: 'at+jwt' } }],
    ['a key that it brings along', {}, { header: { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } } }],
  ])('refuses a logout token with %s', async (_name, claims, change) => {
    const person = await signIn()
    const answer = await backchannel({ sub: person.sub, ...claims }, change)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
    expect(await isOut(person)).toBe(false)
  })

  it('refuses a stranger’s signature, no signature, and what is no token', async () => {
    const person = await signIn()
    expect((await backchannel({ sub: person.sub }, { key: stranger })).status).toBe(400)
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: person.sub })).toString('base64url')}.`
    for (const text of [none, 'x', '']) {
      const answer = await fetch(address('backchannel-logout'), {
        method: 'POST',
        body: new URLSearchParams({ logout_token: text }),
      })
      expect(answer.status).toBe(400)
    }
    expect(await isOut(person)).toBe(false)
  })

  it('heeds one of twenty of the same token over two replicas', async () => {
    const person = await signIn()
    const signed = await token({ events: { [logoutEvent]: {} }, sub: person.sub }, 'logout+jwt', {})
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        fetch(address('backchannel-logout', index % 2 === 0 ? world.publicUrl : world.otherUrl), {
          method: 'POST',
          body: new URLSearchParams({ logout_token: signed }),
        }),
      ),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 400)).toHaveLength(19)
  })

  it('by a security event, whoever it names in whichever way', async () => {
    const event = { events: { [sessionRevoked]: { event_timestamp: 1 } } }
    const ways: ((person: SignedIn) => Record<string, unknown>)[] = [
      ({ sub }) => ({ ...event, sub_id: issSub(sub) }),
      ({ sub }) => ({ ...event, sub_id: { format: 'opaque', id: sub } }),
      ({ sub }) => ({ ...event, sub_id: { format: 'complex', user: issSub(sub) } }),
      ({ sid }) => ({
        ...event,
        sub_id: { format: 'complex', session: { format: 'opaque', id: sid } },
      }),
      ({ sub }) => ({ events: { [sessionRevoked]: { subject: issSub(sub) } } }),
    ]
    for (const way of ways) {
      const person = await signIn()
      expect((await push(way(person))).status).toBe(202)
      expect(await isOut(person)).toBe(true)
    }
  })

  it('acknowledges other events, and says what is wrong with those that it refuses', async () => {
    const person = await signIn()
    const event = { events: { [sessionRevoked]: {} }, sub_id: issSub(person.sub) }
    expect((await push({ events: { [verification]: { state: 'x' } } })).status).toBe(202)
    const refusals: [Promise<Response>, string][] = [
      [push(event, { claims: { aud: 'https://other.example' } }), 'invalid_audience'],
      [push(event, { claims: { iss: 'https://other.example' } }), 'invalid_issuer'],
      [push(event, { key: stranger }), 'invalid_key'],
      [push(event, { header: { typ: 'JWT' } }), 'invalid_request'],
      [push(event, {}, 'application/json'), 'invalid_request'],
      [push({ ...event, sub_id: { format: 'phone_number' } }), 'invalid_request'],
      [
        push({ ...event, sub_id: { ...issSub(person.sub), iss: 'https://x.example' } }),
        'invalid_request',
      ],
    ]
    for (const [answered, code] of refusals) {
      const answer = await answered
      expect([answer.status, ((await answer.json()) as { err: string }).err]).toEqual([400, code])
    }
    expect(await isOut(person)).toBe(false)
  })

  it('by universal logout, also by address inside a proved domain', async () => {
    const [ana, bea] = [await signIn(), await signIn()]
    expect((await revokeGlobally(issSub(ana.sub))).status).toBe(204)
    const email = { format: 'email', email: `${bea.sub}@example.com` }
    expect((await revokeGlobally(email)).status).toBe(404)
    await north.write(async (trx) => {
      await claimDomain(trx, 'example.com')
      await markDomainVerified(trx, 'example.com')
    })
    expect((await revokeGlobally(email)).status).toBe(204)
    expect(await Promise.all([ana, bea].map(isOut))).toEqual([true, true])
    expect((await revokeGlobally(issSub('nobody'))).status).toBe(404)
    expect((await revokeGlobally('nobody')).status).toBe(400)
    const cleo = await signIn()
    const strange = await revokeGlobally(issSub(cleo.sub), { key: stranger })
    expect([strange.status, strange.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ])
    const bare = await fetch(address('global-token-revocation'), { method: 'POST' })
    expect(bare.status).toBe(401)
    expect(await isOut(cleo)).toBe(false)
  })

  it('believes the source of events that the connection names, and the issuer no longer', async () => {
    const events = { issuer: 'https://events.example', jwksUrl: `${idp.issuer}/jwks` }
    const change = (to: typeof events | null): Promise<unknown> =>
      north.write((trx) => editSsoConnection(trx, sealer, connection, { events: to }))
    await change(events)
    const person = await signIn()
    const event = { events: { [sessionRevoked]: {} }, sub_id: issSub(person.sub) }
    expect((await push(event)).status).toBe(400)
    expect(await isOut(person)).toBe(false)
    expect((await push(event, { claims: { iss: events.issuer } })).status).toBe(202)
    await change(null)
    expect(
      (await push({ ...event, jti: 'other' }, { claims: { iss: events.issuer } })).status,
    ).toBe(400)
  })

  it('leaves a receipt with the times at which it was swept and acknowledged', async () => {
    const person = await signIn()
    await backchannel({ sub: person.sub })
    await world.otherBridge.sweepEndedAccess(north.id, [person.memberId])
    const receipt = (): ReturnType<typeof readRevocations> =>
      readInWorkspace(world.db, north.id, systemActor(), (trx) =>
        readRevocations(trx, person.memberId, 10),
      )
    const { clientId } = client
    const waiting = { clientId, name: 'Inbox', acknowledgedAfterMs: null }
    expect(await receipt()).toMatchObject([
      { reason: 'backchannel-logout', connectionId: connection, clients: [waiting] },
    ])
    receiver.answerWith(500)
    await expect(world.bridge.sendLogout(clientId, person.memberId)).rejects.toThrow(clientId)
    expect((await receipt())[0]?.clients).toEqual([waiting])
    receiver.answerWith(200)
    await world.bridge.sendLogout(clientId, person.memberId)
    const [first, ...others] = await receipt()
    expect(others).toEqual([])
    expect(first?.sweptAfterMs).toBeGreaterThan(0)
    expect(first?.clients[0]?.acknowledgedAfterMs).toBeGreaterThan(first?.sweptAfterMs ?? Infinity)
  })

  it('gives a host without a library who has signed in, once of twenty times over two replicas', async () => {
    const sub = `person-${(people += 1)}`
    const { memberId } = await north.hire(sub)
    idp.behave({ claims: { sub } })
    const codeVerifier = 'v'.repeat(43)
    const codeOf = async (): Promise<string> => {
      const query = new URLSearchParams({
        client_id: client.clientId,
        redirect_uri: client.redirectUri,
        response_type: 'code',
        scope: 'openid profile email',
        code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
        code_challenge_method: 'S256',
        workspace: 'north',
        connection,
      })
      const visit = await createBrowser().follow(
        `${world.publicUrl}/oidc/auth?${query.toString()}`,
        client.redirectUri,
      )
      return visit.url.searchParams.get('code') ?? ''
    }
    const code = await codeOf()
    const { clientId, redirectUri } = client
    const right = { clientId, redirectUri, code, codeVerifier }
    const refused = [
      world.bridge.redeemSignIn(crypto.randomUUID(), right),
      world.bridge.redeemSignIn(world.hostId, { ...right, codeVerifier: 'w'.repeat(43) }),
      world.bridge.redeemSignIn(world.hostId, { ...right, redirectUri: 'https://x.example/' }),
      world.bridge.redeemSignIn(world.hostId, { ...right, code: `${code}x` }),
    ]
    expect(await Promise.all(refused)).toEqual(refused.map(() => undefined))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? world.bridge : world.otherBridge).redeemSignIn(world.hostId, right),
      ),
    )
    const redeemed = answers.filter((answer) => answer !== undefined)
    expect(redeemed).toHaveLength(1)
    expect(redeemed[0]).toMatchObject({
      sub: memberId,
      claims: { workspace: { slug: 'north' }, role: { key: 'agent' }, sid: expect.any(String) },
    })
    const late = await codeOf()
    const access = await readInWorkspace(world.db, north.id, systemActor(), (trx) =>
      readMemberAccess(trx, memberId),
    )
    expect(access?.state).toBe('active')
    await backchannel({ sub })
    expect(await world.bridge.redeemSignIn(world.hostId, { ...right, code: late })).toBeUndefined()
  })
})
