import { type Database, openDatabase } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createLogger } from '../logger.ts'
import { createOutbox, type Outbox } from '../outbox.ts'
import { openEvents, type TestEvents } from '../testing/test-events.ts'
import {
  callJson,
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'
import { createPresenceBoard, type PresenceBoard } from './presence-board.ts'

const patience = { timeout: 30_000 }

/** The last thing that a stream said about each member. */
function presenceIn({ messages }: TestEvents): Record<string, string> {
  return Object.fromEntries(
    messages.flatMap(({ data }) =>
      data.type === 'presence.changed' ? [[data.memberId, data.presence]] : [],
    ),
  )
}

describe.each(testEngines)('presence on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let replica: Database
  let outbox: Outbox
  let board: PresenceBoard
  const streams: TestEvents[] = []

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    // Another replica, where there can be one.
    replica = engine === 'postgres' ? await openDatabase(plantel.db.options) : plantel.db
    const log = createLogger('silent')
    outbox = createOutbox(replica, log)
    board = createPresenceBoard(replica, outbox, log)
  })
  afterAll(async () => {
    for (const stream of streams) stream.close()
    await board.close()
    await outbox.close()
    if (replica !== plantel.db) await replica.close()
    await plantel.close()
  })

  async function watch(...visible: string[]): Promise<TestEvents> {
    const token = await acme.widgetToken(acme.ownerId)
    const stream = await openEvents(plantel.url, token, { visible })
    streams.push(stream)
    return stream
  }

  async function beat(memberId: string, state: 'online' | 'away'): Promise<number> {
    const token = await acme.widgetToken(memberId)
    const body = { state }
    const call = { method: 'POST', token, body }
    return (await callJson(`${plantel.url}/team/v1/presence`, call)).status
  }

  const signal = (member: string, state: string, ttlSeconds = 60): Promise<unknown> =>
    host.call('PUT', '/workspaces/acme/presence', { members: [{ member, state }], ttlSeconds })

  /** Lets time pass for one member's heartbeats. */
  async function runOut(memberId: string, until: Partial<Record<'online' | 'away', Date>>) {
    await plantel.db.owner
      .updateTable('presences')
      .set({
        ...(until.online === undefined ? {} : { online_until: until.online }),
        ...(until.away === undefined ? {} : { away_until: until.away }),
        changed_at: new Date(),
      })
      .where('member_id', '=', memberId)
      .execute()
    // As a replica would have said.
    await signal(acme.ownerId, 'online')
  }

  it('is told to whoever sees the member, on every replica', async () => {
    const { memberId } = await acme.hire('here@acme.example')
    const stream = await watch(memberId)
    const elsewhere: string[] = []
    const stop = board.watch(acme.id, [memberId], (_, presence) => elsewhere.push(presence))
    expect(await beat(memberId, 'online')).toBe(200)
    await expect.poll(() => elsewhere, patience).toEqual(['online'])
    await expect.poll(() => presenceIn(stream)[memberId], patience).toBe('online')
    stop()
    // Who looks later is told at once.
    expect(presenceIn(await watch(memberId, acme.ownerId))).not.toHaveProperty(acme.ownerId)
    await expect
      .poll(() => presenceIn(streams.at(-1) as TestEvents)[memberId], patience)
      .toBe('online')
  })

  it('is told of nobody else', async () => {
    const { memberId } = await acme.hire('unseen@acme.example')
    const { memberId: seen } = await acme.hire('seen@acme.example')
    const stream = await watch(seen)
    await beat(memberId, 'online')
    await beat(seen, 'online')
    await expect.poll(() => presenceIn(stream), patience).toEqual({ [seen]: 'online' })
  })

  it('turns to away and to offline by itself when heartbeats stop', async () => {
    const { memberId } = await acme.hire('laptop@acme.example')
    const stream = await watch(memberId)
    await beat(memberId, 'online')
    await expect.poll(() => presenceIn(stream)[memberId], patience).toBe('online')
    await runOut(memberId, { online: new Date(Date.now() + 300) })
    await expect.poll(() => presenceIn(stream)[memberId], patience).toBe('away')
    await runOut(memberId, { away: new Date(Date.now() + 300) })
    await expect.poll(() => presenceIn(stream)[memberId], patience).toBe('offline')
  })

  it('is online as long as one of somebody’s windows is', async () => {
    const { memberId } = await acme.hire('two-windows@acme.example')
    await beat(memberId, 'away')
    // Once this is known, so is what came before it: nothing is noted after what the host says below.
    await beat(memberId, 'online')
    const ask = async (): Promise<unknown> =>
      (await host.call('POST', '/workspaces/acme/presence/search', { members: [memberId] })).body
    const online = { members: [{ member: memberId, state: 'online' }] }
    await expect.poll(ask, patience).toEqual(online)
    await signal(memberId, 'away')
    expect(await ask()).toEqual(online)
    // The host knows that they have gone home.
    await signal(memberId, 'offline')
    expect(await ask()).toEqual({ members: [{ member: memberId, state: 'offline' }] })
  })

  it('is noted as last activity, and not of those who can not come in', async () => {
    const { userId, memberId } = await acme.hire('suspended@acme.example')
    await signal(memberId, 'online')
    const read = (): Promise<{ last_active_at: Date | null }> =>
      plantel.db.owner
        .selectFrom('members')
        .select('last_active_at')
        .where('id', '=', memberId)
        .executeTakeFirstOrThrow()
    expect((await read()).last_active_at).not.toBeNull()
    const token = await acme.widgetToken(memberId)
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    const call = { method: 'POST', token, body: { state: 'online' } }
    expect((await callJson(`${plantel.url}/team/v1/presence`, call)).status).toBe(403)
    const gone = await acme.hire('gone@acme.example')
    await acme.scim('DELETE', `/Users/${gone.userId}`)
    await signal(gone.memberId, 'online')
    const { body } = await host.call('POST', '/workspaces/acme/presence/search', {
      members: [gone.memberId],
    })
    expect(body).toEqual({ members: [{ member: gone.memberId, state: 'offline' }] })
  })
})
