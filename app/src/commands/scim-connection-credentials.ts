import {
  createClientSecret,
  createScimToken,
  deleteClientSecret,
  listClientSecrets,
  listScimTokens,
  revokeScimToken,
  scimBaseUrl,
} from '@plantel/scim-server'

import { clientSecretDraft, scimTokenDraft } from '../host-api/scim-credential-operations.ts'
import { parseRequest } from '../parse-request.ts'
import type { CommandReport } from './command-output.ts'
import { inWorkspaceOf, type ScimConnectionOptions } from './scim-connection-call.ts'

/** `plantel scim-connection token create`: shown once. */
export function scimTokenCreate({
  workspace,
  connection,
  expires,
  readOnly = false,
  network,
}: ScimConnectionOptions & {
  expires?: string
  readOnly?: boolean
  network: string[]
}): Promise<CommandReport> {
  const draft = parseRequest(scimTokenDraft, {
    scope: readOnly ? 'read' : 'full',
    allowedNetworks: network,
    ...(expires === undefined ? {} : { expiresAt: expires }),
  })
  return inWorkspaceOf(
    workspace,
    (trx) => createScimToken(trx, connection, draft),
    ({ id, plainToken, expiresAt }, publicUrl) => ({
      lines: [
        'The token is shown this once:',
        `  base URL  ${scimBaseUrl(publicUrl, connection)}`,
        `  token     ${plainToken}`,
        `  id        ${id}`,
        `  expires   ${expiresAt.toISOString()}`,
      ],
      json: { id, token: plainToken, expiresAt: expiresAt.toISOString() },
    }),
  )
}

/** `plantel scim-connection token list`: when and from where each was used last. */
export function scimTokenList(options: ScimConnectionOptions): Promise<CommandReport> {
  return inWorkspaceOf(
    options.workspace,
    (trx) => listScimTokens(trx, options.connection),
    (tokens) => ({
      lines: tokens.map(({ id, scope, expiresAt, revokedAt, lastUsedAt, lastUsedFrom }) => {
        const end = revokedAt === null ? `expires ${day(expiresAt)}` : `revoked ${day(revokedAt)}`
        const use = lastUsedAt === null ? 'never used' : `used ${lastUsedAt.toISOString()}`
        return `${id}  ${scope}  ${end}  ${use}${lastUsedFrom === null ? '' : ` from ${lastUsedFrom}`}`
      }),
      json: { tokens },
    }),
  )
}

/** `plantel scim-connection token revoke`: refused everywhere within a second. */
export function scimTokenRevoke(
  options: ScimConnectionOptions & { token: string },
): Promise<CommandReport> {
  return inWorkspaceOf(
    options.workspace,
    (trx) => revokeScimToken(trx, options.connection, options.token),
    () => ({ lines: ['The token was revoked.'], json: { id: options.token } }),
  )
}

/** `plantel scim-connection secret create`: a client secret for the token endpoint, shown once. */
export function clientSecretCreate(
  options: ScimConnectionOptions & { years: string },
): Promise<CommandReport> {
  const { validYears } = parseRequest(clientSecretDraft, { validYears: Number(options.years) })
  return inWorkspaceOf(
    options.workspace,
    (trx) => createClientSecret(trx, options.connection, validYears),
    ({ id, plainSecret, expiresAt }, publicUrl) => {
      const tokenEndpoint = `${scimBaseUrl(publicUrl, options.connection)}/oauth2/token`
      return {
        lines: [
          'The client secret is shown this once:',
          `  token endpoint  ${tokenEndpoint}`,
          `  client id       ${options.connection}`,
          `  client secret   ${plainSecret}`,
          `  id              ${id}`,
          `  expires         ${expiresAt.toISOString()}`,
        ],
        json: {
          id,
          tokenEndpoint,
          clientId: options.connection,
          clientSecret: plainSecret,
          expiresAt: expiresAt.toISOString(),
        },
      }
    },
  )
}

/** `plantel scim-connection secret list`. */
export function clientSecretList(options: ScimConnectionOptions): Promise<CommandReport> {
  return inWorkspaceOf(
    options.workspace,
    (trx) => listClientSecrets(trx, options.connection),
    (clientSecrets) => ({
      lines: clientSecrets.map(({ id, expiresAt }) => `${id}  expires ${day(expiresAt)}`),
      json: { clientSecrets },
    }),
  )
}

/** `plantel scim-connection secret delete`: the access tokens issued for it end within a second. */
export function clientSecretDelete(
  options: ScimConnectionOptions & { secret: string },
): Promise<CommandReport> {
  return inWorkspaceOf(
    options.workspace,
    (trx) => deleteClientSecret(trx, options.connection, options.secret),
    () => ({ lines: ['The client secret was deleted.'], json: { id: options.secret } }),
  )
}

function day(moment: Date): string {
  return moment.toISOString().slice(0, 10)
}
