import { latestPosition } from '@plantel/team'
import { z } from 'zod'

import type { EventStreamHub } from '../event-stream/event-stream-hub.ts'
import { openSseStream } from '../event-stream/sse-stream.ts'
import type { Operation } from '../operations/operation.ts'
import { ProblemError } from '../problem.ts'
import { type TeamCaller, teamOperation } from './team-edge.ts'

/** Enough for many tabs; each stream is a connection and a place in memory. */
const maxStreamsPerMember = 20

const streamRequest = z
  .strictObject({
    cursor: z
      .string()
      .regex(/^\d{1,18}$/)
      .optional()
      .meta({ description: 'The `id` of the last message that was received.', example: '0' }),
  })
  .prefault({})

/** What changes from the cursor on, or from now on, until the token expires. */
export function eventStreamOperation(hub: EventStreamHub): Operation<TeamCaller> {
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
    async handle(caller, { body: { cursor } }) {
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
          if (!response.closed) hub.open(viewer, openSseStream(response), position)
        },
      }
    },
  })
}
