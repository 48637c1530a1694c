const atom = /^[^\s@<>()[\]\\,;:"\p{C}]+$/u
const label = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u

/**
 * Whether mail could be sent there: one `@`, a domain with a dot, nothing quoted. Letters of any language are fine
 * (RFC 6531). Lengths are those of RFC 5321 §4.5.3.1.
 */
export function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  if (at < 1 || text.length > 254 || local.length > 64 || !atom.test(local)) return false
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false
  const labels = text.slice(at + 1).split('.')
  return labels.length > 1 && labels.every((part) => label.test(part))
}
