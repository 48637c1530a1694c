import type { MemberPage, MemberRow } from '../contract/index.ts'
import { MOST_ROWS } from './row-window.ts'

/** How many rows one request asks for. */
export const PAGE_SIZE = 100
/** How many pages stay in memory; the others are read again when they come into view. */
export const PAGES_KEPT = 20
/** So many rows before it comes into view a page is asked for. */
const READ_AHEAD = 50

interface Page {
  rows: readonly MemberRow[]
  /** Where the server goes on behind it and before it. */
  next: string | null
  previous: string | null
  /** The first rows are asked for alone, because somebody waits for them; the others of their page afterwards. */
  isPart: boolean
  /** What the server has may differ from what we have. */
  stale: boolean
}

/** Which page to read next: beside another one by its cursor, or anywhere by its number. */
export interface PageRequest {
  position: number
  cursor: string | null
  /** How many rows come before it, where no cursor says so. */
  offset: number | null
  /** How many rows, of the page or of what it lacks. */
  limit: number
  /** Tells an answer that was asked for before the last change. */
  version: number
}

/**
 * Those parts of a long list that have been seen, as pages of so many rows each: any of them can be read, dropped and
 * read again, and after a change only what is in view is read again. The server alone decides order and membership.
 */
export class MemberPages {
  #pages = new Map<number, Page>()
  #version = 0
  /** How many members match on the server. */
  total = 0

  /** The rows from `first` up to but not including `end`; undefined where none has been read. */
  slice(first: number, end: number): (MemberRow | undefined)[] {
    const rows: (MemberRow | undefined)[] = []
    for (let row = first; row < Math.min(end, this.total); row += 1) {
      rows.push(this.#pages.get(pageOf(row))?.rows[row % PAGE_SIZE])
    }
    return rows
  }

  /** Where a member stands, or -1. */
  indexOf(memberId: string): number {
    for (const [position, { rows }] of this.#pages) {
      const index = rows.findIndex((row) => row.id === memberId)
      if (index !== -1) return position * PAGE_SIZE + index
    }
    return -1
  }

  find(memberId: string): MemberRow | undefined {
    const index = this.indexOf(memberId)
    return this.slice(index, index + 1)[0]
  }

  /** The page that has to be read so that the rows from `first` to `last` are there and true, and those near them there. */
  needed(first: number, last: number): PageRequest | undefined {
    const lastPage = pageOf(Math.max(0, this.total - 1))
    const inView = [pageOf(first), pageOf(last)]
    const near = [pageOf(last + READ_AHEAD), pageOf(first - READ_AHEAD)]
    for (const [index, position] of [...inView, ...near].entries()) {
      const page = this.#pages.get(position)
      const part = page?.stale === false && page.isPart ? page : undefined
      const isThere = page !== undefined && !part && !(page.stale && index < inView.length)
      if (isThere || position < 0 || position > lastPage) continue
      const beside = part ?? this.#trusted(position - 1)
      const cursor = beside?.next ?? this.#trusted(position + 1)?.previous ?? null
      const offset = cursor === null && position > 0 ? position * PAGE_SIZE : null
      const limit = this.#pages.size === 0 ? MOST_ROWS : PAGE_SIZE - (part?.rows.length ?? 0)
      return { position, cursor, offset, limit, version: this.#version }
    }
    return undefined
  }

  /** Takes an answer in the place of `request`. */
  put(request: PageRequest, answer: MemberPage): void {
    const { position, cursor, offset, limit } = request
    const { members: rows, total, nextCursor: next, previousCursor: previous } = answer
    const hasMoved = total !== this.total && this.#pages.size > 0
    // What an answer begins or completes.
    const part = limit < PAGE_SIZE && cursor !== null ? this.#pages.get(position) : undefined
    const held = part?.rows.length ?? 0
    const size = Math.min(PAGE_SIZE, total - position * PAGE_SIZE) - held
    // Beside a page that has moved nobody knows which rows these are: they are read again by their number.
    const isLost = cursor !== null && (hasMoved || rows.length !== size)
    if (hasMoved || isLost) this.#distrust()
    this.total = total
    for (const at of this.#pages.keys()) if (at * PAGE_SIZE >= total) this.#pages.delete(at)
    // The list ends before that by now: the answer is its end.
    if (offset !== null && offset !== answer.offset) return
    const ids = new Set(rows.map((row) => row.id))
    // Somebody whose name changed may have moved here from another page.
    for (const page of this.#pages.values()) {
      const others = page.rows.filter((row) => !ids.has(row.id))
      if (others.length === page.rows.length) continue
      page.rows = others
      page.stale = true
    }
    const stale = isLost || request.version !== this.#version || part?.stale === true
    this.#pages.set(position, {
      rows: part === undefined ? rows : [...part.rows, ...rows],
      next,
      previous,
      isPart: limit < PAGE_SIZE && cursor === null && next !== null && rows.length < size,
      stale,
    })
    const far = [...this.#pages.keys()].toSorted(
      (a, b) => Math.abs(a - position) - Math.abs(b - position),
    )
    for (const at of far.slice(PAGES_KEPT)) this.#pages.delete(at)
  }

  /** Marks everything as possibly outdated; it stays visible until it is read again. */
  invalidate(): void {
    this.#version += 1
    this.#distrust()
  }

  /** Changes one row in place, if it is there. */
  patch(memberId: string, change: Partial<MemberRow>): boolean {
    const index = this.indexOf(memberId)
    const page = this.#pages.get(pageOf(index))
    const row = page?.rows[index % PAGE_SIZE]
    if (page === undefined || row === undefined) return false
    page.rows = page.rows.with(index % PAGE_SIZE, { ...row, ...change })
    return true
  }

  /** A page whose ends are where they were. */
  #trusted(position: number): Page | undefined {
    const page = this.#pages.get(position)
    return page?.stale === false && !page.isPart ? page : undefined
  }

  #distrust(): void {
    for (const page of this.#pages.values()) page.stale = true
  }
}

function pageOf(row: number): number {
  return Math.floor(row / PAGE_SIZE)
}
