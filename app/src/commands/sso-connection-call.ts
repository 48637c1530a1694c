import type { Sealer, WorkspaceTransaction } from '@plantel/db'
import { inWorkspace } from '@plantel/db'

import type { ShownSsoConnection } from '../host-api/sso-connection-view.ts'
import type { CommandReport } from './command-output.ts'
import { type Installation, requireWorkspace, withInstallation } from './with-installation.ts'

/** Which SSO connection a command is about. */
export interface SsoConnectionOptions {
  /** Id or slug. */
  workspace: string
  connection: string
}

/** What a command works with. */
export interface SsoCommandContext {
  trx: WorkspaceTransaction
  sealer: Sealer
  publicUrl: string
}

/** Runs a command in one transaction of the workspace; `prepare` does before it what takes a while. */
export function inSsoWorkspace<Prepared, Result>(
  workspace: string,
  prepare: (installation: Installation) => Promise<Prepared>,
  work: (context: SsoCommandContext, prepared: Prepared) => Promise<Result>,
  report: (result: Result) => CommandReport,
): Promise<CommandReport> {
  return withInstallation(async (installation) => {
    const { config, db, actor, sealer } = installation
    const { id } = await requireWorkspace(db, workspace)
    const prepared = await prepare(installation)
    const { publicUrl } = config
    const result = await inWorkspace(db, id, actor, (trx) =>
      work({ trx, sealer, publicUrl }, prepared),
    )
    return report(result)
  })
}

/** For commands that need nothing before their transaction. */
export const nothing = (): Promise<undefined> => Promise.resolve(undefined)

/** A connection in lines and as JSON. */
export function describeSsoConnection(connection: ShownSsoConnection): CommandReport {
  const { id, name, kind, state, issuer, binding, provisioning } = connection
  const addresses =
    connection.kind === 'oidc'
      ? ([
          ['redirect URI', connection.redirectUri],
          ['client', `${connection.clientId}, by ${connection.clientAuthentication}`],
          ['our keys', connection.jwksUrl],
          ['sign-out', connection.singleLogout ? connection.postLogoutRedirectUri : 'here only'],
        ] as const)
      : ([
          ['ACS URL', connection.acsUrl],
          ['entity id', `${connection.spEntityId} (our metadata is there)`],
          ['single logout', connection.singleLogout ? connection.logoutUrl : 'off'],
          ['metadata', connection.metadataUrl ?? 'pasted'],
          ...connection.certificates.map(
            ({ fingerprint, expiresAt }) =>
              ['certificate', `${fingerprint} until ${expiresAt.toISOString()}`] as const,
          ),
        ] as const)
  const entries = [
    ['id', id] as const,
    ['issuer', issuer] as const,
    ...addresses,
    ['binding', `${binding.claim} = ${binding.attribute}`] as const,
    ['newcomers', describeProvisioning(provisioning)] as const,
    ['events', connection.securityEventsUrl] as const,
  ]
  return {
    lines: [
      `SSO connection "${name}" (${kind}) is ${state}.`,
      ...entries.map(([label, value]) => `  ${label.padEnd(14)} ${value}`),
    ],
    json: { ...connection },
  }
}

function describeProvisioning(provisioning: ShownSsoConnection['provisioning']): string {
  if (provisioning === null) return 'are refused'
  const { defaultRole, roleClaim } = provisioning
  const role = defaultRole === null ? 'no role' : `the role ${defaultRole}`
  return roleClaim === undefined ? `get ${role}` : `get a role by ${roleClaim}, else ${role}`
}
