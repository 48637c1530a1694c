import { setTimeout as delay } from 'node:timers/promises'

import { type Actor, createId, type Database, readInWorkspace } from '@plantel/db'
import {
  jobChanged,
  mayEnter,
  readEvents,
  readMemberAccess,
  type SequencedEvent,
} from '@plantel/team'
import type { StreamMessage } from '@plantel/widget/contract'

import type { Logger } from '../logger.ts'
import type { Outbox } from '../outbox.ts'
import type { SseStream } from './sse-stream.ts'

const batchSize = 500

/** What is written to each of many streams is written seldom enough to leave the process time for requests. */
const pausePerStreamMs = 0.05
const maxPauseMs = 300

/** Whose token opened the stream, and until when it counts. */
export interface StreamReader {
  workspaceId: string
  memberId: string
  issuedAt: Date
  expiresAt: Date
}

/** The open event streams of this replica. */
export interface EventStreamHub {
  /** Sends `ready` and from then on everything after `position`, until the stream is closed. */
  open(reader: StreamReader, stream: SseStream, position: string): void
  /** How many streams a member has open here. */
  countOf(memberId: string): number
  /** Ends every stream; resolves when nothing is read for them any more. */
  close(): Promise<void>
}

interface OpenStream {
  reader: StreamReader
  stream: SseStream
  position: bigint
}

/** The streams of one workspace; events are read once for all of them. */
interface Room {
  streams: Set<OpenStream>
  delivering: boolean
  again: boolean
}

export function createEventStreamHub(db: Database, outbox: Outbox, log: Logger): EventStreamHub {
  const rooms = new Map<string, Room>()
  const deliveries = new Set<Promise<void>>()
  const closing = new AbortController()

  function deliver(workspaceId: string, room: Room): void {
    room.again = true
    if (room.delivering) return
    room.delivering = true
    const delivery = deliverAll(workspaceId, room).finally(() => deliveries.delete(delivery))
    deliveries.add(delivery)
  }

  async function deliverAll(workspaceId: string, room: Room): Promise<void> {
    try {
      while (room.again && room.streams.size > 0) {
        room.again = false
        while (await deliverBatch(workspaceId, room));
        const pauseMs = Math.min(maxPauseMs, room.streams.size * pausePerStreamMs)
        if (pauseMs >= 1) await delay(pauseMs, undefined, { signal: closing.signal })
      }
    } catch (error) {
      if (closing.signal.aborted) return
      // Positions stand where they were: the outbox's next look tries again.
      log.warn({ err: error, workspaceId }, 'events could not be delivered to open streams')
    } finally {
      // Here and not later: whoever comes now must find that nobody looks again.
      room.delivering = false
    }
  }

  /** Reads the next events and hands them out; true when there may be more. */
  async function deliverBatch(workspaceId: string, room: Room): Promise<boolean> {
    const audience = [...room.streams]
    const [someone] = audience
    if (someone === undefined) return false
    const first = audience.reduce(
      (least, { position }) => (position < least ? position : least),
      someone.position,
    )
    const actor: Actor = { kind: 'system', id: null, requestId: createId() }
    const { events, ended } = await readInWorkspace(db, workspaceId, actor, async (trx) => {
      const events = await readEvents(trx, first.toString(), batchSize)
      const changed = new Set(events.map((event) => event.memberId))
      const everybody = events.some((event) => event.type === 'workspace.deleted')
      const ended = new Set<OpenStream>()
      for (const open of audience) {
        if (!everybody && !changed.has(open.reader.memberId)) continue
        const access = await readMemberAccess(trx, open.reader.memberId)
        if (access === undefined || mayEnter(access, open.reader.issuedAt) !== 'yes')
          ended.add(open)
      }
      return { events, ended }
    })
    // Most streams have come equally far.
    const prepared = new Map<bigint, News | undefined>()
    const newsAfter = (position: bigint): News | undefined => {
      if (!prepared.has(position)) prepared.set(position, prepareNews(position, events))
      return prepared.get(position)
    }
    for (const open of audience) {
      if (ended.has(open)) {
        // Left behind at its position, it would be read for again and again until its socket is closed.
        leave(room, open)
        open.stream.end()
      } else handOut(open, newsAfter(open.position))
    }
    return events.length === batchSize
  }

  const stopListening = outbox.listen((workspaceIds) => {
    const changed = workspaceIds.size === 0 ? rooms.keys() : workspaceIds
    for (const id of changed) {
      const room = rooms.get(id)
      if (room !== undefined) deliver(id, room)
    }
  })

  function enter(workspaceId: string): Room {
    const room = rooms.get(workspaceId) ?? {
      streams: new Set(),
      delivering: false,
      again: false,
    }
    rooms.set(workspaceId, room)
    return room
  }

  function leave(room: Room, open: OpenStream): void {
    room.streams.delete(open)
    const { workspaceId } = open.reader
    if (room.streams.size === 0 && rooms.get(workspaceId) === room) rooms.delete(workspaceId)
  }

  /** Whoever comes back goes on from their cursor. */
  async function noteUnread({
    reader: { workspaceId, memberId },
    stream,
  }: OpenStream): Promise<void> {
    if ((await stream.closed) === 'closed') return
    log.info({ workspaceId, memberId }, 'an event stream that nobody read was closed')
  }

  return {
    open(reader, stream, position) {
      const open: OpenStream = { reader, stream, position: BigInt(position) }
      const room = enter(reader.workspaceId)
      room.streams.add(open)
      const expiry = setTimeout(
        () => stream.end(),
        Math.max(0, reader.expiresAt.getTime() - Date.now()),
      )
      stream.send(position, { type: 'ready' } satisfies StreamMessage)
      // What was committed since `position` was read.
      deliver(reader.workspaceId, room)
      void stream.closed.finally(() => {
        clearTimeout(expiry)
        leave(room, open)
      })
      void noteUnread(open)
    },
    countOf(memberId) {
      const streams = [...rooms.values()].flatMap((room) => [...room.streams])
      return streams.filter((open) => open.reader.memberId === memberId).length
    },
    async close() {
      stopListening()
      closing.abort()
      for (const room of rooms.values()) {
        for (const open of room.streams) {
          leave(room, open)
          open.stream.end()
        }
      }
      await Promise.all(deliveries)
    },
  }
}

/** What streams at one position are told. */
interface News {
  position: bigint
  messages: { id: string; json: string }[]
}

function prepareNews(position: bigint, events: readonly SequencedEvent[]): News | undefined {
  const fresh = events.filter((event) => BigInt(event.position) > position)
  const last = fresh.at(-1)
  if (last === undefined) return undefined
  const memberIds = [...new Set(fresh.flatMap((event) => event.memberId ?? []))]
  const jobIds = [...new Set(fresh.flatMap(jobOf))]
  const messages: StreamMessage[] = []
  if (memberIds.length > 0) messages.push({ type: 'members.changed', memberIds })
  if (jobIds.length > 0) messages.push({ type: 'jobs.changed', jobIds })
  return {
    position: BigInt(last.position),
    messages: messages.map((message) => ({
      // Who goes on from the first of two must be told the second.
      id: message === messages.at(-1) ? last.position : position.toString(),
      json: JSON.stringify(message),
    })),
  }
}

function handOut(open: OpenStream, news: News | undefined): void {
  if (news === undefined) return
  open.position = news.position
  for (const { id, json } of news.messages) open.stream.sendJson(id, json)
}

function jobOf({ type, payload }: SequencedEvent): string[] {
  const job = payload['job'] as { id: string } | undefined
  return type === jobChanged && job !== undefined ? [job.id] : []
}
