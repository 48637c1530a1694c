import {
  assertionXml,
  encrypted,
  type EncryptionFields,
  fieldsOf,
  responseXml,
  type ResponseFields,
  signed,
} from '../saml-forge.ts'
import type { Attack, AttackTheme } from './attack.ts'

const xenc = 'http://www.w3.org/2001/04/xmlenc#'
const ds = 'http://www.w3.org/2000/09/xmldsig#'

/** Our certificate is public: anybody may encrypt for it, and must gain nothing. */
export const encryptionAttacks: AttackTheme = (forge, mode) => {
  const envelope = (inside: string): string => {
    const response = responseXml(fieldsOf(forge), inside)
    return mode === 'assertion' ? response : signed(forge, response)
  }
  const genuine = (change: Partial<ResponseFields> = {}): string => {
    const plain = assertionXml(fieldsOf(forge, change))
    return mode === 'response' ? plain : signed(forge, plain)
  }
  const by = (
    name: string,
    outcome: Attack['outcome'],
    plain: string,
    change?: Partial<EncryptionFields>,
  ): Attack => ({ name, outcome, response: envelope(encrypted(forge, plain, change)) })
  const unsignedEnvelope = (name: string, outcome: Attack['outcome'], plain: string): Attack => ({
    name,
    outcome,
    response: responseXml(fieldsOf(forge), encrypted(forge, plain)),
  })
  const admin = assertionXml(fieldsOf(forge, { subject: 'admin@example.com' }))
  const whole = genuine()

  return [
    by('encrypted as it should be', 'accepted', whole),
    by('encrypted, with a declaration', 'accepted', `<?xml version="1.0"?>${whole}`),
    unsignedEnvelope('self-made: unsigned, in an unsigned response', 'signature', admin),
    unsignedEnvelope(
      'self-made: signed by another key',
      'signature',
      signed(forge, admin, { privateKey: forge.attacker.privateKey }),
    ),
    unsignedEnvelope(
      'self-made: with a signature that was for another',
      'signature',
      genuine().replace('ana@', 'admin@'),
    ),
    by('an insecure content cipher', 'encryption', whole, { content: `${xenc}tripledes-cbc` }),
    by('RSA with PKCS #1 v1.5', 'encryption', whole, { key: `${xenc}rsa-1_5` }),
    by('an unknown content cipher', 'encryption', whole, {
      edit: (xml) => xml.replace(/xmlenc11#aes256-gcm/, 'xmlenc11#aes192-gcm'),
    }),
    by('no content cipher', 'encryption', whole, {
      edit: (xml) =>
        xml.replace(/<xenc:EncryptionMethod [^>]*aes256[^>]*><\/xenc:EncryptionMethod>/, ''),
    }),
    by('no key', 'encryption', whole, {
      edit: (xml) => xml.replace(/<xenc:EncryptedKey>.*<\/xenc:EncryptedKey>/, ''),
    }),
    by('two keys', 'encryption', whole, {
      edit: (xml) => xml.replace(/<xenc:EncryptedKey>.*<\/xenc:EncryptedKey>/, '$&$&'),
    }),
    by('two contents', 'encryption', whole, {
      edit: (xml) => xml.replace(/<xenc:EncryptedData .*<\/xenc:EncryptedData>/, '$&$&'),
    }),
    by('a content by reference', 'encryption', whole, {
      edit: (xml) =>
        xml.replace(
          '<xenc:CipherData>',
          '<xenc:CipherData><xenc:CipherReference URI="http://127.0.0.1/"></xenc:CipherReference>',
        ),
    }),
    by('a key hash that is read as another', 'encryption', whole, {
      edit: (xml) =>
        xml.replace(
          'mgf1p"></xenc:EncryptionMethod>',
          `mgf1p"><ds:DigestMethod Algorithm="${ds}md5"></ds:DigestMethod></xenc:EncryptionMethod>`,
        ),
    }),
    by('a content that was changed', 'encryption', whole, {
      edit: (xml) =>
        xml.replace(
          /.{8}(<\/xenc:CipherValue><\/xenc:CipherData><\/xenc:EncryptedData>)/,
          'AAAAAA==$1',
        ),
    }),
    by('a key that is not for us', 'encryption', whole, {
      edit: (xml) => xml.replace(/<xenc:CipherValue>.{8}/, '<xenc:CipherValue>AAAAAAAA'),
    }),
    by('a comment inside', 'comment', whole.replace('ana@', 'ana<!---->@')),
    by('a document type inside', 'doctype', `<!DOCTYPE x>${whole}`),
    by('20,000 levels inside', 'depth', '<a>'.repeat(20_000)),
    by('a hundred thousand signatures inside', 'elements', `<a>${'<b/>'.repeat(20_000)}</a>`),
    by('two assertions inside', 'malformed', whole + whole),
    by(
      'an assertion within the assertion',
      'multiple_Assertion',
      whole.replace(
        '</saml:Assertion>',
        `${assertionXml(fieldsOf(forge, { assertionId: '_inner' }))}</saml:Assertion>`,
      ),
    ),
    by('no assertion inside', 'namespace', '<x></x>'),
    by(
      'a response inside',
      'multiple_Assertion',
      responseXml(fieldsOf(forge, { responseId: '_inner' }), whole),
    ),
    by('another audience inside', 'audience', genuine({ audience: 'https://other.example' })),
    by(
      'a recipient elsewhere inside',
      'subject_confirmation',
      genuine({ recipient: 'https://other.example' }),
    ),
  ]
}
