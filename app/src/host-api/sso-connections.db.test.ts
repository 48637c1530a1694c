import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { type CertifiedKey, createCertifiedKey } from '@plantel/idp-bridge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

function metadataOf(keys: readonly CertifiedKey[], entityId = 'urn:okta'): string {
  const descriptors = keys.map(
    ({ certificate }) =>
      `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${certificate.replace(/-----.*-----/g, '')}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
  )
  return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${descriptors.join('')}<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>`
}

describe.each(testEngines)('SAML connections by the Host API on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let idp: Server
  let published = ''
  let url = ''
  let current: CertifiedKey
  let weak: CertifiedKey

  beforeAll(async () => {
    idp = createServer((_req, res) => res.end(published))
    await new Promise<void>((resolve) => idp.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`
    url = `${origin}/metadata`
    ;[current, weak] = await Promise.all([
      createCertifiedKey('current'),
      createCertifiedKey('weak', { modulusLength: 1024 }),
    ])
    plantel = await openTestInstallation(engine, { PLANTEL_ALLOW_PRIVATE_NETWORK: origin })
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
  })
  afterAll(async () => {
    idp.close()
    await plantel.close()
  })

  const call = (method: string, path: string, body: unknown): Promise<Answer> =>
    host.call(method, `/workspaces/${acme.id}/sso-connections${path}`, body)

  const draft = { kind: 'saml', name: 'Okta' }

  const reasonOf = async (fields: object): Promise<unknown> => {
    const { status, body } = await call('POST', '', { ...draft, ...fields })
    expect(status).toBe(400)
    return body['reason'] ?? JSON.stringify(body['errors'])
  }

  it('are made of pasted metadata, and answer what the identity provider must know', async () => {
    const metadataXml = metadataOf([current, weak])
    const { status, body } = await call('POST', '', { ...draft, metadataXml })
    const id = String(body['id'])
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id,
        acsUrl: `${plantel.url}/sso/${id}/acs`,
        spEntityId: `${plantel.url}/sso/${id}/metadata`,
        certificateWarnings: [
          {
            fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
            expiresAt: expect.any(String),
            warnings: ['weak-key'],
          },
        ],
      },
    })
    const ours = await (await fetch(`${plantel.url}/sso/${id}/metadata`)).text()
    expect(ours).toContain(`entityID="${plantel.url}/sso/${id}/metadata"`)
    const start = await fetch(`${plantel.url}/sso/${id}/start`, { redirect: 'manual' })
    expect(start.headers.get('location')).toMatch(/^https:\/\/idp\.example\/sso\?SAMLRequest=.*Sig/)
  })

  it('are made of metadata at an address, and take over what is published there later', async () => {
    published = metadataOf([weak])
    const { status, body } = await call('POST', '', { ...draft, metadataUrl: url })
    expect(status).toBe(201)
    const path = `/${String(body['id'])}/metadata`
    published = metadataOf([current])
    expect(await call('PUT', path, { metadataUrl: url })).toMatchObject({
      status: 200,
      body: {
        signOnMoved: false,
        added: [expect.any(String)],
        unpublished: [expect.any(String)],
        certificateWarnings: [],
      },
    })
    published = metadataOf([current], 'urn:other')
    expect(await call('PUT', path, { metadataUrl: url })).toMatchObject({
      status: 409,
      body: { reason: 'other-entity' },
    })
    expect(await call('PUT', `/${createId()}/metadata`, { metadataXml: published })).toMatchObject({
      status: 404,
      body: { reason: 'connection-not-found' },
    })
  })

  it('rotate our key in two steps', async () => {
    const made = await call('POST', '', { ...draft, metadataXml: metadataOf([current]) })
    const id = String(made.body['id'])
    const step = (name: string, of = id): Promise<Answer> =>
      call('POST', `/${of}/key-rotation`, { step: name })
    const certificates = async (): Promise<number> => {
      const text = await (await fetch(`${plantel.url}/sso/${id}/metadata`)).text()
      return text.match(/use="signing"/g)?.length ?? 0
    }
    expect((await step('activate')).status).toBe(409)
    expect((await step('publish')).status).toBe(204)
    expect(await certificates()).toBe(2)
    expect((await step('publish')).status).toBe(409)
    expect((await step('activate')).status).toBe(204)
    expect(await certificates()).toBe(1)
    expect((await step('activate', createId())).status).toBe(404)
    const keys = await plantel.db.owner.selectFrom('saml_keys').selectAll().execute()
    expect(JSON.stringify(keys)).not.toContain('PRIVATE KEY')
  })

  it('refuse what is no metadata, and say what to do', async () => {
    expect(await reasonOf({ metadataXml: '<html></html>' })).toBe('metadata-html')
    expect(await reasonOf({ metadataXml: '<!DOCTYPE a><a/>' })).toBe('metadata-doctype')
    expect(await reasonOf({ metadataUrl: 'https://127.0.0.1/x' })).toBe('metadata-refused')
    expect(await reasonOf({ metadataUrl: 'http://idp.example/x' })).toBe('metadata-refused')
    const plain = metadataOf([current]).replace('https://idp.example', 'http://idp.example')
    expect(await reasonOf({ metadataXml: plain })).toBe('metadata-no-sign-on-address')
    expect(await reasonOf({})).toContain('either metadataXml or metadataUrl')
    expect(await reasonOf({ metadataXml: plain, metadataUrl: url })).toContain('either')
  })
})
