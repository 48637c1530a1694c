import { createSealer } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { rotateConnectionKey } from '../connections/connection-key-store.ts'
import { editSsoConnection } from '../connections/sso-connection-commands.ts'
import { oidcAddresses } from '../connections/sso-connection.ts'
import { createCertifiedKey } from '../saml/self-signed-certificate.ts'
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

const sealer = createSealer('the installation secret of the tests, long enough')
const afterLogout = 'http://127.0.0.1:9/signed-out'

async function confirm(browser: Browser, page: Visit): Promise<Visit> {
  const action = unescapeHtml(/<form[^>]+action="([^"]+)"/.exec(page.body)?.[1] ?? '')
  const fields = hiddenFields(page.body)
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.body)?.[1]
  if (xsrf !== undefined) fields.set('xsrf', xsrf)
  fields.set('logout', 'yes')
  const url = new URL(action, page.url).href
  const response = await browser.request(url, { method: 'POST', body: fields })
  const location = response.headers.get('location')
  return {
    url: new URL(location ?? url, url),
    status: response.status,
    headers: response.headers,
    body: await response.text(),
  }
}

describe.each(testEngines)('A company’s OpenID provider, on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let idp: CompanyIdp
  let north: TestWorkspace
  let host: TestHostClient
  let connection: string
  let addresses: ReturnType<typeof oidcAddresses>

  beforeAll(async () => {
    idp = await startCompanyIdp()
    world = await createBridgeWorld(engine, [idp.issuer])
    north = await world.addWorkspace('north')
    const { issuer, clientId } = idp
    const key = await createCertifiedKey('Plantel')
    const connected = await north.connect({ issuer, clientId, key })
    connection = connected.id
    idp.allowRedirect(connected.redirectUri)
    addresses = oidcAddresses(world.publicUrl, connection)
    idp.requireSignature(addresses.jwksUrl)
    idp.allowLogoutRedirect(addresses.postLogoutRedirectUri)
    const client = await world.addClient({ postLogoutRedirectUri: afterLogout })
    host = await createTestHostClient(world.publicUrl, client)
    await north.hire('ana')
  })

  afterAll(() => Promise.all([world.close(), idp.close()]))

  function signIn(browser: Browser): ReturnType<TestHostClient['signIn']> {
    browser.setCookie(idp.issuer, 'who', 'ana')
    return host.signIn(browser, { workspace: 'north', connection })
  }

  async function publishedKids(): Promise<unknown[]> {
    const response = await fetch(addresses.jwksUrl)
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] }
    expect(keys.flatMap(Object.keys)).not.toContain('d')
    return keys.map(({ kid }) => kid)
  }

  const rotate = async (isPublishing: boolean): Promise<boolean | undefined> => {
    const key = isPublishing ? await createCertifiedKey('Plantel') : undefined
    return north.write((trx) => rotateConnectionKey(trx, sealer, connection, key))
  }

  it('takes a signature of ours in place of a secret', async () => {
    const { claims } = await signIn(createBrowser())
    expect(claims['workspace']).toMatchObject({ slug: 'north' })
  })

  it('learns our next key before we sign with it', async () => {
    const [first, ...none] = await publishedKids()
    expect(none).toEqual([])
    expect(await rotate(false)).toBe(false)
    expect(await rotate(true)).toBe(true)
    expect(await rotate(true)).toBe(false)
    const both = await publishedKids()
    expect(both).toHaveLength(2)
    expect(both).toContain(first)
    await signIn(createBrowser())
    expect(await rotate(false)).toBe(true)
    const [next, ...others] = await publishedKids()
    expect(others).toEqual([])
    expect(next).not.toBe(first)
    // It keeps what it has read for a while; another address is read at once.
    idp.requireSignature(`${addresses.jwksUrl}?again`)
    await signIn(createBrowser())
  })

  it('refuses a signature by a key that it does not know', async () => {
    const keys = await world.db.owner.selectFrom('saml_keys').selectAll().execute()
    const stranger = await createCertifiedKey('Somebody')
    const sealed = sealer.seal(stranger.privateKey, 'saml_keys.sealed_private_key')
    await world.db.owner.updateTable('saml_keys').set({ sealed_private_key: sealed }).execute()
    await world.db.owner
      .updateTable('sso_connections')
      .set({ id_token_algorithm: 'PS256' })
      .execute()
    await expect(signIn(createBrowser())).rejects.toThrow('Stopped at')
    expect(world.log.at(-1)?.adminDetail).toBe('token-endpoint:invalid_client')
    await world.db.owner
      .updateTable('sso_connections')
      .set({ id_token_algorithm: 'RS256' })
      .execute()
    for (const { id, sealed_private_key } of keys) {
      await world.db.owner
        .updateTable('saml_keys')
        .set({ sealed_private_key })
        .where('id', '=', id)
        .execute()
    }
  })

  async function leaveHost(browser: Browser, idToken: string): Promise<Visit> {
    const query = new URLSearchParams({
      id_token_hint: idToken,
      post_logout_redirect_uri: afterLogout,
    })
    const asked = await browser.follow(`${world.publicUrl}/oidc/session/end?${query.toString()}`)
    return confirm(browser, asked)
  }

  it('keeps its session when somebody signs out at the host, unless the connection wants it', async () => {
    const browser = createBrowser()
    const { idToken } = await signIn(browser)
    const left = await leaveHost(browser, idToken)
    expect(left.url.href).toBe(afterLogout)
    const sessions = await world.db.owner.selectFrom('sessions').select('data').execute()
    expect(JSON.stringify(sessions)).not.toContain('sealedIdToken')
  })

  it('signs the person out too, and leads back to where the host wants them', async () => {
    await north.write((trx) => editSsoConnection(trx, sealer, connection, { singleLogout: true }))
    const browser = createBrowser()
    const { idToken } = await signIn(browser)
    const goOn = await leaveHost(browser, idToken)
    const next = unescapeHtml(/<a[^>]+href="([^"]+)"/.exec(goOn.body)?.[1] ?? '')
    const parameters = new URL(next).searchParams
    expect(next.startsWith(`${idp.issuer}/session/end`)).toBe(true)
    expect(parameters.get('post_logout_redirect_uri')).toBe(addresses.postLogoutRedirectUri)
    expect(parameters.get('id_token_hint')).toMatch(/^ey/)
    const atIdp = await browser.follow(next)
    const back = await confirm(browser, atIdp)
    expect(back.url.href.startsWith(addresses.postLogoutRedirectUri)).toBe(true)
    const done = await browser.request(back.url.href)
    expect(done.headers.get('location')).toBe(afterLogout)
    // Once: whoever finds the address later is led nowhere else.
    const again = await browser.request(back.url.href)
    expect(again.headers.get('location')).toBe('/sign-in/signed-out')
    const stranger = await createBrowser().request(`${addresses.postLogoutRedirectUri}?state=x`)
    expect(stranger.headers.get('location')).toBe('/sign-in/signed-out')
  })

  it('lets people sign out of Plantel while it is out of reach', async () => {
    const browser = createBrowser()
    const { idToken } = await signIn(browser)
    await north.repoint(connection, 'http://127.0.0.1:9')
    const left = await leaveHost(browser, idToken)
    expect(left.url.href).toBe(afterLogout)
    expect(world.log.at(-1)).toMatchObject({ event: 'sign-out.not-passed-on' })
    expect(browser.cookieNames(world.publicUrl)).toEqual([])
  })
})
