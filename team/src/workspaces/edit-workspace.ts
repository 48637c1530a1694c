import { isDeepStrictEqual } from 'node:util'

import type {
  Retention,
  WorkspaceBrand,
  WorkspacePolicies,
  WorkspaceTransaction,
} from '@plantel/db'
import { sql } from 'kysely'

import { TeamError } from '../errors.ts'
import { recordChanges } from '../history/record-change.ts'
import { lockRules } from '../mapping/hold-rules.ts'
import type { Locale } from './preset.ts'
import { reprojectAfterSettings } from './reproject-after-settings.ts'
import { lockWorkspace, type Workspace } from './workspace-queries.ts'

/** What may be changed of a workspace; what is absent stays. */
export interface WorkspaceEdit {
  name?: string | undefined
  locale?: Locale | undefined
  /** IANA name. */
  timeZone?: string | undefined
  /** How many members may hold a role; null is no limit. */
  seats?: number | null | undefined
  /** As a whole; null is as Plantel looks. */
  brand?: WorkspaceBrand | null | undefined
  policies?: WorkspacePoliciesEdit | undefined
}

export type WorkspacePoliciesEdit = {
  [Name in Exclude<keyof WorkspacePolicies, 'retention'>]?: WorkspacePolicies[Name] | undefined
} & { retention?: { [Kind in keyof Retention]?: Retention[Kind] | undefined } | undefined }

/** A workspace as it is after an edit. */
export interface EditedWorkspace extends Workspace {
  /** Set where so many people are concerned that they get it one after the other. */
  jobId: string | undefined
}

/** What of a workspace decides about the access of its members. */
const decisive: readonly (keyof WorkspacePolicies)[] = ['localRoles', 'roleStrategy']

/**
 * Changes the settings of the transaction's workspace; the same again changes nothing. Where they decide about access,
 * everybody gets what they say, many by a job. Throws `workspace-not-found`, and `version-mismatch` when the settings are not
 * as the editor saw them.
 */
export async function editWorkspace(
  trx: WorkspaceTransaction,
  edit: WorkspaceEdit,
  expectedVersion?: string,
): Promise<EditedWorkspace> {
  const mayDecide =
    edit.seats !== undefined || decisive.some((name) => edit.policies?.[name] !== undefined)
  // Before the row: whoever changes rules takes them in this order.
  if (mayDecide) await lockRules(trx)
  const before = await lockWorkspace(trx)
  if (before.deletedAt !== null) throw new TeamError('workspace-not-found')
  if (expectedVersion !== undefined && expectedVersion !== before.version) {
    throw new TeamError('version-mismatch')
  }
  const after = applyEdit(before, edit)
  const changed = settings.filter((name) => !isDeepStrictEqual(before[name], after[name]))
  if (changed.length === 0) return { ...before, jobId: undefined }
  await trx.query
    .updateTable('workspaces')
    .set({
      name: after.name,
      locale: after.locale,
      time_zone: after.timeZone,
      seats: after.seats,
      brand: after.brand === null ? null : JSON.stringify(after.brand),
      policies: JSON.stringify(after.policies),
      version: sql<string>`version + 1`,
    })
    .where('id', '=', trx.workspaceId)
    .execute()
  await recordEdit(trx, before, after, changed)
  const roles = decisive.some((name) => before.policies[name] !== after.policies[name])
  const seats = changed.includes('seats') ? { before: before.seats, limit: after.seats } : undefined
  const job =
    roles || seats !== undefined ? await reprojectAfterSettings(trx, { seats, roles }) : undefined
  return { ...after, version: String(BigInt(before.version) + 1n), jobId: job?.jobId }
}

const settings = ['name', 'locale', 'timeZone', 'seats', 'brand', 'policies'] as const

function applyEdit(workspace: Workspace, { policies, ...edit }: WorkspaceEdit): Workspace {
  const { retention, ...given } = withoutAbsent(policies ?? {})
  return {
    ...workspace,
    ...withoutAbsent(edit),
    policies: {
      ...workspace.policies,
      ...given,
      retention: { ...workspace.policies.retention, ...withoutAbsent(retention ?? {}) },
    },
  }
}

function withoutAbsent<T extends object>(
  edit: T,
): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const present = Object.entries(edit).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [Name in keyof T]?: Exclude<T[Name], undefined> }
}

async function recordEdit(
  trx: WorkspaceTransaction,
  before: Workspace,
  after: Workspace,
  changed: readonly (typeof settings)[number][],
): Promise<void> {
  const pick = (workspace: Workspace): Record<string, unknown> =>
    Object.fromEntries(changed.map((name) => [name, workspace[name]]))
  const { id, slug, name } = after
  await recordChanges(trx, [
    {
      action: 'workspace.updated',
      subject: { kind: 'workspace', id },
      before: pick(before),
      after: pick(after),
      event: {
        type: 'workspace.updated',
        memberId: null,
        payload: { workspace: { id, slug, name }, changed: [...changed] },
      },
    },
  ])
}
