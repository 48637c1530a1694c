import {
  constants,
  createCipheriv,
  createHash,
  createHmac,
  publicEncrypt,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'

import { type CertifiedKey, createCertifiedKey } from '../saml/self-signed-certificate.ts'

/** Which elements carry a signature of the identity provider. */
export type SigningMode = 'assertion' | 'response' | 'both'
export const signingModes: readonly SigningMode[] = ['assertion', 'response', 'both']

const ds = 'http://www.w3.org/2000/09/xmldsig#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const transform = (algorithm: string): string =>
  `<ds:Transform Algorithm="${algorithm}"></ds:Transform>`

/** What can be said otherwise in a response; by default it is one that we accept. */
export interface ResponseFields {
  subject: string
  acsUrl: string
  /** The one in the confirmation, when it differs. */
  recipient: string
  destination: string | undefined
  issuer: string
  responseIssuer: string | undefined
  audience: string
  inResponseTo: string | undefined
  responseInResponseTo: string | undefined
  assertionId: string
  responseId: string
  status: string
  version: string
  responseVersion: string
  issuedAt: number
  notBefore: number
  notOnOrAfter: number
  confirmedUntil: number
  method: string
  /** Whole elements, to replace or to leave out. */
  nameIdXml: string
  conditionsXml: string | undefined
  confirmationXml: string | undefined
  statementsXml: string
  extraInAssertion: string
  extraInResponse: string
}

export interface SignatureFields {
  privateKey: string
  uri: string
  digestAlgorithm: string
  signatureAlgorithm: string
  canonicalization: string
  transforms: string
  /** Makes SignedInfo from what would be there; signed as it comes out. */
  editSignedInfo: (signedInfo: string) => string
  /** Makes Signature from what would be there, after the signing. */
  editSignature: (signature: string) => string
}

/** Keys and clock of one run. */
export interface Forge {
  idp: CertifiedKey
  attacker: CertifiedKey
  sp: CertifiedKey
  now: number
}

export async function createForge(now: Date = new Date()): Promise<Forge> {
  const [idp, attacker, sp] = await Promise.all(
    ['idp', 'attacker', 'sp'].map((name) => createCertifiedKey(name)),
  )
  if (idp === undefined || attacker === undefined || sp === undefined) throw new Error('keys')
  return { idp, attacker, sp, now: now.getTime() }
}

/** A response that is right for these names, except where told otherwise. Written in canonical form. */
export function fieldsOf(forge: Forge, change: Partial<ResponseFields> = {}): ResponseFields {
  const acsUrl = change.acsUrl ?? 'https://plantel.example/sso/c1/acs'
  const issuer = change.issuer ?? 'https://idp.example/metadata'
  return {
    subject: 'ana@example.com',
    acsUrl,
    recipient: acsUrl,
    destination: acsUrl,
    issuer,
    responseIssuer: issuer,
    audience: 'https://plantel.example/sso/c1/metadata',
    inResponseTo: '_request',
    responseInResponseTo: 'inResponseTo' in change ? change.inResponseTo : '_request',
    assertionId: '_assertion',
    responseId: '_response',
    status: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    version: '2.0',
    responseVersion: '2.0',
    issuedAt: forge.now,
    notBefore: forge.now - 60_000,
    notOnOrAfter: forge.now + 300_000,
    confirmedUntil: forge.now + 300_000,
    method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
    nameIdXml: `<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${change.subject ?? 'ana@example.com'}</saml:NameID>`,
    conditionsXml: undefined,
    confirmationXml: undefined,
    statementsXml:
      '<saml:AttributeStatement><saml:Attribute Name="role"><saml:AttributeValue>agent</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>',
    extraInAssertion: '',
    extraInResponse: '',
    ...change,
  }
}

const instant = (time: number): string => new Date(time).toISOString()
const optional = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` ${name}="${value}"`

export function assertionXml(fields: ResponseFields): string {
  const data = `<saml:SubjectConfirmationData${optional('InResponseTo', fields.inResponseTo)} NotOnOrAfter="${instant(fields.confirmedUntil)}" Recipient="${fields.recipient}"></saml:SubjectConfirmationData>`
  const confirmation =
    fields.confirmationXml ??
    `<saml:SubjectConfirmation Method="${fields.method}">${data}</saml:SubjectConfirmation>`
  const conditions =
    fields.conditionsXml ??
    `<saml:Conditions NotBefore="${instant(fields.notBefore)}" NotOnOrAfter="${instant(fields.notOnOrAfter)}"><saml:AudienceRestriction><saml:Audience>${fields.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${fields.assertionId}" IssueInstant="${instant(fields.issuedAt)}" Version="${fields.version}"><saml:Issuer>${fields.issuer}</saml:Issuer><saml:Subject>${fields.nameIdXml}${confirmation}</saml:Subject>${conditions}${fields.statementsXml}${fields.extraInAssertion}</saml:Assertion>`
}

export function responseXml(fields: ResponseFields, assertion: string): string {
  const issuer =
    fields.responseIssuer === undefined
      ? ''
      : `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${fields.responseIssuer}</saml:Issuer>`
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"${optional('Destination', fields.destination)} ID="${fields.responseId}"${optional('InResponseTo', fields.responseInResponseTo)} IssueInstant="${instant(fields.issuedAt)}" Version="${fields.responseVersion}">${issuer}<samlp:Status><samlp:StatusCode Value="${fields.status}"></samlp:StatusCode></samlp:Status>${fields.extraInResponse}${assertion}</samlp:Response>`
}

const hashOf: Readonly<Record<string, string>> = {
  [`${ds}sha1`]: 'sha1',
  [`${xenc}sha256`]: 'sha256',
  [`${xenc}sha512`]: 'sha512',
}

/** The Signature of canonical XML whose root has that ID. */
export function signatureOf(
  forge: Forge,
  xml: string,
  change: Partial<SignatureFields> = {},
): string {
  const id = / ID="([^"]*)"/.exec(xml)?.[1] ?? ''
  const {
    privateKey = forge.idp.privateKey,
    uri = `#${id}`,
    digestAlgorithm = `${xenc}sha256`,
    signatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalization = exclusive,
    transforms = transform(`${ds}enveloped-signature`) + transform(exclusive),
    editSignedInfo = (text: string) => text,
    editSignature = (text: string) => text,
  } = change
  const digest = createHash(hashOf[digestAlgorithm] ?? 'sha256')
    .update(xml)
    .digest('base64')
  const inside = editSignedInfo(
    `<ds:CanonicalizationMethod Algorithm="${canonicalization}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="${signatureAlgorithm}"></ds:SignatureMethod><ds:Reference URI="${uri}"><ds:Transforms>${transforms}</ds:Transforms><ds:DigestMethod Algorithm="${digestAlgorithm}"></ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`,
  )
  // Standing alone it declares its prefix; in the document its parent has.
  const canonical = `<ds:SignedInfo xmlns:ds="${ds}">${inside}</ds:SignedInfo>`
  const value = signatureValue(forge, canonical, signatureAlgorithm, privateKey)
  return editSignature(
    `<ds:Signature xmlns:ds="${ds}"><ds:SignedInfo>${inside}</ds:SignedInfo><ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`,
  )
}

