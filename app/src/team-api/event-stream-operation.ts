import { latestPosition } from '@plantel/team'
import type { StreamMessage } from '@plantel/widget/contract'
import { z } from 'zod'

import type { EventStreamHub } from '../event-stream/event-stream-hub.ts'
import { openSseStream } from '../event-stream/sse-stream.ts'
import type { Operation } from '../operations/operation.ts'
import type { PresenceBoard } from '../presence/presence-board.ts'
import type { PresenceRecorder } from '../presence/presence-recorder.ts'
import { ProblemError } from '../problem.ts'
import { type TeamCaller, teamOperation } from './team-edge.ts'

/** Enough for many tabs; each stream is a connection and a place in memory. */
const maxStreamsPerMember = 20

/** More than any page shows. */
const maxVisible = 500

/** What is told as it happens. */
export interface LiveDependencies {
  hub: EventStreamHub
  board: Pick<PresenceBoard, 'watch'>
  presence: Pick<PresenceRecorder, 'beat'>
}

const streamRequest = z
  .strictObject({
    cursor: z
      .string()
      .regex(/^\d{1,18}$/)
      .optional()
      .meta({ description: 'The `id` of the last message that was received.', example: '0' }),
    visible: z.array(z.uuid()).max(maxVisible).optional().meta({
      description:
        'Whose presence to tell: `presence.changed` for those who are here, and then whenever it changes.',
    }),
  })
  .prefault({})

/** What changes from the cursor on, or from now on, until the token expires. */
export function eventStreamOperation({
  hub,
  board,
}: Pick<LiveDependencies, 'hub' | 'board'>): Operation<TeamCaller> {
  return teamOperation({
    method: 'post',
    path: '/event-stream',
    id: 'openEventStream',
    tag: 'Events',
    summary: 'Follow what changes',
    description: 'Server-sent events whose data are JSON: what must be read again.',
    scope: 'read',
    body: streamRequest,
    answers: {
      200: { description: 'Open until the token expires.', stream: 'text/event-stream' },
    },
    async handle(caller, { body: { cursor, visible = [] } }) {
      const { viewer, position } = await caller.read(async (trx, viewer) => {
        const latest = await latestPosition(trx)
        // A cursor from the future would stay silent until the past caught up with it.
        const isUsable = cursor !== undefined && BigInt(cursor) <= BigInt(latest)
        return { viewer, position: isUsable ? cursor : latest }
      })
      if (hub.countOf(viewer.memberId) >= maxStreamsPerMember) {
        throw new ProblemError('rate-limited', 'This member has too many open event streams.')
      }
      return {
        status: 200,
        stream(response) {
          // Gone while we looked: nobody would ever close this stream.
          if (response.closed) return
          const stream = openSseStream(response)
          hub.open(viewer, stream, position)
          if (visible.length === 0) return
          const stop = board.watch(viewer.workspaceId, visible, (memberId, presence) => {
            const message = { type: 'presence.changed', memberId, presence } as const
            stream.send(undefined, message satisfies StreamMessage)
          })
          void stream.closed.finally(stop)
        },
      }
    },
  })
}
