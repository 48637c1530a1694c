import { domainToASCII } from 'node:url'

/** A domain as it is stored and compared: lower case, in ASCII, with a dot inside; undefined when it is none. RFC 1035 §2.3.1. */
export function parseDomain(text: string): string | undefined {
  const domain = domainToASCII(text.trim().toLowerCase().replace(/\.$/, ''))
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
  const shape = new RegExp(`^(?:${label}\\.)+(?!\\d+$)${label}$`)
  return domain.length <= 253 && shape.test(domain) ? domain : undefined
}

/** The domain of an address; undefined when it has none. */
export function domainOfEmail(email: string): string | undefined {
  const at = email.lastIndexOf('@')
  return at < 1 ? undefined : parseDomain(email.slice(at + 1))
}
