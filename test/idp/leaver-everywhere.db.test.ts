import { createSealer, openDatabase } from '@plantel/db'
import { findFreePort, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { compose } from '../../app/src/compose.ts'
import { parseConfig } from '../../app/src/config.ts'
import { listen, type Listener } from '../../app/src/listener.ts'
import { createLogger } from '../../app/src/logger.ts'
import {
  callJson,
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../../app/src/testing/test-installation.ts'
import { createBrowser } from '../../idp-bridge/src/testing/browser.ts'
import { type CompanyIdp, startCompanyIdp } from '../../idp-bridge/src/testing/company-idp.ts'
import {
  createTestHostClient,
  type TestHostClient,
} from '../../idp-bridge/src/testing/host-client.ts'
import {
  type LogoutReceiver,
  startLogoutReceiver,
} from '../../idp-bridge/src/testing/logout-receiver.ts'

const secret = 'the secret of a test installation'.padEnd(48, '.')
/** What is promised; a machine that does ten other things at once gets more time. */
const withinMs = process.env['TEST_DEPTH'] === 'deep' ? 1_000 : 30_000

/** When the last of it had come. */
async function readToEnd(response: Response): Promise<number> {
  for await (const _ of response.body ?? []);
  return performance.now()
}

describe.runIf(testEngines.includes('postgres'))('A leaver, over two replicas', () => {
  let first: TestInstallation
  let second: { url: string; close: () => Promise<void> }
  let idp: CompanyIdp
  let receiver: LogoutReceiver
  let host: TestHost
  let acme: TestWorkspace
  let inbox: TestHostClient
  let parameters: Record<string, string>
  let credentials: string

  beforeAll(async () => {
    ;[idp, receiver] = await Promise.all([startCompanyIdp(), startLogoutReceiver()])
    const environment = { PLANTEL_ALLOW_PRIVATE_NETWORK: `${idp.issuer},${receiver.origin}` }
    first = await openTestInstallation('postgres', environment)
    second = await startSecond({ ...environment, PLANTEL_PUBLIC_URL: first.url })
    host = await first.newHost('Inbox')
    acme = await newWorkspace(first, host, 'acme')
    const { body } = await host.call('POST', `/workspaces/${acme.id}/sso-connections`, {
      kind: 'oidc',
      name: 'Company',
      issuer: idp.issuer,
      clientId: idp.clientId,
      clientSecret: idp.clientSecret,
      binding: { claim: 'sub', attribute: 'userName' },
    })
    idp.allowRedirect(String(body['redirectUri']))
    parameters = { workspace: 'acme', connection: String(body['id']) }
    const redirectUri = 'http://127.0.0.1:9/callback'
    const client = await host.call('POST', '/clients', {
      name: 'Inbox',
      redirectUris: [redirectUri],
      backchannelLogoutUri: receiver.uri,
    })
    const clientId = String(client.body['clientId'])
    receiver.expect(first.url, clientId)
    const clientSecret = String(client.body['clientSecret'])
    credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    inbox = await createTestHostClient(first.url, { clientId, clientSecret, redirectUri })
  })
  afterAll(async () => {
    await second?.close()
    await first?.close()
    await Promise.all([idp?.close(), receiver?.close()])
  })

  async function startSecond(environment: Record<string, string>): Promise<typeof second> {
    const db = await openDatabase(first.db.options)
    const port = await findFreePort()
    const config = parseConfig({
      PLANTEL_DEMO: '1',
      PLANTEL_SECRET: secret,
      ...environment,
      PORT: String(port),
    })
    const application = await compose({
      config,
      db,
      sealer: createSealer(secret),
      secret,
      log: createLogger('silent'),
      demoUrl: () => undefined,
    })
    const listener: Listener = await listen(application.handler, 'localhost', port)
    application.health.phase = 'ready'
    return {
      url: `http://localhost:${port}`,
      async close() {
        application.endStreams()
        await listener.close(1_000)
        await application.close()
        await db.close()
      },
    }
  }

  it('is refused and shut out everywhere, the host is told, and the receipt says when', async () => {
    const userName = 'ana@acme.example'
    const { userId, memberId } = await acme.hire(userName)
    const browser = createBrowser()
    browser.setCookie(idp.issuer, 'who', userName)
    const { refreshToken = '', accessToken } = await inbox.signIn(browser, parameters)
    const token = await acme.widgetToken(memberId)
    const team = (base: string): Promise<number> =>
      callJson(`${base}/team/v1/workspace`, { token }).then(({ status }) => status)
    expect(await Promise.all([team(first.url), team(second.url)])).toEqual([200, 200])
    const stream = await fetch(`${first.url}/team/v1/event-stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({}),
    })
    expect(stream.status).toBe(200)
    const reading = readToEnd(stream)

    // The directory speaks to the second replica, everything else is at the first.
    const { baseUrl, scimToken } = await scimOf()
    const askedAt = performance.now()
    const patched = await callJson(`${baseUrl.replace(first.url, second.url)}/Users/${userId}`, {
      method: 'PATCH',
      token: scimToken,
      body: setActive(false),
      headers: { 'content-type': 'application/scim+json' },
    })
    expect(patched.status).toBe(200)
    expect(await Promise.all([team(first.url), team(second.url)])).toEqual([403, 403])
    const refreshed = await fetch(`${first.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    })
    expect(await refreshed.json()).toMatchObject({ error: 'invalid_grant' })
    const userinfo = await fetch(`${first.url}/oidc/me`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    expect(userinfo.status).toBe(401)
    const silent = await inbox.begin({ ...parameters, prompt: 'none' })
    const { url } = await browser.follow(silent.url.href, inbox.redirectUri)
    expect(url.searchParams.get('error')).toBe('login_required')
    expect(performance.now() - askedAt).toBeLessThan(withinMs)

    expect((await reading) - askedAt).toBeLessThan(withinMs)
    await expect.poll(() => receiver.verified.map(({ sub }) => sub)).toContain(memberId)
    const receipt = async (): Promise<Record<string, unknown> | undefined> => {
      const path = `/workspaces/${acme.id}/members/${memberId}/revocations`
      const { body } = await host.call('GET', path)
      return (body['revocations'] as Record<string, unknown>[])[0]
    }
    await expect.poll(receipt).toMatchObject({
      reason: 'suspended',
      sweptAfterMs: expect.any(Number),
      clients: [{ name: 'Inbox', acknowledgedAfterMs: expect.any(Number) }],
    })
    const { sweptAfterMs, clients } = (await receipt()) ?? {}
    const [client] = clients as { acknowledgedAfterMs: number }[]
    expect(sweptAfterMs).toBeLessThan(withinMs)
    expect(client?.acknowledgedAfterMs).toBeLessThan(withinMs)
  })

  /** The credentials with which the directory calls. */
  async function scimOf(): Promise<{ baseUrl: string; scimToken: string }> {
    const path = `/workspaces/${acme.id}/scim-connections/${acme.connectionId}`
    const { body } = await host.call('POST', `${path}/tokens`, {})
    return {
      baseUrl: `${first.url}/scim/v2/${acme.connectionId}`,
      scimToken: String(body['token']),
    }
  }
})
