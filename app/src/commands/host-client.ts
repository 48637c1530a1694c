import { inInstallation } from '@plantel/db'
import { createHostClient } from '@plantel/team'

import { hostClientShape } from '../host-api/host-operations.ts'
import { parseRequest } from '../parse-request.ts'
import type { CommandReport } from './command-output.ts'
import { requireHost, withInstallation } from './with-installation.ts'

/** `plantel host client`: registers the host as OpenID relying party; the secret is shown once. */
export function hostClient(options: {
  host: string
  name: string
  redirectUri: string[]
  logoutUri: string[]
  backchannelLogoutUri?: string
  initiateLoginUri?: string
}): Promise<CommandReport> {
  return withInstallation(async ({ config, db, sealer }) => {
    const draft = parseRequest(hostClientShape(config.allowPrivateNetwork), {
      name: options.name,
      redirectUris: options.redirectUri,
      postLogoutRedirectUris: options.logoutUri,
      backchannelLogoutUri: options.backchannelLogoutUri ?? null,
      initiateLoginUri: options.initiateLoginUri ?? null,
    })
    const host = await requireHost(db, options.host)
    const { clientId, clientSecret } = await inInstallation(db, (query) =>
      createHostClient(query, sealer, host.id, draft),
    )
    const issuer = `${config.publicUrl}/oidc`
    return {
      lines: [
        `OpenID client "${draft.name}" of host "${host.name}". The secret is shown this once:`,
        `  issuer         ${issuer}`,
        `  client id      ${clientId}`,
        `  client secret  ${clientSecret}`,
      ],
      json: { issuer, clientId, clientSecret, ...draft },
    }
  })
}
