import { createSealer } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import {
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openEvents } from '../testing/test-events.ts'
import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

const inbox = 'https://app.inbox.example'
const elsewhere = 'https://app.other.example'
const allowCredentials = 'access-control-allow-credentials'

/** What a browser and the widget send beside the cookie, from a page of the host. */
const fromInbox = { origin: inbox, 'sec-fetch-site': 'same-site', 'x-plantel-request': '1' }

type RequestHeaders = Record<string, string | undefined>

function present(headers: RequestHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
}

function viewerOf({ body }: Answer): unknown {
  return (body['viewer'] as { memberId: string } | undefined)?.memberId
}

describe.each(testEngines)('cookie mode of the Team API on %s', (engine) => {
  let plantel: TestInstallation
  let acme: TestWorkspace
  let globex: TestWorkspace
  let token: string

  beforeAll(async () => {
    plantel = await openTestInstallation(engine, { PLANTEL_WIDGET_COOKIE: 'plantel' })
    const host = await plantel.newHost('Inbox', [inbox])
    acme = await newWorkspace(plantel, host, 'acme')
    globex = await newWorkspace(plantel, await plantel.newHost('Other', [elsewhere]), 'globex')
    token = await acme.widgetToken(acme.ownerId)
  })
  afterAll(() => plantel.close())

  const ask = (
    path: string,
    headers: RequestHeaders = {},
    call: { method?: string; body?: unknown } = {},
  ): Promise<Answer> =>
    callJson(`${plantel.url}/team/v1${path}`, {
      ...call,
      headers: present({ cookie: `a=b; plantel=${token}; c`, ...fromInbox, ...headers }),
    })

  /** The owner's token with other claims, by the installation's own key. */
  async function signedAgain(claims: JWTPayload): Promise<string> {
    const { alg = '', kid = '', typ = '' } = decodeProtectedHeader(token)
    const { sealed_private_jwk: sealed } = await plantel.db.owner
      .selectFrom('signing_keys')
      .select('sealed_private_jwk')
      .where('id', '=', kid)
      .executeTakeFirstOrThrow()
    const sealer = createSealer('the secret of a test installation'.padEnd(48, '.'))
    const jwk = JSON.parse(sealer.open(sealed, 'signing_keys.sealed_private_jwk')) as JWK
    return new SignJWT({ ...decodeJwt(token), ...claims })
      .setProtectedHeader({ alg, kid, typ })
      .sign(await importJWK(jwk, alg))
  }

  const preflight = (origin: string): Promise<Answer> =>
    callJson(`${plantel.url}/team/v1/workspace`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    })

  describe('lets in', () => {
    it.each<[string, RequestHeaders]>([
      ['a page of the host, and lets it read the answer', {}],
      [
        'a page of our own origin, whose GETs name none',
        { 'sec-fetch-site': 'same-origin', origin: undefined },
      ],
      ['a browser that says no more than the origin', { 'sec-fetch-site': undefined }],
      ['the same cookie twice', { cookie: 'plantel=@; plantel=@' }],
    ])('%s', async (_, headers) => {
      const cookie = headers['cookie']?.replaceAll('@', token)
      const answer = await ask('/workspace', {
        ...headers,
        ...(cookie === undefined ? {} : { cookie }),
      })
      expect(answer.status).toBe(200)
      expect(viewerOf(answer)).toBe(acme.ownerId)
      expect(answer.headers.get('ratelimit')).toMatch(/^"requests"/)
      if (headers['origin'] === undefined && 'origin' in headers) return
      expect(answer.headers.get('access-control-allow-origin')).toBe(inbox)
      expect(answer.headers.get(allowCredentials)).toBe('true')
    })

    it('what changes something, and the event stream, which tells of it', async () => {
      const stream = await openEvents(plantel.url, { cookie: `plantel=${token}`, ...fromInbox })
      const { memberId } = await acme.hire('live@acme.example')
      await expect.poll(() => stream.memberIds()).toContain(memberId)
      stream.close()
      const made = await ask('/departments', {}, { method: 'POST', body: { name: 'Cobranza' } })
      expect(made.status).toBe(201)
    })

    it('by the bearer where both are given, and asks nothing more of it', async () => {
      const { memberId } = await acme.hire('bearer@acme.example')
      const authorization = `Bearer ${await acme.widgetToken(memberId)}`
      const other = { 'x-plantel-request': undefined, 'sec-fetch-site': 'cross-site' }
      expect(viewerOf(await ask('/workspace', { authorization, ...other }))).toBe(memberId)
    })
  })

  describe('refuses', () => {
    it.each<[string, RequestHeaders, number, string, string?]>([
      [
        'no header of the widget',
        { 'x-plantel-request': undefined },
        403,
        'forbidden',
        'request-header-missing',
      ],
      [
        'another value of it',
        { 'x-plantel-request': 'true' },
        403,
        'forbidden',
        'request-header-missing',
      ],
      [
        'a page of another site',
        { 'sec-fetch-site': 'cross-site' },
        403,
        'forbidden',
        'cross-site',
      ],
      [
        'an address that was typed',
        { 'sec-fetch-site': 'none', origin: undefined },
        403,
        'forbidden',
        'cross-site',
      ],
      [
        'an origin nobody registered',
        { origin: 'https://evil.inbox.example' },
        403,
        'forbidden',
        'origin-not-allowed',
      ],
      ['an opaque origin', { origin: 'null' }, 403, 'forbidden', 'origin-not-allowed'],
      [
        'the same site without an origin',
        { origin: undefined },
        403,
        'forbidden',
        'origin-not-allowed',
      ],
      [
        'whoever says nothing of where they are',
        { origin: undefined, 'sec-fetch-site': undefined },
        403,
        'forbidden',
        'origin-not-allowed',
      ],
      ['no cookie', { cookie: undefined }, 401, 'token-expired'],
      ['an emptied cookie', { cookie: 'plantel=' }, 401, 'token-expired'],
      ['a cookie of another name', { cookie: 'plantel2=x' }, 401, 'token-expired'],
      ['a cookie that holds no token', { cookie: 'plantel=x' }, 401, 'unauthenticated'],
      [
        'neither cookie nor header',
        { cookie: undefined, 'x-plantel-request': undefined },
        401,
        'unauthenticated',
      ],
      ['a refused bearer beside the cookie', { authorization: 'Bearer x' }, 401, 'unauthenticated'],
      [
        'other credentials beside the cookie',
        { authorization: 'Basic eDp5' },
        401,
        'unauthenticated',
      ],
    ])('%s', async (_, headers, status, code, reason) => {
      const answer = await ask('/workspace', headers)
      expect(answer).toMatchObject({
        status,
        body: reason === undefined ? { code } : { code, reason },
      })
    })

    it('two cookies that differ, whichever is first', async () => {
      const { memberId } = await acme.hire('tossed@acme.example')
      const tossed = await acme.widgetToken(memberId)
      for (const cookie of [
        `plantel=${tossed}; plantel=${token}`,
        `plantel=${token}; plantel=${tossed}`,
      ]) {
        expect(await ask('/workspace', { cookie })).toMatchObject({
          status: 401,
          body: { code: 'unauthenticated', reason: 'cookie-ambiguous' },
        })
      }
    })

    it('an expired token as one that is no longer there', async () => {
      const cookie = `plantel=${await signedAgain({ exp: Math.floor(Date.now() / 1_000) - 1 })}`
      const stillGood = `plantel=${await signedAgain({})}`
      expect((await ask('/workspace', { cookie: stillGood })).status).toBe(200)
      expect(await ask('/workspace', { cookie })).toMatchObject({
        status: 401,
        body: { code: 'token-expired' },
      })
    })

    it('whose access was ended', async () => {
      const { userId, memberId } = await acme.hire('leaver@acme.example')
      const cookie = `plantel=${await acme.widgetToken(memberId)}`
      expect((await ask('/workspace', { cookie })).status).toBe(200)
      await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
      await acme.scim('PATCH', `/Users/${userId}`, setActive(true))
      expect(await ask('/workspace', { cookie })).toMatchObject({
        status: 401,
        body: { code: 'token-expired' },
      })
    })

    it('a page that shows the team to somebody else', async () => {
      const asOwner = { 'x-plantel-member': acme.ownerId }
      expect((await ask('/workspace', asOwner)).status).toBe(200)
      const { memberId } = await acme.hire('second@acme.example')
      const cookie = `plantel=${await acme.widgetToken(memberId)}`
      const call = { method: 'POST', body: { name: 'Nadie' } }
      expect(await ask('/departments', { ...asOwner, cookie }, call)).toMatchObject({
        status: 401,
        body: { code: 'token-expired', reason: 'other-member' },
      })
    })
  })

  describe('between workspaces', () => {
    it('shows nobody of another one', async () => {
      const path = `/members/${globex.ownerId}`
      expect((await ask(path)).status).toBe(404)
      expect((await ask(path, { 'x-plantel-member': globex.ownerId })).status).toBe(401)
      const cookie = `plantel=${await globex.widgetToken(globex.ownerId)}`
      expect((await ask(path, { cookie, origin: elsewhere })).status).toBe(200)
    })

    it("does not let another host's page read that there is a cookie", async () => {
      const answer = await ask('/workspace', { origin: elsewhere })
      expect(answer).toMatchObject({ status: 403, body: { reason: 'origin-not-allowed' } })
      expect(answer.headers.get(allowCredentials)).toBeNull()
    })
  })

  describe('what browsers are told', () => {
    it('in a preflight: this very origin, its cookies, and the headers', async () => {
      const { status, headers } = await preflight(inbox)
      expect(status).toBe(204)
      expect(headers.get('access-control-allow-origin')).toBe(inbox)
      expect(headers.get(allowCredentials)).toBe('true')
      expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual(
        expect.arrayContaining(['content-type', 'x-plantel-request', 'x-plantel-member']),
      )
    })

    it('of an origin that nobody registered: nothing', async () => {
      const { status, headers } = await preflight('https://evil.inbox.example')
      expect(status).toBe(403)
      expect(headers.get(allowCredentials)).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBeNull()
    })

    it('of a refusal, so that the widget knows that the cookie is gone', async () => {
      const { headers } = await ask('/workspace', { cookie: undefined })
      expect(headers.get('access-control-allow-origin')).toBe(inbox)
      expect(headers.get(allowCredentials)).toBe('true')
    })

    it('of the document, which is for everybody: no cookies', async () => {
      const { headers, body } = await ask('/openapi.json')
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get(allowCredentials)).toBeNull()
      expect(body).toMatchObject({
        components: {
          securitySchemes: {
            widgetCookie: { type: 'apiKey', in: 'cookie', name: 'plantel' },
            widgetRequest: { type: 'apiKey', in: 'header', name: 'X-Plantel-Request' },
          },
        },
        paths: {
          '/workspace': {
            get: { security: [{ widgetToken: [] }, { widgetCookie: [], widgetRequest: [] }] },
          },
        },
      })
    })
  })
})
