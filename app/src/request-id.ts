import type { IncomingMessage } from 'node:http'

import { createId } from '@plantel/db'

const ids = new WeakMap<IncomingMessage, string>()

/** Names this request in the log, in problems and in every audit entry it leads to; ours, never the caller's. */
export function requestIdOf(request: IncomingMessage): string {
  const known = ids.get(request)
  if (known !== undefined) return known
  const id = createId()
  ids.set(request, id)
  return id
}
