import type { WorkspaceTransaction } from '@plantel/db'
import {
  createClientSecret,
  createClientTrust,
  createScimToken,
  deleteClientSecret,
  deleteClientTrust,
  listClientSecrets,
  listClientTrusts,
  listScimTokens,
  type NewClientTrust,
  type NewScimToken,
  revokeAccessTokens,
  revokeScimToken,
} from '@plantel/scim-server'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { serverAddress } from './addresses.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

const scope = z.enum(['full', 'read'])
const jwks = z.strictObject({
  keys: z.array(z.record(z.string(), z.unknown())).min(1).max(20),
})

/** What `POST …/tokens` and `plantel scim-connection token create` accept. */
export const scimTokenDraft: z.ZodType<NewScimToken> = z.strictObject({
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
  scope: scope.default('full'),
  allowedNetworks: z.array(z.string().max(60)).max(100).default([]),
})

/** What `POST …/client-secrets` and `plantel scim-connection secret create` accept. */
export const clientSecretDraft: z.ZodType<{ validYears: 1 | 2 | 3 }> = z.strictObject({
  validYears: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(1),
})

const one = '/scim-connections/{connection}'

/** How a directory proves who it is. */
export function scimCredentialOperations(
  allowPrivateNetwork: readonly string[],
): readonly Operation<HostWorkspaceCaller>[] {
  return [...tokenOperations, ...secretOperations, ...trustOperations(allowPrivateNetwork)]
}

const tokenOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'get',
    path: `${one}/tokens`,
    id: 'listScimTokens',
    tag: 'Directory',
    summary: 'List tokens',
    answers: {
      200: {
        description: 'When and from where each was used last, never the token itself.',
        body: z.object({
          tokens: z.array(
            z
              .object({
                id: z.uuid(),
                scope,
                allowedNetworks: z.array(z.string()),
                createdAt: z.date(),
                expiresAt: z.date(),
                revokedAt: z.date().nullable(),
                lastUsedAt: z.date().nullable(),
                lastUsedFrom: z.string().nullable(),
              })
              .meta({ id: 'ScimToken' }),
          ),
        }),
      },
    },
    handle: async (caller, { params }) => ({
      status: 200,
      body: { tokens: await caller.read((trx) => listScimTokens(trx, params.connection)) },
    }),
  }),
  hostWorkspaceOperation({
    method: 'post',
    path: `${one}/tokens`,
    id: 'createScimToken',
    tag: 'Directory',
    summary: 'Make a token',
    description: 'At most two are active.',
    body: scimTokenDraft.prefault({}),
    answers: {
      201: {
        description: 'The token is shown this once.',
        body: z.object({ id: z.uuid(), token: z.string(), expiresAt: z.date() }),
      },
    },
    refusals: ['conflict'],
    async handle(caller, { params, body }) {
      const { plainToken, ...shown } = await caller.write((trx) =>
        createScimToken(trx, params.connection, body),
      )
      return { status: 201, body: { ...shown, token: plainToken } }
    },
  }),
  hostWorkspaceOperation({
    method: 'delete',
    path: `${one}/tokens/{token}`,
    id: 'revokeScimToken',
    tag: 'Directory',
    summary: 'Revoke a token',
    answers: { 204: { description: 'It is refused everywhere within a second.' } },
    handle: (caller, { params }) =>
      end(caller, (trx) => revokeScimToken(trx, params.connection, params.token)),
  }),
]

const secretOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'get',
    path: `${one}/client-secrets`,
    id: 'listClientSecrets',
    tag: 'Directory',
    summary: 'List client secrets',
    answers: {
      200: {
        description: 'All of them, the newest first, without the secrets.',
        body: z.object({
          clientSecrets: z.array(
            z
              .object({
                id: z.uuid(),
                createdAt: z.date(),
                expiresAt: z.date(),
                lastUsedAt: z.date().nullable(),
              })
              .meta({ id: 'ClientSecret' }),
          ),
        }),
      },
    },
    handle: async (caller, { params }) => ({
      status: 200,
      body: {
        clientSecrets: await caller.read((trx) => listClientSecrets(trx, params.connection)),
      },
    }),
  }),
  hostWorkspaceOperation({
    method: 'post',
    path: `${one}/client-secrets`,
    id: 'createClientSecret',
    tag: 'Directory',
    summary: 'Make a client secret',
    description: 'For OAuth client credentials. At most three are active.',
    body: clientSecretDraft.prefault({}),
    answers: {
      201: {
        description: 'The secret is shown this once.',
        body: z.object({
          id: z.uuid(),
          clientId: z.uuid(),
          clientSecret: z.string(),
          expiresAt: z.date(),
        }),
      },
    },
    refusals: ['conflict'],
    async handle(caller, { params, body }) {
      const { plainSecret, ...shown } = await caller.write((trx) =>
        createClientSecret(trx, params.connection, body.validYears),
      )
      return {
        status: 201,
        body: { ...shown, clientId: params.connection, clientSecret: plainSecret },
      }
    },
  }),
  hostWorkspaceOperation({
    method: 'delete',
    path: `${one}/client-secrets/{clientSecret}`,
    id: 'deleteClientSecret',
    tag: 'Directory',
    summary: 'Delete a client secret',
    answers: { 204: { description: 'Access tokens issued for it end within a second.' } },
    handle: (caller, { params }) =>
      end(caller, (trx) => deleteClientSecret(trx, params.connection, params.clientSecret)),
  }),
]

