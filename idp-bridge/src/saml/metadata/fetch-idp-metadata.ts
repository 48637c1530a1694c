import { createGuardedFetch, OutgoingError } from '../../outgoing/guarded-fetch.ts'
import { MetadataError } from './metadata-error.ts'
import { maxMetadataBytes } from './parse-idp-metadata.ts'

/**
 * Reads metadata from an address that a customer typed in: https, no private address, the resolved address pinned, five
 * seconds, 5 MB. Throws `MetadataError`.
 */
export function createMetadataFetch(
  allowPrivateNetwork: readonly string[],
): (url: string) => Promise<string> {
  const fetch = createGuardedFetch({ allowPrivateNetwork, maxResponseBytes: maxMetadataBytes })
  return async (url) => {
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/samlmetadata+xml, */*' },
      })
      if (response.status >= 300 && response.status < 400) throw new MetadataError('redirected')
      if (!response.ok) throw new MetadataError('unreachable', [`HTTP ${response.status}`])
      return await response.text()
    } catch (cause) {
      if (!(cause instanceof OutgoingError)) throw cause
      if (cause.code === 'response-too-large') throw new MetadataError('too-large', [], { cause })
      const isOurs = cause.code === 'address-refused' || cause.code === 'scheme-refused'
      throw new MetadataError(isOurs ? 'refused' : 'unreachable', [cause.message], { cause })
    }
  }
}
