/** Cursors that every replica can read and no client can write. RFC 9865 §2. */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

import type { CursorPage, ListQuery } from '../protocol/list-query.ts'
import { ScimError } from '../protocol/scim-error.ts'

/** How long a cursor may wait for its next request. */
export const cursorTimeoutSeconds = 3_600

/** Where a page of a list ended. */
export interface PageEnd {
  /** The resource type whose row was last; a search over all types goes on from there. */
  readonly type: string
  readonly id: string
  /** The row's sort key as text; null when it has none or the list is by id. */
  readonly key: string | null
}

/** A page behind a cursor. */
export interface CursorPosition {
  readonly count: number
  /** Undefined for the first page. */
  readonly after: PageEnd | undefined
  /** How many there were on all pages when the first one was read: counted once. */
  readonly total: number | undefined
}

/** What binds a cursor: another connection, collection, filter or order has other pages. */
export interface CursorScope {
  readonly workspaceId: string
  readonly connectionId: string
  readonly endpoint: string
  readonly query: ListQuery
}

/** Reads and writes cursors. */
export interface PageCursors {
  /** Throws invalidCursor, expiredCursor or invalidCount. */
  open(page: CursorPage, scope: CursorScope): CursorPosition
  seal(position: { count: number; after: PageEnd; total: number }, scope: CursorScope): string
}

const macBytes = 32

/** Signs with a key of its own, derived from the installation's secret. */
export function createPageCursors(secret: string, now: () => number = Date.now): PageCursors {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'plantel scim cursor', macBytes))
  const sign = (payload: Buffer, scope: CursorScope): Buffer =>
    createHmac('sha256', key).update(scopeDigest(scope)).update(payload).digest()

  return {
    open({ cursor, count, defaultCount }, scope) {
      if (cursor === '') return { count: count ?? defaultCount, after: undefined, total: undefined }
      const sealed = Buffer.from(cursor, 'base64url')
      const mac = sealed.subarray(0, macBytes)
      const payload = sealed.subarray(macBytes)
      // Other spellings of the same bytes are no cursors of ours either.
      const isOurs =
        sealed.toString('base64url') === cursor &&
        mac.length === macBytes &&
        timingSafeEqual(mac, sign(payload, scope))
      if (!isOurs) throw ScimError.of('invalidCursor', 'The cursor does not belong to this query.')
      const [expiresAt, sealedCount, total, type, id, sortKey] = JSON.parse(
        payload.toString(),
      ) as Payload
      if (expiresAt <= now()) {
        throw ScimError.of('expiredCursor', 'The cursor is too old: begin again.')
      }
      if (count !== undefined && count !== sealedCount) {
        throw ScimError.of('invalidCount', 'count must stay what it was on the first page.')
      }
      return { count: sealedCount, total, after: { type, id, key: sortKey } }
    },
    seal({ count, after, total }, scope) {
      const expiresAt = now() + cursorTimeoutSeconds * 1_000
      const fields: Payload = [expiresAt, count, total, after.type, after.id, after.key]
      const payload = Buffer.from(JSON.stringify(fields))
      return Buffer.concat([sign(payload, scope), payload]).toString('base64url')
    },
  }
}

type Payload = readonly [
  expiresAt: number,
  count: number,
  total: number,
  type: string,
  id: string,
  key: string | null,
]

/** What tells one list from another: its collection, filter and order, of one connection. */
export function scopeDigest({ workspaceId, connectionId, endpoint, query }: CursorScope): Buffer {
  const { filter = null, sort } = query
  const scope = [workspaceId, connectionId, endpoint, filter, sort?.by ?? null, sort?.order ?? null]
  return createHash('sha256').update(JSON.stringify(scope)).digest()
}
