import {
  type IdpMetadata,
  type IdpMetadataReader,
  MetadataError,
  type MetadataErrorCode,
} from '@plantel/idp-bridge'

import { ProblemError } from '../problem.ts'

/** Where an identity provider's metadata is: one of both. */
export interface MetadataFields {
  metadataXml?: string | undefined
  metadataUrl?: string | undefined
  entityId?: string | undefined
}

/** For `refine`: neither and both are mistakes. */
export function hasOneSource({ metadataXml, metadataUrl }: MetadataFields): boolean {
  return (metadataXml === undefined) !== (metadataUrl === undefined)
}

const sentences: Readonly<Record<MetadataErrorCode, string>> = {
  'too-large': 'is larger than 5 MB: export the metadata of this one application',
  doctype: 'has a document type: export the metadata again, without it',
  html: 'is a web page: open it while signed in, and send the XML that it offers',
  malformed: 'is no XML: send the file as it was downloaded',
  'not-metadata': 'is XML, but no SAML metadata: look for the federation metadata',
  'no-identity-provider':
    'describes no such identity provider: send that of the identity provider, not of an application',
  'several-identity-providers': 'describes several identity providers: choose one by entityId',
  'no-sign-on-address':
    'has no https address to sign on at by redirect or POST: switch one of them on',
  'no-certificate': 'has no RSA certificate for signing: switch signing on',
  unreachable: 'could not be read: check the address, or send the text as metadataXml',
  redirected: 'leads to another address: send that one',
  refused: 'is no public https address (PLANTEL_ALLOW_PRIVATE_NETWORK lists exceptions)',
}

/** Reads the metadata that a caller sent or pointed to; throws `invalid-request` at its field. */
export async function readMetadata(
  read: IdpMetadataReader,
  { metadataXml, metadataUrl, entityId }: MetadataFields,
): Promise<IdpMetadata> {
  const isPasted = metadataXml !== undefined
  try {
    return await read(isPasted ? { xml: metadataXml } : { url: metadataUrl ?? '' }, entityId)
  } catch (cause) {
    if (!(cause instanceof MetadataError)) throw cause
    const pointer = isPasted ? '/metadataXml' : '/metadataUrl'
    const found = cause.detail.length === 0 ? '' : ` (${cause.detail.join(', ').slice(0, 1_000)})`
    const detail = `${sentences[cause.code]}${found}`
    const extras = { reason: `metadata-${cause.code}`, errors: [{ pointer, detail }] }
    throw new ProblemError('invalid-request', `${pointer}: ${detail}`, extras, { cause })
  }
}

/** A certificate that works, but should be replaced at the identity provider. */
export interface CertificateWarning {
  fingerprint: string
  expiresAt: Date
  warnings: ('expired' | 'weak-key')[]
}

export function warningsOf({ certificates }: IdpMetadata): CertificateWarning[] {
  return certificates
    .filter(({ warnings }) => warnings.length > 0)
    .map(({ fingerprint, expiresAt, warnings }) => ({
      fingerprint,
      expiresAt,
      warnings: [...warnings],
    }))
}
