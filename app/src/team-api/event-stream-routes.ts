import { latestPosition } from '@plantel/team'
import type { StreamRequest } from '@plantel/widget/contract'
import type { RequestHandler } from 'express'
import { z } from 'zod'

import type { EventStreamHub } from '../event-stream/event-stream-hub.ts'
import { openSseStream } from '../event-stream/sse-stream.ts'
import { parseRequest } from '../parse-request.ts'
import { ProblemError } from '../problem.ts'
import { type Doorkeeper, readAsViewer } from './viewer.ts'

/** Enough for many tabs; each stream is a connection and a place in memory. */
const maxStreamsPerMember = 20

const streamRequest: z.ZodType<{ cursor?: string | undefined }> = z
  .strictObject({
    cursor: z
      .string()
      .regex(/^\d{1,18}$/)
      .optional(),
  })
  .default({})

/** `POST /event-stream`: what changes from the cursor on, or from now on, until the token expires. */
export function openEventStreamRoute(door: Doorkeeper, hub: EventStreamHub): RequestHandler {
  return async (request, response) => {
    const { cursor } = parseRequest(streamRequest, request.body) as StreamRequest
    const { viewer, position } = await readAsViewer(door, request, async (trx, viewer) => {
      const latest = await latestPosition(trx)
      // A cursor from the future would stay silent until the past caught up with it.
      const isUsable = cursor !== undefined && BigInt(cursor) <= BigInt(latest)
      return { viewer, position: isUsable ? cursor : latest }
    })
    if (hub.countOf(viewer.memberId) >= maxStreamsPerMember) {
      throw new ProblemError('rate-limited', 'This member has too many open event streams.')
    }
    // Gone while we looked: nobody would ever close this stream.
    if (response.closed) return
    hub.open(viewer, openSseStream(response), position)
  }
}
