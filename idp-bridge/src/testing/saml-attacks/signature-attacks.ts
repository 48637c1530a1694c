import { forgeResponse, type SignatureFields } from '../saml-forge.ts'
import { type Attack, attack, type AttackTheme } from './attack.ts'

const ds = 'http://www.w3.org/2000/09/xmldsig#'
const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const enveloped = `<ds:Transform Algorithm="${ds}enveloped-signature"></ds:Transform>`
const canonical = `<ds:Transform Algorithm="${exclusive}"></ds:Transform>`

const info = (from: string | RegExp, to: string): Partial<SignatureFields> => ({
  editSignedInfo: (text) => text.replace(from, to),
})

/** Signatures that say something other than "this element, as it is". */
export const signatureAttacks: AttackTheme = (forge, mode) => {
  const by = (
    name: string,
    outcome: Attack['outcome'],
    change: Partial<SignatureFields>,
  ): Attack => ({ name, outcome, response: forgeResponse(forge, mode, {}, change) })
  const xml = forgeResponse(forge, mode)
  const reference = /<ds:Reference .*<\/ds:Reference>/

  return [
    by('as it should be', 'accepted', {}),
    by('RSA-SHA512 over SHA-512', 'accepted', {
      signatureAlgorithm: `${more}rsa-sha512`,
      digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha512',
    }),
    by('RSA-PSS', 'accepted', {
      signatureAlgorithm: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
    }),
    by('a prefix list for the canonicalization', 'accepted', {
      transforms: `${enveloped}<ds:Transform Algorithm="${exclusive}"><ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="xs"></ec:InclusiveNamespaces></ds:Transform>`,
    }),
    by('SHA-1 signature', 'signature_alg', { signatureAlgorithm: `${ds}rsa-sha1` }),
    by('HMAC with the certificate as its secret', 'signature_alg', {
      signatureAlgorithm: `${ds}hmac-sha1`,
    }),
    by('HMAC-SHA256', 'signature_alg', { signatureAlgorithm: `${more}hmac-sha256` }),
    by('DSA', 'signature_alg', { signatureAlgorithm: `${ds}dsa-sha1` }),
    by('an unknown signature algorithm', 'signature_alg', { signatureAlgorithm: 'urn:x' }),
    by(
      'no signature algorithm',
      'signature_alg',
      info(/(<ds:SignatureMethod) Algorithm="[^"]*"/, '$1'),
    ),
    by(
      'a truncated output length',
      'signature_alg',
      info(
        '</ds:SignatureMethod>',
        '<ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>',
      ),
    ),
    by('SHA-1 digest', 'digest_alg', { digestAlgorithm: `${ds}sha1` }),
    by('MD5 digest', 'digest_alg', { digestAlgorithm: `${more}md5` }),
    by('no digest algorithm', 'digest_alg', info(/(<ds:DigestMethod) Algorithm="[^"]*"/, '$1')),
    by('two digests', 'signedinfo', info(/(<ds:DigestValue>.*<\/ds:DigestValue>)/, '$1$1')),
    by('no digest', 'signedinfo', info(/<ds:DigestValue>.*<\/ds:DigestValue>/, '')),
    by('an empty digest', 'value_shape', info(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>')),
    by(
      'a digest of another length',
      'value_shape',
      info(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>AAAA'),
    ),
    by(
      'a digest with an element in it',
      'value_shape',
      info('<ds:DigestValue>', '<ds:DigestValue><ds:X></ds:X>'),
    ),
    by(
      'a digest that is not base64',
      'value_shape',
      info(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>!!!!'),
    ),
    by('the whole document as reference', 'reference_uri', { uri: '' }),
    by('a reference to something else', 'reference_uri', { uri: '#_other' }),
    by('a reference to a file', 'reference_uri', { uri: 'file:///etc/passwd' }),
    by('a reference by XPointer', 'reference_uri', { uri: "#xpointer(id('_assertion'))" }),
    by('a reference with a quote', 'reference_uri', { uri: "#x' or '1'='1" }),
    by('no reference URI', 'reference_uri', info(/(<ds:Reference) URI="[^"]*"/, '$1')),
    by('two references', 'reference_uri', info(reference, '$&$&')),
    by('no reference', 'reference_uri', info(reference, '')),
    by(
      'a reference within another',
      'signedinfo',
      info('</ds:DigestValue>', '</ds:DigestValue><ds:Reference></ds:Reference>'),
    ),
    by('a manifest', 'signedinfo', info(/$/, '<ds:Manifest></ds:Manifest>')),
    by('no transform', 'transforms', { transforms: '' }),
    by('only the enveloped transform', 'transforms', { transforms: enveloped }),
    by('only the canonicalization', 'transforms', { transforms: canonical }),
    by('the transforms in the other order', 'transforms', { transforms: canonical + enveloped }),
    by('a third transform', 'transforms', { transforms: enveloped + canonical + canonical }),
    by('an XPath transform', 'transforms', {
      transforms: `${enveloped}<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>self::text()</ds:XPath></ds:Transform>`,
    }),
    by('an XSLT transform', 'transforms', {
      transforms: `${enveloped}<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></ds:Transform>`,
    }),
    by('a base64 transform', 'transforms', {
      transforms: `${enveloped}<ds:Transform Algorithm="${ds}base64"></ds:Transform>`,
    }),
    by('inclusive canonicalization as transform', 'transforms', {
      transforms: `${enveloped}<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:Transform>`,
    }),
    by('a transform with a parameter', 'transforms', {
      transforms: `<ds:Transform Algorithm="${ds}enveloped-signature"><ds:XPath>x</ds:XPath></ds:Transform>${canonical}`,
    }),
    by('no Transforms', 'transforms', info(/<ds:Transforms>.*<\/ds:Transforms>/, '')),
    by('inclusive canonicalization of SignedInfo', 'signedinfo', {
      canonicalization: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
    }),
    by('an unknown canonicalization', 'signedinfo', { canonicalization: 'urn:x' }),
    by(
      'two canonicalizations',
      'signedinfo',
      info(/<ds:CanonicalizationMethod.*<\/ds:CanonicalizationMethod>/, '$&$&'),
    ),
    by('two SignedInfo', 'signedinfo', {
      editSignature: (text) => text.replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/, '$&$&'),
    }),
    by('SignedInfo within an Object', 'signedinfo', {
      editSignature: (text) =>
        text.replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/, '<ds:Object>$&</ds:Object>'),
    }),
    by('an Object', 'signedinfo', {
      editSignature: (text) =>
        text.replace('</ds:Signature>', '<ds:Object></ds:Object></ds:Signature>'),
    }),
    by('two signature values', 'signedinfo', {
      editSignature: (text) => text.replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, '$&$&'),
    }),
    by('no signature value', 'signedinfo', {
      editSignature: (text) => text.replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, ''),
    }),
    by('an empty signature value', 'value_shape', {
      editSignature: (text) =>
        text.replace(
          /<ds:SignatureValue>.*<\/ds:SignatureValue>/,
          '<ds:SignatureValue></ds:SignatureValue>',
        ),
    }),
    by('a signature value of zeros', 'signature', {
      editSignature: (text) =>
        text.replace(
          /<ds:SignatureValue>.*<\/ds:SignatureValue>/,
          '<ds:SignatureValue>AAAA</ds:SignatureValue>',
        ),
    }),
    by('another key', 'signature', { privateKey: forge.attacker.privateKey }),
    by('another key, with its certificate in KeyInfo', 'signature', {
      privateKey: forge.attacker.privateKey,
      editSignature: (text) =>
        text.replace(
          '</ds:SignatureValue>',
          `</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${forge.attacker.certificate.replace(/-----.*-----|\n/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`,
        ),
    }),
    attack('a changed NameID', 'signature', xml.replace('ana@example.com<', 'admin@example.com<')),
    attack('a changed attribute value', 'signature', xml.replace('agent<', 'owner<')),
    attack('a changed audience', 'signature', xml.replace('sso/c1/metadata<', 'sso/c2/metadata<')),
    attack('no signature', 'signature', xml.replaceAll(/<ds:Signature .*?<\/ds:Signature>/g, '')),
  ]
}
