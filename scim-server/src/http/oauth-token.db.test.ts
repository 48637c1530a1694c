import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import { createId, type WorkspaceTransaction } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createClientSecret, deleteClientSecret } from '../connections/client-secrets.ts'
import { createClientTrust, deleteClientTrust } from '../connections/client-trusts.ts'
import { pauseScimConnection } from '../connections/scim-connection-commands.ts'
import { revokeAccessTokens } from '../connections/scim-token-commands.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

type Signer = { privateKey: CryptoKey; publicJwk: JWK; kid: string; alg: string }

async function createSigner(alg: 'RS256' | 'ES256' | 'PS256', kid: string): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid }, kid, alg }
}

function sign(
  { privateKey, kid, alg }: Signer,
  claims: JWTPayload,
  header: Record<string, unknown> = { kid },
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, ...header }).sign(privateKey)
}

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds

function requestToken(
  client: ScimClient,
  parameters: Record<string, string>,
  authorization = '',
): Promise<ScimResponse> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...parameters })
  return client.request('POST', '/oauth2/token', form.toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    authorization,
  })
}

const metadataPath = (connectionId: string): string =>
  `/../../../.well-known/oauth-authorization-server/scim/v2/${connectionId}`

const basicOf = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const withAssertion = (client: ScimClient, assertion: string): Promise<ScimResponse> =>
  requestToken(client, {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })

async function newSecret(client: ScimClient): Promise<{ id: string; plainSecret: string }> {
  return client.inWorkspace((trx) => createClientSecret(trx, client.connectionId))
}

function listUsers(client: ScimClient, token: unknown): Promise<ScimResponse> {
  return client.request('GET', '/Users?startIndex=1&count=1', undefined, {
    authorization: `Bearer ${String(token)}`,
  })
}

