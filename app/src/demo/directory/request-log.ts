import type { ScimCall } from './scim-call.ts'

/** Why a request did not do what it should, as the log panel words it. */
export type ScimFailure =
  | 'unreachable'
  | 'token-refused'
  | 'not-found'
  | 'taken'
  | 'not-understood'
  | 'too-many'
  | 'plantel-failed'
  | 'unreadable'

/** One SCIM request and what became of it. */
export interface ScimExchange {
  id: number
  at: Date
  call: ScimCall
  /** The whole path on the wire, with the connection's part. */
  path: string
  /** Undefined when no answer came. */
  status: number | undefined
  durationMs: number
  answer: unknown
  failure: ScimFailure | undefined
}

/** The latest requests of one directory, newest last; told to whoever watches. */
export interface RequestLog {
  add: (exchange: Omit<ScimExchange, 'id'>) => ScimExchange
  latest: () => readonly ScimExchange[]
  watch: (watcher: (exchange: ScimExchange) => void) => () => void
}

const kept = 60

export function createRequestLog(): RequestLog {
  const exchanges: ScimExchange[] = []
  const watchers = new Set<(exchange: ScimExchange) => void>()
  let lastId = 0
  return {
    add(exchange) {
      lastId += 1
      const numbered = { ...exchange, id: lastId }
      exchanges.push(numbered)
      if (exchanges.length > kept) exchanges.shift()
      for (const watcher of watchers) watcher(numbered)
      return numbered
    },
    latest: () => exchanges,
    watch(watcher) {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
  }
}
