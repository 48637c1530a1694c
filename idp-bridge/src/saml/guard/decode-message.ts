import { samlLimits } from './limits.ts'
import { SamlRefusal } from './saml-refusal.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The XML of a form's base64 value. Strict, because a lenient decoder reads the same value as something else. */
export function decodeMessage(encoded: string): string {
  const compact = encoded.replace(/[\r\n\t ]+/g, '')
  if (compact.length > Math.ceil(samlLimits.maxBytes / 3) * 4) throw new SamlRefusal('size')
  if (compact === '' || !isBase64(compact)) throw new SamlRefusal('malformed', 'base64')
  const bytes = Buffer.from(compact, 'base64')
  if (bytes.length > samlLimits.maxBytes) throw new SamlRefusal('size')
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new SamlRefusal('malformed', 'utf-8', { cause })
  }
}

/** Standard alphabet and padding, without white space. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}
