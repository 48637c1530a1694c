import {
  createCertifiedKey,
  createIdpMetadataReader,
  createSamlConnection,
  createSsoConnection,
  idTokenAlgorithms,
  oidcAddresses,
  refreshSamlConnection,
  rotateConnectionKey,
  samlAddresses,
  type SsoConnectionDraft,
  ssoRedirectUri,
} from '@plantel/idp-bridge'
import { TeamError } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { ProblemError } from '../problem.ts'
import { serverAddress } from './addresses.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'
import { hasOneSource, readMetadata, warningsOf } from './saml-metadata.ts'
import {
  type SsoDependencies,
  ssoConnectionEditOperations,
} from './sso-connection-edit-operations.ts'
import { ssoBinding, ssoProvisioning } from './sso-connection-view.ts'

const clientSecret = z.string().min(1).max(2_000)
const name = z.string().trim().min(1).max(200)
const oneSource = 'must have either metadataXml or metadataUrl'

const metadataShape = {
  metadataXml: z.string().min(1).optional().meta({
    description: 'The metadata itself, at most 1 MiB; larger files by `metadataUrl`.',
  }),
  metadataUrl: z.url().max(2_000).optional(),
  entityId: z
    .string()
    .min(1)
    .max(1_024)
    .optional()
    .meta({ description: 'Which one, where a file describes several identity providers.' }),
}

const certificateWarnings = z
  .array(
    z.strictObject({
      fingerprint: z.string(),
      expiresAt: z.date(),
      warnings: z.array(z.enum(['expired', 'weak-key'])),
    }),
  )
  .meta({ description: 'What works but should be replaced at the identity provider.' })

const binding = ssoBinding.optional().meta({
  description:
    'Which claim or SAML attribute is compared with which attribute of the directory user; by default `sub`, or `NameID`, with `externalId`.',
})

const provisioning = ssoProvisioning.nullable().optional().meta({
  description: 'How people become members whom nobody has added; null, the default, is not at all.',
})

const oidcRegistration = z.strictObject({
  id: z.uuid(),
  redirectUri: z.url().meta({ description: 'To be registered at the identity provider.' }),
  jwksUrl: z
    .url()
    .meta({ description: 'Our public keys, where we sign instead of telling a secret.' }),
  postLogoutRedirectUri: z
    .url()
    .meta({ description: 'To be registered too, where signing out here is to sign out there.' }),
})

const samlRegistration = z.strictObject({
  id: z.uuid(),
  acsUrl: z.url().meta({ description: 'Where the identity provider posts its responses.' }),
  spEntityId: z.url().meta({
    description: 'Our entity id and audience; our metadata, with our certificates, is there.',
  }),
  logoutUrl: z.url().meta({ description: 'Where it sends messages of single logout.' }),
  certificateWarnings,
})

const samlDraft = z
  .strictObject({ kind: z.literal('saml'), name, ...metadataShape, binding, provisioning })
  .refine(hasOneSource, oneSource)

/** The client of an OpenID connection, which proves itself in one of two ways. */
function oidcDraft(issuer: ReturnType<typeof serverAddress>) {
  const fields = {
    kind: z.literal('oidc'),
    name,
    issuer,
    clientId: z.string().min(1).max(500),
    idTokenAlgorithm: z.enum(idTokenAlgorithms).optional(),
    binding,
    provisioning,
  }
  return z.discriminatedUnion('clientAuthentication', [
    z.strictObject({
      ...fields,
      clientAuthentication: z.literal('client_secret').optional(),
      clientSecret,
    }),
    z.strictObject({
      ...fields,
      clientAuthentication: z.literal('private_key_jwt').meta({
        description:
          'We sign with a key of our own: register its `jwksUrl`, or the certificate that the connection shows.',
      }),
    }),
  ])
}

/** The secret, or a new key. */
export async function credentialOf({
  clientSecret,
}: {
  clientSecret?: string | undefined
}): Promise<SsoConnectionDraft['credential']> {
  return clientSecret === undefined
    ? { key: await createCertifiedKey('Plantel') }
    : { clientSecret }
}

/** Metadata that names another identity provider than the connection's. */
export function otherEntity(): ProblemError {
  return new ProblemError(
    'conflict',
    'This is the metadata of another identity provider: create a connection for it.',
    { reason: 'other-entity' },
  )
}

/** A step of a rotation that is not the next one. */
export function rotationOutOfStep(step: 'publish' | 'activate'): ProblemError {
  return new ProblemError(
    'conflict',
    step === 'publish'
      ? 'A new certificate is published already: activate it.'
      : 'No new certificate is published yet: publish one.',
    { reason: 'rotation-out-of-step' },
  )
}

