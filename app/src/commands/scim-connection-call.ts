import { inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { scimBaseUrl, type ScimConnectionView } from '@plantel/scim-server'

import type { CommandReport } from './command-output.ts'
import { requireWorkspace, withInstallation } from './with-installation.ts'

/** Which SCIM connection a command is about. */
export interface ScimConnectionOptions {
  /** Id or slug. */
  workspace: string
  connection: string
}

/** Runs a command in one transaction of the workspace, and reports what it answered. */
export function inWorkspaceOf<T>(
  workspace: string,
  work: (trx: WorkspaceTransaction) => Promise<T>,
  report: (result: T, publicUrl: string) => CommandReport,
): Promise<CommandReport> {
  return withInstallation(async ({ config, db, actor }) => {
    const { id } = await requireWorkspace(db, workspace)
    return report(await inWorkspace(db, id, actor, work), config.publicUrl)
  })
}

/** A connection in lines and as JSON. */
export function describeScimConnection(
  connection: ScimConnectionView,
  publicUrl: string,
): CommandReport {
  const { id, name, idp, state, profile, patchResponse, defaultRole, rateLimit } = connection
  const baseUrl = scimBaseUrl(publicUrl, id)
  return {
    lines: [
      `SCIM connection "${name}" (${idp}) is ${state}.`,
      `  id              ${id}`,
      `  base URL        ${baseUrl}`,
      `  token endpoint  ${baseUrl}/oauth2/token`,
      `  profile         ${profile}, PATCH answers ${patchResponse}`,
      `  default role    ${defaultRole ?? 'none'}`,
      `  rate limit      ${rateLimit.requestsPerMinute} a minute, ${rateLimit.burst} at once`,
    ],
    json: { ...connection, baseUrl, tokenEndpoint: `${baseUrl}/oauth2/token`, clientId: id },
  }
}