describe.each(testEngines)('the token endpoint on %s', (engine) => {
  let scim: ScimInstallation
  let jwksServer: Server
  let jwksUrl = ''
  let published: JWK[] = []

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    jwksServer = createServer((request, response) => {
      if (request.url === '/keys') response.end(JSON.stringify({ keys: published }))
      else response.writeHead(500).end()
    }).listen(0, '127.0.0.1')
    await once(jwksServer, 'listening')
    jwksUrl = `http://127.0.0.1:${(jwksServer.address() as AddressInfo).port}/keys`
  })
  afterAll(async () => {
    jwksServer.close()
    await scim.close()
  })

  test('a secret in the header, in the body or in both buys a token for an hour', async () => {
    const client = await scim.connect({ idp: 'entra' })
    const { plainSecret } = await newSecret(client)
    const inBody = { client_id: client.connectionId, client_secret: plainSecret }
    const inHeader = basicOf(client.connectionId, plainSecret)
    for (const issued of [
      await requestToken(client, inBody),
      await requestToken(client, {}, inHeader),
      await requestToken(client, { ...inBody, scope: 'scim' }, inHeader),
    ]) {
      expect(issued.status).toBe(200)
      expect(issued.body).toEqual({
        access_token: expect.stringMatching(/^plt_scim_access_[0-9a-f]{64}$/),
        token_type: 'Bearer',
        expires_in: 3600,
        scope: 'scim',
      })
      expect(issued.headers.get('cache-control')).toBe('no-store')
      expect(issued.headers.get('pragma')).toBe('no-cache')
      expect((await listUsers(client, issued.body['access_token'])).status).toBe(200)
    }
    const { rows } = await client.inWorkspace(async (trx) => ({
      rows: await trx.query.selectFrom('scim_tokens').selectAll().execute(),
    }))
    expect(JSON.stringify(rows)).not.toContain(plainSecret)
  })

  test('refusals are those of RFC 6749 and never say which half was wrong', async () => {
    const [client, other] = [await scim.connect(), await scim.connect()]
    const { plainSecret } = await newSecret(client)
    const foreign = await newSecret(other)
    const wrong = await requestToken(client, {}, basicOf(client.connectionId, 'wrong'))
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(wrong.headers.get('www-authenticate')).toBe('Basic realm="SCIM"')
    expect(wrong.headers.get('cache-control')).toBe('no-store')
    for (const [id, secret] of [
      [other.connectionId, plainSecret],
      [client.connectionId, foreign.plainSecret],
      [other.connectionId, foreign.plainSecret],
      [createId(), plainSecret],
    ] as const) {
      expect((await requestToken(client, {}, basicOf(id, secret))).text).toBe(wrong.text)
    }
    const different = { client_id: client.connectionId, client_secret: 'another' }
    expect(
      await requestToken(client, different, basicOf(client.connectionId, plainSecret)),
    ).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    const asJson = await client.request('POST', '/oauth2/token', '{}', {
      'content-type': 'application/json',
    })
    expect(asJson).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect((await client.request('GET', '/oauth2/token')).status).toBe(405)
  })

  test('rotation never interrupts: three secrets work side by side, a fourth is refused', async () => {
    const client = await scim.connect()
    const secrets = [await newSecret(client), await newSecret(client), await newSecret(client)]
    await expect(newSecret(client)).rejects.toMatchObject({ code: 'too-many-active-secrets' })
    for (const { plainSecret } of secrets) {
      const issued = await requestToken(client, {}, basicOf(client.connectionId, plainSecret))
      expect(issued.status).toBe(200)
    }
  })

  test('an expired secret buys nothing, and no token outlives its secret', async () => {
    const client = await scim.connect()
    const { id, plainSecret } = await newSecret(client)
    const expireIn = (ms: number): Promise<unknown> =>
      client.inWorkspace((trx) =>
        trx.query
          .updateTable('scim_client_secrets')
          .set({ expires_at: new Date(Date.now() + ms) })
          .where('workspace_id', '=', trx.workspaceId)
          .where('id', '=', id)
          .execute(),
      )
    await expireIn(100_000)
    const header = basicOf(client.connectionId, plainSecret)
    const issued = await requestToken(client, {}, header)
    expect(issued.body['expires_in']).toBeLessThanOrEqual(100)
    await expireIn(-1)
    expect(await requestToken(client, {}, header)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
  })

  test.each<
    [string, (trx: WorkspaceTransaction, id: string, secretId: string) => Promise<unknown>]
  >([
    ['deleting the secret', deleteClientSecret],
    ['revoking the access tokens', revokeAccessTokens],
  ])('%s ends the tokens on every replica within a second', async (_, revoke) => {
    const client = await scim.connect()
    const { id, plainSecret } = await newSecret(client)
    const issued = await requestToken(client, {}, basicOf(client.connectionId, plainSecret))
    const token = issued.body['access_token']
    const replicas = [client, client.otherReplica]
    for (const replica of replicas) expect((await listUsers(replica, token)).status).toBe(200)
    await client.inWorkspace((trx) => revoke(trx, client.connectionId, id))
    await delay(1_050)
    for (const replica of replicas) expect((await listUsers(replica, token)).status).toBe(401)
  })

  test('a connection that is not active issues nothing to its own client', async () => {
    const client = await scim.connect()
    const { plainSecret } = await newSecret(client)
    await client.inWorkspace((trx) => pauseScimConnection(trx, client.connectionId))
    expect(await requestToken(client, {}, basicOf(client.connectionId, plainSecret))).toMatchObject(
      { status: 400, body: { error: 'unauthorized_client' } },
    )
  })

  test('ten wrong secrets in a minute close the way to the token endpoint', async () => {
    const client = await scim.connect()
    const { plainSecret } = await newSecret(client)
    const attempt = (secret: string): Promise<ScimResponse> =>
      requestToken(client, {}, basicOf(client.connectionId, secret))
    for (let index = 0; index < 10; index++) expect((await attempt('x')).status).toBe(401)
    const blocked = await attempt(plainSecret)
    expect(blocked).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } })
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test.each(['RS256', 'ES256'] as const)('a client may sign for itself with %s', async (alg) => {
    const client = await scim.connect({ profile: 'interop' })
    const signer = await createSigner(alg, 'own')
    const { id } = await client.inWorkspace((trx) =>
      createClientTrust(trx, client.connectionId, {
        kind: 'private_key_jwt',
        keys: { jwks: { keys: [{ ...signer.publicJwk }] } },
      }),
    )
    const own = { iss: client.connectionId, sub: client.connectionId }
    const endpoint = `${client.baseUrl}/oauth2/token`
    const issued = await withAssertion(
      client,
      await sign(signer, { ...own, aud: endpoint, exp: inSeconds(60) }),
    )
    expect(issued.status).toBe(200)
    expect((await listUsers(client, issued.body['access_token'])).status).toBe(200)
    const { plainSecret } = await newSecret(client)
    const bySecret = await requestToken(client, {}, basicOf(client.connectionId, plainSecret))
    expect(bySecret).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    await client.inWorkspace((trx) => deleteClientTrust(trx, client.connectionId, id))
    await delay(1_050)
    expect((await listUsers(client, issued.body['access_token'])).status).toBe(401)
  })

  describe('an Entra workload identity', () => {
    const tenant = createId()
    const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`
    const subject = createId()
    const application = `api://${createId()}`
    let client: ScimClient
    let signer: Signer
    let pssSigner: Signer

    beforeAll(async () => {
      signer = await createSigner('RS256', 'entra-1')
      pssSigner = await createSigner('PS256', 'entra-pss')
      published = [signer.publicJwk, pssSigner.publicJwk]
    })

    const connect = async (): Promise<ScimClient> => {
      const made = await scim.connect({ idp: 'entra' })
      await made.inWorkspace((trx) =>
        createClientTrust(trx, made.connectionId, {
          kind: 'workload_identity',
          issuer,
          subject,
          audience: `${application}/.default`,
          jwksUrl,
          directoryTenant: tenant,
        }),
      )
      return made
    }
    const claims = (): JWTPayload => ({
      iss: issuer,
      sub: subject,
      aud: application,
      tid: tenant,
      nbf: inSeconds(-5),
      exp: inSeconds(3_600),
    })

    test('buys a token, with either spelling of the audience', async () => {
      client = await connect()
      for (const aud of [application, `${application}/.default`]) {
        const issued = await withAssertion(client, await sign(signer, { ...claims(), aud }))
        expect(issued.status).toBe(200)
        expect((await listUsers(client, issued.body['access_token'])).status).toBe(200)
      }
    })

    test('may have a clock that is a minute off, and no more', async () => {
      client = await connect()
      const expirySince = async (seconds: number): Promise<number> => {
        const assertion = await sign(signer, { ...claims(), exp: inSeconds(-seconds) })
        return (await withAssertion(client, assertion)).status
      }
      expect([await expirySince(50), await expirySince(70)]).toEqual([200, 401])
    })

    test.each<[string, () => Promise<string>]>([
      ['another issuer', () => sign(signer, { ...claims(), iss: 'https://evil.example' })],
      ['another subject', () => sign(signer, { ...claims(), sub: createId() })],
      ['another audience', () => sign(signer, { ...claims(), aud: 'api://other' })],
      ['another tenant', () => sign(signer, { ...claims(), tid: createId() })],
      ['no expiry', () => sign(signer, withoutExpiry(claims()))],
      ['a time that has not come', () => sign(signer, { ...claims(), nbf: inSeconds(120) })],
      [
        'a key of somebody else',
        async () => sign(await createSigner('RS256', 'entra-1'), claims()),
      ],
      ['an unknown key', async () => sign(await createSigner('RS256', 'entra-2'), claims())],
      ['no key id', () => sign(signer, claims(), {})],
      ['another algorithm', () => sign(pssSigner, claims())],
      ['no signature', async () => `${unsigned(claims())}.`],
      ['its public key as a shared secret', () => signedBySharedSecret(signer, claims())],
      ['no token', () => Promise.resolve('a.b.c')],
    ])('is refused with %s', async (_, assertion) => {
      client = await connect()
      expect(await withAssertion(client, await assertion())).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      })
    })

    test('is not blamed when its keys can not be read', async () => {
      const made = await scim.connect({ idp: 'entra' })
      await made.inWorkspace((trx) =>
        createClientTrust(trx, made.connectionId, {
          kind: 'workload_identity',
          issuer,
          subject,
          audience: application,
          jwksUrl: jwksUrl.replace('/keys', '/down'),
        }),
      )
      const answer = await withAssertion(made, await sign(signer, claims()))
      expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
      expect(answer.headers.get('retry-after')).toBe('5')
    })
  })

  test.each<[string, Record<string, unknown>[]]>([
    ['none', []],
    ['a private one', [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }]],
    ['a shared secret', [{ kty: 'oct', k: 'AAAA' }]],
    ['one of another curve', [{ kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' }]],
    ['one for another algorithm', [{ kty: 'RSA', alg: 'PS256', n: 'x'.repeat(343), e: 'AQAB' }]],
    ['one that is too short', [{ kty: 'RSA', n: 'x'.repeat(171), e: 'AQAB' }]],
  ])('of public keys, %s is refused when it is registered', async (_, keys) => {
    const client = await scim.connect()
    await expect(
      client.inWorkspace((trx) =>
        createClientTrust(trx, client.connectionId, {
          kind: 'private_key_jwt',
          keys: { jwks: { keys } },
        }),
      ),
    ).rejects.toMatchObject({ code: 'jwks-invalid' })
  })

  test('RFC8414-3 metadata says where the endpoint is and how to come in', async () => {
    const [client, strict] = [await scim.connect(), await scim.connect({ profile: 'interop' })]
    const metadata = await client.request('GET', metadataPath(client.connectionId))
    expect(metadata).toMatchObject({ status: 200 })
    expect(metadata.body).toEqual({
      issuer: client.baseUrl,
      token_endpoint: `${client.baseUrl}/oauth2/token`,
      token_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
      ],
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256'],
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      scopes_supported: ['scim'],
    })
    expect((await strict.request('GET', metadataPath(strict.connectionId))).body).toMatchObject({
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    })
    expect((await client.request('GET', metadataPath(createId()))).status).toBe(404)
    expect((await client.request('POST', metadataPath(client.connectionId), '{}')).status).toBe(405)
  })

  test('RFC7643-5 discovery names both ways to authenticate, one of them primary', async () => {
    const client = await scim.connect()
    const { body } = await client.request('GET', '/ServiceProviderConfig')
    expect(body['authenticationSchemes']).toMatchObject([
      { type: 'oauthbearertoken', primary: true },
      { type: 'oauth2', primary: false },
    ])
  })
})

function withoutExpiry(claims: JWTPayload): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => name !== 'exp'))
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function unsigned(claims: JWTPayload): string {
  return `${encode({ alg: 'none', kid: 'entra-1' })}.${encode(claims)}`
}

function signedBySharedSecret({ publicJwk, kid }: Signer, claims: JWTPayload): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(publicJwk).padEnd(64))
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(secret)
}
