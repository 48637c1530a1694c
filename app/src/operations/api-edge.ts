import type { HostScope } from '@plantel/team'
import type { Request } from 'express'

/** How one of the APIs lets requests in. */
export interface ApiEdge<Caller> {
  /** Finds out who calls before anything else of a request is looked at; throws `unauthenticated`. */
  identify(request: Request): Promise<Identity<Caller>>
  /** Whether an edit must say which version it was decided on. */
  ifMatch: 'required' | 'optional'
}

/** Who calls. */
export interface Identity<Caller> {
  caller: Caller
  /** What a host key may do; undefined where nothing limits it. */
  scopes?: readonly HostScope[]
}
