import { createPrivateKey } from 'node:crypto'

import { SAML, ValidateInResponseTo } from '@node-saml/passport-saml'
import { beforeAll, describe, expect, it } from 'vitest'

import type { Attack } from '../testing/saml-attacks/attack.ts'
import { encryptionAttacks } from '../testing/saml-attacks/encryption-attacks.ts'
import { lexicalAttacks } from '../testing/saml-attacks/lexical-attacks.ts'
import { policyAttacks } from '../testing/saml-attacks/policy-attacks.ts'
import { signatureAttacks } from '../testing/saml-attacks/signature-attacks.ts'
import { wrappingAttacks } from '../testing/saml-attacks/wrapping-attacks.ts'
import {
  createForge,
  fieldsOf,
  type Forge,
  type SigningMode,
  signingModes,
} from '../testing/saml-forge.ts'
import { SamlRefusal } from './guard/saml-refusal.ts'
import { verifyResponse } from './verify-response.ts'

const themes = {
  lexical: lexicalAttacks,
  wrapping: wrappingAttacks,
  signature: signatureAttacks,
  encryption: encryptionAttacks,
  policy: policyAttacks,
}

let forge: Forge
beforeAll(async () => {
  forge = await createForge()
})

function encode({ response, encoded }: Attack): string {
  return encoded ?? Buffer.from(response).toString('base64')
}

async function outcomeOf(attack: Attack): Promise<string> {
  const { acsUrl, issuer, audience } = fieldsOf(forge)
  try {
    await verifyResponse(encode(attack), {
      idpEntityId: issuer,
      spEntityId: audience,
      acsUrl,
      now: new Date(forge.now),
      skewMs: 60_000,
      maxAgeMs: 600_000,
      idpCertificates: [forge.idp.certificate],
      decryptionKeys: [createPrivateKey(forge.sp.privateKey)],
    })
    return 'accepted'
  } catch (error) {
    if (error instanceof SamlRefusal) return error.code
    throw error
  }
}

/** The library by itself, set up as strictly as it can be for the mode. */
async function isAcceptedByLibrary(attack: Attack, mode: SigningMode): Promise<boolean> {
  const { acsUrl, issuer, audience } = fieldsOf(forge)
  const library = new SAML({
    callbackUrl: acsUrl,
    issuer: audience,
    audience,
    idpCert: forge.idp.certificate,
    idpIssuer: issuer,
    wantAssertionsSigned: mode !== 'response',
    wantAuthnResponseSigned: mode !== 'assertion',
    validateInResponseTo: ValidateInResponseTo.never,
    acceptedClockSkewMs: 60_000,
    maxAssertionAgeMs: 600_000,
    decryptionPvk: forge.sp.privateKey,
  })
  try {
    const { profile } = await library.validatePostResponseAsync({ SAMLResponse: encode(attack) })
    return profile !== null
  } catch {
    return false
  }
}

describe.each(signingModes)('With signed %s, every attack', (mode) => {
  it.each(Object.entries(themes))('of the theme %s ends as required', async (_name, theme) => {
    const attacks = theme(forge, mode)
    const found: Record<string, string> = {}
    for (const attack of attacks) found[attack.name] = await outcomeOf(attack)
    expect(found).toEqual(Object.fromEntries(attacks.map(({ name, outcome }) => [name, outcome])))
  })
})

it('is at least 250 cases, each another', () => {
  const names = signingModes.flatMap((mode) =>
    Object.values(themes).flatMap((theme) =>
      theme(forge, mode).map(({ name }) => `${mode}: ${name}`),
    ),
  )
  expect(names.length).toBeGreaterThanOrEqual(250)
  expect(new Set(names).size).toBe(names.length)
})

it('has many that the library alone lets in: there it is the guard that refuses', async () => {
  const attacks = Object.values(themes).flatMap((theme) => theme(forge, 'both'))
  const accepted: string[] = []
  for (const attack of attacks) {
    // Limits are there for what costs the library minutes.
    if (['accepted', 'size', 'elements', 'depth'].includes(attack.outcome)) continue
    if (await isAcceptedByLibrary(attack, 'both')) accepted.push(attack.name)
  }
  expect(accepted).toEqual(
    expect.arrayContaining([
      'comment that truncates the NameID',
      'SHA-1 signature',
      'status Requester',
      'another destination',
      'the ACS of another connection',
      'the answer to another request inside',
      'no NameID',
      'RSA with PKCS #1 v1.5',
      'a comment inside',
    ]),
  )
  expect(accepted.length).toBeGreaterThan(60)
})
