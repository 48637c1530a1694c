import { createId, type Database, inWorkspace } from '@plantel/db'
import { type Heartbeat, writeHeartbeats } from '@plantel/team'

import type { Logger } from '../logger.ts'

/** How often a widget says that it is there. */
export const heartbeatSeconds = 15
/** A heartbeat that changes nothing is not written so soon after the one before, where two may be lost all the same. */
const maxQuietSeconds = 20
/** The first heartbeat is written at once, those right after it together. */
const restMs = 150
const maxRemembered = 100_000

/** Collects heartbeats and writes them together, so that thousands of widgets are a few statements a second. */
export interface PresenceRecorder {
  beat(workspaceId: string, memberId: string, state: 'online' | 'away'): void
  /** Writes what is left. */
  close(): Promise<void>
}

/** Whoever is not heard of for `lifeSeconds` is offline, or a little earlier: not every heartbeat is written. */
export function createPresenceRecorder(
  db: Database,
  lifeSeconds: number,
  log: Logger,
): PresenceRecorder {
  const quietMs = 1_000 * Math.min(maxQuietSeconds, lifeSeconds - 2 * heartbeatSeconds)
  const waiting = new Map<string, Map<string, Heartbeat>>()
  const written = new Map<string, { state: string; at: number }>()
  const writing = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let flushedAt = -Infinity

  async function write(workspaceId: string, beats: readonly Heartbeat[]): Promise<void> {
    const actor = { kind: 'system', id: null, requestId: createId() } as const
    try {
      await inWorkspace(db, workspaceId, actor, (trx) => writeHeartbeats(trx, beats))
    } catch (error) {
      for (const { memberId } of beats) written.delete(memberId)
      log.warn({ err: error, workspaceId }, 'heartbeats could not be noted')
    }
  }

  function flush(): void {
    timer = undefined
    flushedAt = performance.now()
    for (const [workspaceId, beats] of waiting) {
      const done = write(workspaceId, [...beats.values()]).finally(() => writing.delete(done))
      writing.add(done)
    }
    waiting.clear()
  }

  return {
    beat(workspaceId, memberId, state) {
      const now = performance.now()
      const last = written.get(memberId)
      if (last !== undefined && last.state === state && now - last.at < quietMs) return
      if (written.size >= maxRemembered) written.clear()
      written.set(memberId, { state, at: now })
      const beats = waiting.get(workspaceId) ?? new Map<string, Heartbeat>()
      const isOnline = state === 'online' || beats.get(memberId)?.state === 'online'
      beats.set(memberId, {
        memberId,
        state: isOnline ? 'online' : 'away',
        ttlSeconds: lifeSeconds,
      })
      waiting.set(workspaceId, beats)
      timer ??= setTimeout(flush, Math.max(0, flushedAt + restMs - now))
    },
    async close() {
      clearTimeout(timer)
      flush()
      await Promise.all(writing)
    },
  }
}
