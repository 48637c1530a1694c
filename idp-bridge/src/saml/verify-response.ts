import type { KeyObject } from 'node:crypto'

import { type Profile, SAML, ValidateInResponseTo } from '@node-saml/passport-saml'

import { inspectResponse, type InspectedResponse } from './guard/inspect-response.ts'
import { readResponse, type VerifiedAssertion } from './guard/read-response.ts'
import type { ResponseExpectation } from './guard/response-expectation.ts'
import { SamlRefusal } from './guard/saml-refusal.ts'
import { parseXml } from './guard/xml-element.ts'

/** Whose responses are believed, and what of ours they may be encrypted for. */
export interface ResponseTrust extends ResponseExpectation {
  /** PEM, the current and the next one: any of them may have signed. */
  idpCertificates: readonly string[]
  decryptionKeys: readonly KeyObject[]
}

/**
 * Verifies a response: the guard looks at its form, the library does the cryptography, and the guard reads what was
 * signed. Throws `SamlRefusal`; `replay` and whether it answers a request of ours are the caller's.
 */
export async function verifyResponse(
  encoded: string,
  trust: ResponseTrust,
): Promise<VerifiedAssertion> {
  const inspected = inspectResponse(encoded, trust.decryptionKeys)
  if (!inspected.isResponseSigned && !inspected.isAssertionSigned) {
    throw new SamlRefusal('signature', 'none')
  }
  const verifier = new ResponseVerifier(inspected, trust)
  const { signedXml, assertionXml } = await verifier.verify()
  // Of an unsigned response its own words may still refuse it.
  const { isResponseSigned, unverifiedResponse } = inspected
  const response = isResponseSigned ? parseXml(signedXml) : unverifiedResponse
  return readResponse(response, parseXml(assertionXml), isResponseSigned, trust)
}

/** The library for one response. Every signature that is there must hold; what they cover is kept. */
class ResponseVerifier extends SAML {
  readonly #unverifiedXml: string
  #signedXml: string | undefined
  #assertionXml: string | undefined

  constructor(inspected: InspectedResponse, trust: ResponseTrust) {
    super({
      callbackUrl: trust.acsUrl,
      issuer: trust.spEntityId,
      audience: trust.spEntityId,
      idpCert: [...trust.idpCertificates],
      idpIssuer: trust.idpEntityId,
      wantAuthnResponseSigned: inspected.isResponseSigned,
      wantAssertionsSigned: inspected.isAssertionSigned,
      // Ours is one statement in the database, on signed data; the library's is a look and then a removal.
      validateInResponseTo: ValidateInResponseTo.never,
      ...(inspected.decryptionKey === undefined
        ? {}
        : { decryptionPvk: toPem(inspected.decryptionKey) }),
    })
    this.#unverifiedXml = inspected.unverifiedXml
  }

  async verify(): Promise<{ signedXml: string; assertionXml: string }> {
    try {
      await this.validatePostResponseAsync({
        SAMLResponse: Buffer.from(this.#unverifiedXml).toString('base64'),
      })
    } catch (cause) {
      throw new SamlRefusal('signature', undefined, { cause })
    }
    if (this.#signedXml === undefined || this.#assertionXml === undefined) {
      throw new SamlRefusal('signature', 'nothing')
    }
    return { signedXml: this.#signedXml, assertionXml: this.#assertionXml }
  }

  /** Is given the canonical XML that a signature covers. */
  protected override async getSignedAssertion(signedXml: string): Promise<string | null> {
    this.#signedXml = signedXml
    return super.getSignedAssertion(signedXml)
  }

  /** Its policy is the guard's, which says in a code what is wrong; only the verified XML is taken from here. */
  protected override async processValidlySignedAssertionAsync(
    assertionXml: string,
  ): Promise<{ profile: Profile; loggedOut: boolean }> {
    this.#assertionXml = assertionXml
    return { profile: {} as Profile, loggedOut: false }
  }
}

function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' })
}
