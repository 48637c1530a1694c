import { createMetadataFetch } from './fetch-idp-metadata.ts'
import { MetadataError } from './metadata-error.ts'
import { type IdpMetadata, parseIdpMetadata } from './parse-idp-metadata.ts'

/** The text itself, or where it is published. */
export type MetadataSource = { xml: string } | { url: string }

/** Reads what an identity provider says about itself; `entityId` chooses among several. Throws `MetadataError`. */
export type IdpMetadataReader = (source: MetadataSource, entityId?: string) => Promise<IdpMetadata>

/** `allowPrivateNetwork` lists origins that may be http or at private addresses. */
export function createIdpMetadataReader(allowPrivateNetwork: readonly string[]): IdpMetadataReader {
  const fetch = createMetadataFetch(allowPrivateNetwork)

  /** People are sent there: neither in the clear nor to a script. */
  function isSafe(url: string): boolean {
    const { protocol, origin } = new URL(url)
    return protocol === 'https:' || (protocol === 'http:' && allowPrivateNetwork.includes(origin))
  }

  return async (source, entityId) => {
    const text = 'xml' in source ? source.xml : await fetch(source.url)
    const metadata = parseIdpMetadata(text, { entityId, now: new Date() })
    if (!isSafe(metadata.signOnUrl)) throw new MetadataError('no-sign-on-address', ['https'])
    const { logout, ...rest } = metadata
    return logout !== undefined && isSafe(logout.url) ? metadata : rest
  }
}
