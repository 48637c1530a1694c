import { type TestEngine, testEngines } from '@plantel/db/testing'
import { fetchUserInfo, refreshTokenGrant } from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { type Browser, createBrowser } from '../testing/browser.ts'
import { type CompanyIdp, startCompanyIdp } from '../testing/company-idp.ts'
import { createTestHostClient, type TestHostClient } from '../testing/host-client.ts'

describe.each(testEngines)('Sign-in on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: CompanyIdp
  let nextIdp: CompanyIdp
  let host: TestHostClient
  let north: TestWorkspace
  let south: TestWorkspace
  let northConnection: { id: string; redirectUri: string }
  let southConnection: { id: string; redirectUri: string }

  beforeAll(async () => {
    ;[idp, nextIdp] = await Promise.all([startCompanyIdp(), startCompanyIdp()])
    world = await createBridgeWorld(engine, [idp.issuer, nextIdp.issuer])
    north = await world.addWorkspace('north')
    south = await world.addWorkspace('south')
    northConnection = await north.connect(idp)
    southConnection = await south.connect(idp)
    idp.allowRedirect(northConnection.redirectUri)
    idp.allowRedirect(southConnection.redirectUri)
    host = await createTestHostClient(world.publicUrl, await world.addClient())
  })

  afterAll(async () => {
    await Promise.all([world.close(), idp.close(), nextIdp.close()])
  })

  function browserOf(sub: string | undefined): Browser {
    const browser = createBrowser()
    if (sub !== undefined) browser.setCookie(idp.issuer, 'who', sub)
    return browser
  }

  const toNorth = (): Record<string, string> => ({
    workspace: 'north',
    connection: northConnection.id,
  })
  const toSouth = (): Record<string, string> => ({
    workspace: 'south',
    connection: southConnection.id,
  })

  it('takes a person from the host to their company and back, and tells the host who they are', async () => {
    const { memberId } = await north.hire('ana')
    const browser = browserOf('ana')
    const { claims, accessToken } = await host.signIn(browser, toNorth())
    expect(claims.sub).toBe(memberId)
    expect(claims).toMatchObject({
      name: 'ana',
      email: 'ana@example.com',
      locale: 'es',
      workspace: { id: north.id, slug: 'north' },
      role: { key: 'agent' },
      departments: [],
      channels: [],
      conversation_access: 'departments',
    })
    expect(claims['permissions']).toBeInstanceOf(Array)
    const userinfo = await fetchUserInfo(host.configuration, accessToken, memberId)
    expect(userinfo['workspace']).toEqual({ id: north.id, slug: 'north' })
  })

  it('offers one button when the host names only the workspace, and the button works', async () => {
    await north.hire('bea')
    const browser = browserOf('bea')
    const attempt = await host.begin({ workspace: 'north' })
    const page = await browser.follow(attempt.url.href, host.redirectUri)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const [, href = ''] = /<a class="button" href="([^"]+)"/.exec(page.body) ?? []
    const start = new URL(href.replaceAll('&amp;', '&'), world.publicUrl)
    const visit = await browser.follow(start.href, host.redirectUri)
    const { claims } = await attempt.redeem(visit.url)
    expect(claims['name']).toBe('bea')
  })

  it('asks for the workspace when nobody names one', async () => {
    await north.hire('cleo')
    const browser = browserOf('cleo')
    await host.signIn(browser, toNorth())
    browser.dropCookies(/^plantel-op-session/)
    const attempt = await host.begin()
    const page = await browser.follow(attempt.url.href, host.redirectUri)
    expect(page.body).toContain('name="workspace"')
    const wrong = await browser.follow(`${page.url.href}?workspace=nowhere`, host.redirectUri)
    expect(wrong.status).toBe(404)
    expect(wrong.body).toContain('aria-invalid="true"')
    // Signed in with this workspace already: from the form straight back to the host.
    const visit = await browser.follow(`${page.url.href}?workspace=north`, host.redirectUri)
    expect((await attempt.redeem(visit.url)).claims['name']).toBe('cleo')
  })

  it('sets cookies that scripts and other sites do not get', async () => {
    await north.hire('dora')
    const browser = browserOf('dora')
    await host.signIn(browser, toNorth())
    const own = browser.setCookieHeaders.filter((header) => /^(plt_flow_|plantel-)/.test(header))
    expect(own.length).toBeGreaterThan(4)
    for (const header of own) {
      expect(header.toLowerCase()).toContain('httponly')
      expect(header.toLowerCase()).toContain('samesite=lax')
    }
    expect(own.find((header) => header.startsWith('plt_flow_'))).toContain('Path=/sso')
    expect(browser.cookieNames(world.publicUrl)).toContain(`plantel-${north.id.slice(-8)}`)
  })

  it('refuses somebody whom no directory knows, and says whom to ask', async () => {
    const attempt = await host.begin(toNorth())
    const page = await browserOf('stranger').follow(attempt.url.href, host.redirectUri)
    expect(page.status).toBe(403)
    expect(page.body).toContain('member-unknown')
    expect(page.body).toContain('nobody has added you to north team')
    expect(world.log.at(-1)).toMatchObject({
      event: 'sign-in.refused',
      code: 'member-unknown',
      adminDetail: 'no-match:sub→externalId',
      workspaceId: north.id,
      connectionId: northConnection.id,
    })
  })

  it('speaks the browser’s language', async () => {
    const browser = createBrowser('pt-PT,en;q=0.5')
    const attempt = await host.begin({ workspace: 'north' })
    const page = await browser.follow(attempt.url.href)
    expect(page.headers.get('content-language')).toBe('pt-BR')
    expect(page.body).toContain('Entrar em north team')
  })

  it('passes on that the company refused, with a way to try again', async () => {
    const attempt = await host.begin(toNorth())
    const page = await browserOf(undefined).follow(attempt.url.href, host.redirectUri)
    expect(page.status).toBe(403)
    expect(page.body).toContain('idp-refused')
    expect(page.body).toContain(`/sso/${northConnection.id}/start?return_to=`)
    expect(world.log.at(-1)).toMatchObject({ code: 'idp-refused', adminDetail: 'access_denied' })
  })

  it('keeps the link of a person whose externalId changes afterwards', async () => {
    const { memberId, userId } = await north.hire('eva')
    await host.signIn(browserOf('eva'), toNorth())
    await north.setActive(userId, 'eva-renamed', true)
    const { claims } = await host.signIn(browserOf('eva'), toNorth())
    expect(claims.sub).toBe(memberId)
  })

  it('knows nobody by what another identity provider called them', async () => {
    const moving = await north.connect(idp)
    idp.allowRedirect(moving.redirectUri)
    nextIdp.allowRedirect(moving.redirectUri)
    const signInAsEve = async (): Promise<string> => {
      const parameters = { workspace: 'north', connection: moving.id }
      return (await host.signIn(browserOf('eve'), parameters)).claims.sub
    }
    const former = await north.hire('eve')
    expect(await signInAsEve()).toBe(former.memberId)
    await north.setActive(former.userId, 'eve-moved-on', true)
    const present = await north.hire('eve')
    await north.repoint(moving.id, nextIdp.issuer)
    expect(await signInAsEve()).toBe(present.memberId)
    await north.repoint(moving.id, idp.issuer)
    expect(await signInAsEve()).toBe(former.memberId)
  })

  it('answers exactly one of 20 callbacks of one flow, over two replicas', async () => {
    await north.hire('fay')
    const browser = browserOf('fay')
    const attempt = await host.begin(toNorth())
    const before = idp.redemptions()
    const { url } = await browser.follow(attempt.url.href, `${northConnection.redirectUri}?`)
    const callbacks = Array.from({ length: 20 }, (_, index) => {
      const base = index % 2 === 0 ? world.publicUrl : world.otherUrl
      return browser.request(new URL(`${url.pathname}${url.search}`, base).href)
    })
    const statuses = (await Promise.all(callbacks)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(statuses.filter((status) => status === 400)).toHaveLength(19)
    expect(idp.redemptions() - before).toBe(1)
  })

  it('finishes a flow once', async () => {
    await north.hire('gil')
    const browser = browserOf('gil')
    const attempt = await host.begin(toNorth())
    const { url } = await browser.follow(attempt.url.href, `${world.publicUrl}/sso/finish`)
    const both = await Promise.all([
      browser.request(url.href),
      browser.request(new URL(`${url.pathname}${url.search}`, world.otherUrl).href),
    ])
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([303, 400]))
  })

  it('refuses a callback in a browser that did not start the flow, and leaves the flow to the one that did', async () => {
    await north.hire('hal')
    const browser = browserOf('hal')
    const attempt = await host.begin(toNorth())
    const { url } = await browser.follow(attempt.url.href, `${northConnection.redirectUri}?`)
    const stolen = await createBrowser().request(url.href)
    expect(stolen.status).toBe(403)
    expect(await stolen.text()).toContain('flow-not-yours')
    const state = url.searchParams.get('state') ?? ''
    const guesser = createBrowser()
    guesser.setCookie(world.publicUrl, `plt_flow_${state.slice(-8)}`, 'guessed')
    expect((await guesser.request(url.href)).status).toBe(400)
    const visit = await browser.follow(url.href, host.redirectUri)
    expect((await attempt.redeem(visit.url)).claims['name']).toBe('hal')
  })

  it('refuses a callback at another connection’s address', async () => {
    await north.hire('ida')
    const browser = browserOf('ida')
    const attempt = await host.begin(toNorth())
    const { url } = await browser.follow(attempt.url.href, `${northConnection.redirectUri}?`)
    const sibling = await north.connect(idp)
    for (const { redirectUri } of [southConnection, sibling]) {
      const mixedUp = await browser.request(`${redirectUri}${url.search}`)
      expect(mixedUp.status).toBe(400)
      expect(await mixedUp.text()).toContain('· flow-expired')
    }
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/a\tb', '/sign-in/é'])(
    'does not come back to %j',
    async (returnTo) => {
      const query = new URLSearchParams({ return_to: returnTo })
      const response = await browserOf('x').request(
        `${world.publicUrl}/sso/${northConnection.id}/start?${query.toString()}`,
      )
      expect(response.status).toBe(400)
      expect(response.headers.get('location')).toBeNull()
    },
  )

  it('keeps two workspaces in two tabs apart, in any order', async () => {
    const inNorth = await north.hire('jo')
    const inSouth = await south.hire('jo')
    const browser = browserOf('jo')
    const first = await host.begin(toNorth())
    const second = await host.begin(toSouth())
    const firstAtIdp = await browser.follow(first.url.href, `${northConnection.redirectUri}?`)
    const secondAtIdp = await browser.follow(second.url.href, `${southConnection.redirectUri}?`)
    const secondDone = await browser.follow(secondAtIdp.url.href, host.redirectUri)
    const firstDone = await browser.follow(firstAtIdp.url.href, host.redirectUri)
    const firstTokens = await first.redeem(firstDone.url)
    const secondTokens = await second.redeem(secondDone.url)
    expect(firstTokens.claims.sub).toBe(inNorth.memberId)
    expect(secondTokens.claims.sub).toBe(inSouth.memberId)
    // Neither sign-in ended the other.
    await fetchUserInfo(host.configuration, firstTokens.accessToken, inNorth.memberId)
    await fetchUserInfo(host.configuration, secondTokens.accessToken, inSouth.memberId)
  })

  it('answers each workspace’s request with that workspace’s member', async () => {
    const inNorth = await north.hire('kim')
    const inSouth = await south.hire('kim')
    const browser = browserOf('kim')
    expect((await host.signIn(browser, toNorth())).claims.sub).toBe(inNorth.memberId)
    expect((await host.signIn(browser, toSouth())).claims.sub).toBe(inSouth.memberId)
    // Both are signed in with Plantel: no company is asked any more.
    browser.dropCookies(/^who$/)
    expect((await host.signIn(browser, toNorth())).claims.sub).toBe(inNorth.memberId)
    expect((await host.signIn(browser, toSouth())).claims.sub).toBe(inSouth.memberId)
  })

  it('asks again for who signed in before when the host wants a fresh sign-in', async () => {
    await north.hire('lea')
    const browser = browserOf('lea')
    await host.signIn(browser, toNorth())
    browser.dropCookies(/^(who|company)/)
    const attempt = await host.begin({ ...toNorth(), prompt: 'login' })
    const page = await browser.follow(attempt.url.href, host.redirectUri)
    expect(page.body).toContain('idp-refused')
  })

  it('lets a leaver in nowhere, at once and on another replica', async () => {
    const { memberId, userId } = await north.hire('mia')
    const browser = browserOf('mia')
    const tokens = await host.signIn(browser, toNorth())
    const pending = await host.begin(toNorth())
    const { url: unredeemed } = await browser.follow(pending.url.href, host.redirectUri)
    await north.setActive(userId, 'mia', false)

    const userinfo = await fetch(`${world.otherUrl}/oidc/me`, {
      headers: { authorization: `Bearer ${tokens.accessToken}` },
    })
    expect(userinfo.status).toBe(401)
    await expect(
      refreshTokenGrant(host.configuration, tokens.refreshToken ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(pending.redeem(unredeemed)).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(world.otherBridge.mintWidgetToken(north.id, memberId)).rejects.toMatchObject({
      code: 'access-refused',
      adminDetail: 'suspended',
    })
    // Neither session counts: the person is sent to their company again, and then refused.
    const again = await host.begin(toNorth())
    const page = await browser.follow(
      again.url.href.replace(world.publicUrl, world.otherUrl),
      host.redirectUri,
    )
    expect(page.body).toContain('access-refused')

    await north.setActive(userId, 'mia', true)
    const revived = await fetch(`${world.otherUrl}/oidc/me`, {
      headers: { authorization: `Bearer ${tokens.accessToken}` },
    })
    expect(revived.status).toBe(401)
    browser.dropCookies(/^(who|company)/)
    const afterwards = await host.begin(toNorth())
    const asked = await browser.follow(afterwards.url.href, host.redirectUri)
    expect(asked.body).toContain('idp-refused')
    // With a new sign-in they are back, in the same browser too.
    browser.setCookie(idp.issuer, 'who', 'mia')
    const { accessToken } = await host.signIn(browser, toNorth())
    await fetchUserInfo(host.configuration, accessToken, memberId)
  })
})
