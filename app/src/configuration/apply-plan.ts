import {
  type Actor,
  createId,
  type Database,
  inInstallation,
  inWorkspace,
  type Sealer,
  type WorkspaceTransaction,
} from '@plantel/db'
import {
  createHost,
  findWorkspace,
  isRefused,
  lockHostSettings,
  type Workspace,
} from '@plantel/team'

import { reviewAllAdoptions } from '../review-all-adoptions.ts'
import { applyHost } from './apply-host.ts'
import { applyWorkspace } from './apply-workspace.ts'
import { digestOf, type PlannedChange } from './change.ts'
import { PlanError, type PlanFile } from './plan-file.ts'
import type { WorkspacePlan } from './plan.ts'
import type { PreparedConnections } from './prepare-sso.ts'
import { createScope, type NewSecret, type Scope } from './scope.ts'

/** What a plan is applied to, and how. */
export interface ApplyInput {
  db: Database
  sealer: Sealer
  actor: Actor
  environment: Readonly<Record<string, string | undefined>>
  file: PlanFile
  /** Made of the same file by `prepareSso`. */
  prepared: PreparedConnections
  prune: boolean
}

/** What one transaction would do, or did. */
export interface ScopeReport {
  /** `host Our inbox`, `workspace acme`. */
  title: string
  changes: readonly PlannedChange[]
  notes: readonly string[]
  secrets: readonly NewSecret[]
}

/** Thrown inside a transaction so that all it did is taken back. */
class TakenBack extends Error {
  readonly report: ScopeReport

  constructor(report: ScopeReport) {
    super('This was a rehearsal.')
    this.report = report
  }
}

/** The plan would do something else than what was shown; what `done` says is done. */
export class PlanChangedError extends Error {
  readonly done: readonly ScopeReport[]
  readonly now: ScopeReport
  /** What was shown, as `digestOf` says it. */
  readonly shown: string

  constructor(done: readonly ScopeReport[], now: ScopeReport, shown: string) {
    super(`${now.title} has changed meanwhile: look at the new difference and apply again.`)
    this.name = 'PlanChangedError'
    this.done = done
    this.now = now
    this.shown = shown
  }
}

/**
 * Says what a plan would do, by doing it and taking it back: what is shown is computed by what applies it. Scopes without
 * a change are left out. Throws a `PlanError` that names file, line and column.
 */
export async function rehearsePlan(input: ApplyInput): Promise<ScopeReport[]> {
  const reports: ScopeReport[] = []
  for (const part of partsOf(input)) {
    try {
      await part((report) => Promise.reject(new TakenBack(report)))
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error
      reports.push(error.report)
    }
  }
  return reports.filter(({ changes, notes }) => changes.length + notes.length > 0)
}

/**
 * Does what was shown, one transaction after the other. Throws a `PlanChangedError`, and leaves that transaction undone,
 * where the difference is no longer the one that was shown; of a plan that was refused twice because people had moved, only
 * where it would decide something else.
 */
export async function applyPlan(
  input: ApplyInput,
  shown: readonly ScopeReport[],
): Promise<ScopeReport[]> {
  const digests = new Map(shown.map(({ title, changes }) => [title, digestOf(changes)]))
  const nothing = digestOf([])
  const done: ScopeReport[] = []
  for (const part of partsOf(input)) {
    const report = await part(async (now, trx) => {
      const before = digests.get(now.title) ?? nothing
      const after = digestOf(now.changes)
      const isOther = trx === undefined ? after !== before : await isRefused(trx, after, before)
      if (isOther) throw new PlanChangedError(done, now, before)
    })
    if (report.changes.length > 0) done.push(report)
  }
  return done
}

/** Sees a report before the commit, in the workspace that it is about if any, and may throw to take everything back. */
type Judge = (report: ScopeReport, trx?: WorkspaceTransaction) => Promise<void>

/** One transaction of a plan. */
type Part = (judge: Judge) => Promise<ScopeReport>

function partsOf(input: ApplyInput): Part[] {
  const { plan } = input.file
  return [
    hostPart(input),
    ...(plan.workspaces ?? []).map((workspace, index) => workspacePart(input, workspace, index)),
  ]
}

function hostPart({ db, sealer, file, prune }: ApplyInput): Part {
  const { plan, locate } = file
  return (judge) =>
    inInstallation(db, async (query) => {
      const scope = createScope({ locate, prune })
      await applyHost({ query, sealer }, scope, plan.host)
      await scope.finish()
      const report = reportOf(`host ${plan.host.name}`, scope)
      await judge(report)
      return report
    })
}

function workspacePart(input: ApplyInput, workspace: WorkspacePlan, index: number): Part {
  const { db, sealer, actor, environment, file, prepared, prune } = input
  const { plan, locate } = file
  const path = ['workspaces', index]
  return async (judge) => {
    const existing = await findPlanned(db, plan.host.name, workspace.slug)
    if (existing?.deletedAt != null) {
      throw new PlanError([
        `${locate(path)}: the workspace "${workspace.slug}" is deleted: restore it first, or choose another slug.`,
      ])
    }
    const id = existing?.id ?? createId()
    const write = <Result>(work: (trx: WorkspaceTransaction) => Promise<Result>): Promise<Result> =>
      inWorkspace(db, id, actor, work)
    try {
      const report = await write(async (trx) => {
        // Before the host itself is made there is one only in this rehearsal.
        const host =
          (await lockHostSettings(trx.query, plan.host.name)) ??
          (await createHost(trx.query, { name: plan.host.name, allowedOrigins: [] }))
        const scope = createScope({ locate, prune })
        const context = {
          hostId: host.id,
          isNew: existing === undefined,
          sealer,
          environment,
          prepared,
        }
        await applyWorkspace(trx, scope, context, workspace, path)
        const made = reportOf(`workspace ${workspace.slug}`, scope)
        await judge(made, existing === undefined ? undefined : trx)
        return made
      })
      if (workspace.policies?.adoption === 'auto') await reviewAllAdoptions(write)
      return report
    } catch (error) {
      // The count was taken back with everything else.
      if (error instanceof PlanChangedError && existing !== undefined) {
        await write((trx) => isRefused(trx, digestOf(error.now.changes), error.shown))
      }
      throw error
    }
  }
}

async function findPlanned(
  db: Database,
  hostName: string,
  slug: string,
): Promise<Workspace | undefined> {
  const host = await inInstallation(db, (query) => lockHostSettings(query, hostName))
  if (host === undefined) return undefined
  return findWorkspace(db, host.id, slug, { evenIfDeleted: true })
}

function reportOf(title: string, { changes, notes, secrets }: Scope): ScopeReport {
  return { title, changes: [...changes], notes: [...notes], secrets: [...secrets] }
}
