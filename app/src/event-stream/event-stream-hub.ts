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
      }
    } catch (error) {
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
    const [first] = audience.map(({ position }) => position).toSorted(ascending)
    if (first === undefined) return false
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
    for (const open of audience) {
      if (ended.has(open)) {
        // Left behind at its position, it would be read for again and again until its socket is closed.
        leave(room, open)
        open.stream.end()
      } else handOut(open, events)
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
    },
    countOf(memberId) {
      const streams = [...rooms.values()].flatMap((room) => [...room.streams])
      return streams.filter((open) => open.reader.memberId === memberId).length
    },
    async close() {
      stopListening()
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

function handOut(open: OpenStream, events: readonly SequencedEvent[]): void {
  const fresh = events.filter((event) => BigInt(event.position) > open.position)
  const last = fresh.at(-1)
  if (last === undefined) return
  const before = open.position.toString()
  open.position = BigInt(last.position)
  const memberIds = [...new Set(fresh.flatMap((event) => event.memberId ?? []))]
  const jobIds = [...new Set(fresh.flatMap(jobOf))]
  const messages: StreamMessage[] = []
  if (memberIds.length > 0) messages.push({ type: 'members.changed', memberIds })
  if (jobIds.length > 0) messages.push({ type: 'jobs.changed', jobIds })
  for (const message of messages) {
    // Who goes on from the first of two must be told the second.
    open.stream.send(message === messages.at(-1) ? last.position : before, message)
  }
}

function jobOf({ type, payload }: SequencedEvent): string[] {
  const job = payload['job'] as { id: string } | undefined
  return type === jobChanged && job !== undefined ? [job.id] : []
}

function ascending(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