/** A workspace's links to identity providers. */
export function ssoConnectionOperations(
  deps: SsoDependencies,
): readonly Operation<HostWorkspaceCaller>[] {
  return [...makingOperations(deps), ...ssoConnectionEditOperations(deps)]
}

function makingOperations({
  sealer,
  publicUrl,
  allowPrivateNetwork,
}: SsoDependencies): readonly Operation<HostWorkspaceCaller>[] {
  const issuer = serverAddress(allowPrivateNetwork)
  const reader = createIdpMetadataReader(allowPrivateNetwork)

  async function createSaml(
    caller: HostWorkspaceCaller,
    draft: z.output<typeof samlDraft>,
  ): Promise<z.output<typeof samlRegistration>> {
    // Both take a while, and neither belongs into a transaction.
    const metadata = await readMetadata(reader, draft)
    const key = await createCertifiedKey('Plantel')
    const { id } = await caller.write((trx) =>
      createSamlConnection(trx, sealer, {
        name: draft.name,
        metadata,
        metadataUrl: draft.metadataUrl,
        key,
        binding: draft.binding,
        provisioning: draft.provisioning,
      }),
    )
    return { id, ...samlAddresses(publicUrl, id), certificateWarnings: warningsOf(metadata) }
  }

  return [
    hostWorkspaceOperation({
      method: 'post',
      path: '/sso-connections',
      id: 'createSsoConnection',
      tag: 'Sign-in',
      summary: 'Create an SSO connection',
      description: 'To an OpenID provider, or to a SAML identity provider by its metadata.',
      body: z.discriminatedUnion('kind', [oidcDraft(issuer), samlDraft]),
      answers: {
        201: {
          description: 'The connection, and what the identity provider must know of us.',
          body: z.union([oidcRegistration, samlRegistration]),
        },
      },
      async handle(caller, { body }) {
        if (body.kind === 'saml') return { status: 201, body: await createSaml(caller, body) }
        const credential = await credentialOf('clientSecret' in body ? body : {})
        const { id } = await caller.write((trx) =>
          createSsoConnection(trx, sealer, { ...body, credential }),
        )
        const redirectUri = ssoRedirectUri(publicUrl, id)
        return { status: 201, body: { id, redirectUri, ...oidcAddresses(publicUrl, id) } }
      },
    }),
    hostWorkspaceOperation({
      method: 'put',
      path: '/sso-connections/{connection}/metadata',
      id: 'refreshSsoConnection',
      tag: 'Sign-in',
      summary: 'Take over new metadata of a SAML identity provider',
      description:
        'New certificates count beside the old ones, and none is dropped. Another entity id is another identity provider: create a connection for it.',
      body: z.strictObject(metadataShape).refine(hasOneSource, oneSource),
      answers: {
        200: {
          description: 'What has changed; certificates by their SHA-256.',
          body: z.strictObject({
            signOnMoved: z.boolean(),
            added: z.array(z.string()),
            unpublished: z.array(z.string()),
            certificateWarnings,
          }),
        },
      },
      refusals: ['conflict'],
      async handle(caller, { params, body }) {
        const metadata = await readMetadata(reader, body)
        const found = await caller.write((trx) =>
          refreshSamlConnection(trx, params.connection, metadata),
        )
        if (found === undefined) throw new TeamError('connection-not-found')
        if (found === 'other-entity') throw otherEntity()
        const { signOnMoved, added, unpublished } = found
        return {
          status: 200,
          body: {
            signOnMoved,
            added: [...added],
            unpublished: [...unpublished],
            certificateWarnings: warningsOf(metadata),
          },
        }
      },
    }),
    hostWorkspaceOperation({
      method: 'post',
      path: '/sso-connections/{connection}/key-rotation',
      id: 'rotateSsoConnectionKey',
      tag: 'Sign-in',
      summary: 'Rotate our key of a connection',
      description:
        '`publish` shows a new certificate beside the current one; when the identity provider has read it, `activate` signs with it. What is encrypted for the former one is still read. An OpenID connection with a client secret changes to `private_key_jwt` by it, and the secret is forgotten.',
      body: z.strictObject({ step: z.enum(['publish', 'activate']) }),
      answers: { 204: { description: 'The step is done.' } },
      refusals: ['conflict'],
      async handle(caller, { params, body }) {
        const key = body.step === 'publish' ? await createCertifiedKey('Plantel') : undefined
        const isDone = await caller.write((trx) =>
          rotateConnectionKey(trx, sealer, params.connection, key),
        )
        if (isDone === undefined) throw new TeamError('connection-not-found')
        if (isDone) return { status: 204 }
        throw rotationOutOfStep(body.step)
      },
    }),
  ]
}
