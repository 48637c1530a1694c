import type { Database, ShareTransaction, WorkspaceTransaction } from '@plantel/db'

import type { ScimRequestDetails } from '../connections/request-log.ts'
import type { ScimConnection } from '../connections/scim-connection-queries.ts'
import type { LongLists } from '../protocol/long-list.ts'
import type { IndexPositions } from '../resources/index-positions.ts'
import type { PageCursors } from '../resources/page-cursor.ts'
import type { JsonText, RequestWarning } from '../resources/resource-call.ts'
import type { ServedType } from '../resources/served-type.ts'

/** One request after the path is matched and the caller known. */
export interface RouteRequest {
  readonly id: string
  readonly db: Database
  readonly share: ShareTransaction
  readonly cursors: PageCursors
  readonly positions: IndexPositions
  /** Everything that the server offers. */
  readonly types: readonly ServedType[]
  readonly connection: ScimConnection
  /** Whether a token of the connection came with the request. */
  readonly isAuthenticated: boolean
  /** The connection's, without trailing slash. */
  readonly baseUrl: string
  /** What the path names after the collection; "" when it names nothing. */
  readonly resourceId: string
  /** The query string; a repeated parameter is a list. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** One header, by lower-case name. */
  readonly header: (name: string) => string | undefined
  /** Reads and parses the body, which may have such lists. */
  readonly readBody: (longLists?: LongLists) => Promise<unknown>
  /** Refuses as at the beginning, should the connection have been paused or the token revoked meanwhile. */
  readonly confirm: () => Promise<void>
  /** Counts what the request costs beyond one against the connection's rate limit. */
  readonly charge: (requests: number) => void
  /** Tells the operator of a failure of ours that is only part of the answer. */
  readonly reportFault: (error: unknown) => void
  /** Writes the request into the log, inside the transaction of what it changed. */
  readonly record: (
    trx: WorkspaceTransaction,
    status: number,
    warnings: readonly RequestWarning[],
    details?: ScimRequestDetails,
  ) => Promise<void>
}

/** What a route answers; a body is always SCIM JSON. */
export interface RouteAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: JsonText | undefined
}

/** The methods of the protocol; HEAD is GET without body, OPTIONS and 405 follow from the table. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Answers one method of one path. */
export interface Route {
  /** Discovery is public, or shows more to whom has a token; everything else wants one. */
  readonly access: 'public' | 'either' | 'token'
  readonly answer: (request: RouteRequest) => Promise<RouteAnswer>
}
