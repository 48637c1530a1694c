import type { Profile } from '../protocol/profile.ts'
import { isObject } from '../protocol/resource.ts'
import type { RequestWarning } from '../resources/resource-call.ts'
import { pingSeveralPrimaries } from './ping.ts'

/** A client's habit that the engine refuses and that `compat` rewrites before the engine reads it. */
export interface Quirk {
  /** Client and habit; also the subject of the remark in the request log. */
  readonly name: string
  /** Where the habit is on record. */
  readonly evidence: string
  /** The body of a POST or PUT as it is meant; undefined when the habit isn't in it. */
  readonly rewrite: (body: Record<string, unknown>) => Record<string, unknown> | undefined
}

const quirks: readonly Quirk[] = [pingSeveralPrimaries]

/** Rewrites the body of a POST or PUT; only `compat` does, and every rewrite leaves a remark. */
export function applyQuirks(
  body: unknown,
  profile: Profile,
): { body: unknown; warnings: readonly RequestWarning[] } {
  if (profile !== 'compat' || !isObject(body)) return { body, warnings: [] }
  const warnings: RequestWarning[] = []
  let rewritten: Record<string, unknown> = body
  for (const { name, rewrite } of quirks) {
    const next = rewrite(rewritten)
    if (next === undefined) continue
    rewritten = next
    warnings.push({ code: 'quirk-rewritten', subject: name })
  }
  return { body: rewritten, warnings }
}
