import { request } from 'node:http'

import { type TestEngine, testEngines } from '@plantel/db/testing'
import { UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type BridgeWorld, createBridgeWorld } from '../testing/bridge-world.ts'

describe.each(testEngines)('Requests that no browser makes, on %s', (engine: TestEngine) => {
  let world: BridgeWorld

  beforeAll(async () => {
    world = await createBridgeWorld(engine, [])
  })

  afterAll(() => world.close())

  /** `fetch` would tidy the path up. */
  function statusOf(path: string, more: Record<string, string> = {}): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const url = new URL(world.publicUrl)
      const headers = { accept: 'text/html', ...more }
      const options = { port: url.port, host: url.hostname, path, headers }
      request(options, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
  }

  it.each([
    '/oidc/auth?client_id=%00&workspace=north',
    '/oidc/auth?client_id=x&state=%00',
    '/oidc/session/end?client_id=%00',
    '/oidc/session/end?client_id=a%2500%00',
    '/oidc/%00',
    '/sso/finish?flow=%00',
    '/sso/%00/start',
    '/sign-in/%00?workspace=%00',
  ])('refuses a NUL, which is text for nobody (%s)', async (path) => {
    expect(await statusOf(path)).toBe(400)
  })

  it.each([
    ['/oidc//', 404],
    ['/oidc//evil:99999/', 404],
    ['/oidc//evil.example/auth', 404],
    ['/oidc/auth?client_id=%ED%A0%80', 400],
    ['/oidc/auth?client_id=%E0', 400],
    [`/oidc/session/end?id_token_hint=${new UnsecuredJWT({ sub: 'x' }).encode()}`, 400],
    [`/oidc/session/end?id_token_hint=${new UnsecuredJWT({ aud: ['a\0'] }).encode()}`, 400],
    [`/oidc/session/end?id_token_hint=${new UnsecuredJWT({ aud: 'a\0' }).encode()}`, 400],
    [`/oidc/session/end?id_token_hint=${new UnsecuredJWT({ sub: '\0' }).encode()}`, 400],
  ])('answers %s with %i', async (path, status) => {
    expect(await statusOf(path)).toBe(status)
  })

  it('refuses a megabyte of cookies before anything is done, and answers whoever comes next', async () => {
    const cookie = `plantel-0=${'x'.repeat(1_000_000)}`
    expect(await statusOf('/sign-in/signed-in', { cookie })).toBe(431)
    // Many that fit are read, and are nobody's.
    const many = Array.from({ length: 300 }, (_, index) => `plt_flow_${index}=x`).join('; ')
    const path = '/sso/finish?flow=01900000-0000-7000-8000-000000000000&connection=x'
    expect(await statusOf(path, { cookie: many })).toBe(403)
    expect(await statusOf('/sign-in/signed-in')).toBe(200)
  })

  it.each(['token', 'token/revocation'])(
    'knows no client with a NUL in its id (%s)',
    async (path) => {
      const response = await fetch(`${world.publicUrl}/oidc/${path}`, {
        method: 'POST',
        body: new URLSearchParams({
          client_id: 'a\0',
          client_secret: 'b',
          token: 'c',
          grant_type: 'refresh_token',
          refresh_token: '\0',
        }),
      })
      expect([response.status, await response.json()]).toMatchObject([
        401,
        { error: 'invalid_client' },
      ])
    },
  )
})
