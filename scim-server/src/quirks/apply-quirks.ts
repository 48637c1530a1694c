import type { PatchRequest } from '../protocol/patch-request.ts'
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
  const found = new Set<string>()
  const rewritten = rewrite(body, found)
  return { body: rewritten, warnings: remarksOn(found) }
}

/** Rewrites the values of a PATCH in the same way: each is part of a body, under the name that its path has. */
export function applyPatchQuirks(
  request: PatchRequest,
  profile: Profile,
): { request: PatchRequest; warnings: readonly RequestWarning[] } {
  if (profile !== 'compat') return { request, warnings: [] }
  const found = new Set<string>()
  const operations = request.operations.map((operation) => {
    const { path, value } = operation
    if (path !== undefined) return { ...operation, value: rewrite({ [path]: value }, found)[path] }
    return isObject(value) ? { ...operation, value: rewrite(value, found) } : operation
  })
  return { request: { ...request, operations }, warnings: remarksOn(found) }
}

function rewrite(body: Record<string, unknown>, found: Set<string>): Record<string, unknown> {
  let rewritten = body
  for (const quirk of quirks) {
    const next = quirk.rewrite(rewritten)
    if (next === undefined) continue
    rewritten = next
    found.add(quirk.name)
  }
  return rewritten
}

function remarksOn(found: ReadonlySet<string>): readonly RequestWarning[] {
  return [...found].map((subject) => ({ code: 'quirk-rewritten', subject }))
}