function signatureValue(forge: Forge, text: string, algorithm: string, key: string): string {
  if (algorithm.includes('hmac')) {
    // The classic: the public certificate as the shared secret.
    return createHmac('sha1', forge.idp.certificate).update(text).digest('base64')
  }
  const hash = algorithm.endsWith('sha1') ? 'sha1' : algorithm.endsWith('512') ? 'sha512' : 'sha256'
  if (algorithm.endsWith('MGF1')) {
    const padding = constants.RSA_PKCS1_PSS_PADDING
    return sign(hash, Buffer.from(text), {
      key,
      padding,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }).toString('base64')
  }
  return sign(hash, Buffer.from(text), key).toString('base64')
}

/** Puts a signature behind the Issuer of the root, or first when there is none. */
export function insertSignature(xml: string, signature: string): string {
  const issuer = /^<[^>]*>(?:<saml:Issuer[^>]*>[^<]*<\/saml:Issuer>)?/.exec(xml)?.[0] ?? ''
  return issuer + signature + xml.slice(issuer.length)
}

export function signed(forge: Forge, xml: string, change: Partial<SignatureFields> = {}): string {
  return insertSignature(xml, signatureOf(forge, xml, change))
}

/** A whole response, signed as the mode says. */
export function forgeResponse(
  forge: Forge,
  mode: SigningMode,
  change: Partial<ResponseFields> = {},
  signature: Partial<SignatureFields> = {},
): string {
  const fields = fieldsOf(forge, change)
  const assertion = assertionXml(fields)
  const inner = mode === 'response' ? assertion : signed(forge, assertion, signature)
  const response = responseXml(fields, inner)
  return mode === 'assertion' ? response : signed(forge, response, signature)
}

export interface EncryptionFields {
  content: string
  key: string
  oaep: boolean
  edit: (xml: string) => string
}

/** An EncryptedAssertion for our certificate: anybody can make one. */
export function encrypted(
  forge: Forge,
  plain: string,
  change: Partial<EncryptionFields> = {},
): string {
  const { content = 'http://www.w3.org/2009/xmlenc11#aes256-gcm', edit = (xml: string) => xml } =
    change
  const key = change.key ?? `${xenc}rsa-oaep-mgf1p`
  const contentKey = randomBytes(
    content.includes('tripledes') ? 24 : content.includes('128') ? 16 : 32,
  )
  const name = content.includes('tripledes')
    ? 'des-ede3-cbc'
    : `aes-${content.includes('128') ? 128 : 256}-${content.endsWith('gcm') ? 'gcm' : 'cbc'}`
  const iv = randomBytes(name.endsWith('gcm') ? 12 : name.startsWith('des') ? 8 : 16)
  const cipher = createCipheriv(name, contentKey, iv)
  const bytes = Buffer.concat([iv, cipher.update(plain), cipher.final()])
  const tag =
    'getAuthTag' in cipher && name.endsWith('gcm')
      ? (cipher as unknown as { getAuthTag: () => Buffer }).getAuthTag()
      : Buffer.alloc(0)
  const padding = key.endsWith('1_5')
    ? constants.RSA_PKCS1_PADDING
    : constants.RSA_PKCS1_OAEP_PADDING
  const wrapped = publicEncrypt(
    { key: new X509Certificate(forge.sp.certificate).publicKey, padding },
    contentKey,
  )
  return edit(
    `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="${xenc}" Type="${xenc}Element"><xenc:EncryptionMethod Algorithm="${content}"></xenc:EncryptionMethod><ds:KeyInfo xmlns:ds="${ds}"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="${key}"></xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>${wrapped.toString('base64')}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>${Buffer.concat([bytes, tag]).toString('base64')}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>`,
  )
}
