import {
  constants,
  createDecipheriv,
  type DecipherGCM,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto'

import { isBase64 } from './decode-message.ts'
import { xmlNamespace } from './saml-names.ts'
import { SamlRefusal } from './saml-refusal.ts'
import { attributeOf, childrenOf, elementsOf, type XmlElement } from './xml-element.ts'

const { signature: ds, encryption: xenc, encryption11 } = xmlNamespace

interface ContentCipher {
  name: 'aes-128-cbc' | 'aes-256-cbc' | 'aes-128-gcm' | 'aes-256-gcm'
  keyBytes: number
}

/** No 3DES. CBC without a MAC stays: ADFS, Okta, OneLogin and Ping send it. */
const contentCiphers: ReadonlyMap<string | undefined, ContentCipher> = new Map([
  [`${xenc}aes128-cbc`, { name: 'aes-128-cbc', keyBytes: 16 }],
  [`${xenc}aes256-cbc`, { name: 'aes-256-cbc', keyBytes: 32 }],
  [`${encryption11}aes128-gcm`, { name: 'aes-128-gcm', keyBytes: 16 }],
  [`${encryption11}aes256-gcm`, { name: 'aes-256-gcm', keyBytes: 32 }],
])

/** As the library reads them: what it doesn't know, it takes for SHA-1. */
const oaepHashes: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, 'sha1'],
  [`${ds}sha1`, 'sha1'],
  [`${ds}sha256`, 'sha256'],
  [`${ds}sha512`, 'sha512'],
])

/** What is needed to decrypt one assertion. XML Encryption §5. */
export interface EncryptedAssertion {
  cipher: ContentCipher
  oaepHash: string
  encryptedKey: Buffer
  content: Buffer
}

/** Reads an `EncryptedAssertion` of the one shape in which nothing can be found twice. No rsa-1_5. */
export function readEncryptedAssertion(element: XmlElement): EncryptedAssertion {
  const data = childrenOf(element, xenc, 'EncryptedData')[0]
  const inside = [...elementsOf(element)]
  const count = (localName: string): number =>
    inside.filter((each) => each.localName === localName).length
  if (
    data === undefined ||
    count('EncryptedData') !== 1 ||
    count('EncryptedKey') !== 1 ||
    count('CipherValue') !== 2 ||
    count('CipherReference') !== 0 ||
    count('EncryptionMethod') !== 2
  ) {
    throw new SamlRefusal('encryption', 'shape')
  }
  const key = findKey(element, data)
  if (key === undefined) throw new SamlRefusal('encryption', 'EncryptedKey')
  const cipher = contentCiphers.get(algorithmOf(data))
  if (cipher === undefined) throw new SamlRefusal('encryption', algorithmOf(data))
  if (algorithmOf(key) !== `${xenc}rsa-oaep-mgf1p`) {
    throw new SamlRefusal('encryption', algorithmOf(key))
  }
  const [method] = childrenOf(key, xenc, 'EncryptionMethod')
  const [digest, ...others] = method?.children ?? []
  const digestAlgorithm = digest === undefined ? undefined : attributeOf(digest, 'Algorithm')
  const oaepHash = oaepHashes.get(digestAlgorithm)
  const isDigest = digest === undefined || digest.localName === 'DigestMethod'
  if (oaepHash === undefined || !isDigest || others.length > 0) {
    throw new SamlRefusal('encryption', digestAlgorithm ?? 'parameter')
  }
  return {
    cipher,
    oaepHash,
    encryptedKey: cipherValueOf(key),
    content: cipherValueOf(data),
  }
}

/** Within the data's KeyInfo, or beside the data and named by it. */
function findKey(element: XmlElement, data: XmlElement): XmlElement | undefined {
  const [keyInfo] = childrenOf(data, ds, 'KeyInfo')
  if (keyInfo === undefined) return undefined
  const [inside] = childrenOf(keyInfo, xenc, 'EncryptedKey')
  if (inside !== undefined) return inside
  const [beside] = childrenOf(element, xenc, 'EncryptedKey')
  const [retrieval] = childrenOf(keyInfo, ds, 'RetrievalMethod')
  if (beside === undefined || retrieval === undefined) return undefined
  const id = attributeOf(beside, 'Id')
  const isNamed = id !== undefined && /^[\w.-]+$/.test(id)
  return isNamed && attributeOf(retrieval, 'URI') === `#${id}` ? beside : undefined
}

function algorithmOf(element: XmlElement): string | undefined {
  const [method] = childrenOf(element, xenc, 'EncryptionMethod')
  return method && attributeOf(method, 'Algorithm')
}

function cipherValueOf(element: XmlElement): Buffer {
  const [data] = childrenOf(element, xenc, 'CipherData')
  const [value] = data === undefined ? [] : childrenOf(data, xenc, 'CipherValue')
  const compact = value?.text.replace(/[ \t\r\n]+/g, '') ?? ''
  if (compact === '' || !isBase64(compact)) throw new SamlRefusal('encryption', 'CipherValue')
  return Buffer.from(compact, 'base64')
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The text inside, by whichever of our keys opens it, and that key; so that it can be looked at before the library
 * parses it. Whatever goes wrong is one refusal: what differs would be an oracle.
 */
export function decryptAssertion(
  encrypted: EncryptedAssertion,
  keys: readonly KeyObject[],
): { xml: string; key: KeyObject } {
  for (const key of keys) {
    try {
      return { xml: utf8.decode(decrypt(encrypted, key)), key }
    } catch {
      continue
    }
  }
  throw new SamlRefusal('encryption', 'not for our key')
}

function decrypt(
  { cipher, oaepHash, encryptedKey, content }: EncryptedAssertion,
  key: KeyObject,
): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const contentKey = privateDecrypt({ key, padding, oaepHash }, encryptedKey)
  if (contentKey.length !== cipher.keyBytes) throw new Error('key length')
  if (cipher.name.endsWith('gcm')) {
    const decipher = createDecipheriv(cipher.name, contentKey, content.subarray(0, 12), {
      authTagLength: 16,
    } as object) as DecipherGCM
    decipher.setAuthTag(content.subarray(-16))
    return Buffer.concat([decipher.update(content.subarray(12, -16)), decipher.final()])
  }
  const decipher = createDecipheriv(cipher.name, contentKey, content.subarray(0, 16))
  // XML Encryption §5.2.1: only the last byte of the padding says something.
  decipher.setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(content.subarray(16)), decipher.final()])
  const padded = plain.at(-1) ?? 0
  if (padded < 1 || padded > 16) throw new Error('padding')
  return plain.subarray(0, -padded)
}
