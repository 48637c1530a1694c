import { dirname, resolve } from 'node:path'

import {
  type CertifiedKey,
  createCertifiedKey,
  type IdpMetadata,
  type IdpMetadataReader,
} from '@plantel/idp-bridge'

import { readMetadataPlace } from '../commands/sso-metadata-place.ts'
import { readMetadata } from '../host-api/saml-metadata.ts'
import { ProblemError } from '../problem.ts'
import { PlanError, type PlanFile } from './plan-file.ts'
import type { SamlConnectionPlan, SsoConnectionPlan } from './plan.ts'

/** What takes a while and must be there before a transaction begins. */
export interface PreparedSso {
  /** Ours, for a connection that is yet to be made. */
  key: CertifiedKey
  /** Of SAML. */
  metadata?: IdpMetadata
  metadataUrl?: string | undefined
}

/** What was prepared for each connection of a plan. */
export type PreparedConnections = ReadonlyMap<SsoConnectionPlan, PreparedSso>

/**
 * Reads the metadata of a plan's identity providers, from addresses and from files beside the plan, and makes keys. Throws
 * a `PlanError` that names the place.
 */
export async function prepareSso(
  { plan, locate }: PlanFile,
  fileName: string,
  read: IdpMetadataReader,
): Promise<PreparedConnections> {
  const prepared = new Map<SsoConnectionPlan, PreparedSso>()
  for (const [index, workspace] of (plan.workspaces ?? []).entries()) {
    for (const [place, connection] of (workspace.ssoConnections ?? []).entries()) {
      if (connection.kind === 'oidc' && connection.clientSecret !== undefined) continue
      const key = await createCertifiedKey('Plantel')
      if (connection.kind === 'oidc') {
        prepared.set(connection, { key })
        continue
      }
      try {
        prepared.set(connection, { key, ...(await metadataOf(connection, fileName, read)) })
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error
        const path = ['workspaces', index, 'ssoConnections', place]
        throw new PlanError([`${locate(path)}: ${error.message}`], { cause: error })
      }
    }
  }
  return prepared
}

async function metadataOf(
  { metadata, metadataXml, entityId }: SamlConnectionPlan,
  fileName: string,
  read: IdpMetadataReader,
): Promise<{ metadata: IdpMetadata; metadataUrl: string | undefined }> {
  if (metadataXml !== undefined) {
    return {
      metadata: await readMetadata(read, { metadataXml, entityId }),
      metadataUrl: undefined,
    }
  }
  const place = metadata ?? ''
  const isAddress = /^https?:/.test(place)
  return readMetadataPlace(read, isAddress ? place : resolve(dirname(fileName), place), entityId)
}
