import type { WorkspaceTransaction } from '@plantel/db'
import {
  createSamlConnection,
  createSsoConnection,
  editSsoConnection,
  listSsoConnections,
  refreshSamlConnection,
  type SsoConnectionSummary,
  summarizeSsoConnections,
} from '@plantel/idp-bridge'

import { changeSsoConnection } from '../host-api/sso-connection-edit-operations.ts'
import { otherEntity } from '../host-api/sso-connection-operations.ts'
import type { Fields } from './change.ts'
import { PlanError, type PlanPath } from './plan-file.ts'
import type { OidcConnectionPlan, SamlConnectionPlan, SsoConnectionPlan } from './plan.ts'
import type { PreparedSso } from './prepare-sso.ts'
import { refuseFixed } from './refuse-fixed.ts'
import { reconcile, type Scope } from './scope.ts'
import type { WorkspaceContext } from './workspace-context.ts'

type OidcSummary = Extract<SsoConnectionSummary, { kind: 'oidc' }>
type SamlSummary = Extract<SsoConnectionSummary, { kind: 'saml' }>

const fixed = [
  'kind',
  'clientId',
  'clientAuthentication',
  'idTokenAlgorithm',
  'binding',
  'entityId',
  'metadata',
]

/** Links of the transaction's workspace to identity providers, by both protocols. */
export async function applySsoConnections(
  trx: WorkspaceTransaction,
  scope: Scope,
  { sealer, environment, prepared }: WorkspaceContext,
  wanted: readonly SsoConnectionPlan[] | undefined,
  path: PlanPath,
): Promise<void> {
  const found = wanted === undefined ? [] : await summarizeSsoConnections(trx)
  const views = wanted === undefined ? [] : await listSsoConnections(trx, sealer)

  const secretOf = ({ clientSecret }: OidcConnectionPlan): string | undefined =>
    clientSecret && environment[clientSecret.env]

  function preparedFor(plan: SsoConnectionPlan): PreparedSso {
    const made = prepared.get(plan)
    if (made === undefined) throw new Error(`The connection ${plan.name} was not prepared.`)
    return made
  }

  function metadataFor(plan: SamlConnectionPlan): Required<PreparedSso> {
    const { key, metadata, metadataUrl } = preparedFor(plan)
    if (metadata === undefined) throw new Error(`The metadata of ${plan.name} was not read.`)
    return { key, metadata, metadataUrl }
  }

  function wantedOidc(plan: OidcConnectionPlan): Fields {
    const current = views.find((each) => each.name === plan.name)
    const secret = secretOf(plan)
    const isKept = current !== undefined && (secret === undefined || current.hasSecret(secret))
    const { kind, issuer, clientId, clientSecret, idTokenAlgorithm, binding } = plan
    return {
      kind,
      issuer,
      clientId,
      clientAuthentication: clientSecret === undefined ? 'private_key_jwt' : 'client_secret',
      clientSecret: isKept || clientSecret === undefined ? undefined : `(from ${clientSecret.env})`,
      idTokenAlgorithm,
      binding,
    }
  }

  function wantedSaml(plan: SamlConnectionPlan): Fields {
    const { metadata, metadataUrl } = metadataFor(plan)
    const current = found.find(
      (each): each is SamlSummary => isSaml(each) && each.name === plan.name,
    )
    const kept = current?.certificates.map(({ fingerprint }) => fingerprint) ?? []
    // None is dropped by metadata: an identity provider that changes its key signs with both for a while.
    const certificates = metadata.certificates.map(({ fingerprint }) => fingerprint)
    return {
      kind: plan.kind,
      entityId: metadata.entityId,
      metadata: metadataUrl ?? '(in the plan)',
      signOnUrl: metadata.signOnUrl,
      certificates: [...new Set([...kept, ...certificates])].toSorted(),
      binding: plan.binding,
      singleLogout: plan.singleLogout,
    }
  }

  async function createOidc(plan: OidcConnectionPlan, place: PlanPath): Promise<void> {
    const secret = secretOf(plan)
    if (plan.clientSecret !== undefined && secret === undefined) {
      const { env } = plan.clientSecret
      throw new PlanError([
        `${scope.locate([...place, 'clientSecret'])}: set the environment variable ${env} to the client secret.`,
      ])
    }
    const credential =
      secret === undefined ? { key: preparedFor(plan).key } : { clientSecret: secret }
    await createSsoConnection(trx, sealer, { ...plan, credential })
  }

  async function createSaml(plan: SamlConnectionPlan): Promise<void> {
    const { name, binding, singleLogout } = plan
    const { id } = await createSamlConnection(trx, sealer, { name, binding, ...metadataFor(plan) })
    if (singleLogout === true) await changeSsoConnection(trx, sealer, id, { singleLogout })
  }

  async function updateSaml(
    id: string,
    plan: SamlConnectionPlan,
    changed: ReadonlySet<string>,
  ): Promise<void> {
    const answer = await refreshSamlConnection(trx, id, metadataFor(plan).metadata)
    if (answer === 'other-entity') throw otherEntity()
    if (!changed.has('singleLogout')) return
    await changeSsoConnection(trx, sealer, id, { singleLogout: plan.singleLogout })
  }

  await reconcile<SsoConnectionPlan, SsoConnectionSummary>(scope, {
    kind: 'SSO connection',
    path,
    wanted,
    found,
    nameOf: ({ name }) => name,
    fieldsOfWanted: (plan) => (plan.kind === 'oidc' ? wantedOidc(plan) : wantedSaml(plan)),
    fieldsOfFound: (connection) =>
      isSaml(connection) ? fieldsOfSaml(connection) : fieldsOfOidc(connection),
    create: (plan, place) => (plan.kind === 'oidc' ? createOidc(plan, place) : createSaml(plan)),
    async update(current, plan, changed) {
      refuseFixed(scope, path, changed, fixed, `SSO connection ${current.name}`)
      if (plan.kind === 'saml') return updateSaml(current.id, plan, changed)
      const clientSecret = changed.has('clientSecret') ? secretOf(plan) : undefined
      await editSsoConnection(trx, sealer, current.id, { issuer: plan.issuer, clientSecret })
    },
  })
}

function isSaml(connection: SsoConnectionSummary): connection is SamlSummary {
  return connection.kind === 'saml'
}

function fieldsOfOidc(connection: OidcSummary): Fields {
  const { kind, issuer, clientId, clientAuthentication, idTokenAlgorithm, binding } = connection
  return {
    kind,
    issuer,
    clientId,
    clientAuthentication,
    clientSecret: '(another one)',
    idTokenAlgorithm,
    binding,
  }
}

function fieldsOfSaml(connection: SamlSummary): Fields {
  const { kind, issuer, metadataUrl, signOnUrl, certificates, binding, singleLogout } = connection
  return {
    kind,
    entityId: issuer,
    metadata: metadataUrl ?? '(in the plan)',
    signOnUrl,
    certificates: certificates.map(({ fingerprint }) => fingerprint).toSorted(),
    binding,
    singleLogout,
  }
}
