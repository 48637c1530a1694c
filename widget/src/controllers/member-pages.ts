import type { MemberPage, MemberRow } from '../contract/index.ts'

/** How many rows one request asks for. */
export const PAGE_SIZE = 100
/** How many pages stay in memory; the others are read again when they come into view. */
export const PAGES_KEPT = 20
/** So many rows before the end the next page is asked for. */
const READ_AHEAD = 50

interface Page {
  /** Where the server has to start; null is the beginning. */
  cursor: string | null
  rows: readonly MemberRow[]
  /** How many rows it had when it was read last; keeps its place while `rows` is dropped. */
  count: number
  /** What the server has may differ from what we have. */
  stale: boolean
}

/** Which page to read next. */
export interface PageRequest {
  position: number
  cursor: string | null
  /** Tells an answer that was asked for before the last change. */
  version: number
}

/**
 * The part of a long list that has been read so far, as pages that each know the cursor they start
 * at: a page can be dropped and read again, and after a change only what is in view is read again.
 * The server alone decides order and membership.
 */
export class MemberPages {
  #pages: Page[] = []
  #nextCursor: string | null = null
  #version = 0
  /** How many members match on the server. */
  total = 0

  /** How many rows have been read, dropped ones included. */
  get length(): number {
    return this.#pages.reduce((sum, page) => sum + page.count, 0)
  }

  get hasMore(): boolean {
    return this.#nextCursor !== null
  }

  /** The rows from `first` up to but not including `end`; undefined where a page was dropped. */
  slice(first: number, end: number): (MemberRow | undefined)[] {
    const rows: (MemberRow | undefined)[] = []
    let start = 0
    for (const page of this.#pages) {
      const stop = Math.min(end, start + page.count)
      for (let index = Math.max(first, start); index < stop; index += 1) {
        rows.push(page.rows[index - start])
      }
      start += page.count
      if (start >= end) break
    }
    return rows
  }

  /** Where a member stands, or -1. */
  indexOf(memberId: string): number {
    let start = 0
    for (const page of this.#pages) {
      const index = page.rows.findIndex((row) => row.id === memberId)
      if (index !== -1) return start + index
      start += page.count
    }
    return -1
  }

  find(memberId: string): MemberRow | undefined {
    for (const page of this.#pages) {
      const row = page.rows.find((row) => row.id === memberId)
      if (row !== undefined) return row
    }
    return undefined
  }

  /** The page that has to be read so that the rows from `first` to `last` are there and true. */
  needed(first: number, last: number): PageRequest | undefined {
    let start = 0
    for (const [position, page] of this.#pages.entries()) {
      const inView = start <= last && start + page.count >= first
      if (inView && (page.stale || page.rows.length < page.count)) {
        return { position, cursor: page.cursor, version: this.#version }
      }
      start += page.count
    }
    const position = this.#pages.length
    const isEndNear = last + READ_AHEAD >= start
    if (position > 0 && (this.#nextCursor === null || !isEndNear)) return undefined
    return { position, cursor: this.#nextCursor, version: this.#version }
  }

  /** Takes an answer in the place of `request`; the pages after it move to where it now ends. */
  put(request: PageRequest, answer: MemberPage): void {
    const { position, cursor } = request
    this.total = answer.total
    const ids = new Set(answer.members.map((row) => row.id))
    // Somebody whose name changed may have moved here from another page.
    for (const page of this.#pages) {
      if (!page.rows.some((row) => ids.has(row.id))) continue
      page.rows = page.rows.filter((row) => !ids.has(row.id))
      page.count = page.rows.length
    }
    const stale = request.version !== this.#version
    const { members: rows, nextCursor } = answer
    this.#pages[position] = { cursor, rows, count: rows.length, stale }
    const next = this.#pages[position + 1]
    if (next === undefined || nextCursor === null) {
      this.#pages.length = position + 1
      this.#nextCursor = nextCursor
    } else if (next.cursor !== nextCursor) {
      next.cursor = nextCursor
      next.stale = true
    }
    this.#dropFarFrom(position)
  }

  /** Marks everything as possibly outdated; it stays visible until it is read again. */
  invalidate(): void {
    this.#version += 1
    for (const page of this.#pages) page.stale = true
  }

  /** Changes one row in place, if it is there. */
  patch(memberId: string, change: Partial<MemberRow>): boolean {
    const page = this.#pages.find((page) => page.rows.some((row) => row.id === memberId))
    if (page === undefined) return false
    const index = page.rows.findIndex((row) => row.id === memberId)
    const row = page.rows[index]
    if (row !== undefined) page.rows = page.rows.with(index, { ...row, ...change })
    return true
  }

  #dropFarFrom(position: number): void {
    const reach = PAGES_KEPT / 2
    for (const [index, page] of this.#pages.entries()) {
      const loaded = this.#pages.length > PAGES_KEPT && Math.abs(index - position) >= reach
      if (loaded) page.rows = []
    }
  }
}
