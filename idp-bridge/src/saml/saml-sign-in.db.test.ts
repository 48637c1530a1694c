import { X509Certificate } from 'node:crypto'

import { createSealer } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { rotateConnectionKey } from '../connections/connection-key-store.ts'
import { refreshSamlConnection } from '../connections/saml-connection-commands.ts'
import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { type Browser, createBrowser, hiddenFields, type Visit } from '../testing/browser.ts'
import { listen } from '../testing/listen.ts'
import { type SamlApplication, type SamlIdp, startSamlIdp } from '../testing/saml-idp.ts'
import { type IdpMetadata, parseIdpMetadata } from './metadata/parse-idp-metadata.ts'
import { type CertifiedKey, createCertifiedKey } from './self-signed-certificate.ts'

type Answer = Omit<SamlApplication, 'acsUrl' | 'spEntityId' | 'requestCertificate'>
const both: Answer = { signAssertion: true, signResponse: true }
const signings: Readonly<Record<string, Answer>> = {
  assertion: { signAssertion: true, signResponse: false },
  response: { signAssertion: false, signResponse: true },
  both,
}

interface Connected {
  id: string
  acsUrl: string
  application: string
}

/** The identity provider's form comes from another site: no cookie of ours is with it. */
function post(fields: URLSearchParams, url: string): Promise<Response> {
  return createBrowser().request(url, { method: 'POST', body: fields })
}

function read(text: string): IdpMetadata {
  return parseIdpMetadata(text, { now: new Date() })
}

function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
}

function nameOf(base64: string): string {
  return new X509Certificate(Buffer.from(base64, 'base64')).subject.replace('CN=', '')
}

