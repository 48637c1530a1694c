import { inWorkspace } from '@plantel/db'
import { createScimConnection, createScimToken, scimBaseUrl } from '@plantel/scim-server'

import { scimConnectionDraft } from '../host-api/scim-connection-operations.ts'
import { parseRequest } from '../parse-request.ts'
import type { CommandReport } from './command-output.ts'
import { requireWorkspace, withInstallation } from './with-installation.ts'

/** `plantel scim-connection create`: what an IT admin types into their directory; the token is shown once. */
export function scimConnectionCreate(options: {
  workspace: string
  name: string
  idp: string
  profile?: string
  patchResponse?: string
  defaultRole?: string
  draft?: boolean
}): Promise<CommandReport> {
  const { workspace: idOrSlug, draft: asDraft = false, ...settings } = options
  const draft = parseRequest(scimConnectionDraft, {
    ...settings,
    state: asDraft ? 'draft' : 'active',
  })
  return withInstallation(async ({ config, db, actor }) => {
    const workspace = await requireWorkspace(db, idOrSlug)
    const { id, token, expiresAt } = await inWorkspace(db, workspace.id, actor, async (trx) => {
      const { id } = await createScimConnection(trx, draft)
      const { plainToken, expiresAt } = await createScimToken(trx, id)
      return { id, token: plainToken, expiresAt: expiresAt.toISOString() }
    })
    const baseUrl = scimBaseUrl(config.publicUrl, id)
    return {
      lines: [
        `SCIM connection "${draft.name}" of workspace "${workspace.name}". The token is shown this once:`,
        `  base URL  ${baseUrl}`,
        `  token     ${token}`,
        `  expires   ${expiresAt}`,
      ],
      json: { id, baseUrl, token, tokenExpiresAt: expiresAt },
    }
  })
}