function trustOperations(
  allowPrivateNetwork: readonly string[],
): readonly Operation<HostWorkspaceCaller>[] {
  return [
    hostWorkspaceOperation({
      method: 'get',
      path: `${one}/client-trusts`,
      id: 'listClientTrusts',
      tag: 'Directory',
      summary: 'List trusts',
      answers: {
        200: {
          description: 'All of them, the newest first.',
          body: z.object({
            clientTrusts: z.array(
              z
                .object({
                  id: z.uuid(),
                  kind: z.enum(['private_key_jwt', 'workload_identity']),
                  issuer: z.string(),
                  subject: z.string(),
                  audience: z.string().nullable(),
                  directoryTenant: z.string().nullable(),
                  keys: z.union([z.object({ jwks }), z.object({ jwksUrl: z.string() })]),
                  createdAt: z.date(),
                  lastUsedAt: z.date().nullable(),
                })
                .meta({ id: 'ClientTrust' }),
            ),
          }),
        },
      },
      handle: async (caller, { params }) => ({
        status: 200,
        body: {
          clientTrusts: await caller.read((trx) => listClientTrusts(trx, params.connection)),
        },
      }),
    }),
    hostWorkspaceOperation({
      method: 'post',
      path: `${one}/client-trusts`,
      id: 'createClientTrust',
      tag: 'Directory',
      summary: 'Trust a client that signs',
      description: 'A client that signs for itself, or an Entra workload identity. At most five.',
      body: createClientTrustShape(allowPrivateNetwork),
      answers: { 201: { description: 'It is trusted.', body: z.object({ id: z.uuid() }) } },
      refusals: ['conflict'],
      handle: async (caller, { params, body }) => ({
        status: 201,
        body: await caller.write((trx) => createClientTrust(trx, params.connection, body)),
      }),
    }),
    hostWorkspaceOperation({
      method: 'delete',
      path: `${one}/client-trusts/{clientTrust}`,
      id: 'deleteClientTrust',
      tag: 'Directory',
      summary: 'Trust a client no longer',
      answers: { 204: { description: 'Access tokens issued for it end within a second.' } },
      handle: (caller, { params }) =>
        end(caller, (trx) => deleteClientTrust(trx, params.connection, params.clientTrust)),
    }),
    hostWorkspaceOperation({
      method: 'delete',
      path: `${one}/access-tokens`,
      id: 'revokeAccessTokens',
      tag: 'Directory',
      summary: 'Revoke all access tokens',
      description:
        'Ends all that the token endpoint issued, within a second; secrets and trusts stay.',
      answers: {
        200: { description: 'How many there were.', body: z.object({ revoked: z.int() }) },
      },
      handle: async (caller, { params }) => ({
        status: 200,
        body: await caller.write((trx) => revokeAccessTokens(trx, params.connection)),
      }),
    }),
  ]
}

function createClientTrustShape(allowPrivateNetwork: readonly string[]): z.ZodType<NewClientTrust> {
  const text = z.string().min(1).max(1_000)
  const jwksUrl = serverAddress(allowPrivateNetwork)
  return z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('private_key_jwt'),
      keys: z.union([z.strictObject({ jwks }), z.strictObject({ jwksUrl })]),
    }),
    z.strictObject({
      kind: z.literal('workload_identity'),
      issuer: text,
      subject: text,
      audience: text,
      jwksUrl,
      directoryTenant: text.optional(),
    }),
  ])
}

async function end(
  caller: HostWorkspaceCaller,
  command: (trx: WorkspaceTransaction) => Promise<void>,
): Promise<{ status: 204 }> {
  await caller.write(command)
  return { status: 204 }
}
