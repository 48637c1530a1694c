import { createSealer } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createIdpBridge } from '../idp-bridge.ts'
import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { type Browser, createBrowser } from '../testing/browser.ts'
import { listen, type TestServer } from '../testing/listen.ts'
import { type MisbehavingIdp, startMisbehavingIdp } from '../testing/misbehaving-idp.ts'

const publicUrl = 'https://plantel.example'
const secret = 'the installation secret of the tests, long enough'

/** Plantel behind a proxy that ends TLS and passes requests on by http. */
describe.each(testEngines)('Sign-in at an https address, on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: MisbehavingIdp
  let server: TestServer
  let workspace: TestWorkspace

  beforeAll(async () => {
    ;[idp, server] = await Promise.all([startMisbehavingIdp(), listen()])
    world = await createBridgeWorld(engine, [])
    workspace = await world.addWorkspace('north')
    const bridge = await createIdpBridge({
      db: world.db,
      sealer: createSealer(secret),
      secret,
      publicUrl,
      allowPrivateNetwork: [idp.issuer],
    })
    server.handle(express().use(bridge.router))
  })

  afterAll(async () => {
    await Promise.all([world.close(), idp.close(), server.close()])
  })

  /** Goes where the answer leads, through the proxy. */
  async function next(browser: Browser, response: Response): Promise<Response> {
    const location = response.headers.get('location') ?? ''
    const base = new URL(location, publicUrl)
    const url = base.origin === publicUrl ? inside(base.pathname + base.search) : location
    return browser.request(url)
  }

  function inside(path: string): string {
    return `http://localhost:${server.port}${path}`
  }

  it('sets cookies for this address only, and only for https', async () => {
    await workspace.hire('ana')
    const { id } = await workspace.connect(idp)
    const browser = createBrowser()
    const start = await browser.request(inside(`/sso/${id}/start`))
    const callback = await next(browser, start)
    expect(callback.headers.get('location')).toMatch(/^https:\/\/plantel\.example\/sso\//)
    const finish = await next(browser, callback)
    const done = await next(browser, finish)
    expect(done.headers.get('location')).toBe('/sign-in/signed-in')
    const name = `__Host-plantel-${workspace.id.slice(-8)}`
    const header = browser.setCookieHeaders.find((found) => found.startsWith(name)) ?? ''
    expect(header).toContain('Path=/;')
    expect(header).not.toContain('Domain')
    expect(browser.setCookieHeaders.length).toBeGreaterThanOrEqual(2)
    for (const cookie of browser.setCookieHeaders) {
      expect(cookie).toContain('; Secure')
      expect(cookie).toContain('; HttpOnly')
      expect(cookie).toContain('; SameSite=Lax')
    }
  })

  it('publishes https addresses', async () => {
    const response = await fetch(inside('/oidc/.well-known/openid-configuration'))
    expect(await response.json()).toMatchObject({
      issuer: `${publicUrl}/oidc`,
      jwks_uri: `${publicUrl}/oidc/jwks`,
      authorization_endpoint: `${publicUrl}/oidc/auth`,
    })
  })
})
