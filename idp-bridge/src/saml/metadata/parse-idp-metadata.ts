import { X509Certificate } from 'node:crypto'

import { type Document, DOMParser, type Element, Node } from '@xmldom/xmldom'

import { MetadataError } from './metadata-error.ts'

const md = 'urn:oasis:names:tc:SAML:2.0:metadata'
const ds = 'http://www.w3.org/2000/09/xmldsig#'
const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const bindingPrefix = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-'

export const maxMetadataBytes = 5_000_000
/** What NIST SP 800-131A still allows for signatures. */
const minimumModulusBits = 2048

/** What an identity provider says about itself. SAML Metadata §2.4.3. */
export interface IdpMetadata {
  entityId: string
  signOnUrl: string
  /** Redirect where it is offered: a POST needs a page with a script. */
  signOnBinding: 'redirect' | 'post'
  /** Where it takes messages of single logout by redirect, the only way in which we send them; undefined when nowhere. */
  logout?: { url: string; binding: 'redirect' | 'post' } | undefined
  certificates: readonly IdpCertificate[]
}

/** A certificate with which an identity provider signs. */
export interface IdpCertificate {
  /** PEM. */
  certificate: string
  /** SHA-256 of its DER, in hex. */
  fingerprint: string
  expiresAt: Date
  /** Works, but should not: shown to whoever set it up. */
  warnings: readonly ('expired' | 'weak-key')[]
}

/** `entityId` chooses among several; without it a file of several is refused with their names. Throws `MetadataError`. */
export function parseIdpMetadata(
  text: string,
  options: { entityId?: string | undefined; now: Date },
): IdpMetadata {
  if (Buffer.byteLength(text) > maxMetadataBytes) throw new MetadataError('too-large')
  const root = parse(text)
  const providers = [...descendants(root, md, 'EntityDescriptor')].filter(
    (entity) => roleOf(entity) !== undefined,
  )
  if (root.namespaceURI === md && root.localName === 'EntityDescriptor') {
    if (roleOf(root) !== undefined) providers.unshift(root)
  } else if (root.namespaceURI !== md || root.localName !== 'EntitiesDescriptor') {
    throw new MetadataError('not-metadata', [root.tagName.slice(0, 100)])
  }
  const named = providers.filter(
    (entity) =>
      options.entityId === undefined || entity.getAttribute('entityID') === options.entityId,
  )
  const [entity, ...others] = named
  if (entity === undefined) throw new MetadataError('no-identity-provider')
  if (others.length > 0) {
    const names = named.map((each) => each.getAttribute('entityID') ?? '')
    throw new MetadataError('several-identity-providers', names.slice(0, 50))
  }
  const entityId = entity.getAttribute('entityID')?.trim() ?? ''
  const role = roleOf(entity)
  if (entityId === '' || entityId.length > 1_024 || role === undefined) {
    throw new MetadataError('not-metadata', ['entityID'])
  }
  const signOn = findService(role, 'SingleSignOnService')
  if (signOn === undefined) throw new MetadataError('no-sign-on-address')
  const logout = findService(role, 'SingleLogoutService')
  return {
    entityId,
    signOnUrl: signOn.url,
    signOnBinding: signOn.binding,
    logout: logout?.binding === 'redirect' ? logout : undefined,
    certificates: certificatesOf(role, options.now),
  }
}

function parse(text: string): Element {
  const trimmed = text.replace(/^\ufeff/, '').trimStart()
  if (/^<(?:!doctype\s+html|html)[\s>]/i.test(trimmed)) throw new MetadataError('html')
  // The one thing in XML that is a program.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(trimmed)) throw new MetadataError('doctype')
  let document: Document
  try {
    document = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message)
      },
    }).parseFromString(trimmed, 'text/xml')
  } catch (cause) {
    throw new MetadataError('malformed', [], { cause })
  }
  if (document.documentElement === null) throw new MetadataError('malformed')
  return document.documentElement
}

function roleOf(entity: Element): Element | undefined {
  return childrenOf(entity, md, 'IDPSSODescriptor').find((role) =>
    (role.getAttribute('protocolSupportEnumeration') ?? '').split(/\s+/).includes(protocol),
  )
}

/** By redirect where it is offered. */
function findService(
  role: Element,
  localName: 'SingleSignOnService' | 'SingleLogoutService',
): { url: string; binding: 'redirect' | 'post' } | undefined {
  const services = childrenOf(role, md, localName)
  for (const [binding, name] of [
    ['redirect', 'Redirect'],
    ['post', 'POST'],
  ] as const) {
    const service = services.find(
      (each) => each.getAttribute('Binding') === `${bindingPrefix}${name}`,
    )
    const url = service?.getAttribute('Location')?.trim()
    if (url !== undefined && URL.canParse(url)) return { url, binding }
  }
  return undefined
}

/** All of them: while it changes its key, an identity provider publishes two. */
function certificatesOf(role: Element, now: Date): IdpCertificate[] {
  const found = new Map<string, IdpCertificate>()
  for (const descriptor of childrenOf(role, md, 'KeyDescriptor')) {
    if ((descriptor.getAttribute('use') ?? 'signing') !== 'signing') continue
    for (const element of descendants(descriptor, ds, 'X509Certificate')) {
      const certificate = readCertificate(element.textContent ?? '', now)
      found.set(certificate.fingerprint, certificate)
    }
  }
  if (found.size === 0) throw new MetadataError('no-certificate')
  return [...found.values()]
}

/** Reads a certificate as metadata holds it, in base64 without armour. Throws `MetadataError`. */
export function readCertificate(base64: string, now: Date): IdpCertificate {
  const compact = base64.replace(/\s+/g, '')
  const lines = compact.replace(/.{64}(?=.)/g, '$&\n')
  const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
  let parsed: X509Certificate
  try {
    parsed = new X509Certificate(pem)
  } catch (cause) {
    throw new MetadataError('no-certificate', ['unreadable'], { cause })
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = parsed.publicKey
  if (asymmetricKeyType !== 'rsa') {
    throw new MetadataError('no-certificate', [`key type ${asymmetricKeyType}`])
  }
  const expiresAt = new Date(parsed.validTo)
  const isWeak = (asymmetricKeyDetails?.modulusLength ?? 0) < minimumModulusBits
  return {
    certificate: pem,
    fingerprint: parsed.fingerprint256.replaceAll(':', '').toLowerCase(),
    expiresAt,
    warnings: [
      ...(expiresAt <= now ? (['expired'] as const) : []),
      ...(isWeak ? (['weak-key'] as const) : []),
    ],
  }
}

function childrenOf(parent: Element, namespace: string, localName: string): Element[] {
  const children: Element[] = []
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType !== Node.ELEMENT_NODE) continue
    const element = node as Element
    if (element.namespaceURI === namespace && element.localName === localName) {
      children.push(element)
    }
  }
  return children
}

function* descendants(parent: Element, namespace: string, localName: string): Generator<Element> {
  const list = parent.getElementsByTagNameNS(namespace, localName)
  for (let index = 0; index < list.length; index++) {
    const element = list.item(index)
    if (element !== null) yield element
  }
}
