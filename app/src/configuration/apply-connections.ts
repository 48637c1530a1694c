import type { WorkspaceTransaction } from '@plantel/db'
import {
  createSsoConnection,
  listSsoConnections,
  type SsoConnectionView,
  updateSsoConnection,
} from '@plantel/idp-bridge'
import {
  activateScimConnection,
  createScimConnection,
  createScimToken,
  deleteScimConnection,
  listScimConnections,
  pauseScimConnection,
  type ScimConnectionView,
  updateScimConnection,
} from '@plantel/scim-server'

import { applyMappingRules } from './apply-mapping-rules.ts'
import type { Fields } from './change.ts'
import { PlanError, type PlanPath } from './plan-file.ts'
import type { ScimConnectionPlan, SsoConnectionPlan, WorkspacePlan } from './plan.ts'
import { at, reconcile, type Scope } from './scope.ts'
import type { WorkspaceContext } from './workspace-context.ts'

/** Links of the transaction's workspace to directories and identity providers, with the directories' rules. */
export async function applyConnections(
  trx: WorkspaceTransaction,
  scope: Scope,
  context: WorkspaceContext,
  plan: WorkspacePlan,
  path: PlanPath,
): Promise<void> {
  const scimPath = [...path, 'scimConnections']
  await applyScimConnections(trx, scope, plan.scimConnections, scimPath)
  const connections = await listScimConnections(trx)
  for (const [index, { name, rules }] of (plan.scimConnections ?? []).entries()) {
    const connection = connections.find((each) => each.name === name)
    if (rules === undefined || connection === undefined) continue
    const place = [...scimPath, index, 'rules']
    await at(scope, place, () => applyMappingRules(trx, scope, connection, rules))
  }
  await applySsoConnections(trx, scope, context, plan.ssoConnections, [...path, 'ssoConnections'])
}

async function applyScimConnections(
  trx: WorkspaceTransaction,
  scope: Scope,
  wanted: readonly ScimConnectionPlan[] | undefined,
  path: PlanPath,
): Promise<void> {
  await reconcile<ScimConnectionPlan, ScimConnectionView>(scope, {
    kind: 'SCIM connection',
    path,
    wanted,
    found: wanted === undefined ? [] : await listScimConnections(trx),
    nameOf: ({ name }) => name,
    fieldsOfWanted: scimFields,
    fieldsOfFound: scimFields,
    async create(plan, place) {
      const { name, idp, state = 'active', profile, patchResponse, defaultRole, rateLimit } = plan
      if (state === 'paused') {
        throw new PlanError([
          `${scope.locate([...place, 'state'])}: a new SCIM connection is a draft or active.`,
        ])
      }
      const settings = { name, idp, state, profile, patchResponse, defaultRole, rateLimit }
      const { id } = await createScimConnection(trx, settings)
      const { plainToken } = await createScimToken(trx, id)
      const what = `SCIM connection ${name}`
      scope.secrets.push(
        { what: `${what}, id`, value: id },
        { what: `${what}, token`, value: plainToken },
      )
    },
    async update(found, { state, profile, patchResponse, defaultRole, rateLimit }, changed) {
      refuseFixed(scope, path, changed, ['idp'], `SCIM connection ${found.name}`)
      await updateScimConnection(trx, found.id, { profile, patchResponse, defaultRole, rateLimit })
      if (!changed.has('state')) return
      if (state === 'active') await activateScimConnection(trx, found.id)
      else if (state === 'paused') await pauseScimConnection(trx, found.id)
      else refuseFixed(scope, path, changed, ['state'], `SCIM connection ${found.name}`)
    },
    async remove({ id }) {
      await deleteScimConnection(trx, id)
    },
  })
}

function scimFields(connection: ScimConnectionPlan | ScimConnectionView): Fields {
  const { idp, state, profile, patchResponse, defaultRole, rateLimit } = connection
  return { idp, state, profile, patchResponse, defaultRole, rateLimit }
}

/** What can be said only once. */
function refuseFixed(
  scope: Scope,
  path: PlanPath,
  changed: ReadonlySet<string>,
  fixed: readonly string[],
  what: string,
): void {
  const refused = fixed.filter((name) => changed.has(name))
  if (refused.length === 0) return
  throw new PlanError([
    `${scope.locate(path)}: ${refused.join(', ')} of ${what} can't be changed: make another connection with another name.`,
  ])
}

async function applySsoConnections(
  trx: WorkspaceTransaction,
  scope: Scope,
  { sealer, environment }: WorkspaceContext,
  wanted: readonly SsoConnectionPlan[] | undefined,
  path: PlanPath,
): Promise<void> {
  const secretOf = ({ clientSecret }: SsoConnectionPlan): string | undefined =>
    environment[clientSecret.env]
  const found = wanted === undefined ? [] : await listSsoConnections(trx, sealer)
  await reconcile<SsoConnectionPlan, SsoConnectionView>(scope, {
    kind: 'SSO connection',
    path,
    wanted,
    found,
    nameOf: ({ name }) => name,
    fieldsOfWanted(plan) {
      const current = found.find((each) => each.name === plan.name)
      const secret = secretOf(plan)
      const isKept = current !== undefined && (secret === undefined || current.hasSecret(secret))
      const { issuer, clientId, idTokenAlgorithm, binding } = plan
      const clientSecret = isKept ? undefined : `(from ${plan.clientSecret.env})`
      return { issuer, clientId, clientSecret, idTokenAlgorithm, binding }
    },
    fieldsOfFound: ({ issuer, clientId, idTokenAlgorithm, binding }) => ({
      issuer,
      clientId,
      clientSecret: '(another one)',
      idTokenAlgorithm,
      binding,
    }),
    async create(plan, place) {
      const clientSecret = secretOf(plan)
      if (clientSecret === undefined) {
        const { env } = plan.clientSecret
        throw new PlanError([
          `${scope.locate([...place, 'clientSecret'])}: set the environment variable ${env} to the client secret.`,
        ])
      }
      await createSsoConnection(trx, sealer, { ...plan, credential: { clientSecret } })
    },
    async update(current, plan, changed) {
      const fixed = ['clientId', 'idTokenAlgorithm', 'binding']
      refuseFixed(scope, path, changed, fixed, `SSO connection ${current.name}`)
      const clientSecret = changed.has('clientSecret') ? secretOf(plan) : undefined
      await updateSsoConnection(trx, sealer, current.id, { issuer: plan.issuer, clientSecret })
    },
  })
}
