import type { Request } from 'express'

/** What a mailed link holds: the `:token` of its path. */
export function tokenOf(req: Request): string {
  const token = req.params['token']
  return typeof token === 'string' ? token : ''
}
