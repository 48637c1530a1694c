import type { WorkspaceTransaction } from '@plantel/db'
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
import { applySsoConnections } from './apply-sso-connections.ts'
import type { Fields } from './change.ts'
import { PlanError, type PlanPath } from './plan-file.ts'
import type { ScimConnectionPlan, WorkspacePlan } from './plan.ts'
import { refuseFixed } from './refuse-fixed.ts'
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
