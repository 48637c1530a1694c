import { randomUUID } from 'node:crypto'

import type { LongList, LongLists } from '../protocol/long-list.ts'
import { maxBodyDepth } from '../protocol/patch-request.ts'
import { ScimError } from '../protocol/scim-error.ts'

/** How much of a body is in memory at once. */
export interface SplitterLimits {
  /** Bytes of the body without its long lists. */
  readonly body: number
  /** Bytes of all lists that stay in the body because they are short. */
  readonly shortLists: number
  /** Bytes of elements that are parsed together. */
  readonly batch: number
  /** Elements of all long lists together. */
  readonly elements: number
}

/** An object or list that has been opened. */
interface Container {
  readonly isList: boolean
  /** The name that was read last; the value behind it is under way. */
  name: string
  expectsName: boolean
}

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c]
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads JSON that arrives in pieces. Long lists are handed on in batches while they arrive; the rest is parsed as a
 * whole at the end, with what `open` made in the place of each. It only looks for where lists and their elements begin
 * and end: whether it is JSON is `JSON.parse`'s to say, of every piece.
 */
export class BodySplitter {
  readonly #lists: LongLists
  readonly #limits: SplitterLimits
  readonly #containers: Container[] = []
  readonly #long = new Map<unknown, LongList>()
  /** The body as far as it stays together. */
  readonly #rest = new Pieces()
  /** Elements of the list that is being read, as long as it may be short, then since the last batch. */
  readonly #batch = new Pieces()
  /** How many containers are open where elements of the list that is being read stand; 0 outside of lists. */
  #listDepth = 0
  #list: LongList | undefined
  #shortBytes = 0
  #elements = 0
  #inString = false
  #escaped = false
  #nameBytes: number[] | undefined

  constructor(lists: LongLists, limits: SplitterLimits) {
    this.#lists = lists
    this.#limits = limits
  }

  push(chunk: Buffer): void {
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      if (this.#inString) at = this.#readString(chunk, at)
      const byte = chunk[at]
      if (byte === undefined) break
      if (byte === comma && this.#isBetweenElements()) {
        if (!this.#isBatchFull(at - from)) continue
        this.#batch.add(chunk.subarray(from, at))
        this.#endBatch()
      } else if (byte === closeList && this.#isBetweenElements()) {
        this.#batch.add(chunk.subarray(from, at))
        this.#endList()
      } else if (this.#readStructure(byte)) {
        this.#rest.add(chunk.subarray(from, at))
      } else continue
      from = at + 1
    }
    const pieces = this.#listDepth === 0 ? this.#rest : this.#batch
    pieces.add(chunk.subarray(from))
    if (pieces.length > this.#limits.body) throw tooLarge(this.#limits.body)
  }

  /** The body. */
  end(): unknown {
    const text = this.#rest.read().replace(/^\uFEFF/, '')
    const insert = (_: string, value: unknown): unknown => this.#long.get(value) ?? value
    return parse(text, this.#long.size === 0 ? undefined : insert)
  }

  #isBetweenElements(): boolean {
    return this.#listDepth > 0 && this.#containers.length === this.#listDepth
  }

  #isBatchFull(moreBytes: number): boolean {
    const bytes = this.#batch.length + moreBytes
    if (bytes >= this.#limits.batch) return true
    return this.#list === undefined && this.#shortBytes + bytes > this.#limits.shortLists
  }

  #endBatch(): void {
    this.#list ??= this.#lists.open()
    const elements = parse(`[${this.#batch.read()}]`)
    // Behind the comma that ended the batch before this one there must be something.
    if (!Array.isArray(elements) || elements.length === 0) throw notJson()
    this.#elements += elements.length
    if (this.#elements > this.#limits.elements) {
      throw ScimError.status(413, `A body has at most ${this.#limits.elements} members.`)
    }
    this.#list.push(elements)
    this.#batch.clear()
  }

  #endList(): void {
    if (this.#list === undefined && !this.#isBatchFull(0)) {
      this.#shortBytes += this.#batch.length
      this.#rest.add(Buffer.of(openList))
      this.#rest.append(this.#batch)
      this.#rest.add(Buffer.of(closeList))
    } else {
      this.#endBatch()
      // No client knows the name that stands for the list.
      const name = randomUUID()
      this.#long.set(name, this.#list as LongList)
      this.#rest.add(Buffer.from(JSON.stringify(name)))
      this.#list = undefined
    }
    this.#batch.clear()
    this.#listDepth = 0
    this.#close(true)
  }

  /** Goes to the quote that ends the string, or to the end of the chunk. */
  #readString(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (this.#escaped) this.#escaped = false
      else if (byte === backslash) this.#escaped = true
      else if (byte === quote) {
        this.#inString = false
        this.#endName()
        return at + 1
      }
      this.#nameBytes?.push(byte)
    }
    return chunk.length
  }

  #endName(): void {
    const container = this.#containers.at(-1)
    if (this.#nameBytes === undefined || container === undefined) return
    const text = parse(`"${Buffer.from(this.#nameBytes).toString()}"`)
    container.name = typeof text === 'string' ? text : ''
    this.#nameBytes = undefined
  }

  /** Answers whether a list that may be long begins. */
  #readStructure(byte: number): boolean {
    const container = this.#containers.at(-1)
    switch (byte) {
      case quote:
        this.#inString = true
        if (this.#listDepth === 0 && container?.expectsName === true) this.#nameBytes = []
        return false
      case colon:
        if (container !== undefined) container.expectsName = false
        return false
      case comma:
        if (container?.isList === false) container.expectsName = true
        return false
      case openObject:
      case openList: {
        const isList = byte === openList
        const mayBeLong =
          isList &&
          this.#listDepth === 0 &&
          container?.isList === false &&
          this.#lists.isLong(container.name)
        this.#open(isList)
        if (mayBeLong) this.#listDepth = this.#containers.length
        return mayBeLong
      }
      case closeObject:
      case closeList:
        this.#close(byte === closeList)
        return false
      default:
        return false
    }
  }

  #open(isList: boolean): void {
    // Said before the parser makes a value of every level.
    if (this.#containers.length === maxBodyDepth) {
      throw ScimError.of('invalidSyntax', `The body is nested deeper than ${maxBodyDepth} levels.`)
    }
    this.#containers.push({ isList, name: '', expectsName: !isList })
  }

  #close(isList: boolean): void {
    if (this.#containers.pop()?.isList !== isList) throw notJson()
  }
}

/** Bytes that belong together. */
class Pieces {
  #pieces: Buffer[] = []
  length = 0

  add(piece: Buffer): void {
    if (piece.length === 0) return
    // A copy: a few bytes must not keep the whole chunk that they came in.
    this.#pieces.push(Buffer.from(piece))
    this.length += piece.length
  }

  append(other: Pieces): void {
    for (const piece of other.#pieces) this.add(piece)
  }

  read(): string {
    try {
      return decoder.decode(Buffer.concat(this.#pieces))
    } catch (error) {
      throw notJson(error)
    }
  }

  clear(): void {
    this.#pieces = []
    this.length = 0
  }
}

function parse(text: string, reviver?: (name: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, reviver) as unknown
  } catch (error) {
    throw notJson(error)
  }
}

function tooLarge(bytes: number): ScimError {
  return ScimError.status(413, `Without its list of members a body has at most ${bytes} bytes.`)
}

function notJson(cause?: unknown): ScimError {
  return ScimError.of('invalidSyntax', 'The body is not well-formed JSON.', { cause })
}
