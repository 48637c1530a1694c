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
  const marked = value.filter((each) => isObject(each) && each['primary'] === true)
  if (marked.length < 2) return value
  return value.map((each: unknown) =>
    isObject(each) && each['primary'] === true && each !== marked[0]
      ? { ...each, primary: false }
      : each,
  )
}
