/** Namespaces of SAML 2.0, XML Signature and XML Encryption. */
export const xmlNamespace = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  encryption: 'http://www.w3.org/2001/04/xmlenc#',
  encryption11: 'http://www.w3.org/2009/xmlenc11#',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
} as const

const { protocol, assertion, signature, encryption } = xmlNamespace

/**
 * Names on which decisions rest, and their only namespace: the library finds several of them by local name alone, so
 * that a namesake of another namespace would be taken for one.
 */
export const namespaceOfName: ReadonlyMap<string, string> = new Map([
  ...['Response', 'Status', 'StatusCode', 'StatusMessage', 'StatusDetail', 'Extensions'].map(
    (name) => [name, protocol] as const,
  ),
  ...[
    'Assertion',
    'EncryptedAssertion',
    'EncryptedID',
    'Issuer',
    'Subject',
    'NameID',
    'SubjectConfirmation',
    'SubjectConfirmationData',
    'Conditions',
    'AudienceRestriction',
    'Audience',
    'AuthnStatement',
    'AttributeStatement',
    'Attribute',
    'AttributeValue',
  ].map((name) => [name, assertion] as const),
  ...[
    'Signature',
    'SignedInfo',
    'SignatureValue',
    'SignatureMethod',
    'CanonicalizationMethod',
    'Reference',
    'Transforms',
    'Transform',
    'DigestValue',
    'KeyInfo',
    'Object',
  ].map((name) => [name, signature] as const),
  ...['EncryptedData', 'EncryptedKey', 'CipherData', 'CipherValue', 'CipherReference'].map(
    (name) => [name, encryption] as const,
  ),
])

/** Elements in which the standards let anybody put elements of their own. */
export const openElements: ReadonlySet<string> = new Set([
  'AttributeValue',
  'Extensions',
  'StatusDetail',
  'AuthnContextDecl',
  'KeyInfo',
  'SubjectConfirmationData',
])

/** Elements that hold a text on which decisions rest, and nothing else. */
export const textElements: ReadonlySet<string> = new Set([
  'Issuer',
  'NameID',
  'Audience',
  'DigestValue',
  'SignatureValue',
  'CipherValue',
  'X509Certificate',
])
