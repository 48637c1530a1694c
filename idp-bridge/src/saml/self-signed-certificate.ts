import { createPublicKey, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto'
import { promisify } from 'node:util'

/** A key pair of ours as SAML uses it: the certificate is only the public key's envelope. */
export interface CertifiedKey {
  /** PEM, PKCS #8. */
  privateKey: string
  /** PEM. */
  certificate: string
  expiresAt: Date
}

const lifetimeMs = 10 * 365 * 86_400_000

/** Makes an RSA key and a certificate that it has signed itself; trusted because it is pasted, not by a chain. */
export async function createCertifiedKey(
  commonName: string,
  options: { modulusLength?: number; now?: Date } = {},
): Promise<CertifiedKey> {
  const { modulusLength = 2048, now = new Date() } = options
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength })
  const expiresAt = new Date(Math.floor((now.getTime() + lifetimeMs) / 1_000) * 1_000)
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    certificate: selfSign(privateKey, commonName, now, expiresAt),
    expiresAt,
  }
}

/** X.509 v3 with sha256WithRSAEncryption. RFC 5280 §4.1. */
function selfSign(key: KeyObject, commonName: string, from: Date, until: Date): string {
  const algorithm = sequence(oid('2a864886f70d01010b'), der(0x05))
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))))
  const serial = randomBytes(16)
  // A positive number, with no leading zero.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const notACa = sequence(oid('551d13'), der(0x04, sequence()))
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    name,
    sequence(time(from), time(until)),
    name,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(notACa)),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, key)])
  const certificate = sequence(body, algorithm, der(0x03, signature))
  const lines = certificate.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

/** One value of DER. ITU-T X.690 §8. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const hex = content.length.toString(16)
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

/** UTCTime until 2049, GeneralizedTime after. RFC 5280 §4.1.2.5. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  const isShort = date.getUTCFullYear() < 2050
  return der(isShort ? 0x17 : 0x18, Buffer.from(isShort ? digits.slice(2) : digits))
}
