import { createPrivateKey } from 'node:crypto'

import { beforeAll, expect, it } from 'vitest'

import {
  assertionXml,
  createForge,
  encrypted,
  fieldsOf,
  type Forge,
  forgeResponse,
  responseXml,
  signed,
} from '../testing/saml-forge.ts'
import { createResponseVerifier } from './response-verifier.ts'
import { type ResponseTrust, verifyResponse } from './verify-response.ts'

let forge: Forge
let trust: ResponseTrust

beforeAll(async () => {
  forge = await createForge()
  const { acsUrl, issuer, audience } = fieldsOf(forge)
  trust = {
    idpEntityId: issuer,
    spEntityId: audience,
    acsUrl,
    now: new Date(forge.now),
    skewMs: 60_000,
    maxAgeMs: 600_000,
    idpCertificates: [forge.idp.certificate],
    decryptionKeys: [createPrivateKey(forge.sp.privateKey)],
  }
})

const encode = (xml: string): string => Buffer.from(xml).toString('base64')
const groups = (count: number): string =>
  `<saml:AttributeStatement><saml:Attribute Name="groups">${'<saml:AttributeValue>g</saml:AttributeValue>'.repeat(count)}</saml:Attribute></saml:AttributeStatement>`

/** How often others had their turn meanwhile. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  const state = { isOver: false }
  const watched = work
    .catch(() => undefined)
    .finally(() => {
      state.isOver = true
    })
  let turns = 0
  for (; !state.isOver; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  await watched
  return turns
}

it('answers a long response as a short one, while others have their turn', async () => {
  const verify = createResponseVerifier()
  const long = encode(forgeResponse(forge, 'both', { statementsXml: groups(2_900) }))
  const assertion = await verify(long, trust)
  expect(assertion).toEqual(await verifyResponse(long, trust))
  expect(assertion.attributes.get('groups')).toHaveLength(2_900)
  expect(await turnsDuring(verify(long, trust))).toBeGreaterThan(50)
  expect(await turnsDuring(verifyResponse(long, trust))).toBeLessThan(50)
})

it('refuses a long response by the same code, and goes on', async () => {
  const verify = createResponseVerifier()
  const statementsXml = groups(2_900)
  const forged = forgeResponse(
    forge,
    'both',
    { statementsXml },
    { privateKey: forge.attacker.privateKey },
  )
  const { audience: _, ...fields } = fieldsOf(forge, { statementsXml })
  const elsewhere = forgeResponse(forge, 'both', { ...fields, audience: 'urn:other' })
  const all = await Promise.allSettled([
    verify(encode(forged), trust),
    verify(encode(elsewhere), trust),
    verify(encode(forgeResponse(forge, 'both', { statementsXml })), trust),
    verify(encode(`<a>${'<b/>'.repeat(5_000)}</a>`), trust),
  ])
  expect(
    all.map((each) =>
      each.status === 'fulfilled' ? 'ok' : (each.reason as { code?: string }).code,
    ),
  ).toEqual(['signature', 'audience', 'ok', 'elements'])
})

it('looks at what is encrypted beside, since nobody sees how much it is', async () => {
  const verify = createResponseVerifier()
  const fields = fieldsOf(forge, {
    statementsXml: '<saml:AttributeStatement></saml:AttributeStatement>'.repeat(60),
  })
  const response = responseXml(fields, encrypted(forge, signed(forge, assertionXml(fields))))
  const encoded = encode(signed(forge, response))
  await verify(encoded, trust)
  expect(await turnsDuring(verify(encoded, trust))).toBeGreaterThan(20)
})
