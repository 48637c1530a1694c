import { PlanError, type PlanPath } from './plan-file.ts'
import type { Scope } from './scope.ts'

/** Throws for what can be said only once; `what` names the connection. */
export function refuseFixed(
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
