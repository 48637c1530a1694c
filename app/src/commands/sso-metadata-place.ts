import { readFile } from 'node:fs/promises'

import type { IdpMetadata, IdpMetadataReader } from '@plantel/idp-bridge'

import { readMetadata } from '../host-api/saml-metadata.ts'
import { ProblemError } from '../problem.ts'

/** Reads metadata from a file, or from the address where it is published and will be read again. */
export async function readMetadataPlace(
  read: IdpMetadataReader,
  place: string,
  entityId: string | undefined,
): Promise<{ metadata: IdpMetadata; metadataUrl: string | undefined }> {
  const metadataUrl = /^https?:/.test(place) ? place : undefined
  const metadata = await readMetadata(read, {
    entityId,
    ...(metadataUrl === undefined ? { metadataXml: await readText(place) } : { metadataUrl }),
  })
  return { metadata, metadataUrl }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const detail = `${file} can not be read: name a file, or an address that begins with https://.`
    throw new ProblemError('invalid-request', detail, {}, { cause })
  }
}
