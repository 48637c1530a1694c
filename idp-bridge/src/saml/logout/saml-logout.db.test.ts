import { inflateRawSync } from 'node:zlib'

import { type TestEngine, testEngines } from '@plantel/db/testing'
import { refreshTokenGrant } from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { editSsoConnection } from '../../connections/sso-connection-commands.ts'
import {
  type BridgeWorld,
  createBridgeWorld,
  type TestWorkspace,
} from '../../testing/bridge-world.ts'
import {
  type Browser,
  createBrowser,
  hiddenFields,
  unescapeHtml,
  type Visit,
} from '../../testing/browser.ts'
import { createTestHostClient, type TestHostClient } from '../../testing/host-client.ts'
import { idpMetadata } from '../../testing/idp-metadata.ts'
import {
  createForge,
  fieldsOf,
  type Forge,
  forgeResponse,
  signed,
} from '../../testing/saml-forge.ts'
import { type CertifiedKey, createCertifiedKey } from '../self-signed-certificate.ts'
import { readSignedRedirect, signedRedirect } from './redirect-message.ts'

const entityId = 'https://idp.example/metadata'
const idpLogout = 'https://idp.example/logout'
const samlProtocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const samlAssertion = 'urn:oasis:names:tc:SAML:2.0:assertion'
const afterwards = 'http://127.0.0.1:9/bye'
const sealer = { seal: () => '', open: () => '' }

