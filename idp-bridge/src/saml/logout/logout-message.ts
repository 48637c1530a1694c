/** Single logout. SAML Profiles §4.4, SAML Core §3.7. */
import { SAML, ValidateInResponseTo } from '@node-saml/passport-saml'

import { checkSignature } from '../guard/check-signature.ts'
import { checkTree } from '../guard/check-tree.ts'
import { decodeMessage } from '../guard/decode-message.ts'
import { parseInstant } from '../guard/period.ts'
import { xmlNamespace } from '../guard/saml-names.ts'
import { refuse, SamlRefusal } from '../guard/saml-refusal.ts'
import { scanXml } from '../guard/scan-xml.ts'
import {
  attributeOf,
  childrenOf,
  elementsOf,
  parseXml,
  type XmlElement,
} from '../guard/xml-element.ts'

const { protocol, assertion: saml, signature: ds } = xmlNamespace

/** What a LogoutRequest must say to be heeded. */
export interface LogoutExpectation {
  idpEntityId: string
  logoutUrl: string
  now: Date
  skewMs: number
  maxAgeMs: number
}

/** An identity provider's word that a person has signed out. */
export interface LogoutRequest {
  id: string
  nameId: string
  /** Empty names all of the person's sessions. */
  sessionIndexes: readonly string[]
  /** After this moment it is refused for its age. */
  expiresAt: Date
}

/** The XML of a posted LogoutRequest, after its signature. Throws `SamlRefusal`. */
export async function verifyPostedRequest(
  encoded: string,
  certificates: readonly string[],
): Promise<string> {
  const xml = decodeMessage(encoded)
  scanXml(xml)
  const root = parseXml(xml)
  checkTree(root)
  const [signature, ...others] = [...elementsOf(root)].filter(
    ({ localName }) => localName === 'Signature',
  )
  if (signature === undefined) throw new SamlRefusal('signature', 'none')
  if (others.length > 0 || signature.parent !== root || signature.namespace !== ds) {
    throw new SamlRefusal('signature_place')
  }
  checkSignature(signature, root)
  try {
    const library = new SAML({
      callbackUrl: 'unused',
      issuer: 'unused',
      idpCert: [...certificates],
      validateInResponseTo: ValidateInResponseTo.never,
    })
    await library.validatePostRequestAsync({ SAMLRequest: Buffer.from(xml).toString('base64') })
  } catch (cause) {
    throw new SamlRefusal('signature', undefined, { cause })
  }
  return xml
}

/** Reads a LogoutRequest whose signature holds: all of it is signed. Throws `SamlRefusal`. */
export function readLogoutRequest(xml: string, expected: LogoutExpectation): LogoutRequest {
  const request = readMessage(xml, 'LogoutRequest')
  const { now, skewMs, maxAgeMs } = expected
  const [issuer, ...otherIssuers] = childrenOf(request, saml, 'Issuer')
  if (issuer?.text.trim() !== expected.idpEntityId || otherIssuers.length > 0) {
    throw new SamlRefusal('response_issuer', issuer?.text ?? 'missing')
  }
  const destination = attributeOf(request, 'Destination')
  if (destination !== expected.logoutUrl) {
    throw new SamlRefusal('destination', destination ?? 'missing')
  }
  const issued = attributeOf(request, 'IssueInstant')
  const instant = parseInstant(issued) ?? refuse('issue_instant', issued)
  const age = now.getTime() - instant
  if (age < -skewMs || age > maxAgeMs + skewMs) throw new SamlRefusal('issue_instant', issued)
  const end = attributeOf(request, 'NotOnOrAfter')
  if (end !== undefined) {
    const until = parseInstant(end) ?? refuse('conditions', end)
    if (now.getTime() - skewMs >= until) throw new SamlRefusal('conditions', end)
  }
  const [nameId, ...otherIds] = childrenOf(request, saml, 'NameID')
  const subject = nameId?.text.trim() ?? ''
  if (subject === '' || otherIds.length > 0) throw new SamlRefusal('nameid', 'missing')
  return {
    id: attributeOf(request, 'ID') ?? refuse('value_shape', 'ID'),
    nameId: subject,
    sessionIndexes: childrenOf(request, protocol, 'SessionIndex').map(({ text }) => text.trim()),
    expiresAt: new Date(instant + maxAgeMs + skewMs),
  }
}

/** Which of our requests a LogoutResponse answers. It is believed nothing else, and need not be signed. */
export function readAnsweredRequest(xml: string): string {
  const response = readMessage(xml, 'LogoutResponse')
  return attributeOf(response, 'InResponseTo') ?? refuse('in_response_to', 'missing')
}

function readMessage(xml: string, localName: string): XmlElement {
  scanXml(xml)
  const root = parseXml(xml)
  checkTree(root)
  if (root.localName !== localName || root.namespace !== protocol) {
    throw new SamlRefusal('malformed', root.localName)
  }
  if (attributeOf(root, 'Version') !== '2.0') throw new SamlRefusal('version')
  return root
}

interface Sender {
  id: string
  destination: string
  spEntityId: string
  now: Date
}

/** A request of ours that ends the person's session at the identity provider. */
export function writeLogoutRequest(
  sender: Sender,
  person: { nameId: string; nameFormat: string | null; sessionIndex: string | null },
): string {
  const format = person.nameFormat === null ? '' : ` Format="${escape(person.nameFormat)}"`
  const session =
    person.sessionIndex === null
      ? ''
      : `<samlp:SessionIndex>${escape(person.sessionIndex)}</samlp:SessionIndex>`
  return `${open('LogoutRequest', sender)}<saml:NameID${format}>${escape(person.nameId)}</saml:NameID>${session}</samlp:LogoutRequest>`
}

/** Says that the person has no session here any more. */
export function writeLogoutResponse(sender: Sender, inResponseTo: string): string {
  const attributes = ` InResponseTo="${escape(inResponseTo)}"`
  return `${open('LogoutResponse', sender, attributes)}<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`
}

function open(name: string, { id, destination, spEntityId, now }: Sender, more = ''): string {
  return `<samlp:${name} xmlns:samlp="${protocol}" xmlns:saml="${saml}" ID="${id}" Version="2.0" IssueInstant="${now.toISOString()}" Destination="${escape(destination)}"${more}><saml:Issuer>${escape(spEntityId)}</saml:Issuer>`
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (found) => escapes[found] ?? found)
}
