import { type RawBuilder, sql } from 'kysely'

import { isId } from './ids.ts'

/** The length of an element, then its bytes, as in PostgreSQL's binary arrays. */
const entryBytes = 20
const firstEntries = 50
const segmentEntries = 5_000
const uuidOid = 2950

/**
 * Ids in the format in which PostgreSQL receives `uuid[]`: half a million take ten megabytes, and none is printed or
 * parsed on its way to a statement (`${list.toParameter()}::uuid[]`). Keeps order and repetitions.
 */
export class IdList {
  readonly #segments: Buffer[] = []
  /** Bytes used of the last segment. */
  #used = 0

  static of(ids: Iterable<string>): IdList {
    const list = new IdList()
    for (const id of ids) list.push(id)
    return list
  }

  get length(): number {
    const full = this.#segments.reduce((sum, segment) => sum + segment.length, 0)
    const last = this.#segments.at(-1)
    return last === undefined ? 0 : (full - last.length + this.#used) / entryBytes
  }

  push(id: string): void {
    if (!isId(id)) throw new Error(`${id} is not an id`)
    let segment = this.#segments.at(-1)
    if (segment === undefined || this.#used === segment.length) {
      const entries = segment === undefined ? firstEntries : segmentEntries
      segment = Buffer.allocUnsafe(entries * entryBytes)
      this.#segments.push(segment)
      this.#used = 0
    }
    segment.writeInt32BE(16, this.#used)
    segment.write(id.replaceAll('-', ''), this.#used + 4, 'hex')
    this.#used += entryBytes
  }

  /** Takes what a statement packed with `packIds`. */
  pushPacked(packed: Buffer): void {
    this.#trim()
    this.#segments.push(packed)
    this.#used = packed.length
  }

  /** Reads a query of rows `id` without printing one of them. */
  static async read(
    database: Parameters<RawBuilder<unknown>['execute']>[0],
    query: RawBuilder<unknown>,
  ): Promise<IdList> {
    const { rows } = await packIds(query).execute(database)
    const list = new IdList()
    for (const row of rows) list.pushPacked(row.ids)
    return list
  }

  append(other: IdList): void {
    for (const segment of other.#filled()) this.pushPacked(segment)
  }

  /** All of it, to be cast to `uuid[]`. */
  toParameter(): Buffer {
    const { length } = this
    const header = Buffer.alloc(length === 0 ? 12 : 20)
    header.writeInt32BE(length === 0 ? 0 : 1, 0)
    header.writeInt32BE(uuidOid, 8)
    if (length > 0) {
      header.writeInt32BE(length, 12)
      header.writeInt32BE(1, 16)
    }
    return Buffer.concat([header, ...this.#filled()])
  }

  /** In lists of at most five thousand, in order, of which none is written out. */
  *parts(): Generator<IdList> {
    for (const segment of this.#filled()) {
      if (segment.length === 0) continue
      const part = new IdList()
      part.pushPacked(segment)
      yield part
    }
  }

  /** In slices of at most so many, in order; each is written out only when its turn comes. */
  *slices(size: number): Generator<string[]> {
    let slice: string[] = []
    for (const segment of this.#filled()) {
      for (let at = 0; at < segment.length; at += entryBytes) {
        slice.push(printId(segment, at + 4))
        if (slice.length < size) continue
        yield slice
        slice = []
      }
    }
    if (slice.length > 0) yield slice
  }

  *#filled(): Generator<Buffer> {
    const last = this.#segments.length - 1
    for (const [index, segment] of this.#segments.entries()) {
      yield index === last ? segment.subarray(0, this.#used) : segment
    }
  }

  #trim(): void {
    const last = this.#segments.pop()
    if (last !== undefined) this.#segments.push(last.subarray(0, this.#used))
  }
}

/** Makes of a query of rows `id` one of rows `ids`, for `pushPacked`; keeps the order. */
export function packIds(query: RawBuilder<unknown>): RawBuilder<{ ids: Buffer }> {
  return sql`
    select string_agg(decode('00000010', 'hex') || uuid_send(numbered.id), '' order by numbered.place) as ids
    from (select q.id, row_number() over () as place from (${query}) as q) as numbered
    group by (numbered.place - 1) / ${sql.lit(segmentEntries)}
    order by min(numbered.place)`
}

function printId(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
