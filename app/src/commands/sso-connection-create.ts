import {
  createCertifiedKey,
  createIdpMetadataReader,
  createSamlConnection,
  createSsoConnection,
  idTokenAlgorithms,
} from '@plantel/idp-bridge'
import { z } from 'zod'

import { serverAddress } from '../host-api/addresses.ts'
import { warningsOf } from '../host-api/saml-metadata.ts'
import { requireSsoConnection } from '../host-api/sso-connection-edit-operations.ts'
import { credentialOf } from '../host-api/sso-connection-operations.ts'
import { parseRequest } from '../parse-request.ts'
import { ProblemError } from '../problem.ts'
import type { CommandReport } from './command-output.ts'
import { describeSsoConnection, inSsoWorkspace } from './sso-connection-call.ts'
import { readMetadataPlace } from './sso-metadata-place.ts'
import { requireSecret } from './sso-secret.ts'

const name = z.string().trim().min(1).max(200)

const samlShape = z.strictObject({
  name,
  metadata: z.string().min(1),
  entityId: z.string().min(1).max(1_024).optional(),
})

/** `plantel sso-connection create`: by metadata to a SAML identity provider, by issuer to an OpenID provider. */
export function ssoConnectionCreate(options: {
  workspace: string
  name: string
  metadata?: string
  entityId?: string
  issuer?: string
  clientId?: string
  /** Name of an environment variable. */
  clientSecretEnv?: string
  /** Signs with a key of ours instead. */
  privateKeyJwt?: boolean
  idTokenAlgorithm?: string
}): Promise<CommandReport> {
  if ((options.metadata === undefined) === (options.issuer === undefined)) {
    const detail = 'Name either --metadata, for SAML, or --issuer, for OpenID Connect.'
    return Promise.reject(new ProblemError('invalid-request', detail))
  }
  return options.metadata === undefined ? createOidc(options) : createSaml(options)
}

type Options = Parameters<typeof ssoConnectionCreate>[0]

function createSaml({ workspace, ...rest }: Options): Promise<CommandReport> {
  const draft = parseRequest(samlShape, rest)
  return inSsoWorkspace(
    workspace,
    async ({ config }) => ({
      ...(await readMetadataPlace(
        createIdpMetadataReader(config.allowPrivateNetwork),
        draft.metadata,
        draft.entityId,
      )),
      key: await createCertifiedKey('Plantel'),
    }),
    async ({ trx, sealer, publicUrl }, { metadata, metadataUrl, key }) => {
      const { id } = await createSamlConnection(trx, sealer, {
        name: draft.name,
        metadata,
        metadataUrl,
        key,
      })
      const connection = await requireSsoConnection(trx, id, publicUrl)
      return { connection, warnings: warningsOf(metadata) }
    },
    ({ connection, warnings }) => {
      const { lines, json } = describeSsoConnection(connection)
      const said = warnings.map(
        (each) => `  certificate ${each.fingerprint.slice(0, 16)}: ${each.warnings.join(', ')}`,
      )
      return { lines: [...lines, ...said], json: { ...json, certificateWarnings: warnings } }
    },
  )
}

function createOidc(options: Options): Promise<CommandReport> {
  const { workspace, clientSecretEnv, privateKeyJwt = false, ...rest } = options
  if ((clientSecretEnv === undefined) !== privateKeyJwt) {
    const detail = 'Name either --client-secret-env or --private-key-jwt.'
    return Promise.reject(new ProblemError('invalid-request', detail))
  }
  return inSsoWorkspace(
    workspace,
    async ({ config }) => {
      const shape = z.strictObject({
        name,
        issuer: serverAddress(config.allowPrivateNetwork),
        clientId: z.string().min(1).max(500),
        clientSecret: z.string().min(1).max(2_000).optional(),
        idTokenAlgorithm: z.enum(idTokenAlgorithms).optional(),
      })
      const clientSecret =
        clientSecretEnv === undefined ? undefined : requireSecret(clientSecretEnv)
      const draft = parseRequest(shape, { ...rest, clientSecret })
      return { ...draft, credential: await credentialOf(draft) }
    },
    async ({ trx, sealer, publicUrl }, draft) => {
      const { id } = await createSsoConnection(trx, sealer, draft)
      return requireSsoConnection(trx, id, publicUrl)
    },
    describeSsoConnection,
  )
}
