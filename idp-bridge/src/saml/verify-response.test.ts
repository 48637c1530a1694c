import { createPrivateKey } from 'node:crypto'

import { beforeAll, describe, expect, it } from 'vitest'

import {
  assertionXml,
  createForge,
  encrypted,
  fieldsOf,
  type Forge,
  forgeResponse,
  responseXml,
  signed,
  signingModes,
} from '../testing/saml-forge.ts'
import { SamlRefusal } from './guard/saml-refusal.ts'
import { createCertifiedKey } from './self-signed-certificate.ts'
import { type ResponseTrust, verifyResponse } from './verify-response.ts'

let forge: Forge
let trust: ResponseTrust

beforeAll(async () => {
  forge = await createForge()
  trust = {
    idpEntityId: 'https://idp.example/metadata',
    spEntityId: 'https://plantel.example/sso/c1/metadata',
    acsUrl: 'https://plantel.example/sso/c1/acs',
    now: new Date(forge.now),
    skewMs: 60_000,
    maxAgeMs: 600_000,
    idpCertificates: [forge.sp.certificate, forge.idp.certificate],
    decryptionKeys: [
      createPrivateKey(forge.attacker.privateKey),
      createPrivateKey(forge.sp.privateKey),
    ],
  }
})

const encode = (xml: string): string => Buffer.from(xml).toString('base64')

describe.each(signingModes)('A response with signed %s', (mode) => {
  it('tells who it is, of which request, with which attributes', async () => {
    const verified = await verifyResponse(encode(forgeResponse(forge, mode)), trust)
    expect(verified).toMatchObject({
      id: '_assertion',
      issuer: 'https://idp.example/metadata',
      subject: 'ana@example.com',
      inResponseTo: '_request',
    })
    expect(verified.attributes.get('role')).toEqual(['agent'])
  })

  it.each(['aes128-cbc', 'aes256-cbc', 'aes128-gcm', 'aes256-gcm'])(
    'is read when its assertion is encrypted with %s',
    async (cipher) => {
      const fields = fieldsOf(forge)
      const plain = assertionXml(fields)
      const content = encrypted(forge, mode === 'response' ? plain : signed(forge, plain), {
        content: `${cipher.endsWith('gcm') ? 'http://www.w3.org/2009/xmlenc11#' : 'http://www.w3.org/2001/04/xmlenc#'}${cipher}`,
      })
      const response = responseXml(fields, content)
      const xml = mode === 'assertion' ? response : signed(forge, response)
      expect((await verifyResponse(encode(xml), trust)).subject).toBe('ana@example.com')
    },
  )
})

it('goes by the key, also when its certificate expired yesterday: nobody is locked out by a date', async () => {
  const tenYearsAndADayAgo = new Date(Date.now() - 3_651 * 86_400_000)
  const idp = await createCertifiedKey('company', { now: tenYearsAndADayAgo })
  expect(idp.expiresAt.getTime()).toBeLessThan(Date.now())
  const xml = forgeResponse({ ...forge, idp }, 'both')
  const verified = await verifyResponse(encode(xml), {
    ...trust,
    idpCertificates: [idp.certificate],
  })
  expect(verified.subject).toBe('ana@example.com')
})

it('refuses what only another identity provider has signed', async () => {
  const xml = forgeResponse(forge, 'both')
  const refusal = await verifyResponse(encode(xml), {
    ...trust,
    idpCertificates: [forge.attacker.certificate],
  }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(SamlRefusal)
  expect(refusal).toMatchObject({ code: 'signature' })
})
