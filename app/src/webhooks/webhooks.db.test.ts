import { testEngines } from '@plantel/db/testing'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { openRecordingServer, type RecordingServer } from '../testing/recording-server.ts'
import {
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

interface Received {
  type: string
  data: { workspace: { slug: string }; member?: { id: string }; turn?: number }
}

interface Delivery {
  messageId: string
  eventType: string
  memberId: string | null
  state: string
  attempts: number
  status: number | null
  error: string | null
}

const patience = { timeout: 30_000 }
const storm = process.env['TEST_DEPTH'] === 'deep' ? 10_000 : 1_000

/** Seconds since 1970 by a clock that does not jump. */
function reallyNow(): number {
  return (performance.timeOrigin + performance.now()) / 1_000
}

describe.each(testEngines)('webhook endpoints on %s', (engine) => {
  let hook: RecordingServer
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace

  beforeAll(async () => {
    hook = await openRecordingServer()
    plantel = await openTestInstallation(engine, { PLANTEL_ALLOW_PRIVATE_NETWORK: hook.origin })
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
  })
  afterAll(async () => {
    await plantel.close()
    await hook.close()
  })
  afterEach(() => void vi.useRealTimers())
  beforeEach(async () => {
    hook.answer = { status: 204 }
    const { body } = await host.call('GET', '/webhook-endpoints')
    for (const { id } of body['endpoints'] as { id: string }[]) {
      await host.call('DELETE', `/webhook-endpoints/${id}`)
    }
  })

  async function register(
    path: string,
    more: Record<string, unknown> = {},
  ): Promise<{ id: string; secret: string }> {
    const body = { url: `${hook.origin}/${path}`, ...more }
    const answer = await host.call('POST', '/webhook-endpoints', body)
    expect(answer.status).toBe(201)
    return answer.body as unknown as { id: string; secret: string }
  }

  const at = (path: string): Received[] =>
    hook.requests
      .filter((request) => request.path === `/${path}`)
      .map(({ body }) => JSON.parse(body) as Received)
  const typesAbout = (path: string, memberId: string): string[] =>
    at(path)
      .filter(({ data }) => data.member?.id === memberId)
      .map(({ type }) => type)
  async function log(id: string, query = ''): Promise<Delivery[]> {
    const { body } = await host.call('GET', `/webhook-endpoints/${id}/deliveries?${query}`)
    return body['deliveries'] as Delivery[]
  }
  const health = async (id: string): Promise<Record<string, unknown>> =>
    (await host.call('GET', `/webhook-endpoints/${id}`)).body['health'] as Record<string, unknown>

  it('hear of the workspace and the types that they asked for, and of nothing else', async () => {
    const globex = await newWorkspace(plantel, host, 'globex')
    await register('all')
    await register('acme-only', { workspace: 'acme' })
    await register('leavers', { eventTypes: ['member.suspended'] })
    const { userId, memberId } = await acme.hire('filter@acme.example')
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    const { memberId: theirs } = await globex.hire('filter@globex.example')
    await expect.poll(() => typesAbout('all', theirs), patience).toEqual(['member.activated'])
    await expect
      .poll(() => typesAbout('all', memberId), patience)
      .toEqual(['member.activated', 'member.suspended'])
    await expect
      .poll(() => typesAbout('acme-only', memberId), patience)
      .toEqual(['member.activated', 'member.suspended'])
    await expect.poll(() => typesAbout('leavers', memberId), patience).toEqual(['member.suspended'])
    expect(at('acme-only').every(({ data }) => data.workspace.slug === 'acme')).toBe(true)
    expect(at('leavers').map(({ type }) => type)).toEqual(['member.suspended'])
  })

  it('get the events of others while those of one member are refused, whose order is kept', async () => {
    const { id } = await register('picky')
    const poisoned = await acme.hire('poison@acme.example')
    hook.answer = ({ body }) => ({ status: body.includes(poisoned.memberId) ? 500 : 204 })
    await expect.poll(() => typesAbout('picky', poisoned.memberId), patience).not.toEqual([])
    // Delivered in the meantime, or about to be.
    const before = typesAbout('picky', poisoned.memberId).length
    await acme.scim('PATCH', `/Users/${poisoned.userId}`, setActive(false))
    const other = await acme.hire('unharmed@acme.example')
    await acme.scim('PATCH', `/Users/${poisoned.userId}`, setActive(true))
    await expect
      .poll(() => typesAbout('picky', other.memberId), patience)
      .toEqual(['member.activated'])
    await expect
      .poll(async () => (await health(id))['retrying'], patience)
      .toBeGreaterThanOrEqual(2)
    hook.answer = { status: 204 }
    await expect.poll(async () => (await health(id))['retrying'], patience).toBe(0)
    const all = typesAbout('picky', poisoned.memberId).slice(before)
    expect(all.at(-1)).toBe('member.reactivated')
    expect(all.indexOf('member.reactivated')).toBeGreaterThan(all.lastIndexOf('member.suspended'))
    const aboutThem = (await log(id)).filter(({ memberId }) => memberId === poisoned.memberId)
    expect(aboutThem.filter(({ state }) => state !== 'delivered')).toEqual([])
    expect(aboutThem.find(({ attempts }) => attempts > 1)).toMatchObject({ status: 204 })
  })

  it('show in their log why nothing arrives, and get all of it afterwards', async () => {
    const { id } = await register('down')
    hook.answer = { status: 503 }
    const { userId, memberId } = await acme.hire('down@acme.example')
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    await expect
      .poll(() => log(id, 'state=retrying'), patience)
      .toContainEqual(expect.objectContaining({ error: 'status', status: 503, memberId }))
    expect(await health(id)).toMatchObject({ failingSince: expect.any(String) as string })
    hook.answer = { status: 204 }
    await expect
      .poll(
        async () => (await log(id, 'state=delivered')).map(({ eventType }) => eventType),
        patience,
      )
      .toEqual(expect.arrayContaining(['member.activated', 'member.suspended']))
    await expect
      .poll(() => health(id), patience)
      .toMatchObject({ failingSince: null, retrying: 0, dead: 0 })
  })

  it('have what failed for a day among the dead letters, until it is tried again', async () => {
    const { id } = await register('dead')
    hook.answer = { status: 500 }
    const { memberId } = await acme.hire('dead@acme.example')
    await expect
      .poll(() => log(id, 'state=retrying'), patience)
      .toContainEqual(expect.objectContaining({ memberId }))
    const dayAgo = new Date(Date.now() - 25 * 3_600 * 1_000)
    await plantel.db.owner.updateTable('events').set({ occurred_at: dayAgo }).execute()
    await plantel.db.owner
      .updateTable('webhook_endpoints')
      .set({ starts_at: dayAgo })
      .where('id', '=', id)
      .execute()
    await plantel.db.owner
      .updateTable('event_cursors')
      .set({ failing_since: dayAgo, leased_until: new Date() })
      .where('consumer', '=', `webhook:${id}`)
      .where('workspace_id', '=', acme.id)
      .execute()
    await expect
      .poll(() => log(id, 'state=dead'), patience)
      .toContainEqual(expect.objectContaining({ memberId, error: 'status' }))
    hook.answer = { status: 204 }
    const heard = typesAbout('dead', memberId).length
    await acme.hire('after-dead@acme.example')
    await expect.poll(async () => (await health(id))['failingSince'], patience).toBeNull()
    expect(typesAbout('dead', memberId)).toHaveLength(heard)
    const replay = `/webhook-endpoints/${id}/replay`
    expect((await host.call('POST', replay, { deadLetters: true })).status).toBe(202)
    await expect.poll(() => typesAbout('dead', memberId).length, patience).toBeGreaterThan(heard)
    await expect.poll(async () => (await health(id))['dead'], patience).toBe(0)
  })

  it('get everything since a moment again, under the same ids', async () => {
    const early = await acme.hire('early@acme.example')
    const since = new Date()
    const { userId, memberId } = await acme.hire('replay@acme.example')
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    const { id } = await register('replayed')
    const marker = await acme.hire('marker@acme.example')
    await expect.poll(() => typesAbout('replayed', marker.memberId), patience).toHaveLength(1)
    expect(typesAbout('replayed', memberId)).toEqual([])
    const replay = { since: since.toISOString() }
    await host.call('POST', `/webhook-endpoints/${id}/replay`, replay)
    // Each at least once: a delivery that was under way is repeated, too.
    await expect
      .poll(() => [...new Set(typesAbout('replayed', memberId))], patience)
      .toEqual(['member.activated', 'member.suspended'])
    await expect
      .poll(() => typesAbout('replayed', marker.memberId).length, patience)
      .toBeGreaterThan(1)
    expect(typesAbout('replayed', early.memberId)).toEqual([])
    const ids = hook.requests
      .filter(({ path, body }) => path === '/replayed' && body.includes(marker.memberId))
      .map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(1)
  })

  it('are sent two signatures while a secret is replaced, and one afterwards', async () => {
    const { id, secret } = await register('rotated')
    const { body } = await host.call('POST', `/webhook-endpoints/${id}/rotate-secret`, {
      overlapSeconds: 3_600,
    })
    const { memberId } = await acme.hire('rotated@acme.example')
    await expect.poll(() => typesAbout('rotated', memberId), patience).toHaveLength(1)
    const delivered = hook.requests.find(({ body }) => body.includes(memberId))
    for (const each of [secret, String(body['secret'])]) {
      expect(
        new Webhook(each).verify(delivered?.body ?? '', delivered?.headers ?? {}),
      ).toMatchObject({ type: 'member.activated' })
    }
    const again = await host.call('POST', `/webhook-endpoints/${id}/rotate-secret`, {
      overlapSeconds: 0,
    })
    const { memberId: later } = await acme.hire('rotated-2@acme.example')
    await expect.poll(() => typesAbout('rotated', later), patience).toHaveLength(1)
    const last = hook.requests.find(({ body }) => body.includes(later))
    expect(last?.headers['webhook-signature']?.split(' ')).toHaveLength(1)
    new Webhook(String(again.body['secret'])).verify(last?.body ?? '', last?.headers ?? {})
  })

  it('hear of others at once while one of them takes its time', async () => {
    const release = Promise.withResolvers<void>()
    hook.answer = async ({ path }) => {
      if (path === '/slow') await release.promise
      return { status: 204 }
    }
    const slow = await register('slow')
    await register('quick')
    const { userId, memberId } = await acme.hire('slow@acme.example')
    await expect.poll(() => typesAbout('slow', memberId), patience).toEqual(['member.activated'])
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    await expect
      .poll(() => typesAbout('quick', memberId), patience)
      .toEqual(['member.activated', 'member.suspended'])
    expect(typesAbout('slow', memberId)).toEqual(['member.activated'])
    release.resolve()
    await expect
      .poll(() => typesAbout('slow', memberId), patience)
      .toEqual(['member.activated', 'member.suspended'])
    await expect.poll(async () => (await health(slow.id))['retrying'], patience).toBe(0)
  })

  it(
    `get ${storm} events of one member in order and each once, and others' meanwhile`,
    { timeout: 60_000 + storm * 30 },
    async () => {
      await register('storm')
      const { memberId } = await acme.hire('storm@acme.example')
      const events = Array.from({ length: storm }, (_, turn) => ({
        workspace_id: acme.id,
        type: 'member.changed',
        member_id: memberId,
        payload: JSON.stringify({ member: { id: memberId }, turn }),
        request_id: 'storm',
      }))
      await plantel.db.owner.insertInto('outbox').values(events.splice(0, 500)).execute()
      const other = await acme.hire('beside-the-storm@acme.example')
      while (events.length > 0) {
        await plantel.db.owner.insertInto('outbox').values(events.splice(0, 500)).execute()
      }
      const turns = (): unknown[] =>
        at('storm').flatMap(({ type, data }) =>
          type === 'member.changed' && data.member?.id === memberId ? [data.turn] : [],
        )
      await expect.poll(() => typesAbout('storm', other.memberId), patience).toHaveLength(1)
      expect(turns().length).toBeLessThan(storm)
      await expect.poll(() => turns().length, { timeout: 30_000 + storm * 30 }).toBe(storm)
      expect(turns()).toEqual(Array.from({ length: storm }, (_, turn) => turn))
    },
  )

  // The embedded database has this process's clock.
  it.runIf(engine === 'postgres')(
    'are told by the clock of the database when that of a process jumps',
    async () => {
      const { id } = await register('jump')
      for (const days of [2, -2]) {
        hook.answer = { status: 500 }
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 86_400_000 })
        const { memberId } = await acme.hire(`jump-${days}@acme.example`)
        await expect
          .poll(() => log(id, 'state=retrying'), patience)
          .toContainEqual(expect.objectContaining({ memberId }))
        hook.answer = { status: 204 }
        await expect
          .poll(() => health(id), patience)
          .toMatchObject({ retrying: 0, dead: 0, failingSince: null })
        const last = hook.requests.findLast(({ body }) => body.includes(memberId))
        const signedAt = Number(last?.headers['webhook-timestamp'])
        // Two days lie between the clocks.
        expect(Math.abs(signedAt - reallyNow())).toBeLessThan(3_600)
        vi.useRealTimers()
      }
    },
  )

  it('answer to a test at once, whatever they do with it', async () => {
    const { id, secret } = await register('tested')
    const test = await host.call('POST', `/webhook-endpoints/${id}/test`)
    expect(test.body).toMatchObject({ delivered: true, status: 204, error: null })
    const request = hook.requests.find(({ path }) => path === '/tested')
    expect(new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {})).toMatchObject({
      type: 'webhook.test',
    })
    hook.answer = { status: 302, location: `${hook.origin}/elsewhere` }
    const moved = await host.call('POST', `/webhook-endpoints/${id}/test`)
    expect(moved.body).toMatchObject({ delivered: false, status: 302, error: 'redirect' })
    expect(at('elsewhere')).toEqual([])
    const inside = await register('x', { url: 'https://10.0.0.1/hook' })
    const refused = await host.call('POST', `/webhook-endpoints/${inside.id}/test`)
    expect(refused.body).toMatchObject({ delivered: false, error: 'address-refused' })
  })

  it('are told nothing while they are disabled, and everything afterwards', async () => {
    const { id } = await register('paused')
    await host.call('PATCH', `/webhook-endpoints/${id}`, { enabled: false })
    const other = await register('awake')
    const { memberId } = await acme.hire('paused@acme.example')
    await expect.poll(() => typesAbout('awake', memberId), patience).toHaveLength(1)
    expect(typesAbout('paused', memberId)).toEqual([])
    const { body } = await host.call('PATCH', `/webhook-endpoints/${id}`, { enabled: true })
    expect(body).toMatchObject({ id, enabled: true, url: `${hook.origin}/paused` })
    await expect.poll(() => typesAbout('paused', memberId), patience).toHaveLength(1)
    const taken = await host.call('PATCH', `/webhook-endpoints/${other.id}`, {
      url: `${hook.origin}/paused`,
    })
    expect(taken).toMatchObject({ status: 409, body: { reason: 'webhook-url-taken' } })
  })

  it('of another host are nobody to read, change, test or replay', async () => {
    const { id } = await register('private')
    const stranger = await plantel.newHost('Stranger')
    const path = `/webhook-endpoints/${id}`
    const attempts = [
      await stranger.call('GET', path),
      await stranger.call('PATCH', path, { enabled: false }),
      await stranger.call('POST', `${path}/test`),
      await stranger.call('POST', `${path}/rotate-secret`, {}),
      await stranger.call('POST', `${path}/replay`, { deadLetters: true }),
      await stranger.call('GET', `${path}/deliveries`),
      await stranger.call('POST', '/webhook-endpoints', {
        url: `${hook.origin}/theirs`,
        workspace: acme.id,
      }),
    ]
    expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 404))
  })
})