describe.each(testEngines)('Sign-in by SAML on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: SamlIdp
  let key: CertifiedKey
  let nextKey: CertifiedKey
  let north: TestWorkspace
  let south: TestWorkspace
  let applications = 0
  const allowed: string[] = []

  beforeAll(async () => {
    ;[idp, key, nextKey] = await Promise.all([
      startSamlIdp(),
      createCertifiedKey('ours'),
      createCertifiedKey('ours next'),
    ])
    allowed.push(idp.origin)
    world = await createBridgeWorld(engine, allowed)
    north = await world.addWorkspace('north')
    south = await world.addWorkspace('south')
    await north.hire('ana')
    await south.hire('ana')
  })

  afterAll(async () => {
    await Promise.all([world.close(), idp.close()])
  })

  async function connect(
    answer: Answer,
    options: {
      workspace?: TestWorkspace
      binding?: 'Redirect' | 'POST'
      bindTo?: { claim: string; attribute: 'externalId' | 'userName' }
    } = {},
  ): Promise<Connected> {
    const { workspace = north, binding = 'Redirect', bindTo } = options
    const application = `application-${(applications += 1)}`
    const connection = await workspace.connectSaml({
      metadata: idp.metadata(application, { binding }),
      key,
      binding: bindTo,
    })
    idp.register(application, { ...answer, ...connection, requestCertificate: key.certificate })
    return { ...connection, application }
  }

  function browserOf(who: string): Browser {
    const browser = createBrowser()
    browser.setCookie(idp.origin, 'who', who)
    return browser
  }

  function signIn({ id }: Connected, browser = browserOf('ana')): Promise<Visit> {
    return browser.follow(`${world.publicUrl}/sso/${id}/start`)
  }

  /** What the identity provider's page would post, as yet unposted. */
  async function takeResponse({ id }: Connected, browser: Browser): Promise<URLSearchParams> {
    const start = await browser.request(`${world.publicUrl}/sso/${id}/start`)
    const page = await browser.request(start.headers.get('location') ?? '')
    return hiddenFields(await page.text())
  }

  function lastDetail(): string | undefined {
    return world.log.at(-1)?.adminDetail
  }

  describe.each(Object.entries(signings))('with a signed %s', (_name, signing) => {
    it.each([undefined, 'xmlenc11#aes256-gcm', 'xmlenc#aes128-cbc'])(
      'signs in when the assertion is encrypted with %s',
      async (cipher) => {
        const year = cipher?.startsWith('xmlenc11') === true ? '2009' : '2001/04'
        const connected = await connect({
          ...signing,
          encryption:
            cipher === undefined
              ? undefined
              : { certificate: key.certificate, algorithm: `http://www.w3.org/${year}/${cipher}` },
        })
        const browser = browserOf('ana')
        expect((await signIn(connected, browser)).url.pathname).toBe('/sign-in/signed-in')
        expect(browser.cookieNames(world.publicUrl)).toContain(`plantel-${north.id.slice(-8)}`)
        expect(idp.requests.at(-1)).toEqual({ binding: 'redirect', isSigned: true })
      },
    )
  })

  it('carries a signed request by a form where the identity provider wants one', async () => {
    const connected = await connect(both, { binding: 'POST' })
    const page = await createBrowser().request(`${world.publicUrl}/sso/${connected.id}/start`)
    const policy = page.headers.get('content-security-policy')
    expect(policy).toMatch(/script-src 'sha256-[\w+/=]+';/)
    expect(policy).toContain(`form-action 'self' ${idp.origin}`)
    expect((await signIn(connected)).url.pathname).toBe('/sign-in/signed-in')
    expect(idp.requests.at(-1)).toEqual({ binding: 'post', isSigned: true })
  })

  it('refuses SHA-1 and what is not signed, and tells the admin which it was', async () => {
    const sha1 = await signIn(await connect({ ...both, signatureAlgorithm: 'rsa-sha1' }))
    expect(sha1.status).toBe(400)
    expect(lastDetail()).toContain('signature_alg')
    await signIn(await connect({ signAssertion: false, signResponse: false }))
    expect(lastDetail()).toContain('signature')
    expect(sha1.body).not.toContain('signature_alg')
  })

  it('lets a response in once, of twenty at once on two replicas, and never again', async () => {
    const connected = await connect(both)
    const browser = browserOf('ana')
    const fields = await takeResponse(connected, browser)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const base = index % 2 === 0 ? world.publicUrl : world.otherUrl
        return post(fields, connected.acsUrl.replace(world.publicUrl, base))
      }),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(statuses.filter((status) => status === 400)).toHaveLength(19)
    expect((await post(fields, connected.acsUrl)).status).toBe(400)
    expect(lastDetail()).toBe('replay')
    const finish = answers.find(({ status }) => status === 303)?.headers.get('location') ?? ''
    const visit = await browser.follow(new URL(finish, world.publicUrl).href)
    expect(visit.url.pathname).toBe('/sign-in/signed-in')
  })

  it('signs nobody in with a response that somebody else began', async () => {
    const connected = await connect(both)
    const fields = await takeResponse(connected, browserOf('ana'))
    const victim = createBrowser()
    const answer = await victim.request(connected.acsUrl, { method: 'POST', body: fields })
    const visit = await victim.follow(
      new URL(answer.headers.get('location') ?? '', world.publicUrl).href,
    )
    expect(visit.status).toBe(403)
    expect(world.log.at(-1)?.code).toBe('flow-not-yours')
  })

  it('begins anew when the identity provider began, and does not go round in circles', async () => {
    const connected = await connect(both)
    const browser = browserOf('ana')
    const tile = await browser.request(`${idp.origin}/sso/${connected.application}`)
    const fields = hiddenFields(await tile.text())
    const answer = await browser.request(connected.acsUrl, { method: 'POST', body: fields })
    const start = new URL(answer.headers.get('location') ?? '', world.publicUrl)
    expect(start.pathname).toBe(`/sso/${connected.id}/start`)
    expect(browser.cookieNames(world.publicUrl)).not.toContain(`plantel-${north.id.slice(-8)}`)
    await browser.follow(start.href)
    expect(browser.cookieNames(world.publicUrl)).toContain(`plantel-${north.id.slice(-8)}`)
    // An answer to us that doesn't say to what.
    fields.set('RelayState', connected.id)
    expect((await post(fields, connected.acsUrl)).status).toBe(400)
    expect(lastDetail()).toContain('in_response_to')
  })

  it('keeps two workspaces of one identity provider apart', async () => {
    const [ours, theirs] = [await connect(both), await connect(both, { workspace: south })]
    const browser = browserOf('ana')
    const fields = await takeResponse(ours, browser)
    expect((await post(fields, theirs.acsUrl)).status).toBe(400)
    expect(lastDetail()).toContain('destination')
    await signIn(theirs, browser)
    expect(browser.cookieNames(world.publicUrl)).toContain(`plantel-${south.id.slice(-8)}`)
    expect(browser.cookieNames(world.publicUrl)).not.toContain(`plantel-${north.id.slice(-8)}`)
  })

  it('binds people by an attribute where their NameID changes every time', async () => {
    const nameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
    const claim = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress'
    const bindTo = { claim, attribute: 'userName' } as const
    const bound = await connect({ ...both, nameIdFormat }, { bindTo })
    expect((await signIn(bound)).url.pathname).toBe('/sign-in/signed-in')
    expect((await signIn(await connect({ ...both, nameIdFormat }))).status).toBe(400)
    expect(lastDetail()).toContain('nameid')
  })

  it('believes a new certificate beside the old one, and no other identity provider', async () => {
    const connected = await connect({ ...both, useNextKey: true })
    expect((await signIn(connected)).status).toBe(400)
    expect(lastDetail()).toBe('signature')
    const overlapping = read(idp.metadata(connected.application, { withNextKey: true }))
    const difference = await north.write((trx) =>
      refreshSamlConnection(trx, connected.id, overlapping),
    )
    expect(difference).toEqual({
      signOnMoved: false,
      added: [fingerprint(idp.nextKey.certificate)],
      unpublished: [],
    })
    expect((await signIn(connected)).url.pathname).toBe('/sign-in/signed-in')
    const other = { ...overlapping, entityId: 'urn:other' }
    expect(await north.write((trx) => refreshSamlConnection(trx, connected.id, other))).toBe(
      'other-entity',
    )
    const [first] = overlapping.certificates
    const shrunk = { ...overlapping, certificates: first === undefined ? [] : [first] }
    expect(
      await north.write((trx) => refreshSamlConnection(trx, connected.id, shrunk)),
    ).toMatchObject({ added: [], unpublished: [fingerprint(idp.nextKey.certificate)] })
  })

  it('reads published metadata once a day, by one of two replicas, and survives its absence', async () => {
    const connected = await connect({ ...both, useNextKey: true })
    const publisher = await listen()
    publisher.handle((req, res) => {
      if (req.url !== '/metadata') res.writeHead(404).end()
      else res.end(idp.metadata(connected.application, { withNextKey: true }))
    })
    const origin = `http://127.0.0.1:${publisher.port}`
    allowed.push(origin)
    const makeDue = (path: string): Promise<unknown> =>
      world.db.owner
        .updateTable('saml_settings')
        .set({ metadata_url: `${origin}${path}`, metadata_due_at: new Date(Date.now() - 1_000) })
        .where('connection_id', '=', connected.id)
        .execute()
    const refresh = async (): Promise<number> => {
      const read = await Promise.all([
        world.bridge.refreshSamlMetadata(),
        world.otherBridge.refreshSamlMetadata(),
      ])
      return read[0] + read[1]
    }
    await makeDue('/gone')
    expect(await refresh()).toBe(0)
    expect(world.log.at(-1)).toMatchObject({
      event: 'saml-metadata.failed',
      connectionId: connected.id,
      adminDetail: 'unreachable HTTP 404',
    })
    await makeDue('/metadata')
    expect(await refresh()).toBe(1)
    expect(await refresh()).toBe(0)
    expect((await signIn(connected)).url.pathname).toBe('/sign-in/signed-in')
    await publisher.close()
  })

  it('publishes its next key before it signs, and decrypts for the former one after', async () => {
    const connected = await connect({ ...both, encryption: { certificate: key.certificate } })
    const sealer = createSealer('the installation secret of the tests, long enough')
    const rotate = (made?: CertifiedKey): Promise<boolean | undefined> =>
      north.write((trx) => rotateConnectionKey(trx, sealer, connected.id, made))
    const certificates = async (): Promise<string[]> => {
      const response = await createBrowser().request(
        `${world.publicUrl}/sso/${connected.id}/metadata`,
      )
      expect(response.headers.get('content-type')).toContain('application/samlmetadata+xml')
      const found = (await response.text()).matchAll(/use="(\w+)"|X509Certificate>([^<]{40,})</g)
      return [...found].map(([, use, base64]) => use ?? nameOf(base64 ?? ''))
    }
    expect(await certificates()).toEqual(['signing', 'ours', 'encryption', 'ours'])
    expect(await rotate()).toBe(false)
    expect(await rotate(nextKey)).toBe(true)
    expect(await rotate(nextKey)).toBe(false)
    expect((await certificates()).filter((each) => each !== 'signing').toSorted()).toEqual(
      ['encryption', 'ours', 'ours next', 'ours next'].toSorted(),
    )
    expect((await signIn(connected)).url.pathname).toBe('/sign-in/signed-in')
    expect(await rotate()).toBe(true)
    expect(await certificates()).toEqual(['signing', 'ours next', 'encryption', 'ours next'])
    idp.register(connected.application, {
      ...both,
      ...connected,
      spEntityId: `${world.publicUrl}/sso/${connected.id}/metadata`,
      requestCertificate: nextKey.certificate,
      encryption: { certificate: key.certificate },
    })
    expect((await signIn(connected)).url.pathname).toBe('/sign-in/signed-in')
  })
})
