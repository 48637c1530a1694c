import type { Database } from '@plantel/db'
import {
  eventTypes,
  findWorkspace,
  type HostSequencedEvent,
  latestHostPosition,
  readHostEvents,
  TeamError,
  webhookMessageId,
} from '@plantel/team'
import { z } from 'zod'

import type { EventWaits } from '../events/event-waits.ts'
import type { Operation } from '../operations/operation.ts'
import { pageSize } from '../operations/page-size.ts'
import { toHostEvent } from '../webhooks/host-event.ts'
import { type HostCaller, hostOperation } from './host-caller.ts'

const maxWaitSeconds = 30

const cursor = z
  .string()
  .regex(/^(\d{1,18}|latest)$/, 'must be a nextCursor, or latest')
  .default('0')
  .meta({
    description:
      '`nextCursor` of the answer before. Without it the list begins with the oldest event that is kept, with `latest` it begins now.',
    example: '0',
  })

const types = z
  .string()
  .max(1_000)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(eventTypes)).min(1))
  .optional()
  .meta({
    description: 'Only these, with commas between.',
    example: 'member.suspended',
    override: ({ jsonSchema }) => {
      delete jsonSchema.items
      Object.assign(jsonSchema, { type: 'string' })
    },
  })

const wait = z
  .string()
  .regex(/^\d{1,2}$/, `must be a number of seconds up to ${maxWaitSeconds}`)
  .transform(Number)
  .pipe(z.number().max(maxWaitSeconds))
  .default(0)
  .meta({
    description: 'How many seconds to wait when there is nothing yet.',
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern
      Object.assign(jsonSchema, { type: 'integer', minimum: 0, maximum: maxWaitSeconds })
    },
  })

const shownEvent = z
  .object({
    id: z.string().meta({ description: 'As `webhook-id` of its deliveries.' }),
    type: z.string(),
    timestamp: z.date(),
    data: z.looseObject({ workspace: z.looseObject({ id: z.uuid(), slug: z.string() }) }),
  })
  .meta({ id: 'Event' })

/** `GET /events`: everything that happened in a host's workspaces, in one order and without a gap. */
export function eventListOperation(db: Database, waits: EventWaits): Operation<HostCaller> {
  return hostOperation({
    method: 'get',
    path: '/events',
    id: 'listEvents',
    tag: 'Events',
    summary: 'Read what happened',
    description:
      'In the order in which it can be known, over all workspaces, for as many days as they keep events (`retention.eventDays`). Whoever goes on from `nextCursor` misses nothing and reads nothing twice.',
    query: z.strictObject({
      cursor,
      type: types,
      workspace: z.string().max(100).optional().meta({ description: 'Id or slug.' }),
      wait,
      limit: pageSize(100, 500),
    }),
    answers: {
      200: {
        description: 'The next events; none when nothing happened in the time to wait.',
        body: z.object({
          events: z.array(shownEvent),
          nextCursor: z.string(),
          hasMore: z.boolean(),
        }),
      },
    },
    refusals: ['not-found'],
    async handle({ hostId }, { query: { cursor, type, workspace, wait, limit } }) {
      const deadline = performance.now() + wait * 1_000
      const workspaceId = await workspaceIdOf(db, hostId, workspace)
      for (;;) {
        const { round } = waits
        // Taken first: what comes later is found by the next request.
        const latest = await latestHostPosition(db.query)
        if (cursor !== 'latest' && BigInt(cursor) > BigInt(latest)) {
          throw new TeamError('invalid-cursor')
        }
        const after = cursor === 'latest' ? latest : cursor
        const query = { after, workspaceId, types: type, limit }
        const events = await readHostEvents(db.query, hostId, query)
        const left = deadline - performance.now()
        if (events.length > 0 || left <= 0 || cursor === 'latest') {
          return { status: 200, body: toPage(events, { after, latest, limit }) }
        }
        await waits.next(hostId, round, left)
        // Closed: nothing wakes anybody any more.
        if (waits.round === round && performance.now() < deadline) {
          return { status: 200, body: toPage([], { after, latest, limit }) }
        }
      }
    },
  })
}

async function workspaceIdOf(
  db: Database,
  hostId: string,
  idOrSlug: string | undefined,
): Promise<string | undefined> {
  if (idOrSlug === undefined) return undefined
  const found = await findWorkspace(db, hostId, idOrSlug, { evenIfDeleted: true })
  if (found === undefined) throw new TeamError('workspace-not-found')
  return found.id
}

function toPage(
  events: readonly HostSequencedEvent[],
  { after, latest, limit }: { after: string; latest: string; limit: number },
): {
  events: {
    id: string
    type: string
    timestamp: Date
    data: Record<string, unknown> & { workspace: { id: string; slug: string } }
  }[]
  nextCursor: string
  hasMore: boolean
} {
  const hasMore = events.length === limit
  const last = events.at(-1)?.position
  const newest = last !== undefined && BigInt(last) > BigInt(latest) ? last : latest
  return {
    events: events.flatMap((event) => {
      const shown = toHostEvent(event, event.workspace)
      return shown === undefined ? [] : [{ id: webhookMessageId(event.position), ...shown }]
    }),
    // What is not this host's, or was not asked for, is gone past too.
    nextCursor: hasMore ? (last ?? after) : newest,
    hasMore,
  }
}
