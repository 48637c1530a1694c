import { createId, hashToken, inInstallation, inWorkspace } from '@plantel/db'
import { createSealer } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { createHost, createHostClient, createWorkspace } from '@plantel/team'
import { fetchUserInfo, refreshTokenGrant } from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { systemActor } from '../system-actor.ts'
import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { type Browser, createBrowser, hiddenFields, unescapeHtml } from '../testing/browser.ts'
import { type CompanyIdp, startCompanyIdp } from '../testing/company-idp.ts'
import { createTestHostClient, type TestHostClient } from '../testing/host-client.ts'
import { type LogoutReceiver, startLogoutReceiver } from '../testing/logout-receiver.ts'
import { sweepArtifacts } from './artifact-store.ts'

const afterLogout = 'http://127.0.0.1:9/signed-out'

interface PublishedKey {
  alg: string
  d?: string
}

async function readKeys(base: string): Promise<{ keys: PublishedKey[] }> {
  const response = await fetch(`${base}/oidc/jwks`)
  return (await response.json()) as { keys: PublishedKey[] }
}

describe.each(testEngines)('Plantel as OpenID provider on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: CompanyIdp
  let receiver: LogoutReceiver
  let client: { clientId: string; clientSecret: string; redirectUri: string }
  let host: TestHostClient
  let workspace: TestWorkspace
  let parameters: Record<string, string>

  beforeAll(async () => {
    ;[idp, receiver] = await Promise.all([startCompanyIdp(), startLogoutReceiver()])
    world = await createBridgeWorld(engine, [idp.issuer, receiver.origin])
    workspace = await world.addWorkspace('north')
    const connection = await workspace.connect(idp)
    idp.allowRedirect(connection.redirectUri)
    client = await world.addClient({
      backchannelLogoutUri: receiver.uri,
      postLogoutRedirectUri: afterLogout,
    })
    receiver.expect(world.publicUrl, client.clientId)
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

  function postToken(base: string, fields: Record<string, string>): Promise<Response> {
    return fetch(`${base}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: client.clientId,
        client_secret: client.clientSecret,
        ...fields,
      }),
    })
  }

  it('gives replicas that start together the same keys', async () => {
    const [first, second] = await Promise.all([readKeys(world.publicUrl), readKeys(world.otherUrl)])
    expect(first).toEqual(second)
    expect(first.keys.map(({ alg }) => alg).toSorted()).toEqual(['ES256', 'RS256'])
    expect(first.keys.every((key) => key.d === undefined)).toBe(true)
  })

  it('writes its addresses from the configuration, whatever the request says', async () => {
    const response = await fetch(`${world.otherUrl}/oidc/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    })
    const metadata = (await response.json()) as Record<string, unknown>
    expect(metadata).toMatchObject({
      issuer: `${world.publicUrl}/oidc`,
      token_endpoint: `${world.publicUrl}/oidc/token`,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      backchannel_logout_supported: true,
    })
    expect(JSON.stringify(metadata)).not.toContain('evil')
  })

  it('redeems a code exactly once of 20 times, over two replicas', async () => {
    await workspace.hire('ana')
    const browser = browserOf('ana')
    const verifier = 'a'.repeat(64)
    const challenge = hashToken(verifier).toString('base64url')
    const attempt = await host.begin({ ...parameters, code_challenge: challenge })
    const { url } = await browser.follow(attempt.url.href, client.redirectUri)
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { status } = await postToken(index % 2 === 0 ? world.publicUrl : world.otherUrl, {
          grant_type: 'authorization_code',
          code: url.searchParams.get('code') ?? '',
          redirect_uri: client.redirectUri,
          code_verifier: verifier,
        })
        return status
      }),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 400)).toHaveLength(19)
  })

  it('refreshes exactly once of 20 times, over two replicas', async () => {
    await workspace.hire('bea')
    const tokens = await host.signIn(browserOf('bea'), parameters)
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { status } = await postToken(index % 2 === 0 ? world.publicUrl : world.otherUrl, {
          grant_type: 'refresh_token',
          refresh_token: tokens.refreshToken ?? '',
        })
        return status
      }),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  })

  it('ends the whole grant when a refresh token is used a second time', async () => {
    const { memberId } = await workspace.hire('cleo')
    const first = await host.signIn(browserOf('cleo'), parameters)
    const second = await refreshTokenGrant(host.configuration, first.refreshToken ?? '')
    expect(second.refresh_token).not.toBe(first.refreshToken)
    await fetchUserInfo(host.configuration, second.access_token, memberId)
    await expect(
      refreshTokenGrant(host.configuration, first.refreshToken ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(
      refreshTokenGrant(host.configuration, second.refresh_token ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(
      fetchUserInfo(host.configuration, second.access_token, memberId),
    ).rejects.toMatchObject({ status: 401 })
  })

  it.each([
    ['without PKCE', (query: URLSearchParams) => query.delete('code_challenge'), 'invalid_request'],
    [
      'with plain PKCE',
      (query: URLSearchParams) => query.set('code_challenge_method', 'plain'),
      'invalid_request',
    ],
    [
      'that nobody may be asked about',
      (query: URLSearchParams) => query.set('prompt', 'none'),
      'login_required',
    ],
  ])('sends a request %s back with an error', async (_name, change, error) => {
    const { url } = await host.begin(parameters)
    change(url.searchParams)
    const visit = await createBrowser().follow(url.href, client.redirectUri)
    expect(visit.url.searchParams.get('error')).toBe(error)
    expect(visit.url.searchParams.get('iss')).toBe(`${world.publicUrl}/oidc`)
  })

  it.each(['/other', '/callback/', '/callback?x=1', '/callback/../callback2'])(
    'shows its own page for a redirect URI that only resembles the registered one (%s)',
    async (path) => {
      const { url } = await host.begin(parameters)
      url.searchParams.set('redirect_uri', `http://127.0.0.1:9${path}`)
      const visit = await createBrowser().follow(url.href, client.redirectUri)
      expect(visit.status).toBe(400)
      expect(visit.body).toContain('· request-invalid')
      expect(visit.headers.get('content-security-policy')).toContain("default-src 'none'")
    },
  )

  it.each([
    ['en', 'Your inbox sent a request we don’t know'],
    ['es-MX', 'Tu bandeja de entrada envió una solicitud que no reconocemos'],
    ['pt-BR', 'Sua caixa de entrada enviou um pedido que não reconhecemos'],
  ])(
    'says in %s what the host’s developers have to check, and by which error',
    async (language, title) => {
      const changes: [string, string, string][] = [
        ['client_id', 'plt_client_unknown', 'invalid_client'],
        ['redirect_uri', 'http://127.0.0.1:9/other', 'invalid_redirect_uri'],
      ]
      for (const [name, value, error] of changes) {
        const { url } = await host.begin(parameters)
        url.searchParams.set(name, value)
        const { body } = await createBrowser(language).follow(url.href, client.redirectUri)
        expect(body).toContain(`<h1>${title}</h1>`)
        expect(body).toContain('client_id')
        expect(body).toContain('redirect_uri')
        expect(body).toContain(` · request-invalid · ${error}<`)
      }
    },
  )

  it('says of a sign-out page that is no longer good that it has expired', async () => {
    const response = await createBrowser().request(`${world.publicUrl}/oidc/session/end/confirm`, {
      method: 'POST',
      body: new URLSearchParams({ xsrf: 'of an earlier page', logout: 'yes' }),
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('· request-expired')
  })

  it('gives a host nobody of another host, though they are signed in and the workspace’s name is the same', async () => {
    const browser = browserOf('dora')
    await workspace.hire('dora')
    await host.signIn(browser, parameters)
    // Also without a workspace's name, so that nothing but the host tells the two requests apart.
    await host.signIn(browser, { connection: parameters['connection'] ?? '' })
    const sealer = createSealer('the installation secret of the tests, long enough')
    const other = await inInstallation(world.db, async (query) => {
      const { id } = await createHost(query, { name: `other ${createId()}`, allowedOrigins: [] })
      const draft = { redirectUris: [client.redirectUri], postLogoutRedirectUris: [] }
      return {
        id,
        ...(await createHostClient(query, sealer, id, {
          name: 'Other',
          backchannelLogoutUri: null,
          initiateLoginUri: null,
          ...draft,
        })),
      }
    })
    const strangers = await createTestHostClient(world.publicUrl, {
      ...other,
      redirectUri: client.redirectUri,
    })
    for (const named of ['north', workspace.id]) {
      const { url } = await strangers.begin({ workspace: named })
      const visit = await browser.follow(url.href, client.redirectUri)
      expect(visit.body).toContain('· workspace-not-found')
    }
    const { url } = await strangers.begin()
    const unnamed = await browser.follow(url.href, client.redirectUri)
    expect(unnamed.body).toContain('name="workspace"')

    await inWorkspace(world.db, createId(), systemActor(), (trx) =>
      createWorkspace(trx, {
        hostId: other.id,
        slug: 'north',
        name: 'The other north',
        preset: 'respond',
        locale: 'en',
        timeZone: 'UTC',
        owner: { email: 'owner@other.example', displayName: 'Other' },
        departments: [],
        channels: [],
      }),
    )
    const { url: sameName } = await strangers.begin({ workspace: 'north' })
    const visit = await browser.follow(sameName.href, client.redirectUri)
    expect(visit.body).toContain('· no-connection')
    expect(visit.body).toContain('The other north')
  })

  it('stores nothing that could be redeemed', async () => {
    await workspace.hire('eva')
    const browser = browserOf('eva')
    const attempt = await host.begin(parameters)
    const { url } = await browser.follow(attempt.url.href, client.redirectUri)
    const code = url.searchParams.get('code') ?? ''
    const rows = async (): Promise<string> =>
      JSON.stringify(
        await world.db.owner.selectFrom('provider_artifacts').select('payload').execute(),
      )
    expect(code).toHaveLength(43)
    expect(await rows()).not.toContain(code)
    const tokens = await attempt.redeem(url)
    const stored = await rows()
    expect(stored).not.toContain(tokens.accessToken)
    expect(stored).not.toContain(tokens.refreshToken)
    const keys = JSON.stringify(
      await world.db.owner.selectFrom('signing_keys').selectAll().execute(),
    )
    expect(keys).not.toContain('"d"')
  })

  it('sweeps what has expired and keeps the rest', async () => {
    const owner = world.db.owner
    const expired = {
      model: 'AccessToken',
      payload: '{}',
      uid_hash: null,
      grant_id_hash: null,
      account_id: null,
      consumed_at: null,
    }
    const row = (
      id: string,
      seconds: number,
    ): typeof expired & { id_hash: Buffer; expires_at: Date } => ({
      ...expired,
      id_hash: hashToken(id),
      expires_at: new Date(Date.now() + seconds * 1000),
    })
    await owner
      .insertInto('provider_artifacts')
      .values([row('old', -60), row('new', 60)])
      .execute()
    await sweepArtifacts(world.db)
    const left = await owner
      .selectFrom('provider_artifacts')
      .select('id_hash')
      .where('id_hash', 'in', [hashToken('old'), hashToken('new')])
      .execute()
    expect(left.map(({ id_hash }) => id_hash.toString('hex'))).toEqual([
      hashToken('new').toString('hex'),
    ])
  })

  it('asks before it signs out, then signs out of Plantel too and tells the host', async () => {
    const { memberId } = await workspace.hire('fay')
    const browser = browserOf('fay')
    const tokens = await host.signIn(browser, parameters)
    const query = new URLSearchParams({
      id_token_hint: tokens.idToken,
      post_logout_redirect_uri: afterLogout,
    })
    const page = await browser.follow(`${world.publicUrl}/oidc/session/end?${query.toString()}`)
    expect(page.body).toContain('Sign out?')
    expect(page.headers.get('content-security-policy')).toContain(
      "form-action 'self' http://127.0.0.1:9;",
    )
    const action = unescapeHtml(/<form[^>]+action="([^"]+)"/.exec(page.body)?.[1] ?? '')
    const fields = hiddenFields(page.body)
    fields.set('logout', 'yes')
    const told = receiver.verified.length
    const done = await browser.request(action, { method: 'POST', body: fields })
    expect(done.headers.get('location')).toBe(afterLogout)
    expect(receiver.verified[told]).toMatchObject({ sub: memberId, sid: tokens.claims['sid'] })
    expect(browser.cookieNames(world.publicUrl)).toEqual([])
    // Not signed in again without a question: the company is asked, and knows nobody now.
    browser.dropCookies(/^(who|company)/)
    const again = await host.begin(parameters)
    expect((await browser.follow(again.url.href, client.redirectUri)).body).toContain(
      '· idp-refused',
    )
    await expect(
      fetchUserInfo(host.configuration, tokens.accessToken, memberId),
    ).rejects.toMatchObject({ status: 401 })
  })
})
