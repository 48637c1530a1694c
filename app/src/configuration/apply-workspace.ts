import type { WorkspaceTransaction } from '@plantel/db'
import {
  createWorkspace,
  editWorkspace,
  lockWorkspace,
  peopleOfHash,
  previewWorkspaceEdit,
  type Workspace,
  type WorkspaceEdit,
} from '@plantel/team'

import { applyConnections } from './apply-connections.ts'
import { applyTeamSettings } from './apply-team-settings.ts'
import { differingFields, type Fields, type PeopleEffect } from './change.ts'
import { PlanError, type PlanPath } from './plan-file.ts'
import type { WorkspacePlan } from './plan.ts'
import { at, type Scope } from './scope.ts'
import type { WorkspaceContext } from './workspace-context.ts'

/** Makes the transaction's workspace as its plan says. */
export async function applyWorkspace(
  trx: WorkspaceTransaction,
  scope: Scope,
  context: WorkspaceContext,
  plan: WorkspacePlan,
  path: PlanPath,
): Promise<void> {
  if (context.isNew) await makeWorkspace(trx, scope, context, plan, path)
  await applySettings(trx, scope, context, plan, path)
  await applyTeamSettings(trx, scope, plan, path)
  await applyConnections(trx, scope, context, plan, path)
  await scope.finish()
}

const neededAtFirst = ['name', 'preset', 'locale', 'timeZone', 'owner'] as const

async function makeWorkspace(
  trx: WorkspaceTransaction,
  scope: Scope,
  { hostId }: WorkspaceContext,
  plan: WorkspacePlan,
  path: PlanPath,
): Promise<void> {
  const { slug, name, preset, locale, timeZone, owner } = plan
  if (
    name === undefined ||
    preset === undefined ||
    locale === undefined ||
    timeZone === undefined ||
    owner === undefined
  ) {
    const missing = neededAtFirst.filter((each) => plan[each] === undefined)
    throw new PlanError([
      `${scope.locate(path)}: there is no workspace "${slug}" yet; to make it, say its ${missing.join(', ')}.`,
    ])
  }
  const fields = { name, preset, locale, timeZone, owner }
  scope.changes.push({
    kind: 'create',
    what: `workspace ${slug}`,
    fields: differingFields({}, fields),
  })
  await at(scope, path, () =>
    createWorkspace(trx, { hostId, slug, ...fields, departments: [], channels: [] }),
  )
}

async function applySettings(
  trx: WorkspaceTransaction,
  scope: Scope,
  { isNew }: WorkspaceContext,
  plan: WorkspacePlan,
  path: PlanPath,
): Promise<void> {
  const before = await lockWorkspace(trx)
  if (plan.preset !== undefined && plan.preset !== before.preset) {
    throw new PlanError([
      `${scope.locate([...path, 'preset'])}: "${before.slug}" was made with the preset "${before.preset}", ` +
        'which stays: change its roles and policies instead.',
    ])
  }
  const { name, locale, timeZone, seats, brand, policies } = plan
  const edit: WorkspaceEdit = { name, locale, timeZone, seats, brand, policies }
  const fields = differingFields(settingFields(before), settingFields(edit))
  if (fields.length === 0) return
  const what = isNew ? `settings of ${before.slug}` : `workspace ${before.slug}`
  const decides = !isNew && fields.some(({ name }) => decisive.has(name))
  const effect = decides ? { effect: await effectOf(trx, edit) } : {}
  scope.changes.push({ kind: 'update', what, fields, ...effect })
  await at(scope, path, () => editWorkspace(trx, edit))
}

/** What of the settings decides about access. */
const decisive = new Set(['seats', 'policies.localRoles', 'policies.roleStrategy'])

/** What the settings do to people. */
async function effectOf(trx: WorkspaceTransaction, edit: WorkspaceEdit): Promise<PeopleEffect> {
  const { hash, changed, gainAccess, loseAccess } = await previewWorkspaceEdit(trx, edit)
  return { changed, gainAccess, loseAccess, hash: peopleOfHash(hash) }
}

/** Settings one by one, as a plan and a diff name them. */
export function settingFields(settings: WorkspaceEdit | Workspace): Fields {
  const { retention = {}, ...policies } = settings.policies ?? {}
  return {
    name: settings.name,
    locale: settings.locale,
    timeZone: settings.timeZone,
    seats: settings.seats,
    brand: settings.brand,
    ...prefixed('policies.', policies),
    ...prefixed('policies.retention.', retention),
  }
}

function prefixed(prefix: string, fields: object): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [prefix + name, value]))
}
