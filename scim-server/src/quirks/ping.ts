import { isObject } from '../protocol/resource.ts'
import type { Quirk } from './quirk.ts'

/** PingFederate marks one email per type as primary; the first mark stays. */
export const pingSeveralPrimaries: Quirk = {
  name: 'ping/several-primaries',
  evidence: 'docs.pingidentity.com, SCIM provisioner: known limitations',
  rewrite(body) {
    const before = Object.entries(body)
    const after = before.map(([name, value]) => [name, keepFirstPrimary(value)] as const)
    const changed = after.some(([, value], index) => value !== before[index]?.[1])
    return changed ? Object.fromEntries(after) : undefined
  },
}

function keepFirstPrimary(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const marked = value.filter((each) => isMarked(each))
  if (marked.length < 2) return value
  return value.map((each: unknown) =>
    isMarked(each) && each !== marked[0] ? { ...each, primary: false } : each,
  )
}

/** As the engine will read it, which takes the text for the boolean. */
function isMarked(element: unknown): element is Record<string, unknown> {
  if (!isObject(element)) return false
  const { primary } = element
  return primary === true || (typeof primary === 'string' && /^true$/i.test(primary))
}