describe.each(testEngines)('Single logout on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let forge: Forge
  let key: CertifiedKey
  let host: TestHostClient
  let north: TestWorkspace
  let connection: { id: string; acsUrl: string; spEntityId: string }
  let logoutUrl: string
  let people = 0
  let messages = 0

  beforeAll(async () => {
    ;[forge, key] = await Promise.all([createForge(), createCertifiedKey('ours')])
    world = await createBridgeWorld(engine, [])
    north = await world.addWorkspace('north')
    const metadata = idpMetadata({
      entityId,
      signOnUrl: 'https://idp.example/sso',
      certificates: [forge.idp.certificate],
    }).replace(
      '<md:SingleSignOnService',
      `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${idpLogout}"/><md:SingleSignOnService`,
    )
    connection = await north.connectSaml({ metadata, key })
    logoutUrl = `${world.publicUrl}/sso/${connection.id}/logout`
    await north.write((trx) =>
      editSsoConnection(trx, sealer, connection.id, { singleLogout: true }),
    )
    const client = await world.addClient({ postLogoutRedirectUri: afterwards })
    host = await createTestHostClient(world.publicUrl, client)
  })
  afterAll(() => world.close())

  interface SignedIn {
    nameId: string
    memberId: string
    refreshToken: string
    idToken: string
    browser: Browser
  }

  async function signIn(statementsXml?: string): Promise<SignedIn> {
    const nameId = `person-${(people += 1)}`
    const { memberId } = await north.hire(nameId)
    const browser = createBrowser()
    const attempt = await host.begin({ workspace: 'north', connection: connection.id })
    const { url } = await browser.follow(attempt.url.href, 'https://idp.example/sso')
    const request = inflateRawSync(
      Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64'),
    ).toString()
    const inResponseTo = / ID="([^"]+)"/.exec(request)?.[1] ?? ''
    const fields = fieldsOf(forge, {
      acsUrl: connection.acsUrl,
      issuer: entityId,
      audience: connection.spEntityId,
      inResponseTo,
      subject: nameId,
      assertionId: `_a${people}`,
      statementsXml:
        statementsXml ??
        `<saml:AuthnStatement AuthnInstant="${new Date(forge.now).toISOString()}" SessionIndex="index-${people}"></saml:AuthnStatement>`,
    })
    const response = forgeResponse(forge, 'both', { ...fields, responseInResponseTo: inResponseTo })
    const posted = await browser.request(connection.acsUrl, {
      method: 'POST',
      body: new URLSearchParams({ SAMLResponse: Buffer.from(response).toString('base64') }),
    })
    const next = new URL(posted.headers.get('location') ?? '', world.publicUrl)
    const visit = await browser.follow(next.href, host.redirectUri)
    const { refreshToken = '', idToken } = await attempt.redeem(visit.url)
    return { nameId, memberId, refreshToken, idToken, browser }
  }

  async function isOut({ refreshToken }: SignedIn): Promise<boolean> {
    try {
      await refreshTokenGrant(host.configuration, refreshToken)
      return false
    } catch {
      return true
    }
  }

  function requestXml(
    nameId: string,
    change: { destination?: string; issuer?: string; issuedAt?: number; id?: string } = {},
  ): string {
    const { destination = logoutUrl, issuer = entityId, issuedAt = Date.now() } = change
    const id = change.id ?? `_l${(messages += 1)}`
    return `<samlp:LogoutRequest xmlns:samlp="${samlProtocol}" Destination="${destination}" ID="${id}" IssueInstant="${new Date(issuedAt).toISOString()}" Version="2.0"><saml:Issuer xmlns:saml="${samlAssertion}">${issuer}</saml:Issuer><saml:NameID xmlns:saml="${samlAssertion}">${nameId}</saml:NameID></samlp:LogoutRequest>`
  }

  async function byRedirect(xml: string, privateKey = forge.idp.privateKey): Promise<Response> {
    const message = { parameter: 'SAMLRequest', xml, relayState: 'theirs' } as const
    return createBrowser().request(await signedRedirect(logoutUrl, message, privateKey))
  }

  function byPost(xml: string): Promise<Response> {
    return createBrowser().request(logoutUrl, {
      method: 'POST',
      body: new URLSearchParams({
        SAMLRequest: Buffer.from(xml).toString('base64'),
        RelayState: 'theirs',
      }),
    })
  }

  it.each(['redirect', 'post'] as const)(
    'ends everything by a signed request that comes by %s, and answers signed',
    async (binding) => {
      const [person, other] = [await signIn(), await signIn()]
      const xml = requestXml(person.nameId, { id: `_by-${binding}` })
      const answer = await (binding === 'redirect' ? byRedirect(xml) : byPost(signed(forge, xml)))
      expect(answer.status).toBe(303)
      const location = new URL(answer.headers.get('location') ?? '')
      expect(location.href.startsWith(`${idpLogout}?SAMLResponse=`)).toBe(true)
      expect(location.searchParams.get('RelayState')).toBe('theirs')
      const ours = [key.certificate]
      const said = await readSignedRedirect(location.search.slice(1), 'SAMLResponse', ours)
      expect(said).toContain(`InResponseTo="_by-${binding}"`)
      expect(await Promise.all([person, other].map(isOut))).toEqual([true, false])
    },
  )

  it('refuses requests that are unsigned, forged, old, replayed or for somebody else', async () => {
    const person = await signIn()
    const { nameId } = person
    const query = await signedRedirect(
      logoutUrl,
      { parameter: 'SAMLRequest', xml: requestXml(nameId), relayState: undefined },
      forge.idp.privateKey,
    )
    const without = (name: string): string => query.replace(new RegExp(`&${name}=[^&]*`), '')
    const attacks: [string, Promise<Response> | (() => Promise<Response>), string][] = [
      ['no signature', () => createBrowser().request(without('Signature')), 'signature: none'],
      ['no algorithm', () => createBrowser().request(without('SigAlg')), 'signature: none'],
      [
        'SHA-1',
        () => createBrowser().request(query.replace(/rsa-sha256/, 'rsa-sha1')),
        'signature_alg',
      ],
      ['a relay state added', () => createBrowser().request(`${query}&RelayState=x`), 'signature'],
      ['a message beside', () => createBrowser().request(`${query}&SAMLRequest=x`), 'malformed'],
      [
        'a stranger’s key',
        () => byRedirect(requestXml(nameId), forge.attacker.privateKey),
        'signature',
      ],
      ['no signature, posted', () => byPost(requestXml(nameId)), 'signature: none'],
      [
        'a stranger’s key, posted',
        () => byPost(signed(forge, requestXml(nameId), { privateKey: forge.attacker.privateKey })),
        'signature',
      ],
      [
        'another person written in, posted',
        () => byPost(signed(forge, requestXml('nobody')).replace('>nobody<', `>${nameId}<`)),
        'signature',
      ],
      [
        'a comment in the name, posted',
        () => byPost(signed(forge, requestXml(`${nameId}<!-- -->x`))),
        'comment',
      ],
      [
        'another destination',
        () => byRedirect(requestXml(nameId, { destination: 'https://other.example' })),
        'destination',
      ],
      [
        'another issuer',
        () => byRedirect(requestXml(nameId, { issuer: 'urn:x' })),
        'response_issuer',
      ],
      [
        'an hour of age',
        () => byRedirect(requestXml(nameId, { issuedAt: Date.now() - 3_600_000 })),
        'issue_instant',
      ],
    ]
    for (const [name, attack, detail] of attacks) {
      const answer = await (typeof attack === 'function' ? attack() : attack)
      expect([name, answer.status]).toEqual([name, 400])
      expect([name, world.log.at(-1)?.adminDetail]).toEqual([name, expect.stringContaining(detail)])
    }
    expect(await isOut(person)).toBe(false)
    const once = requestXml('nobody at all')
    expect((await byRedirect(once)).status).toBe(303)
    expect((await byRedirect(once)).status).toBe(400)
    expect(world.log.at(-1)?.adminDetail).toBe('replay')
  })

  it('signs out of the company when the person signs out here, and comes back to the host', async () => {
    const { browser, idToken, nameId } = await signIn()
    const query = new URLSearchParams({
      id_token_hint: idToken,
      post_logout_redirect_uri: afterwards,
      state: 'of the host',
    })
    const page = await browser.follow(`${world.publicUrl}/oidc/session/end?${query.toString()}`)
    const fields = hiddenFields(page.body)
    fields.set('logout', 'yes')
    const action = /action="([^"]+)"/.exec(page.body)?.[1] ?? ''
    const confirmed = await browser.request(unescapeHtml(action), { method: 'POST', body: fields })
    expect(confirmed.status).toBe(200)
    const body = await confirmed.text()
    const [, next = ''] = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(body) ?? []
    const idpUrl = new URL(unescapeHtml(next))
    const request = await readSignedRedirect(idpUrl.search.slice(1), 'SAMLRequest', [
      key.certificate,
    ])
    expect(request).toContain(`>${nameId}<`)
    expect(request).toMatch(/<samlp:SessionIndex>index-\d+</)
    const id = / ID="([^"]+)"/.exec(request)?.[1] ?? ''
    const answer = `<samlp:LogoutResponse xmlns:samlp="${samlProtocol}" ID="_x" InResponseTo="${id}" IssueInstant="${new Date().toISOString()}" Version="2.0"></samlp:LogoutResponse>`
    const back = async (): Promise<string | null> => {
      const message = { parameter: 'SAMLResponse', xml: answer, relayState: id } as const
      const url = await signedRedirect(logoutUrl, message, forge.idp.privateKey)
      return (await browser.request(url)).headers.get('location')
    }
    expect(await back()).toBe(`${afterwards}?state=of+the+host`)
    // Once: whoever repeats it is led nowhere in particular.
    expect(await back()).toBe('/sign-in/signed-out')
    const lands: Visit = await browser.follow(`${world.publicUrl}/sign-in/signed-out`)
    expect(lands.status).toBe(200)
  })

  const setSingleLogout = (singleLogout: boolean): Promise<unknown> =>
    north.write((trx) => editSsoConnection(trx, sealer, connection.id, { singleLogout }))
  const metadata = async (): Promise<string> =>
    (await createBrowser().request(connection.spEntityId)).text()
  const statement = (end: number): string =>
    `<saml:AuthnStatement AuthnInstant="${new Date(forge.now).toISOString()}" SessionNotOnOrAfter="${new Date(end).toISOString()}"></saml:AuthnStatement>`

  it('is off unless the connection says so', async () => {
    expect((await metadata()).match(/<SingleLogoutService [^>]*HTTP-\w+/g)).toHaveLength(2)
    await setSingleLogout(false)
    const person = await signIn()
    expect((await byRedirect(requestXml(person.nameId))).status).toBe(400)
    expect(await isOut(person)).toBe(false)
    expect(await metadata()).not.toContain('SingleLogoutService')
    await setSingleLogout(true)
  })

  it('lets a session live no longer than the company allows', async () => {
    const end = Math.floor(Date.now() / 1000) * 1000 + 3_600_000
    const person = await signIn(statement(end))
    const session = await world.db.owner
      .selectFrom('sessions')
      .select('absolute_expires_at')
      .where('member_id', '=', person.memberId)
      .executeTakeFirstOrThrow()
    expect(session.absolute_expires_at.getTime()).toBe(end)
    const silent = async (): Promise<string | null> => {
      const attempt = await host.begin({ workspace: 'north', prompt: 'none' })
      const { url } = await person.browser.follow(attempt.url.href, host.redirectUri)
      return url.searchParams.get('error')
    }
    expect(await silent()).toBeNull()
    await world.db.owner
      .updateTable('sessions')
      .set({ absolute_expires_at: new Date(Date.now() - 1_000) })
      .where('member_id', '=', person.memberId)
      .execute()
    expect(await silent()).toBe('login_required')
    await expect(signIn(statement(Date.now() - 3_600_000))).rejects.toThrow('invalid response')
    expect(world.log.at(-1)?.adminDetail).toContain('SessionNotOnOrAfter')
  })
})
