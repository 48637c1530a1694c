import { createId, createSealer, inInstallation } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { createHost, createHostClient } from '@plantel/team'
import { fetchUserInfo, refreshTokenGrant } from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { type Browser, createBrowser } from '../testing/browser.ts'
import { type CompanyIdp, startCompanyIdp } from '../testing/company-idp.ts'
import { createTestHostClient, type TestHostClient } from '../testing/host-client.ts'
import { type LogoutReceiver, startLogoutReceiver } from '../testing/logout-receiver.ts'

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

describe.each(testEngines)('After a member’s access has ended, on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: CompanyIdp
  let receiver: LogoutReceiver
  let clientId: string
  let host: TestHostClient
  let workspace: TestWorkspace
  let parameters: Record<string, string>

  beforeAll(async () => {
    ;[idp, receiver] = await Promise.all([startCompanyIdp(), startLogoutReceiver()])
    world = await createBridgeWorld(engine, [idp.issuer, receiver.origin])
    workspace = await world.addWorkspace('north')
    const connection = await workspace.connect(idp)
    idp.allowRedirect(connection.redirectUri)
    const client = await world.addClient({ backchannelLogoutUri: receiver.uri })
    clientId = client.clientId
    receiver.expect(world.publicUrl, clientId)
    host = await createTestHostClient(world.publicUrl, client)
    parameters = { workspace: 'north', connection: connection.id }
  })

  afterAll(async () => {
    await Promise.all([world.close(), idp.close(), receiver.close()])
  })

  function browserOf(sub: string): Browser {
    const browser = createBrowser()
    browser.setCookie(idp.issuer, 'who', sub)
    return browser
  }

  function send(memberId: string): Promise<void> {
    return world.otherBridge.sendLogout(clientId, memberId)
  }

  /** The host's, Plantel's and the provider's sessions still work. */
  async function expectSignedIn(browser: Browser, tokens: Tokens): Promise<void> {
    await fetchUserInfo(host.configuration, tokens.accessToken, tokens.claims.sub)
    await refreshTokenGrant(host.configuration, tokens.refreshToken ?? '')
    const silent = await host.begin({ ...parameters, prompt: 'none' })
    const { url } = await browser.follow(silent.url.href, host.redirectUri)
    expect(url.searchParams.get('error')).toBeNull()
    browser.dropCookies(/^(plantel-op|who|company)/)
    expect((await host.signIn(browser, parameters)).claims.sub).toBe(tokens.claims.sub)
  }

  type Tokens = Awaited<ReturnType<TestHostClient['signIn']>>

  it('sweeps sessions and tokens, and contacts nobody', async () => {
    const { memberId, userId } = await workspace.hire('ana')
    await host.signIn(browserOf('ana'), parameters)
    await workspace.setActive(userId, 'ana', false)
    const told = receiver.verified.length
    await world.otherBridge.sweepEndedAccess(workspace.id, [memberId])
    const artifacts = await world.db.owner
      .selectFrom('provider_artifacts')
      .select('model')
      .where('account_id', '=', memberId)
      // Clients may still have to be told of it.
      .where('model', '<>', 'Session')
      .execute()
    const sessions = await world.db.owner
      .selectFrom('sessions')
      .select('id_hash')
      .where('member_id', '=', memberId)
      .execute()
    expect([artifacts, sessions]).toEqual([[], []])
    expect(receiver.verified).toHaveLength(told)
    await world.bridge.sweepEndedAccess(workspace.id, [memberId])
  })

  it('tells the client to end all of the member’s sessions, each time it is asked to', async () => {
    const { memberId, userId } = await workspace.hire('bea')
    await host.signIn(browserOf('bea'), parameters)
    await workspace.setActive(userId, 'bea', false)
    await world.bridge.sweepEndedAccess(workspace.id, [memberId])
    const told = receiver.verified.length
    await send(memberId)
    expect(receiver.verified).toHaveLength(told + 1)
    const logoutToken = receiver.verified[told]
    expect(logoutToken).toMatchObject({ sub: memberId, events: { [logoutEvent]: {} } })
    expect(logoutToken).not.toHaveProperty('sid')
    expect(logoutToken).not.toHaveProperty('nonce')
    expect(logoutToken?.jti).toBeTypeOf('string')
    await send(memberId)
    expect(receiver.verified).toHaveLength(told + 2)
  })

  it('leaves alone what a member signed in to who is back, and names only what ended', async () => {
    const { memberId, userId } = await workspace.hire('cleo')
    const before = await host.signIn(browserOf('cleo'), parameters)
    await workspace.setActive(userId, 'cleo', false)
    await workspace.setActive(userId, 'cleo', true)
    const browser = browserOf('cleo')
    const after = await host.signIn(browser, parameters)
    expect(after.claims['sid']).not.toBe(before.claims['sid'])

    const told = receiver.verified.length
    await world.bridge.sweepEndedAccess(workspace.id, [memberId])
    await send(memberId)
    expect(receiver.verified.slice(told)).toEqual([
      expect.objectContaining({ sub: memberId, sid: before.claims['sid'] }),
    ])
    await expectSignedIn(browser, after)
  })

  it('says nothing of a member who is back and had no session with the client', async () => {
    const { memberId, userId } = await workspace.hire('dora')
    await workspace.setActive(userId, 'dora', false)
    await workspace.setActive(userId, 'dora', true)
    await host.signIn(browserOf('dora'), parameters)
    const told = receiver.verified.length
    await send(memberId)
    expect(receiver.verified).toHaveLength(told)
  })

  it('does not name a session that goes on in the same browser', async () => {
    const { memberId, userId } = await workspace.hire('eva')
    const browser = browserOf('eva')
    await host.signIn(browser, parameters)
    await workspace.setActive(userId, 'eva', false)
    await workspace.setActive(userId, 'eva', true)
    const after = await host.signIn(browser, parameters)
    const told = receiver.verified.length
    await world.bridge.sweepEndedAccess(workspace.id, [memberId])
    await send(memberId)
    const named = receiver.verified.slice(told).map(({ sid }) => sid)
    expect(named).not.toContain(after.claims['sid'])
    await expectSignedIn(browser, after)
  })

  it('says which client could not be told', async () => {
    const { memberId, userId } = await workspace.hire('fay')
    const before = await host.signIn(browserOf('fay'), parameters)
    await workspace.setActive(userId, 'fay', false)
    const refusal = { name: 'LogoutNotDeliveredError', clientId }
    receiver.answerWith(500)
    await expect(send(memberId)).rejects.toMatchObject(refusal)
    await workspace.setActive(userId, 'fay', true)
    await expect(send(memberId)).rejects.toMatchObject(refusal)
    receiver.answerWith(200)
    const told = receiver.verified.length
    await send(memberId)
    expect(receiver.verified.slice(told)).toMatchObject([{ sid: before.claims['sid'] }])
    expect(world.log.at(-1)).toMatchObject({ event: 'backchannel-logout.failed', clientId })
  })

  it('tells no client that is gone, wants no word, or is another host’s', async () => {
    const { memberId, userId } = await workspace.hire('gil')
    await workspace.setActive(userId, 'gil', false)
    const silent = await world.addClient()
    const strange = await inInstallation(world.db, async (query) => {
      const { id } = await createHost(query, { name: `other ${createId()}`, allowedOrigins: [] })
      const sealer = createSealer('the installation secret of the tests, long enough')
      return createHostClient(query, sealer, id, {
        name: 'Other',
        redirectUris: [host.redirectUri],
        postLogoutRedirectUris: [],
        backchannelLogoutUri: 'http://127.0.0.1:9/logout',
        initiateLoginUri: null,
      })
    })
    for (const id of ['plt_client_gone', silent.clientId, strange.clientId]) {
      await world.bridge.sendLogout(id, memberId)
    }
    await world.bridge.sendLogout(clientId, createId())
    await world.bridge.sweepEndedAccess(workspace.id, [createId()])
    expect(receiver.verified.filter(({ sub }) => sub === memberId)).toEqual([])
  })
})
