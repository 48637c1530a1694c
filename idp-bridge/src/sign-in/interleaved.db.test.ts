import { hashToken } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createCertifiedKey } from '../saml/self-signed-certificate.ts'
import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { type Browser, createBrowser, hiddenFields } from '../testing/browser.ts'
import { createTestHostClient, type TestHostClient } from '../testing/host-client.ts'
import { type SamlIdp, startSamlIdp } from '../testing/saml-idp.ts'
import { startTenantIdp, type TenantIdp } from '../testing/tenant-idp.ts'

const isDeep = process.env['TEST_DEPTH'] === 'deep'
const attempts = isDeep ? 200 : 40
const rounds = isDeep ? 20 : 1
const names = ['ana', 'bea', 'cleo', 'dora']

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * 20))

describe.each(testEngines)('Interleaved sign-ins on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let saml: SamlIdp
  let tenants: TenantIdp
  let host: TestHostClient
  let client: Awaited<ReturnType<BridgeWorld['addClient']>>
  const ways: { slug: string; connection: string; acsUrl: string | undefined }[] = []
  /** Member ids by workspace and name. */
  const members = new Map<string, string>()

  beforeAll(async () => {
    const [samlIdp, tenantIdp, key] = await Promise.all([
      startSamlIdp(),
      startTenantIdp(),
      createCertifiedKey('ours'),
    ])
    saml = samlIdp
    tenants = tenantIdp
    world = await createBridgeWorld(engine, [saml.origin, tenants.origin])
    client = await world.addClient()
    host = await createTestHostClient(world.publicUrl, client)
    for (const slug of ['north', 'south']) {
      const workspace = await world.addWorkspace(slug)
      for (const name of names) {
        members.set(`${slug} ${name}`, (await workspace.hire(name)).memberId)
      }
      ways.push(await connectSaml(workspace, slug, key), await connectTenant(workspace, slug))
    }
  })
  afterAll(() => Promise.all([world.close(), saml.close(), tenants.close()]))

  /** Both workspaces at one identity provider: the same entity id, the same certificate. */
  async function connectSaml(
    workspace: TestWorkspace,
    slug: string,
    key: Awaited<ReturnType<typeof createCertifiedKey>>,
  ): Promise<(typeof ways)[number]> {
    const connection = await workspace.connectSaml({ metadata: saml.metadata(slug), key })
    saml.register(slug, {
      ...connection,
      requestCertificate: key.certificate,
      signAssertion: true,
      signResponse: false,
    })
    return { slug, connection: connection.id, acsUrl: connection.acsUrl }
  }

  async function connectTenant(
    workspace: TestWorkspace,
    slug: string,
  ): Promise<(typeof ways)[number]> {
    const { id } = await workspace.connect({ ...tenants, issuer: tenants.issuerOf(slug) })
    return { slug, connection: id, acsUrl: undefined }
  }

  function browserOf(name: string): Browser {
    const browser = createBrowser()
    browser.setCookie(saml.origin, 'who', name)
    return browser
  }

  it(`${attempts} of them, in tabs of few browsers, each end in the workspace in which they began`, async () => {
    const browsers = new Map(names.map((name) => [name, browserOf(name)]))
    const outcomes = await Promise.all(
      Array.from({ length: attempts }, async (_, index) => {
        const name = names[index % names.length] ?? ''
        const way = ways[Math.floor(index / names.length) % ways.length]
        const browser = browsers.get(name)
        if (way === undefined || browser === undefined) throw new Error('no way')
        await pause()
        const base = index % 2 === 0 ? world.publicUrl : world.otherUrl
        const start = await browser.request(`${base}/sso/${way.connection}/start?prompt=login`)
        await pause()
        const back = await browser.request(start.headers.get('location') ?? '')
        const finish =
          way.acsUrl === undefined
            ? await browser.request(back.headers.get('location') ?? '')
            : await browser.request(way.acsUrl, {
                method: 'POST',
                body: hiddenFields(await back.text()),
              })
        await pause()
        const location = new URL(finish.headers.get('location') ?? '', base)
        const done = await browser.request(new URL(location.pathname + location.search, base).href)
        return [way.slug, name, done.status, done.headers.get('location')]
      }),
    )
    expect(outcomes.filter(([, , status]) => status !== 303)).toEqual([])
    const signedIn = world.log.filter(({ event }) => event === 'sign-in.completed')
    expect(signedIn).toHaveLength(attempts)
    for (const { workspaceId, connectionId, memberId } of signedIn) {
      const way = ways.find(({ connection }) => connection === connectionId)
      const known = names.map((name) => members.get(`${way?.slug} ${name}`))
      expect(known).toContain(memberId)
      const owner = await world.db.owner
        .selectFrom('members')
        .select('workspace_id')
        .where('id', '=', memberId ?? '')
        .executeTakeFirst()
      expect(owner?.workspace_id).toBe(workspaceId)
    }
    // Each browser is signed in to both, as its own person.
    for (const [name, browser] of browsers) {
      for (const slug of ['north', 'south']) {
        const { claims } = await host.signIn(browser, { workspace: slug })
        expect(claims.sub).toBe(members.get(`${slug} ${name}`))
      }
    }
  })

  it('takes one tenant’s answer at no other tenant’s connection', async () => {
    const [, north, , south] = ways
    const browser = browserOf('ana')
    const start = await browser.request(`${world.publicUrl}/sso/${north?.connection}/start`)
    const back = await browser.request(start.headers.get('location') ?? '')
    const callback = (back.headers.get('location') ?? '').replace(
      north?.connection ?? '',
      south?.connection ?? '',
    )
    expect((await browser.request(callback)).status).toBe(400)
  })

  it(`takes a response once of twenty times over two replicas, ${rounds} times`, async () => {
    const way = ways.find(({ acsUrl }) => acsUrl !== undefined)
    for (let round = 0; round < rounds; round++) {
      // Nineteen refusals a round are more than one address may have.
      await world.db.owner.deleteFrom('sign_in_attempts').execute()
      const browser = browserOf('ana')
      const start = await browser.request(`${world.publicUrl}/sso/${way?.connection}/start`)
      const page = await browser.request(start.headers.get('location') ?? '')
      const body = hiddenFields(await page.text())
      const statuses = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const base = index % 2 === 0 ? world.publicUrl : world.otherUrl
          const url = (way?.acsUrl ?? '').replace(world.publicUrl, base)
          return (await createBrowser().request(url, { method: 'POST', body })).status
        }),
      )
      expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    }
  })

  it(`redeems a code once of twenty times over two replicas, ${rounds} times`, async () => {
    const way = ways[1]
    const verifier = 'v'.repeat(64)
    const challenge = hashToken(verifier).toString('base64url')
    for (let round = 0; round < rounds; round++) {
      const attempt = await host.begin({
        workspace: 'north',
        connection: way?.connection ?? '',
        code_challenge: challenge,
      })
      const { url } = await browserOf('bea').follow(attempt.url.href, client.redirectUri)
      const body = new URLSearchParams({
        client_id: client.clientId,
        client_secret: client.clientSecret,
        grant_type: 'authorization_code',
        code: url.searchParams.get('code') ?? '',
        redirect_uri: client.redirectUri,
        code_verifier: verifier,
      })
      const answers = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const base = index % 2 === 0 ? world.publicUrl : world.otherUrl
          const response = await fetch(`${base}/oidc/token`, { method: 'POST', body })
          const { error } = (await response.json()) as { error?: string }
          return error ?? response.status
        }),
      )
      expect(answers.filter((answer) => answer === 200)).toHaveLength(1)
      expect(answers.filter((answer) => answer === 'invalid_grant')).toHaveLength(19)
    }
  })
})
