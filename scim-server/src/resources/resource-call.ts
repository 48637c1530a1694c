import type { WorkspaceTransaction } from '@plantel/db'

import type { ScimRequestDetails } from '../connections/request-log.ts'
import type { ScimConnection } from '../connections/scim-connection-queries.ts'
import { assertIfMatch, formatEntityTag } from '../protocol/entity-tag.ts'
import type { ListQuery } from '../protocol/list-query.ts'
import type { Projection } from '../protocol/projection.ts'
import { ScimError } from '../protocol/scim-error.ts'
import type { IndexPositions } from './index-positions.ts'
import type { PageCursors } from './page-cursor.ts'

/** Work may run again after a deadlock: it must have no effect outside its transaction. */
export type RunInTransaction = <Result>(
  work: (trx: WorkspaceTransaction) => Promise<Result>,
) => Promise<Result>

/** One request about resources, freed from HTTP. */
export interface ResourceCall {
  readonly connection: ScimConnection
  /** Runs work in a transaction that can't write: one of its own, unless the caller opened one for several calls. */
  readonly read: RunInTransaction
  /** The same, for work that writes. */
  readonly write: RunInTransaction
  /** The same, for work that may share its transaction with that of other requests. */
  readonly share: RunInTransaction
  /** The connection's, without trailing slash. */
  readonly baseUrl: string
  readonly projection: Projection
  readonly cursors: PageCursors
  readonly positions: IndexPositions
  readonly ifMatch: string | undefined
  /** `Prefer: return=minimal`. */
  readonly prefersMinimal: boolean
  /** Writes the request into the log, inside the transaction of what it changed. */
  readonly record: (
    trx: WorkspaceTransaction,
    status: number,
    warnings: readonly RequestWarning[],
    details?: ScimRequestDetails,
  ) => Promise<void>
}

/** What was accepted but not done as written; `subject` is an attribute's path or an id, never a value. */
export interface RequestWarning {
  readonly code: string
  readonly subject: string
}

/** JSON, in pieces where the whole would not fit in memory. */
export type JsonText = string | AsyncIterable<string>

/** What became of a request about one resource. */
export interface ResourceAnswer {
  readonly status: 200 | 201 | 204
  /** Undefined when the resource is gone. */
  readonly entityTag: string | undefined
  /** Whether rows of other resources are shown, of whose changes the entity tag knows nothing. */
  readonly showsOthers?: boolean
  /** Its URL, when it was made or read. */
  readonly location: string | undefined
  readonly json: JsonText | undefined
}

/** The verbs of a resource type; ids are as the client wrote them. */
export interface ResourceHandlers {
  readonly create: (call: ResourceCall, body: unknown) => Promise<ResourceAnswer>
  readonly read: (call: ResourceCall, id: string) => Promise<ResourceAnswer>
  readonly list: (call: ResourceCall, query: ListQuery) => Promise<JsonText>
  readonly replace: (call: ResourceCall, id: string, body: unknown) => Promise<ResourceAnswer>
  readonly patch: (call: ResourceCall, id: string, body: unknown) => Promise<ResourceAnswer>
  readonly remove: (call: ResourceCall, id: string) => Promise<ResourceAnswer>
}

/** MUST: what doesn't exist, is deleted or belongs to another connection → 404. */
export function requireResource<Row extends { version: string }>(
  row: Row | undefined,
  ifMatch: string | undefined,
): Row {
  if (row === undefined) throw ScimError.status(404, 'There is no such resource.')
  assertIfMatch(ifMatch, formatEntityTag(row.version))
  return row
}

/** The engine's remarks as the request log has them. */
export function toRequestWarnings(
  warnings: readonly { readonly code: string; readonly path: string }[],
): readonly RequestWarning[] {
  return warnings.map(({ code, path }) => ({ code, subject: path }))
}
