import type { KeyObject } from 'node:crypto'

import { checkSignature } from './check-signature.ts'
import { checkTree } from './check-tree.ts'
import { decodeMessage } from './decode-message.ts'
import { decryptAssertion, readEncryptedAssertion } from './encrypted-assertion.ts'
import { xmlNamespace } from './saml-names.ts'
import { SamlRefusal } from './saml-refusal.ts'
import { scanXml } from './scan-xml.ts'
import { attributeOf, childrenOf, elementsOf, parseXml, type XmlElement } from './xml-element.ts'

const { protocol, assertion: saml, signature: ds } = xmlNamespace

export const statusSuccess = 'urn:oasis:names:tc:SAML:2.0:status:Success'

/** A response whose form is one that we verify; nothing in it is believed yet. */
export interface InspectedResponse {
  /** The very text that was looked at: what is verified must be nothing else. */
  unverifiedXml: string
  unverifiedResponse: XmlElement
  isResponseSigned: boolean
  isAssertionSigned: boolean
  /** Which of our keys opens the assertion; undefined when it is not encrypted. */
  decryptionKey: KeyObject | undefined
}

/**
 * The guard's first half: everything that can be said before a signature is verified. `encoded` is the form's
 * `SAMLResponse`, `keys` those of ours that identity providers may have encrypted for. Throws `SamlRefusal`.
 */
export function inspectResponse(encoded: string, keys: readonly KeyObject[]): InspectedResponse {
  const unverifiedXml = decodeMessage(encoded)
  scanXml(unverifiedXml)
  const unverifiedResponse = parseXml(unverifiedXml)
  checkTree(unverifiedResponse)
  const assertion = findAssertion(unverifiedResponse)
  const message = { unverifiedXml, unverifiedResponse }
  if (assertion.localName === 'Assertion') {
    const signed = checkSignatures(unverifiedResponse, [unverifiedResponse, assertion])
    return { ...message, ...signed, decryptionKey: undefined }
  }
  const { isResponseSigned } = checkSignatures(unverifiedResponse, [unverifiedResponse])
  const { xml, key } = decryptAssertion(readEncryptedAssertion(assertion), keys)
  scanXml(xml)
  const decrypted = parseXml(xml)
  checkTree(decrypted)
  refuseSecondAssertion(decrypted)
  const { isAssertionSigned } = checkSignatures(decrypted, [decrypted])
  return { ...message, isResponseSigned, isAssertionSigned, decryptionKey: key }
}

/** Exactly one response, at the root, and exactly one assertion, directly in it. */
function findAssertion(response: XmlElement): XmlElement {
  const all = [...elementsOf(response)]
  if (response.localName !== 'Response') throw new SamlRefusal('multiple_Response', 'not the root')
  if (all.filter((each) => each.localName === 'Response').length !== 1) {
    throw new SamlRefusal('multiple_Response')
  }
  const assertions = all.filter(
    ({ localName }) => localName === 'Assertion' || localName === 'EncryptedAssertion',
  )
  const [assertion, ...others] = assertions
  // A refusal needs no signature: nobody gains anything by it.
  if (assertion === undefined) refuseByStatus(response)
  if (assertion === undefined || others.length > 0 || assertion.parent !== response) {
    throw new SamlRefusal('multiple_Assertion', `${assertions.length}`)
  }
  return assertion
}

function refuseByStatus(response: XmlElement): void {
  const [status] = childrenOf(response, protocol, 'Status')
  const [code] = status === undefined ? [] : childrenOf(status, protocol, 'StatusCode')
  const value = code && attributeOf(code, 'Value')
  if (code === undefined || value === statusSuccess) return
  const [inner] = childrenOf(code, protocol, 'StatusCode')
  const words = [value, inner && attributeOf(inner, 'Value')]
  const detail = words.map((word) => word?.replace(/^.*:/, '')).filter(Boolean)
  throw new SamlRefusal('status', detail.join(' '))
}

function refuseSecondAssertion(assertion: XmlElement): void {
  const names = [...elementsOf(assertion)].map(({ localName }) => localName)
  const count = names.filter((name) => name === 'Assertion' || name === 'EncryptedAssertion').length
  if (assertion.localName !== 'Assertion' || count !== 1 || names.includes('Response')) {
    throw new SamlRefusal('multiple_Assertion', 'encrypted')
  }
}

/** Each of `signable` has at most one signature, directly in it, and there is none anywhere else. */
function checkSignatures(
  root: XmlElement,
  signable: readonly XmlElement[],
): { isResponseSigned: boolean; isAssertionSigned: boolean } {
  const signed = { isResponseSigned: false, isAssertionSigned: false }
  const misplaced = new Set(
    [...elementsOf(root)].filter(({ localName }) => localName === 'Signature'),
  )
  for (const element of signable) {
    const [signature, ...others] = childrenOf(element, ds, 'Signature')
    if (signature === undefined) continue
    if (others.length > 0) throw new SamlRefusal('signature_place', 'twice')
    checkSignature(signature, element)
    misplaced.delete(signature)
    if (element.namespace === saml) signed.isAssertionSigned = true
    else signed.isResponseSigned = true
  }
  if (misplaced.size > 0) throw new SamlRefusal('signature_place')
  return signed
}
