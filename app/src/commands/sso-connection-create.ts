import { readFile } from 'node:fs/promises'

import { inWorkspace } from '@plantel/db'
import {
  createCertifiedKey,
  createIdpMetadataReader,
  createSamlConnection,
  samlAddresses,
} from '@plantel/idp-bridge'
import { z } from 'zod'

import { readMetadata, warningsOf } from '../host-api/saml-metadata.ts'
import { parseRequest } from '../parse-request.ts'
import { ProblemError } from '../problem.ts'
import type { CommandReport } from './command-output.ts'
import { requireWorkspace, withInstallation } from './with-installation.ts'

const draftShape = z.strictObject({
  name: z.string().trim().min(1).max(200),
  metadata: z.string().min(1),
  entityId: z.string().min(1).max(1_024).optional(),
})

/** `plantel sso-connection create`: a SAML connection, and what its IT admin types into their identity provider. */
export function ssoConnectionCreate(options: {
  workspace: string
  name: string
  metadata: string
  entityId?: string
}): Promise<CommandReport> {
  const { workspace: idOrSlug, ...settings } = options
  const { name, metadata: place, entityId } = parseRequest(draftShape, settings)
  return withInstallation(async ({ config, db, sealer, actor }) => {
    const workspace = await requireWorkspace(db, idOrSlug)
    const metadataUrl = /^https?:/.test(place) ? place : undefined
    const metadata = await readMetadata(createIdpMetadataReader(config.allowPrivateNetwork), {
      entityId,
      ...(metadataUrl === undefined ? { metadataXml: await readText(place) } : { metadataUrl }),
    })
    const key = await createCertifiedKey('Plantel')
    const { id } = await inWorkspace(db, workspace.id, actor, (trx) =>
      createSamlConnection(trx, sealer, { name, metadata, metadataUrl, key }),
    )
    const addresses = samlAddresses(config.publicUrl, id)
    const warnings = warningsOf(metadata)
    return {
      lines: [
        `SAML connection "${name}" of workspace "${workspace.name}" to ${metadata.entityId}.`,
        `  ACS URL    ${addresses.acsUrl}`,
        `  entity id  ${addresses.spEntityId} (our metadata is there)`,
        ...warnings.map(
          (each) => `  certificate ${each.fingerprint.slice(0, 16)}: ${each.warnings.join(', ')}`,
        ),
      ],
      json: { id, ...addresses, certificateWarnings: warnings },
    }
  })
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const detail = `${file} can not be read: name a file, or an address that begins with https://.`
    throw new ProblemError('invalid-request', detail, {}, { cause })
  }
}
