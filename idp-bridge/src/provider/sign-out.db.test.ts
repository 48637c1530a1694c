import { createId, createSealer, inInstallation } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { createHost, createHostClient } from '@plantel/team'
import { fetchUserInfo } from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import {
  type Browser,
  createBrowser,
  hiddenFields,
  unescapeHtml,
  type Visit,
} from '../testing/browser.ts'
import { type CompanyIdp, startCompanyIdp } from '../testing/company-idp.ts'
import { createTestHostClient, type TestHostClient } from '../testing/host-client.ts'
import { type LogoutReceiver, startLogoutReceiver } from '../testing/logout-receiver.ts'

const afterLogout = 'http://127.0.0.1:9/signed-out'

async function confirm(browser: Browser, page: Visit): Promise<Response> {
  expect(page.body).toContain('Sign out?')
  const action = unescapeHtml(/<form[^>]+action="([^"]+)"/.exec(page.body)?.[1] ?? '')
  const fields = hiddenFields(page.body)
  fields.set('logout', 'yes')
  return browser.request(action, { method: 'POST', body: fields })
}

describe.each(testEngines)('Signing out at a host, on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: CompanyIdp
  let receiver: LogoutReceiver
  let clientId: string
  let host: TestHostClient
  let north: TestWorkspace
  let south: TestWorkspace

  beforeAll(async () => {
    ;[idp, receiver] = await Promise.all([startCompanyIdp(), startLogoutReceiver()])
    world = await createBridgeWorld(engine, [idp.issuer, receiver.origin])
    north = await world.addWorkspace('north')
    south = await world.addWorkspace('south')
    for (const workspace of [north, south]) {
      idp.allowRedirect((await workspace.connect(idp)).redirectUri)
    }
    const client = await world.addClient({
      backchannelLogoutUri: receiver.uri,
      postLogoutRedirectUri: afterLogout,
    })
    clientId = client.clientId
    receiver.expect(world.publicUrl, clientId)
    host = await createTestHostClient(world.publicUrl, client)
  })

  afterAll(async () => {
    await Promise.all([world.close(), idp.close(), receiver.close()])
  })

  function browserOf(sub: string): Browser {
    const browser = createBrowser()
    browser.setCookie(idp.issuer, 'who', sub)
    return browser
  }

  type Tokens = Awaited<ReturnType<TestHostClient['signIn']>>

  /** Through the page with one button; the workspace is typed in where the host did not name it. */
  async function signIn(browser: Browser, slug: string, isTyped = false): Promise<Tokens> {
    const attempt = await host.begin(isTyped ? {} : { workspace: slug })
    let page = await browser.follow(attempt.url.href, host.redirectUri)
    if (isTyped) {
      page = await browser.follow(`${page.url.href}?workspace=${slug}`, host.redirectUri)
    }
    if (!page.url.href.startsWith(host.redirectUri)) {
      const [, href = ''] = /<a class="button" href="([^"]+)"/.exec(page.body) ?? []
      const start = new URL(unescapeHtml(href), world.publicUrl).href
      page = await browser.follow(start, host.redirectUri)
    }
    return attempt.redeem(page.url)
  }

  function leave(browser: Browser, parameters: Record<string, string>): Promise<Visit> {
    const query = new URLSearchParams(parameters).toString()
    return browser.follow(`${world.publicUrl}/oidc/session/end?${query}`, afterLogout)
  }

  /** What a host hears that asks for somebody without letting anybody be asked. */
  async function ask(browser: Browser, parameters: Record<string, string>): Promise<string> {
    const { url } = await host.begin({ ...parameters, prompt: 'none' })
    const visit = await browser.follow(url.href, host.redirectUri)
    return visit.url.searchParams.get('error') ?? 'signed in'
  }

  it('ends the session of somebody who typed the workspace in', async () => {
    await north.hire('ana')
    const browser = browserOf('ana')
    const { idToken } = await signIn(browser, 'north', true)
    const page = await leave(browser, {
      id_token_hint: idToken,
      post_logout_redirect_uri: afterLogout,
    })
    const done = await confirm(browser, page)
    expect(done.headers.get('location')).toBe(afterLogout)
    expect(browser.cookieNames(world.publicUrl)).toEqual([])
    expect(await ask(browser, { workspace: 'north' })).toBe('login_required')
    expect(await ask(browser, {})).toBe('login_required')
  })

  it('asks in the name and look of the workspace', async () => {
    await south.hire('gina')
    const brand = { name: 'Helpdesk', logoUrl: 'https://south.example/l.png', accent: '#aa3300' }
    await world.db.owner
      .updateTable('workspaces')
      .set({ brand: JSON.stringify(brand) })
      .where('id', '=', south.id)
      .execute()
    const browser = browserOf('gina')
    const { idToken } = await signIn(browser, 'south')
    const page = await leave(browser, { id_token_hint: idToken })
    expect(page.body).toContain(`<img class="logo" src="/sign-in/logo/${south.id}" alt="Helpdesk"`)
    expect(page.body).toContain('href="/sign-in/accent/aa3300.css"')
    expect(page.headers.get('content-security-policy')).toContain("img-src 'self'")
    await confirm(browser, page)
  })

  it('ends the session when the host says which client it is, and no more', async () => {
    await north.hire('bea')
    const browser = browserOf('bea')
    await signIn(browser, 'north')
    expect(await ask(browser, { workspace: 'north' })).toBe('signed in')
    const page = await leave(browser, {
      client_id: clientId,
      post_logout_redirect_uri: afterLogout,
    })
    const done = await confirm(browser, page)
    expect(done.headers.get('location')).toBe(afterLogout)
    expect(browser.cookieNames(world.publicUrl)).toEqual([])
    expect(await ask(browser, { workspace: 'north' })).toBe('login_required')
  })

  it('ends the sessions of every workspace without a hint, and tells the host of each', async () => {
    const inNorth = await north.hire('cleo')
    const inSouth = await south.hire('cleo')
    const browser = browserOf('cleo')
    const first = await signIn(browser, 'north')
    const second = await signIn(browser, 'south')
    const told = receiver.verified.length
    await confirm(browser, await leave(browser, { client_id: clientId }))
    expect(browser.cookieNames(world.publicUrl)).toEqual([])
    expect(await ask(browser, { workspace: 'north' })).toBe('login_required')
    expect(await ask(browser, { workspace: 'south' })).toBe('login_required')
    const tokens = receiver.verified.slice(told).map(({ sub, sid }) => ({ sub, sid }))
    expect(tokens).toHaveLength(2)
    expect(tokens).toEqual(
      expect.arrayContaining([
        { sub: inNorth.memberId, sid: first.claims['sid'] },
        { sub: inSouth.memberId, sid: second.claims['sid'] },
      ]),
    )
    for (const { accessToken, claims } of [first, second]) {
      await expect(
        fetchUserInfo(host.configuration, accessToken, claims.sub),
      ).rejects.toMatchObject({ status: 401 })
    }
  })

  it('ends the session of the workspace that the hint is of, and leaves the other', async () => {
    await north.hire('dora')
    const inSouth = await south.hire('dora')
    const browser = browserOf('dora')
    const first = await signIn(browser, 'north')
    const second = await signIn(browser, 'south')
    await confirm(browser, await leave(browser, { id_token_hint: first.idToken }))
    expect(await ask(browser, { workspace: 'north' })).toBe('login_required')
    expect(await ask(browser, { workspace: 'south' })).toBe('signed in')
    await fetchUserInfo(host.configuration, second.accessToken, inSouth.memberId)
  })

  it('ends no session of another host', async () => {
    await north.hire('eva')
    const browser = browserOf('eva')
    await signIn(browser, 'north')
    const sealer = createSealer('the installation secret of the tests, long enough')
    const stranger = await inInstallation(world.db, async (query) => {
      const { id } = await createHost(query, { name: `other ${createId()}`, allowedOrigins: [] })
      return createHostClient(query, sealer, id, {
        name: 'Other',
        redirectUris: [host.redirectUri],
        postLogoutRedirectUris: [afterLogout],
        backchannelLogoutUri: null,
        initiateLoginUri: null,
      })
    })
    const visit = await leave(browser, {
      client_id: stranger.clientId,
      post_logout_redirect_uri: afterLogout,
    })
    expect(visit.url.href).toBe(afterLogout)
    expect(await ask(browser, { workspace: 'north' })).toBe('signed in')
  })

  it('takes the hint from a form, which another site’s page posts without our cookies', async () => {
    await north.hire('fay')
    const browser = browserOf('fay')
    const { idToken } = await signIn(browser, 'north')
    const posted = await fetch(`${world.publicUrl}/oidc/session/end`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        id_token_hint: idToken,
        post_logout_redirect_uri: afterLogout,
      }),
    })
    expect(posted.status).toBe(303)
    const location = new URL(posted.headers.get('location') ?? '', world.publicUrl)
    await confirm(browser, await browser.follow(location.href, afterLogout))
    expect(browser.cookieNames(world.publicUrl)).toEqual([])
  })

  it.each([
    ['that is too long', 'application/x-www-form-urlencoded', `state=${'x'.repeat(20_000)}`],
    ['in another format', 'application/json', '{}'],
  ])('refuses a form %s', async (_name, type, body) => {
    const response = await fetch(`${world.publicUrl}/oidc/session/end`, {
      method: 'POST',
      headers: { 'content-type': type, accept: 'text/html' },
      body,
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('· request-invalid')
  })

  it('knows the one session of a browser for a host that names no workspace', async () => {
    await north.hire('gil')
    await south.hire('gil')
    const browser = browserOf('gil')
    await signIn(browser, 'north', true)
    expect(await ask(browser, {})).toBe('signed in')
    await signIn(browser, 'south')
    // Which of the two is not for us to say.
    expect(await ask(browser, {})).toBe('login_required')
  })

  it('signs in to the workspace that is typed in, and keeps the session of another', async () => {
    await north.hire('hal')
    const inSouth = await south.hire('hal')
    const browser = browserOf('hal')
    await signIn(browser, 'north')
    const attempt = await host.begin({ prompt: 'login' })
    const page = await browser.follow(attempt.url.href, host.redirectUri)
    const chosen = await browser.follow(`${page.url.href}?workspace=south`, host.redirectUri)
    const [, href = ''] = /<a class="button" href="([^"]+)"/.exec(chosen.body) ?? []
    const start = new URL(unescapeHtml(href), world.publicUrl).href
    const { url } = await browser.follow(start, host.redirectUri)
    expect((await attempt.redeem(url)).claims.sub).toBe(inSouth.memberId)
    expect(await ask(browser, { workspace: 'north' })).toBe('signed in')
    expect(await ask(browser, { workspace: 'south' })).toBe('signed in')
  })
})
