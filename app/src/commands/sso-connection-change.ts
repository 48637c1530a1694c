import {
  createCertifiedKey,
  createIdpMetadataReader,
  deleteSsoConnection,
  refreshSamlConnection,
  rotateConnectionKey,
  summarizeSsoConnections,
} from '@plantel/idp-bridge'
import { TeamError } from '@plantel/team'

import {
  changeSsoConnection,
  dropCertificate,
  requireSsoConnection,
  ssoConnectionPatch,
} from '../host-api/sso-connection-edit-operations.ts'
import { otherEntity, rotationOutOfStep } from '../host-api/sso-connection-operations.ts'
import { showSsoConnection } from '../host-api/sso-connection-view.ts'
import { parseRequest } from '../parse-request.ts'
import type { CommandReport } from './command-output.ts'
import {
  describeSsoConnection,
  inSsoWorkspace,
  nothing,
  type SsoConnectionOptions,
} from './sso-connection-call.ts'
import { readMetadataPlace } from './sso-metadata-place.ts'
import { requireSecret } from './sso-secret.ts'

/** `plantel sso-connection list`. */
export function ssoConnectionList({ workspace }: { workspace: string }): Promise<CommandReport> {
  return inSsoWorkspace(
    workspace,
    nothing,
    async ({ trx, publicUrl }) =>
      (await summarizeSsoConnections(trx)).map((each) => showSsoConnection(each, publicUrl)),
    (connections) => {
      const described = connections.map(describeSsoConnection)
      const none = ['The workspace has no SSO connection.']
      return {
        lines: described.length === 0 ? none : described.flatMap(({ lines }) => lines),
        json: { connections: described.map(({ json }) => json) },
      }
    },
  )
}

/** `plantel sso-connection get`. */
export function ssoConnectionGet(options: SsoConnectionOptions): Promise<CommandReport> {
  return inSsoWorkspace(
    options.workspace,
    nothing,
    ({ trx, publicUrl }) => requireSsoConnection(trx, options.connection, publicUrl),
    describeSsoConnection,
  )
}

/** `plantel sso-connection update`; the client secret comes from the environment, where nobody reads it over a shoulder. */
export function ssoConnectionUpdate(
  options: SsoConnectionOptions & {
    name?: string
    issuer?: string
    clientId?: string
    /** Name of an environment variable. */
    clientSecretEnv?: string
    idTokenAlgorithm?: string
    singleLogout?: boolean
    /** False is commander's way to say `--no-newcomers`. */
    newcomers?: string | false
  },
): Promise<CommandReport> {
  const { workspace, connection, clientSecretEnv, newcomers, ...rest } = options
  return inSsoWorkspace(
    workspace,
    ({ config }) =>
      Promise.resolve(
        parseRequest(ssoConnectionPatch(config.allowPrivateNetwork), {
          ...rest,
          ...(clientSecretEnv === undefined
            ? {}
            : { clientSecret: requireSecret(clientSecretEnv) }),
          ...(newcomers === undefined
            ? {}
            : { provisioning: newcomers === false ? null : { defaultRole: newcomers } }),
        }),
      ),
    async ({ trx, sealer, publicUrl }, patch) => {
      await changeSsoConnection(trx, sealer, connection, patch)
      return requireSsoConnection(trx, connection, publicUrl)
    },
    describeSsoConnection,
  )
}

/** `plantel sso-connection pause`: nobody signs in through it, who is signed in stays so. */
export function ssoConnectionPause(options: SsoConnectionOptions): Promise<CommandReport> {
  return setState(options, 'paused')
}

/** `plantel sso-connection resume`. */
export function ssoConnectionResume(options: SsoConnectionOptions): Promise<CommandReport> {
  return setState(options, 'active')
}

function setState(
  { workspace, connection }: SsoConnectionOptions,
  state: 'active' | 'paused',
): Promise<CommandReport> {
  return inSsoWorkspace(
    workspace,
    nothing,
    async ({ trx, sealer, publicUrl }) => {
      await changeSsoConnection(trx, sealer, connection, { state })
      return requireSsoConnection(trx, connection, publicUrl)
    },
    describeSsoConnection,
  )
}

/** `plantel sso-connection delete`: for good; whoever came in by it is signed out and stays a member. */
export function ssoConnectionDelete({
  workspace,
  connection,
}: SsoConnectionOptions): Promise<CommandReport> {
  return inSsoWorkspace(
    workspace,
    nothing,
    async ({ trx }) => {
      const outcome = await deleteSsoConnection(trx, connection)
      if (outcome === undefined) throw new TeamError('connection-not-found')
      return outcome
    },
    ({ signedOut }) => ({
      lines: [`The SSO connection was deleted; ${signedOut} people were signed out.`],
      json: { id: connection, signedOut },
    }),
  )
}

/** `plantel sso-connection refresh`: takes over new metadata of a SAML identity provider. */
export function ssoConnectionRefresh(
  options: SsoConnectionOptions & { metadata: string; entityId?: string },
): Promise<CommandReport> {
  const { workspace, connection, metadata: place, entityId } = options
  return inSsoWorkspace(
    workspace,
    async ({ config }) =>
      (
        await readMetadataPlace(
          createIdpMetadataReader(config.allowPrivateNetwork),
          place,
          entityId,
        )
      ).metadata,
    async ({ trx }, metadata) => {
      const found = await refreshSamlConnection(trx, connection, metadata)
      if (found === undefined) throw new TeamError('connection-not-found')
      if (found === 'other-entity') throw otherEntity()
      return found
    },
    ({ signOnMoved, added, unpublished }) => ({
      lines: [
        signOnMoved ? 'The address to sign on at has moved.' : 'The address to sign on at stays.',
        ...added.map((each) => `  added        ${each}`),
        ...unpublished.map((each) => `  unpublished  ${each} (believed until it is removed)`),
      ],
      json: { signOnMoved, added, unpublished },
    }),
  )
}

/** `plantel sso-connection remove-certificate`. */
export function ssoCertificateRemove(
  options: SsoConnectionOptions & { certificate: string },
): Promise<CommandReport> {
  const { workspace, connection, certificate } = options
  return inSsoWorkspace(
    workspace,
    nothing,
    async ({ trx, publicUrl }) => {
      await dropCertificate(trx, connection, certificate)
      return requireSsoConnection(trx, connection, publicUrl)
    },
    describeSsoConnection,
  )
}

/** `plantel sso-connection rotate-key`: publishes our next key, or lets the published one take over. */
export function ssoKeyRotate(
  options: SsoConnectionOptions & { activate?: boolean },
): Promise<CommandReport> {
  const { workspace, connection, activate = false } = options
  return inSsoWorkspace(
    workspace,
    () => (activate ? nothing() : createCertifiedKey('Plantel')),
    async ({ trx, sealer, publicUrl }, key) => {
      const isDone = await rotateConnectionKey(trx, sealer, connection, key)
      if (isDone === undefined) throw new TeamError('connection-not-found')
      if (!isDone) throw rotationOutOfStep(activate ? 'activate' : 'publish')
      return requireSsoConnection(trx, connection, publicUrl)
    },
    describeSsoConnection,
  )
}
