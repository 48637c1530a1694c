import type { Profile } from '../protocol/profile.ts'
import { isObject } from '../protocol/resource.ts'
import type { RequestWarning } from '../resources/resource-call.ts'
import { pingSeveralPrimaries } from './ping.ts'
import type { Quirk } from './quirk.ts'

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
