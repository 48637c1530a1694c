import {
  assertionXml,
  fieldsOf,
  forgeResponse,
  insertSignature,
  responseXml,
  signatureOf,
  signed,
} from '../saml-forge.ts'
import { attack, type AttackTheme } from './attack.ts'

const dsNamespace = 'http://www.w3.org/2000/09/xmldsig#'
const signatureElement = /<ds:Signature .*?<\/ds:Signature>/

const end = (source: string, extra: string): string =>
  source.replace(/<\/samlp:Response>$/, `${extra}</samlp:Response>`)

const object = (inside: string): string => `<ds:Object>${inside}</ds:Object>`

const into = (element: string, extra: string): string =>
  element.replace('</ds:Signature>', `${extra}</ds:Signature>`)

/** XSW1–8 of Somorovsky et al. (USENIX Security 2012), and what has been found since. */
export const wrappingAttacks: AttackTheme = (forge, mode) => {
  const fields = fieldsOf(forge)
  const xml = forgeResponse(forge, mode)
  const admin = { subject: 'admin@example.com' }
  const evilAssertion = assertionXml(fieldsOf(forge, { ...admin, assertionId: '_evil' }))
  const sameIdAssertion = assertionXml(fieldsOf(forge, admin))
  const plainAssertion = assertionXml(fields)
  const signedAssertion = signed(forge, plainAssertion)
  const assertionSignature = signatureOf(forge, plainAssertion)
  const signature = signatureElement.exec(xml)?.[0] ?? ''
  const unsigned = xml.replace(signatureElement, '')
  const respond = (inside: string, change = {}): string =>
    responseXml(fieldsOf(forge, change), inside)
  const evilRoot = (inside: string): string => respond(inside, { responseId: '_evilresponse' })
  const wholeSigned = signed(forge, respond(plainAssertion))
  const wholeSignature = signatureElement.exec(wholeSigned)?.[0] ?? ''
  const wholeUnsigned = wholeSigned.replace(signatureElement, '')

  return [
    attack(
      'XSW1: the signed response inside the signature of a forged one',
      'multiple_Response',
      insertSignature(evilRoot(evilAssertion), into(wholeSignature, object(wholeUnsigned))),
    ),
    attack(
      'XSW2: the signed response before a detached signature',
      'multiple_Response',
      insertSignature(evilRoot(evilAssertion), wholeUnsigned + wholeSignature),
    ),
    attack(
      'XSW3: a forged assertion before the signed one',
      'multiple_Assertion',
      respond(evilAssertion + signedAssertion),
    ),
    attack(
      'XSW3, mirrored: a forged assertion after the signed one',
      'multiple_Assertion',
      respond(signedAssertion + evilAssertion),
    ),
    attack(
      'XSW4: the signed assertion inside a forged one',
      'multiple_Assertion',
      respond(evilAssertion.replace('</saml:Assertion>', `${signedAssertion}</saml:Assertion>`)),
    ),
    attack(
      'XSW5: the signature moved to a forged assertion, the signed one behind',
      'multiple_Assertion',
      respond(insertSignature(evilAssertion, assertionSignature) + plainAssertion),
    ),
    attack(
      'XSW6: the signed assertion inside the moved signature',
      'multiple_Assertion',
      respond(insertSignature(evilAssertion, into(assertionSignature, plainAssertion))),
    ),
    attack(
      'XSW7: a forged assertion of the same ID in Extensions',
      'duplicate_id',
      respond(signedAssertion, {
        extraInResponse: `<samlp:Extensions>${sameIdAssertion}</samlp:Extensions>`,
      }),
    ),
    attack(
      'XSW7 with an ID of its own',
      'multiple_Assertion',
      respond(signedAssertion, {
        extraInResponse: `<samlp:Extensions>${evilAssertion}</samlp:Extensions>`,
      }),
    ),
    attack(
      'XSW8: the signed assertion in an Object of the moved signature',
      'multiple_Assertion',
      respond(insertSignature(evilAssertion, into(assertionSignature, object(plainAssertion)))),
    ),
    attack(
      'XSW8 with the same ID',
      'duplicate_id',
      respond(insertSignature(sameIdAssertion, into(assertionSignature, object(plainAssertion)))),
    ),
    attack(
      'a forged assertion beside the genuine content',
      'multiple_Assertion',
      end(xml, evilAssertion),
    ),
    attack(
      'a forged assertion of the same ID beside it',
      'duplicate_id',
      end(xml, sameIdAssertion),
    ),
    attack(
      'an assertion within the status detail',
      'multiple_Assertion',
      xml.replace(
        '</samlp:Status>',
        `<samlp:StatusDetail>${evilAssertion}</samlp:StatusDetail></samlp:Status>`,
      ),
    ),
    attack(
      'an assertion within an attribute value',
      'multiple_Assertion',
      xml.replace('agent</saml:AttributeValue>', `${evilAssertion}</saml:AttributeValue>`),
    ),
    attack(
      'an encrypted assertion beside the plain one',
      'multiple_Assertion',
      end(xml, '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>'),
    ),
    attack('an assertion in no namespace', 'namespace', end(xml, '<Assertion ID="_x"/>')),
    attack(
      'an assertion in a foreign namespace',
      'namespace',
      end(xml, '<e:Assertion xmlns:e="urn:e" ID="_x"/>'),
    ),
    attack(
      'a foreign NameID before the signed one',
      'namespace',
      xml.replace('<saml:NameID', '<e:NameID xmlns:e="urn:e">admin</e:NameID><saml:NameID'),
    ),
    attack(
      'a response in a foreign namespace',
      'namespace',
      xml.replaceAll('urn:oasis:names:tc:SAML:2.0:protocol', 'urn:e'),
    ),
    attack('a signature in a foreign namespace', 'namespace', xml.replaceAll(dsNamespace, 'urn:e')),
    attack('an unknown element in the response', 'namespace', end(xml, '<e:x xmlns:e="urn:e"/>')),
    attack('a wrapper around the response', 'namespace', `<Wrapper>${xml}</Wrapper>`),
    attack(
      'a SOAP envelope around the response',
      'namespace',
      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${xml}</s:Body></s:Envelope>`,
    ),
    attack(
      'the response in Extensions of another',
      'multiple_Response',
      respond('', {
        responseId: '_outer',
        extraInResponse: `<samlp:Extensions>${xml}</samlp:Extensions>`,
      }),
    ),
    attack('an assertion as the root', 'multiple_Response', signedAssertion),
    attack(
      'a logout response',
      'multiple_Response',
      xml.replaceAll('samlp:Response', 'samlp:LogoutResponse'),
    ),
    attack('a response without an assertion', 'multiple_Assertion', respond('')),
    attack(
      'the same ID on the response and the assertion',
      'duplicate_id',
      respond(signedAssertion, { responseId: '_assertion' }),
    ),
    attack(
      'the same ID, written Id, on another element',
      'duplicate_id',
      xml.replace('<samlp:Status>', '<samlp:Status Id="_assertion">'),
    ),
    attack(
      'the same ID, written id, on another element',
      'duplicate_id',
      xml.replace('<samlp:Status>', '<samlp:Status id="_assertion">'),
    ),
    attack(
      'the same ID in a namespace',
      'duplicate_id',
      xml.replace('<samlp:Status>', '<samlp:Status xml:id="_response">'),
    ),
    attack(
      'the signature cloned',
      'signature_place',
      insertSignature(xml, signature).replace(signature, signature + signature),
    ),
    attack(
      'the signature in the subject',
      'signature_place',
      unsigned.replace('<saml:Subject>', `<saml:Subject>${signature}`),
    ),
    attack(
      'the signature in the status',
      'signature_place',
      unsigned.replace('<samlp:Status>', `<samlp:Status>${signature}`),
    ),
    attack(
      'the signature in an attribute value',
      'signature_place',
      unsigned.replace('agent<', `${signature}<`),
    ),
    attack(
      'a second signature in Extensions',
      'signature_place',
      xml.replace(
        '</samlp:Status>',
        `</samlp:Status><samlp:Extensions>${signature}</samlp:Extensions>`,
      ),
    ),
    attack(
      'a signature within KeyInfo',
      'signature_place',
      xml.replace(
        '</ds:SignatureValue>',
        `</ds:SignatureValue><ds:KeyInfo>${signature}</ds:KeyInfo>`,
      ),
    ),
  ]
}
