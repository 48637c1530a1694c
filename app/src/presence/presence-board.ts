import { type Actor, createId, type Database, readInWorkspace } from '@plantel/db'
import { type Presence, presenceAt, type PresenceUntil, readPresences } from '@plantel/team'

import type { Logger } from '../logger.ts'
import type { Outbox } from '../outbox.ts'

/** So often it is noticed that a heartbeat ran out. */
const tickMs = 500
/** So often a workspace is looked at again at most. */
const readEveryMs = 200

/** Tells somebody who of those they see is here. */
export type TellPresence = (memberId: string, presence: Presence) => void

/** This replica's picture of who is here, for workspaces that somebody looks at. */
export interface PresenceBoard {
  /** Tells at once who of these is here, and from then on what changes; returns the function that ends it. */
  watch(workspaceId: string, memberIds: readonly string[], tell: TellPresence): () => void
  close(): Promise<void>
}

/** What is known of one workspace. Times are of this process's monotonic clock. */
interface Room {
  until: Map<string, PresenceUntil>
  /** What watchers were told last; whoever is absent is offline. */
  told: Map<string, Presence>
  watchers: Map<string, Set<TellPresence>>
  watcherCount: number
  readAt: Date | undefined
  reading: boolean
  again: boolean
}

export function createPresenceBoard(
  db: Database,
  outbox: Pick<Outbox, 'listen'>,
  log: Logger,
): PresenceBoard {
  const rooms = new Map<string, Room>()
  const reads = new Set<Promise<void>>()
  const timers = new Set<NodeJS.Timeout>()
  let closed = false

  function refresh(workspaceId: string, room: Room): void {
    room.again = true
    if (room.reading || closed) return
    room.reading = true
    const done = read(workspaceId, room).finally(() => reads.delete(done))
    reads.add(done)
  }

  async function read(workspaceId: string, room: Room): Promise<void> {
    room.again = false
    const actor: Actor = { kind: 'system', id: null, requestId: createId() }
    try {
      const { presences, readAt } = await readInWorkspace(db, workspaceId, actor, (trx) =>
        readPresences(trx, room.readAt),
      )
      room.readAt = readAt
      const now = performance.now()
      for (const { memberId, onlineMs, awayMs } of presences) {
        room.until.set(memberId, { onlineUntil: now + onlineMs, awayUntil: now + awayMs })
      }
      announce(room, now)
    } catch (error) {
      // The next sign of life, or the outbox's next look, tries again.
      log.warn({ err: error, workspaceId }, 'it could not be read who is here')
    }
    // Somebody comes or goes all the time: once in a while is enough.
    const timer = setTimeout(() => {
      timers.delete(timer)
      room.reading = false
      if (room.again && rooms.get(workspaceId) === room) refresh(workspaceId, room)
    }, readEveryMs)
    timers.add(timer)
  }

  function announce(room: Room, now: number): void {
    for (const [memberId, until] of room.until) {
      const presence = presenceAt(until, now)
      if (presence === 'offline') room.until.delete(memberId)
      if ((room.told.get(memberId) ?? 'offline') === presence) continue
      if (presence === 'offline') room.told.delete(memberId)
      else room.told.set(memberId, presence)
      for (const tell of room.watchers.get(memberId) ?? []) tell(memberId, presence)
    }
  }

  const stopListening = outbox.listen((workspaceIds) => {
    for (const id of workspaceIds.size === 0 ? rooms.keys() : workspaceIds) {
      const room = rooms.get(id)
      if (room !== undefined) refresh(id, room)
    }
  })
  const ticking = setInterval(() => {
    const now = performance.now()
    for (const room of rooms.values()) announce(room, now)
  }, tickMs)

  function enter(workspaceId: string): Room {
    const known = rooms.get(workspaceId)
    if (known !== undefined) return known
    const room: Room = {
      until: new Map(),
      told: new Map(),
      watchers: new Map(),
      watcherCount: 0,
      readAt: undefined,
      reading: false,
      again: false,
    }
    rooms.set(workspaceId, room)
    refresh(workspaceId, room)
    return room
  }

  return {
    watch(workspaceId, memberIds, tell) {
      const room = enter(workspaceId)
      room.watcherCount += 1
      // Wrapped, so that the same function may watch twice.
      const own: TellPresence = (memberId, presence) => tell(memberId, presence)
      for (const memberId of memberIds) {
        const watchers = room.watchers.get(memberId) ?? new Set()
        room.watchers.set(memberId, watchers.add(own))
        const presence = room.told.get(memberId)
        if (presence !== undefined) own(memberId, presence)
      }
      return () => {
        for (const memberId of memberIds) {
          const watchers = room.watchers.get(memberId)
          if (watchers?.delete(own) === true && watchers.size === 0) room.watchers.delete(memberId)
        }
        room.watcherCount -= 1
        if (room.watcherCount === 0 && rooms.get(workspaceId) === room) rooms.delete(workspaceId)
      }
    },
    async close() {
      closed = true
      stopListening()
      clearInterval(ticking)
      for (const timer of timers) clearTimeout(timer)
      rooms.clear()
      await Promise.all(reads)
    },
  }
}
