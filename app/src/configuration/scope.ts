import { ScimConnectionError } from '@plantel/scim-server'
import { TeamError } from '@plantel/team'

import { errorToProblem, ProblemError } from '../problem.ts'
import { differingFields, type Fields, type PlannedChange } from './change.ts'
import { PlanError, type PlanFile, type PlanPath } from './plan-file.ts'

/** A secret that exists in clear only now. */
export interface NewSecret {
  what: string
  value: string
}

/** What is decided for all parts of a plan alike. */
export interface ScopeOptions {
  locate: PlanFile['locate']
  /** Whether what the plan doesn't name is deleted. */
  prune: boolean
}

/** Collects what one transaction does for a plan. */
export interface Scope extends ScopeOptions {
  readonly changes: PlannedChange[]
  readonly secrets: NewSecret[]
  /** What the operator should know although nothing is done about it. */
  readonly notes: string[]
  /** Puts a deletion off until everything that may lean on it has been changed. */
  atEnd: (work: () => Promise<void>) => void
  /** Does what was put off, the latest first. */
  finish: () => Promise<void>
}

export function createScope(options: ScopeOptions): Scope {
  const putOff: (() => Promise<void>)[] = []
  return {
    ...options,
    changes: [],
    secrets: [],
    notes: [],
    atEnd: (work) => void putOff.push(work),
    async finish() {
      for (const work of putOff.toReversed()) await work()
    },
  }
}

/** Runs work for one place of the plan: a refusal names it. */
export async function at<T>(scope: Scope, path: PlanPath, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isRefusal =
      error instanceof TeamError ||
      error instanceof ScimConnectionError ||
      error instanceof ProblemError
    if (!isRefusal) throw error
    const { detail } = errorToProblem(error, '')
    throw new PlanError([`${scope.locate(path)}: ${detail}`], { cause: error })
  }
}

/** Things of one kind that are known by a name: what a plan wants, what there is, and how one becomes the other. */
export interface Collection<Wanted, Found> {
  /** `role`, `channel`. */
  kind: string
  /** Where the list stands in the plan. */
  path: PlanPath
  /** Undefined leaves all of them alone, a pruning plan as well. */
  wanted: readonly Wanted[] | undefined
  found: readonly Found[]
  nameOf: (entry: Wanted | Found) => string
  fieldsOfWanted: (wanted: Wanted) => Fields
  fieldsOfFound: (found: Found) => Fields
  create: (wanted: Wanted, path: PlanPath) => Promise<void>
  update: (found: Found, wanted: Wanted, changed: ReadonlySet<string>) => Promise<void>
  /** Absent where there is no way to delete one. */
  remove?: (found: Found) => Promise<void>
  /** What can't be deleted because it isn't the plan's. */
  isKept?: (found: Found) => boolean
}

/** Makes what is missing, changes what differs and, where the plan prunes, deletes the rest at the end. */
export async function reconcile<Wanted, Found>(
  scope: Scope,
  collection: Collection<Wanted, Found>,
): Promise<void> {
  const { kind, wanted, nameOf } = collection
  if (wanted === undefined) return
  const found = new Map(collection.found.map((each) => [nameOf(each), each]))
  for (const [index, each] of wanted.entries()) {
    const path = [...collection.path, index]
    const name = nameOf(each)
    const current = found.get(name)
    found.delete(name)
    const before = current === undefined ? {} : collection.fieldsOfFound(current)
    const fields = differingFields(before, collection.fieldsOfWanted(each))
    const what = `${kind} ${name}`
    if (current === undefined) {
      scope.changes.push({ kind: 'create', what, fields })
      await at(scope, path, () => collection.create(each, path))
    } else if (fields.length > 0) {
      scope.changes.push({ kind: 'update', what, fields })
      const changed = new Set(fields.map((field) => field.name))
      await at(scope, path, () => collection.update(current, each, changed))
    }
  }
  if (scope.prune) prune(scope, collection, [...found.values()])
}

function prune<Wanted, Found>(
  scope: Scope,
  { kind, path, nameOf, remove, isKept }: Collection<Wanted, Found>,
  rest: readonly Found[],
): void {
  for (const each of rest) {
    if (isKept?.(each) === true) continue
    const what = `${kind} ${nameOf(each)}`
    if (remove === undefined) {
      scope.notes.push(`${what} is not in the plan and stays: it can't be deleted by a plan.`)
      continue
    }
    scope.atEnd(async () => {
      scope.changes.push({ kind: 'delete', what, fields: [] })
      await at(scope, path, () => remove(each))
    })
  }
}
