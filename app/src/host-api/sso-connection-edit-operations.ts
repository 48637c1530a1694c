import type { Sealer, WorkspaceTransaction } from '@plantel/db'
import {
  deleteSsoConnection,
  editSsoConnection,
  idTokenAlgorithms,
  removeIdpCertificate,
  type SsoConnectionEdit,
  summarizeSsoConnections,
} from '@plantel/idp-bridge'
import { TeamError } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { certificateNotFound } from '../operations/path-parameters.ts'
import { ProblemError } from '../problem.ts'
import { serverAddress } from './addresses.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'
import {
  type ShownSsoConnection,
  showSsoConnection,
  ssoBinding,
  ssoConnectionShape,
  ssoProvisioning,
} from './sso-connection-view.ts'

/** What the operations about SSO connections are built on. */
export interface SsoDependencies {
  sealer: Sealer
  publicUrl: string
  allowPrivateNetwork: readonly string[]
}

/** What `PATCH` and `plantel sso-connection update` accept. */
export function ssoConnectionPatch(
  allowPrivateNetwork: readonly string[],
): z.ZodType<SsoConnectionEdit> {
  const address = serverAddress(allowPrivateNetwork)
  return z
    .strictObject({
      name: z.string().trim().min(1).max(200).optional(),
      state: z.enum(['active', 'paused']).optional().meta({
        description: 'Through a paused one nobody signs in; who is signed in stays so.',
      }),
      binding: ssoBinding.optional(),
      provisioning: ssoProvisioning.nullable().optional(),
      events: z.strictObject({ issuer: address, jwksUrl: address }).nullable().optional().meta({
        description:
          'Who signs security events and universal logout, where it is not the issuer itself.',
      }),
      issuer: address.optional().meta({ description: 'OpenID Connect only, as the next three.' }),
      clientId: z.string().min(1).max(500).optional(),
      clientSecret: z.string().min(1).max(2_000).optional().meta({
        description: 'Of a connection with a key it takes the place, and the key is forgotten.',
      }),
      idTokenAlgorithm: z.enum(idTokenAlgorithms).optional(),
      singleLogout: z.boolean().optional().meta({
        description: 'Whether signing out here signs out there; by SAML also the other way.',
      }),
    })
    .refine((patch) => Object.keys(patch).length > 0, 'must change something')
}

/** Looks a connection up; throws `connection-not-found`. */
export async function requireSsoConnection(
  trx: WorkspaceTransaction,
  connectionId: string,
  publicUrl: string,
): Promise<ShownSsoConnection> {
  const [summary] = await summarizeSsoConnections(trx, connectionId)
  if (summary === undefined) throw new TeamError('connection-not-found')
  return showSsoConnection(summary, publicUrl)
}

/** Changes a connection and says why not, in the API's words. */
export async function changeSsoConnection(
  trx: WorkspaceTransaction,
  sealer: Sealer,
  connectionId: string,
  edit: SsoConnectionEdit,
): Promise<void> {
  const outcome = await editSsoConnection(trx, sealer, connectionId, edit)
  switch (outcome) {
    case 'changed':
      return
    case 'unknown':
      throw new TeamError('connection-not-found')
    case 'wrong-kind':
      throw new ProblemError(
        'conflict',
        'Connections of this kind have no such setting: leave it out.',
        { reason: outcome },
      )
    case 'no-logout-address':
      throw new ProblemError(
        'conflict',
        "The identity provider's metadata has no address for single logout: switch it on there and send the metadata again.",
        { reason: outcome },
      )
    default:
      outcome satisfies never
  }
}

/** Takes a certificate out and says why not, in the API's words. */
export async function dropCertificate(
  trx: WorkspaceTransaction,
  connectionId: string,
  fingerprint: string,
): Promise<void> {
  const outcome = await removeIdpCertificate(trx, connectionId, fingerprint)
  if (outcome === 'removed') return
  if (outcome === 'last-one') {
    throw new ProblemError(
      'conflict',
      'It is the only certificate: add another one before, or pause the connection.',
      { reason: outcome },
    )
  }
  throw certificateNotFound()
}

/** Looking at, changing and ending SSO connections. */
export function ssoConnectionEditOperations({
  sealer,
  publicUrl,
  allowPrivateNetwork,
}: SsoDependencies): readonly Operation<HostWorkspaceCaller>[] {
  return [
    hostWorkspaceOperation({
      method: 'get',
      path: '/sso-connections',
      id: 'listSsoConnections',
      tag: 'Sign-in',
      summary: 'List SSO connections',
      answers: {
        200: {
          description: 'All of them, the oldest first, without secrets.',
          body: z.strictObject({ connections: z.array(ssoConnectionShape) }),
        },
      },
      async handle(caller) {
        const found = await caller.read((trx) => summarizeSsoConnections(trx))
        const connections = found.map((each) => showSsoConnection(each, publicUrl))
        return { status: 200, body: { connections } }
      },
    }),
    hostWorkspaceOperation({
      method: 'get',
      path: '/sso-connections/{connection}',
      id: 'getSsoConnection',
      tag: 'Sign-in',
      summary: 'Show an SSO connection',
      answers: { 200: { description: 'The connection.', body: ssoConnectionShape } },
      handle: async (caller, { params }) => ({
        status: 200,
        body: await caller.read((trx) => requireSsoConnection(trx, params.connection, publicUrl)),
      }),
    }),
    hostWorkspaceOperation({
      method: 'patch',
      path: '/sso-connections/{connection}',
      id: 'updateSsoConnection',
      tag: 'Sign-in',
      summary: 'Change an SSO connection',
      description: 'What is absent stays. Metadata of SAML has an operation of its own.',
      body: ssoConnectionPatch(allowPrivateNetwork),
      answers: { 200: { description: 'The connection.', body: ssoConnectionShape } },
      refusals: ['conflict'],
      async handle(caller, { params, body }) {
        const connection = await caller.write(async (trx) => {
          await changeSsoConnection(trx, sealer, params.connection, body)
          return requireSsoConnection(trx, params.connection, publicUrl)
        })
        return { status: 200, body: connection }
      },
    }),
    hostWorkspaceOperation({
      method: 'delete',
      path: '/sso-connections/{connection}',
      id: 'deleteSsoConnection',
      tag: 'Sign-in',
      summary: 'Delete an SSO connection',
      description:
        'With everything that was learnt through it. Whoever came in by it is signed out and stays a member.',
      answers: {
        200: {
          description: 'It is gone.',
          body: z.strictObject({ signedOut: z.int() }),
        },
      },
      async handle(caller, { params }) {
        const outcome = await caller.write((trx) => deleteSsoConnection(trx, params.connection))
        if (outcome === undefined) throw new TeamError('connection-not-found')
        return { status: 200, body: outcome }
      },
    }),
    hostWorkspaceOperation({
      method: 'delete',
      path: '/sso-connections/{connection}/certificates/{certificate}',
      id: 'removeSsoCertificate',
      tag: 'Sign-in',
      summary: 'Believe a certificate of a SAML identity provider no longer',
      answers: { 204: { description: 'What it signs is refused from now on.' } },
      refusals: ['conflict'],
      async handle(caller, { params }) {
        await caller.write((trx) => dropCertificate(trx, params.connection, params.certificate))
        return { status: 204 }
      },
    }),
  ]
}
