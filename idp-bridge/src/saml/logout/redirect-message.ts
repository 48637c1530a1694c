/** The redirect binding with its detached signature. SAML Bindings §3.4.4.1. */
import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'

import { isBase64 } from '../guard/decode-message.ts'
import { samlLimits } from '../guard/limits.ts'
import { SamlRefusal } from '../guard/saml-refusal.ts'

export type MessageParameter = 'SAMLRequest' | 'SAMLResponse'

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const digests: ReadonlyMap<string, string> = new Map([
  [rsaSha256, 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'sha512'],
])
/** Far above what a logout needs, and what an address can hold. */
const maxQueryLength = 16_384

/** The address that carries a message of ours, signed. */
export async function signedRedirect(
  address: string,
  message: { parameter: MessageParameter; xml: string; relayState: string | undefined },
  privateKey: string,
): Promise<string> {
  const deflated = await promisify<Buffer, Buffer>(deflateRaw)(Buffer.from(message.xml))
  const parts = [`${message.parameter}=${encodeURIComponent(deflated.toString('base64'))}`]
  if (message.relayState !== undefined) {
    parts.push(`RelayState=${encodeURIComponent(message.relayState)}`)
  }
  parts.push(`SigAlg=${encodeURIComponent(rsaSha256)}`)
  const signed = parts.join('&')
  const signature = sign('sha256', Buffer.from(signed), createPrivateKey(privateKey))
  const separator = address.includes('?') ? '&' : '?'
  return `${address}${separator}${signed}&Signature=${encodeURIComponent(signature.toString('base64'))}`
}

/**
 * The XML of a message that came by redirect, after its signature. What is signed is the query as it was sent: decoded
 * and encoded anew it would be another text. Throws `SamlRefusal`.
 */
export async function readSignedRedirect(
  query: string,
  parameter: MessageParameter,
  certificates: readonly string[],
): Promise<string> {
  if (query.length > maxQueryLength) throw new SamlRefusal('size')
  const found = new Map<string, string>()
  for (const part of query.split('&')) {
    const name = part.slice(0, Math.max(part.indexOf('='), 0))
    if (found.has(name)) throw new SamlRefusal('malformed', `${name} twice`)
    found.set(name, part)
  }
  const valueOf = (name: string): string | undefined => {
    const part = found.get(name)
    return part && decode(part.slice(name.length + 1))
  }
  const algorithm = valueOf('SigAlg')
  const digest = digests.get(algorithm ?? '')
  const signature = valueOf('Signature')
  if (signature === undefined || algorithm === undefined) throw new SamlRefusal('signature', 'none')
  if (digest === undefined) throw new SamlRefusal('signature_alg', algorithm)
  const signed = [parameter, 'RelayState', 'SigAlg']
    .flatMap((name) => found.get(name) ?? [])
    .join('&')
  if (!isBase64(signature)) throw new SamlRefusal('value_shape', 'Signature')
  const bytes = Buffer.from(signature, 'base64')
  const isTrue = certificates.some((pem) =>
    verify(digest, Buffer.from(signed), new X509Certificate(pem).publicKey, bytes),
  )
  if (!isTrue) throw new SamlRefusal('signature')
  return inflate(valueOf(parameter) ?? '')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw new SamlRefusal('malformed', 'query', { cause })
  }
}

async function inflate(encoded: string): Promise<string> {
  if (encoded === '' || !isBase64(encoded)) throw new SamlRefusal('malformed', 'base64')
  try {
    const maxOutputLength = samlLimits.maxBytes
    const bytes = await promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw)(
      Buffer.from(encoded, 'base64'),
      { maxOutputLength },
    )
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new SamlRefusal('malformed', 'deflate', { cause })
  }
}

/** A message that came by redirect and is not to be believed: only where it leads back to is used of it. */
export async function readUnverifiedRedirect(
  query: string,
  parameter: MessageParameter,
): Promise<string> {
  if (query.length > maxQueryLength) throw new SamlRefusal('size')
  return inflate(new URLSearchParams(query).get(parameter) ?? '')
}
