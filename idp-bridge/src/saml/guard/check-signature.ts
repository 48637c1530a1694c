import { isBase64 } from './decode-message.ts'
import { xmlNamespace } from './saml-names.ts'
import { SamlRefusal, type SamlRefusalCode } from './saml-refusal.ts'
import { attributeOf, childrenOf, type XmlElement } from './xml-element.ts'

const { signature: ds, exclusive } = xmlNamespace

const exclusiveCanonicalizations: ReadonlySet<string | undefined> = new Set([
  exclusive,
  `${exclusive}WithComments`,
])

const signatureAlgorithms: ReadonlySet<string | undefined> = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
])

const digestBytes: ReadonlyMap<string | undefined, number> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 32],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 64],
])

/** An id as SAML Core §1.3.4 makes it; nothing that means something in an XPath. */
const idShape = /^[A-Za-z_][\w.-]{0,255}$/

/**
 * The one signature of a signed element, in the only form that we verify: one reference to that element, enveloped,
 * exclusive canonicalization, RSA with SHA-2. XML Signature §4, SAML Core §5.4.
 */
export function checkSignature(signature: XmlElement, signed: XmlElement): void {
  refuseOthers(signature, ['SignedInfo', 'SignatureValue', 'KeyInfo'], 'signedinfo')
  const signedInfo = only(signature, 'SignedInfo', 'signedinfo')
  refuseOthers(signedInfo, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'], 'signedinfo')
  const canonicalization = only(signedInfo, 'CanonicalizationMethod', 'signedinfo')
  const canonicalizationAlgorithm = attributeOf(canonicalization, 'Algorithm')
  if (!exclusiveCanonicalizations.has(canonicalizationAlgorithm)) {
    throw new SamlRefusal('signedinfo', canonicalizationAlgorithm)
  }
  checkPrefixList(canonicalization, 'signedinfo')

  const method = only(signedInfo, 'SignatureMethod', 'signedinfo')
  const algorithm = attributeOf(method, 'Algorithm')
  if (!signatureAlgorithms.has(algorithm) || method.children.length > 0) {
    throw new SamlRefusal('signature_alg', algorithm)
  }
  const reference = only(signedInfo, 'Reference', 'reference_uri')
  const id = attributeOf(signed, 'ID') ?? ''
  if (!idShape.test(id) || attributeOf(reference, 'URI') !== `#${id}`) {
    throw new SamlRefusal('reference_uri', attributeOf(reference, 'URI'))
  }
  checkReference(reference)
  checkBase64(only(signature, 'SignatureValue', 'signedinfo'))
}

function checkReference(reference: XmlElement): void {
  refuseOthers(reference, ['Transforms', 'DigestMethod', 'DigestValue'], 'signedinfo')
  const transforms = only(reference, 'Transforms', 'transforms')
  refuseOthers(transforms, ['Transform'], 'transforms')
  const [enveloped, canonicalization, ...others] = transforms.children
  if (enveloped === undefined || canonicalization === undefined || others.length > 0) {
    throw new SamlRefusal('transforms', `${transforms.children.length}`)
  }
  const [first, second] = [enveloped, canonicalization].map((each) =>
    attributeOf(each, 'Algorithm'),
  )
  if (first !== `${ds}enveloped-signature` || enveloped.children.length > 0) {
    throw new SamlRefusal('transforms', first)
  }
  if (!exclusiveCanonicalizations.has(second)) throw new SamlRefusal('transforms', second)
  checkPrefixList(canonicalization, 'transforms')

  const digestMethod = only(reference, 'DigestMethod', 'signedinfo')
  const digestAlgorithm = attributeOf(digestMethod, 'Algorithm')
  const expectedBytes = digestBytes.get(digestAlgorithm)
  if (expectedBytes === undefined || digestMethod.children.length > 0) {
    throw new SamlRefusal('digest_alg', digestAlgorithm)
  }
  const digest = checkBase64(only(reference, 'DigestValue', 'signedinfo'))
  if (digest.length !== expectedBytes) throw new SamlRefusal('value_shape', 'DigestValue')
}

/** Exclusive canonicalization has one parameter. */
function checkPrefixList(element: XmlElement, code: SamlRefusalCode): void {
  const [list, ...others] = element.children
  if (list === undefined) return
  const isList = list.namespace === exclusive && list.localName === 'InclusiveNamespaces'
  if (!isList || list.children.length > 0 || others.length > 0) {
    throw new SamlRefusal(code, 'parameter')
  }
}

function checkBase64(element: XmlElement): Buffer {
  const compact = element.text.replace(/[ \t\r\n]+/g, '')
  if (compact === '' || !isBase64(compact)) throw new SamlRefusal('value_shape', element.localName)
  return Buffer.from(compact, 'base64')
}

function only(parent: XmlElement, localName: string, code: SamlRefusalCode): XmlElement {
  const [first, ...others] = childrenOf(parent, ds, localName)
  if (first === undefined || others.length > 0) throw new SamlRefusal(code, localName)
  return first
}

function refuseOthers(parent: XmlElement, allowed: readonly string[], code: SamlRefusalCode): void {
  for (const { namespace, localName } of parent.children) {
    if (namespace !== ds || !allowed.includes(localName)) throw new SamlRefusal(code, localName)
  }
}
