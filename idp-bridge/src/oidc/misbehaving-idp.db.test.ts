import { inspect } from 'node:util'

import { type TestEngine, testEngines } from '@plantel/db/testing'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { createBrowser, type Visit } from '../testing/browser.ts'
import {
  type Misbehaviour,
  type MisbehavingIdp,
  startMisbehavingIdp,
} from '../testing/misbehaving-idp.ts'

/** The code on the page, where the person can read it to their IT department. */
function codeShown(visit: Visit): string | undefined {
  return /class="reference">[^·]*· ([a-z-]+)</.exec(visit.body)?.[1]
}

/** Changes the subject and keeps the signature. */
function becomeOwner(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'owner' })).toString('base64url')
  return [header, changed, signature].join('.')
}

type Claims = NonNullable<Misbehaviour['claims']>

function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}

const encoder = new TextEncoder()

describe.each(testEngines)('An identity provider that misbehaves, on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: MisbehavingIdp
  let workspace: TestWorkspace

  beforeAll(async () => {
    idp = await startMisbehavingIdp()
    world = await createBridgeWorld(engine, [idp.issuer])
    workspace = await world.addWorkspace('north')
    await workspace.hire('ana')
  })

  afterAll(async () => {
    await Promise.all([world.close(), idp.close()])
  })

  /** A sign-in through a connection of its own, so that nothing is remembered of the scenario before. */
  async function attempt(misbehaviour: Misbehaviour, issuer = idp.issuer): Promise<Visit> {
    idp.behave(misbehaviour)
    const { id } = await workspace.connect({ ...idp, issuer })
    return createBrowser().follow(
      `${world.publicUrl}/sso/${id}/start`,
      `${world.publicUrl}/sign-in/signed-in`,
    )
  }

  /** What the page says and the log adds. */
  async function refusalOf(misbehaviour: Misbehaviour): Promise<(string | undefined)[]> {
    const visit = await attempt(misbehaviour)
    const entry = world.log.at(-1)
    return [codeShown(visit), entry?.code, entry?.adminDetail]
  }

  it('is believed while it behaves', async () => {
    const visit = await attempt({})
    expect(visit.url.pathname).toBe('/sign-in/signed-in')
    const { body, authorization } = idp.tokenRequests.at(-1) ?? {}
    expect(body?.get('code_verifier')).toMatch(/^[\w.~-]{43,}$/)
    expect(authorization).toMatch(/^Basic /)
  })

  it('is believed with a second key in its key set, as long as the token says which', async () => {
    expect((await attempt({ secondKey: true })).url.pathname).toBe('/sign-in/signed-in')
  })

  it('is refused when the signature is not of its key', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    expect(await refusalOf({ key: privateKey })).toEqual([
      'token-refused',
      'token-refused',
      'wrong-signature',
    ])
  })

  it('is refused when the payload was changed after it was signed', async () => {
    expect(await refusalOf({ tamper: becomeOwner })).toEqual([
      'token-refused',
      'token-refused',
      'wrong-signature',
    ])
  })

  it('is refused without a signature', async () => {
    expect(await refusalOf({ header: { alg: 'none' } })).toEqual([
      'token-refused',
      'token-refused',
      'wrong-algorithm',
    ])
  })

  it.each(['the client secret', 'the public key'])(
    'is refused with an HMAC keyed with %s',
    async (what) => {
      const key = encoder.encode(what === 'the public key' ? idp.publicKeyText : idp.clientSecret)
      expect(await refusalOf({ header: { alg: 'HS256' }, key })).toEqual([
        'token-refused',
        'token-refused',
        'wrong-algorithm',
      ])
    },
  )

  it('is refused with another signature algorithm than the connection’s', async () => {
    const { privateKey } = await generateKeyPair('PS256')
    expect(await refusalOf({ header: { alg: 'PS256' }, key: privateKey })).toEqual([
      'token-refused',
      'token-refused',
      'wrong-algorithm',
    ])
  })

  it('is refused when the token brings its own key', async () => {
    const jwk = JSON.parse(idp.publicKeyText) as Record<string, unknown>
    expect(await refusalOf({ header: { jwk } })).toEqual([
      'token-refused',
      'token-refused',
      'key-in-header',
    ])
    const stranger = await generateKeyPair('RS256', { extractable: true })
    expect(
      await refusalOf({
        header: { jwk: await exportJWK(stranger.publicKey) },
        key: stranger.privateKey,
      }),
    ).toEqual(['token-refused', 'token-refused', 'wrong-signature'])
  })

  it('is refused when the token names a key it does not have', async () => {
    expect(await refusalOf({ header: { kid: 'elsewhere' } })).toEqual([
      'token-refused',
      'token-refused',
      'key-unknown',
    ])
  })

  it('is refused when it has several keys and the token does not say which', async () => {
    expect(await refusalOf({ header: { kid: undefined }, secondKey: true })).toEqual([
      'token-refused',
      'token-refused',
      'key-unknown',
    ])
  })

  it.each<[string, Claims | (() => Claims), string]>([
    ['nonce', { nonce: 'another' }, 'wrong-claim'],
    ['issuer', { iss: 'https://elsewhere.example' }, 'wrong-claim'],
    ['audience', { aud: 'somebody-else' }, 'wrong-claim'],
    ['authorized party', { azp: 'somebody-else' }, 'wrong-authorized-party'],
    [
      'authorized party among several audiences',
      { aud: ['plantel', 'x'], azp: 'x' },
      'wrong-claim',
    ],
    ['access token hash', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'at-hash-mismatch'],
    ['expiry', { exp: 1_700_000_000 }, 'wrong-time'],
    ['issue time', () => ({ iat: inSeconds(3_600) }), 'issued-in-future'],
    [
      'clock, two minutes ahead',
      () => ({ iat: inSeconds(240), exp: inSeconds(540) }),
      'issued-in-future',
    ],
    [
      'clock, so far behind that the token has expired two minutes ago',
      () => ({ iat: inSeconds(-420), exp: inSeconds(-120) }),
      'wrong-time',
    ],
    ['start of validity', () => ({ nbf: inSeconds(3_600) }), 'wrong-time'],
  ])('is refused with a wrong %s', async (_name, said, adminDetail) => {
    const claims = typeof said === 'function' ? said() : said
    expect(await refusalOf({ claims })).toEqual(['token-refused', 'token-refused', adminDetail])
  })

  it.each(['nonce', 'aud', 'iss', 'sub', 'exp', 'iat'])(
    'is refused when the token has no %s',
    async (claim) => {
      expect(codeShown(await attempt({ without: [claim] }))).toBe('token-refused')
    },
  )

  it.each<[string, Misbehaviour['tokenAnswer'] & object, string, string | undefined]>([
    [
      'a page',
      { status: 200, type: 'text/html', text: '<title>Sign in</title>' },
      'idp-unreachable',
      'unexpected-answer',
    ],
    [
      'half of an answer',
      { status: 200, type: 'application/json', text: '{"access_token":' },
      'response-invalid',
      'not-json',
    ],
    [
      'that it is broken',
      { status: 503, type: 'text/plain', text: 'down' },
      'idp-unreachable',
      'unexpected-answer',
    ],
    [
      'that it does not know us',
      { status: 401, type: 'application/json', text: '{"error":"invalid_client"}' },
      'idp-refused',
      'token-endpoint:invalid_client',
    ],
  ])('is refused when it answers the code with %s', async (_name, tokenAnswer, code, detail) => {
    expect(await refusalOf({ tokenAnswer })).toEqual([code, code, detail])
  })

  it('may go down in the middle of a sign-in, and the next one finds it again', async () => {
    idp.behave({ tokenAnswer: 'hang-up' })
    const { id } = await workspace.connect(idp)
    const start = `${world.publicUrl}/sso/${id}/start`
    const visit = await createBrowser().follow(start)
    expect([visit.status, codeShown(visit)]).toEqual([502, 'idp-unreachable'])
    idp.behave({})
    const done = await createBrowser().follow(start, `${world.publicUrl}/sign-in/signed-in`)
    expect(done.url.pathname).toBe('/sign-in/signed-in')
  })

  it('is refused when it sends no ID token', async () => {
    const visit = await attempt({ tokenResponse: { access_token: 'x', token_type: 'Bearer' } })
    expect(codeShown(visit)).toBe('response-invalid')
  })

  it.each<[string, (query: URLSearchParams) => void, string]>([
    [
      'another issuer',
      (query) => query.set('iss', 'https://elsewhere.example'),
      'response-parameters',
    ],
    ['no issuer although it promised one', (query) => query.delete('iss'), 'response-parameters'],
    ['two codes', (query) => query.append('code', 'second'), 'malformed'],
  ])('is refused when its answer has %s', async (_name, answer, adminDetail) => {
    const redeemed = idp.tokenRequests.length
    expect(await refusalOf({ answer })).toEqual([
      'response-invalid',
      'response-invalid',
      adminDetail,
    ])
    expect(idp.tokenRequests).toHaveLength(redeemed)
  })

  it('is refused when it answers with another flow’s state', async () => {
    const visit = await attempt({
      answer: (query) => query.set('state', '0190b3a0-0000-7000-8000-000000000000'),
    })
    expect(codeShown(visit)).toBe('flow-not-yours')
  })

  it('is refused when its metadata is of another issuer', async () => {
    expect(await refusalOf({ discovery: { issuer: 'https://elsewhere.example' } })).toEqual([
      'idp-unreachable',
      'idp-unreachable',
      'issuer-mismatch',
    ])
  })

  it('is not asked at addresses that are not public', async () => {
    const port = new URL(idp.issuer).port
    const asked = idp.tokenRequests.length
    const visit = await attempt({}, `https://127.0.0.2:${port}`)
    expect(codeShown(visit)).toBe('idp-unreachable')
    expect(world.log.at(-1)?.adminDetail).toBe(`address-refused: https://127.0.0.2:${port}`)
    expect(
      await refusalOf({ discovery: { token_endpoint: `http://localhost:${port}/token` } }),
    ).toEqual(['idp-unreachable', 'idp-unreachable', `scheme-refused: http://localhost:${port}`])
    expect(idp.tokenRequests).toHaveLength(asked)
  })

  it('is asked for its metadata again after a failure', async () => {
    idp.behave({ discovery: { token_endpoint: `${idp.issuer}/gone` } })
    const { id } = await workspace.connect(idp)
    const start = `${world.publicUrl}/sso/${id}/start`
    const done = `${world.publicUrl}/sign-in/signed-in`
    expect((await createBrowser().follow(start, done)).status).toBeGreaterThanOrEqual(400)
    idp.behave({})
    expect((await createBrowser().follow(start, done)).url.pathname).toBe('/sign-in/signed-in')
  })

  it('leaves no token, code or secret in the log', async () => {
    const before = world.log.length
    let idToken = ''
    const keep = (token: string): string => (idToken = becomeOwner(token))
    await attempt({ tamper: keep })
    await attempt({ claims: { nonce: 'another' } })
    await attempt({ tokenResponse: { access_token: 'an access token', token_type: 7 } })
    await attempt({ answer: (query) => query.set('iss', 'https://elsewhere.example') })
    const entries = world.log.slice(before)
    expect(entries).toHaveLength(4)
    expect(entries.map(({ error }) => error)).toEqual(
      entries.map(() => expect.stringContaining('caused by') as string),
    )
    const text = inspect(entries, { depth: 10 })
    const [, payload = '', signature = ''] = idToken.split('.')
    const code = idp.tokenRequests.at(-1)?.body.get('code') ?? ''
    for (const secret of [idp.clientSecret, payload, signature, code, 'an access token']) {
      expect(secret).not.toBe('')
      expect(text).not.toContain(secret)
    }
  })
})
