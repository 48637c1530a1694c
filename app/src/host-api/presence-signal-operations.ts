import { presenceAt, readPresencesOf, writeHeartbeats } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

const maxMembers = 1_000
const state = z.enum(['online', 'away', 'offline'])

/** The host's own signal of who is here, and what Plantel knows. */
export const presenceSignalOperations: readonly Operation<HostWorkspaceCaller>[] = [
  hostWorkspaceOperation({
    method: 'put',
    path: '/presence',
    id: 'signalPresence',
    tag: 'Presence',
    summary: 'Say who is here',
    description:
      'Beside what widgets say: whoever is online in one of them is online. It counts for `ttlSeconds`; say it again before. Members who can not come in are passed over.',
    body: z.strictObject({
      members: z.array(z.strictObject({ member: z.uuid(), state })).max(maxMembers),
      ttlSeconds: z.int().min(10).max(600).default(60),
    }),
    answers: { 204: { description: 'Noted.' } },
    async handle(caller, { body: { members, ttlSeconds } }) {
      const beats = new Map(
        members.map(({ member, state }) => [member, { memberId: member, state, ttlSeconds }]),
      )
      await caller.write((trx) => writeHeartbeats(trx, [...beats.values()]))
      return { status: 204 }
    },
  }),
  hostWorkspaceOperation({
    method: 'post',
    path: '/presence/search',
    id: 'readPresence',
    tag: 'Presence',
    summary: 'Ask who is here',
    scope: 'read',
    body: z.strictObject({ members: z.array(z.uuid()).max(maxMembers) }),
    answers: {
      200: {
        description: 'All of those who were asked for.',
        body: z.object({
          members: z.array(z.object({ member: z.uuid(), state })),
        }),
      },
    },
    async handle(caller, { body: { members } }) {
      const rows = await caller.read((trx) => readPresencesOf(trx, members))
      const known = new Map(
        rows.map(({ memberId, onlineMs, awayMs }) => [
          memberId,
          presenceAt({ onlineUntil: onlineMs, awayUntil: awayMs }, 0),
        ]),
      )
      const body = {
        members: members.map((member) => ({ member, state: known.get(member) ?? 'offline' })),
      }
      return { status: 200, body }
    },
  }),
]
