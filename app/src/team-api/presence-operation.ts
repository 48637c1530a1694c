import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { heartbeatSeconds, type PresenceRecorder } from '../presence/presence-recorder.ts'
import { type TeamCaller, teamOperation } from './team-edge.ts'

/** `POST /presence`: a widget says that its person is here. */
export function presenceOperation(presence: Pick<PresenceRecorder, 'beat'>): Operation<TeamCaller> {
  return teamOperation({
    method: 'post',
    path: '/presence',
    id: 'sendHeartbeat',
    tag: 'Presence',
    summary: 'Say that you are here',
    description:
      'Whoever does not say so for a while is offline. `away` is for a page that is open and not looked at.',
    body: z.strictObject({ state: z.enum(['online', 'away']) }),
    answers: {
      200: {
        description: 'Noted.',
        body: z.object({
          nextSeconds: z.int().meta({ description: 'When to say it again.' }),
        }),
      },
    },
    async handle(caller, { body: { state } }) {
      const viewer = await caller.read((_trx, who) => Promise.resolve(who))
      presence.beat(viewer.workspaceId, viewer.memberId, state)
      return { status: 200, body: { nextSeconds: heartbeatSeconds } }
    },
  })
}
