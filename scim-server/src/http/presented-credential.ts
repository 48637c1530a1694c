import type { Request } from 'express'

import type { PresentedCredential } from '../connections/authenticate.ts'
import { plainAddress } from '../connections/network-list.ts'

/** What a request says about who sends it; a search by POST reads, whatever its method. */
export function presentedCredential(request: Request): PresentedCredential {
  const { method, path } = request
  const reads = method === 'GET' || method === 'HEAD' || path.endsWith('/.search')
  return {
    authorization: request.headers.authorization,
    address: plainAddress(request.ip),
    intent: reads ? 'read' : 'write',
  }
}
