import { isUnavailable } from '@plantel/db'

import { loggedQuery } from './request-log-query.ts'

/** A read that was answered. */
export interface LoggedRead {
  readonly workspaceId: string
  readonly connectionId: string
  readonly requestId: string
  readonly method: string
  /** Below the connection's base URL, with `:id` for a resource. */
  readonly path: string
  /** What stands there, if it is an id of ours. */
  readonly resourceId: string | undefined
  readonly parameters: Readonly<Record<string, unknown>>
  readonly status: number
  readonly durationMs: number
}

/** Reads of one connection, alike and soon after each other, as the request log has them. */
export interface ReadLogEntry {
  /** Of the first. */
  readonly id: string
  readonly connectionId: string
  readonly method: string
  /** Without values, and of many without what each asked for alone. */
  readonly path: string
  readonly status: number
  readonly times: number
  /** Of the slowest. */
  readonly durationMs: number
  /** Of the last. */
  readonly occurredAt: Date
}

/** Collects reads for the request log: no request waits for it, and a synchronisation is a few entries. */
export interface ReadLog {
  note(read: LoggedRead): void
  /** Writes what is left. */
  close(): Promise<void>
}

export interface ReadLogOptions {
  readonly write: (workspaceId: string, entries: readonly ReadLogEntry[]) => Promise<void>
  /** Told how many reads are missing in the log since it was told the last time. */
  readonly report: (missing: number, error: unknown) => void
  /** How soon the first read after a rest is written, so that whoever tries a connection sees it. */
  readonly firstMs?: number
  /** How often at most. */
  readonly everyMs?: number
}

/** The oldest go when there are more: the database is away, or a client asks for something else each time. */
const maxWaiting = 1_000
/** A query that is longer is not looked at. */
const maxShapeCharacters = 1_000

/** Alike reads, as long as they wait. */
interface Waiting {
  readonly first: LoggedRead
  isOfOne: boolean
  times: number
  durationMs: number
  lastAt: number
}

export function createReadLog({
  write,
  report,
  firstMs = 250,
  everyMs = 10_000,
}: ReadLogOptions): ReadLog {
  let waiting = new Map<string, Waiting>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let flushedAt = -Infinity
  let isClosed = false
  let missing = 0

  function hold(shape: string, reads: Waiting): void {
    waiting.set(shape, reads)
    if (waiting.size <= maxWaiting) return
    const [oldest] = waiting
    if (oldest === undefined) return
    waiting.delete(oldest[0])
    missing += oldest[1].times
  }

  function schedule(): void {
    if (timer !== undefined || writing !== undefined || waiting.size === 0 || isClosed) return
    timer = setTimeout(flush, Math.max(firstMs, flushedAt + everyMs - performance.now()))
    timer.unref()
  }

  function flush(): void {
    timer = undefined
    flushedAt = performance.now()
    const taken = waiting
    waiting = new Map()
    writing = writeAll(taken)
  }

  async function writeAll(taken: ReadonlyMap<string, Waiting>): Promise<void> {
    let cause: unknown
    for (const [workspaceId, group] of Map.groupBy(taken, ([, { first }]) => first.workspaceId)) {
      try {
        // One after the other: there is no hurry, and others want the connections.
        await write(
          workspaceId,
          group.map(([, reads]) => toEntry(reads)),
        )
      } catch (error) {
        cause = error
        const mayComeBack = isUnavailable(error) && !isClosed
        for (const [shape, reads] of group) {
          if (mayComeBack) hold(shape, joined(reads, waiting.get(shape)))
          else missing += reads.times
        }
      }
    }
    if (missing > 0) report(missing, cause)
    missing = 0
    writing = undefined
    schedule()
  }

  return {
    note(read) {
      const shape = shapeOf(read)
      const known = waiting.get(shape)
      if (known === undefined) {
        const { durationMs } = read
        hold(shape, { first: read, isOfOne: true, times: 1, durationMs, lastAt: Date.now() })
      } else {
        known.times += 1
        known.isOfOne &&= known.first.resourceId === read.resourceId
        known.durationMs = Math.max(known.durationMs, read.durationMs)
        known.lastAt = Date.now()
      }
      schedule()
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await writing
      if (waiting.size > 0) flush()
      await writing
    },
  }
}

/** What alike reads have in common; literals of a filter are no part of it, nor is the place of a page. */
function shapeOf({ connectionId, method, path, status, parameters }: LoggedRead): string {
  let shape = `${connectionId} ${method} ${status} ${path}`
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value !== 'string' || places.has(name)) continue
    shape += ` ${name}=${name === 'filter' ? value.replaceAll(/"(?:[^"\\]|\\.)*"/g, '"') : value}`
  }
  return shape.slice(0, maxShapeCharacters)
}

const places: ReadonlySet<string> = new Set(['startIndex', 'cursor'])

/** Those that could not be written, with those that have come since. */
function joined(before: Waiting, since: Waiting | undefined): Waiting {
  if (since === undefined) return before
  return {
    first: before.first,
    isOfOne: before.isOfOne && since.isOfOne && before.first.resourceId === since.first.resourceId,
    times: before.times + since.times,
    durationMs: Math.max(before.durationMs, since.durationMs),
    lastAt: since.lastAt,
  }
}

function toEntry({ first, isOfOne, times, durationMs, lastAt }: Waiting): ReadLogEntry {
  const { requestId: id, connectionId, method, path, status, resourceId, parameters } = first
  const shown = isOfOne && resourceId !== undefined ? path.replace(':id', resourceId) : path
  const common =
    times === 1
      ? parameters
      : Object.fromEntries(Object.entries(parameters).filter(([name]) => !places.has(name)))
  return {
    id,
    connectionId,
    method,
    path: shown + loggedQuery(common),
    status,
    times,
    durationMs,
    occurredAt: new Date(lastAt),
  }
}
