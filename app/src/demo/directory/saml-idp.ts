import type { CertifiedKey } from '@plantel/idp-bridge'
import type { Request } from 'express'
import samlp from 'samlp'

import type { CompanySlug } from '../companies/company.ts'
import { type DirectoryPerson, displayName } from './directory-state.ts'

/** What the directory knows of Plantel's side of a connection. */
export interface SamlServiceProvider {
  acsUrl: string
  /** Also where its metadata is. */
  entityId: string
}

export type SamlSigningKey = Pick<CertifiedKey, 'privateKey' | 'certificate'>

/** The same wherever the demo listens: an identity provider that moves keeps its name. */
export function samlEntityId(slug: CompanySlug): string {
  return `urn:plantel:demo:${slug}`
}

/** What Plantel is told of a company's SAML identity provider. SAML Metadata §2.4.3. */
export function samlMetadata(slug: CompanySlug, demoUrl: string, key: SamlSigningKey): string {
  const certificate = key.certificate.replace(/-----.*-----|\s/g, '')
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${samlEntityId(slug)}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${demoUrl}/directory/saml/${slug}"/></md:IDPSSODescriptor></md:EntityDescriptor>`
}

/** The id of a request that the service provider has signed; undefined for any other. */
export async function readSamlRequest(
  request: Request,
  provider: SamlServiceProvider,
): Promise<string | undefined> {
  const { Signature: signature, SigAlg: sigAlg, RelayState: relayState } = request.query
  if (typeof signature !== 'string') return undefined
  const signingCert = await readRequestCertificate(provider)
  return new Promise((resolve) => {
    const options = { signingCert, signature, sigAlg, relayState }
    samlp.parseRequest(request, options, (error, message) => {
      resolve(error == null ? message?.id : undefined)
    })
  })
}

/** As the service provider publishes it now: the first one is what it signs with. */
async function readRequestCertificate({ entityId }: SamlServiceProvider): Promise<Buffer> {
  const response = await fetch(entityId, { signal: AbortSignal.timeout(10_000) })
  const body = /<(?:ds:)?X509Certificate>([^<]+)</.exec(await response.text())?.[1]
  if (body === undefined) throw new Error(`${entityId} has no certificate.`)
  const lines = body.replace(/\s/g, '').match(/.{1,64}/g) ?? []
  const pem = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', '']
  return Buffer.from(pem.join('\n'))
}

/** Says who has signed in: the `NameID` is the directory's id of the person, as is SCIM `externalId`. */
export function createSamlResponse(
  answer: { slug: CompanySlug; person: DirectoryPerson; requestId: string },
  provider: SamlServiceProvider,
  key: SamlSigningKey,
): Promise<string> {
  const { person } = answer
  const options = {
    issuer: samlEntityId(answer.slug),
    key: Buffer.from(key.privateKey),
    cert: Buffer.from(key.certificate),
    signAssertion: true,
    signResponse: true,
    signatureAlgorithm: 'rsa-sha256',
    digestAlgorithm: 'sha256',
    audience: provider.entityId,
    destination: provider.acsUrl,
    recipient: provider.acsUrl,
    inResponseTo: answer.requestId,
    lifetimeInSeconds: 300,
    nameIdentifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  }
  const user = {
    id: person.id,
    emails: [{ value: person.userName }],
    displayName: displayName(person),
    name: { givenName: person.givenName, familyName: person.familyName },
  }
  return new Promise((resolve, reject) => {
    samlp.getSamlResponse(options, user, (error, xml) => {
      if (xml === undefined) reject(new Error('samlp made no response.', { cause: error }))
      else resolve(Buffer.from(xml).toString('base64'))
    })
  })
}
