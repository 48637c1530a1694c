import { createId, inInstallation, inWorkspace } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { createHost, createWorkspace } from '@plantel/team'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createLogger } from '../logger.ts'
import { createOutbox, type Outbox } from '../outbox.ts'
import { createEventStreamHub, type EventStreamHub, type StreamReader } from './event-stream-hub.ts'
import type { SseStream } from './sse-stream.ts'

interface RecordedStream extends SseStream {
  stopReading: () => void
  sent: { id: string | undefined; data: unknown }[]
}

function recordStream(): RecordedStream {
  const { promise: closed, resolve } = Promise.withResolvers<'closed' | 'too-slow'>()
  const sent: RecordedStream['sent'] = []
  const send = (id: string | undefined, data: unknown): void => void sent.push({ id, data })
  const end = (): void => resolve('closed')
  const stopReading = (): void => resolve('too-slow')
  return {
    sent,
    closed,
    end,
    stopReading,
    send,
    sendJson: (id, json) => send(id, JSON.parse(json)),
  }
}

function idsIn(stream: RecordedStream): string[] {
  return stream.sent.flatMap(({ data }) => (data as { memberIds?: string[] }).memberIds ?? [])
}

describe.each(testEngines)('open event streams on %s', (engine) => {
  let db: TestDatabase
  let outbox: Outbox
  let hub: EventStreamHub
  let reader: StreamReader
  let logged = ''

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    const log = createLogger('info', { write: (line: string) => void (logged += line) })
    outbox = createOutbox(db, log)
    hub = createEventStreamHub(db, outbox, log)
    const host = await inInstallation(db, (query) =>
      createHost(query, { name: 'Inbox', allowedOrigins: [] }),
    )
    const actor = { kind: 'system', id: null, requestId: 'setup' } as const
    const { id, ownerMemberId } = await inWorkspace(db, createId(), actor, (trx) =>
      createWorkspace(trx, {
        hostId: host.id,
        slug: 'acme',
        name: 'Acme',
        preset: 'respond',
        locale: 'en',
        timeZone: 'UTC',
        owner: { email: 'o@acme.example', displayName: 'O' },
        departments: [],
        channels: [],
      }),
    )
    reader = {
      workspaceId: id,
      memberId: ownerMemberId,
      issuedAt: new Date(),
      expiresAt: new Date(Date.now() + 60_000),
    }
  })
  afterAll(async () => {
    await hub.close()
    await outbox.close()
    await db.close()
  })

  /** Commits events about these members in one transaction. */
  async function change(memberIds: readonly string[]): Promise<void> {
    const actor = { kind: 'system', id: null, requestId: 'test' } as const
    await inWorkspace(db, reader.workspaceId, actor, ({ query, workspaceId }) =>
      query
        .insertInto('outbox')
        .values(
          memberIds.map((memberId) => ({
            workspace_id: workspaceId,
            type: 'member.changed',
            member_id: memberId,
            payload: '{}',
            request_id: 'test',
          })),
        )
        .execute(),
    )
  }

  it('end when the token does', async () => {
    const stream = recordStream()
    hub.open({ ...reader, expiresAt: new Date(Date.now() + 50) }, stream, '0')
    await stream.closed
    await expect.poll(() => hub.countOf(reader.memberId)).toBe(0)
  })

  it('each get what comes after their own position, across many batches', async () => {
    const ids = Array.from({ length: 1_200 }, () => createId())
    await change(ids)
    const late = recordStream()
    hub.open(reader, late, '0')
    await expect.poll(() => idsIn(late).filter((id) => ids.includes(id))).toEqual(ids)
    const middle = late.sent.at(-2)?.id ?? ''
    const resumed = recordStream()
    hub.open(reader, resumed, middle)
    const more = createId()
    await change([more])
    await expect.poll(() => idsIn(late).at(-1)).toBe(more)
    await expect.poll(() => idsIn(resumed).at(-1)).toBe(more)
    const after = late.sent.filter(({ id }) => BigInt(id ?? 0) > BigInt(middle))
    expect(idsIn(resumed)).toEqual(
      after.flatMap(({ data }) => (data as { memberIds: string[] }).memberIds),
    )
    late.end()
    resumed.end()
  })

  it('are left behind with a line in the log when nobody reads them, and go on from where they were', async () => {
    const stream = recordStream()
    hub.open(reader, stream, '0')
    const [heard, missed] = [createId(), createId()]
    await change([heard])
    await expect.poll(() => idsIn(stream).at(-1)).toBe(heard)
    stream.stopReading()
    await expect.poll(() => logged).toContain('nobody read')
    expect(logged).toContain(reader.memberId)
    await change([missed])
    const again = recordStream()
    hub.open(reader, again, stream.sent.at(-1)?.id ?? '')
    await expect.poll(() => idsIn(again)).toEqual([missed])
    expect(idsIn(stream)).not.toContain(missed)
    again.end()
  })

  it('name a member once in a message, however often they changed', async () => {
    const stream = recordStream()
    const memberId = createId()
    hub.open(reader, stream, '0')
    await change([memberId, memberId, memberId])
    await expect.poll(() => idsIn(stream)).toContain(memberId)
    expect(idsIn(stream).filter((id) => id === memberId)).toHaveLength(1)
    stream.end()
  })

  it('end when the reader changed and the token is older than their access', async () => {
    const [stream, other] = [recordStream(), recordStream()]
    const earlier = new Date(reader.issuedAt.getTime() - 1_000)
    hub.open({ ...reader, issuedAt: earlier }, stream, '0')
    hub.open(reader, other, '0')
    await db.owner
      .updateTable('members')
      .set({ access_valid_from: reader.issuedAt })
      .where('id', '=', reader.memberId)
      .execute()
    await change([reader.memberId])
    await stream.closed
    await expect.poll(() => hub.countOf(reader.memberId)).toBe(1)
    other.end()
  })

  it('end all when the process stops', async () => {
    const stream = recordStream()
    hub.open(reader, stream, '0')
    await hub.close()
    expect(await stream.closed).toBe('closed')
  })
})
