import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

interface ShownEvent {
  id: string
  type: string
  data: { workspace: { slug: string }; member?: { id: string } }
}

interface Entry {
  id: string
  action: string
  actor: { kind: string; id: string | null; name: string | null }
  subject: { kind: string; id: string; name: string | null }
}

const patience = { timeout: 30_000 }

const idsOf = (entries: readonly Entry[]): string[] => entries.map(({ id }) => id)

/** Of these ids those that the entries have: more may have been written meanwhile. */
function known(ids: readonly string[], entries: readonly Entry[]): string[] {
  const all = new Set(idsOf(entries))
  return ids.filter((id) => all.has(id))
}

function eventsOf({ body }: Answer): ShownEvent[] {
  return body['events'] as ShownEvent[]
}

describe.each(testEngines)('what happened, on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let globex: TestWorkspace

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    globex = await newWorkspace(plantel, host, 'globex')
  })
  afterAll(() => plantel.close())

  /** Reads on from a cursor until there is no more. */
  async function readOn(
    cursor: string,
    query = '',
  ): Promise<{ events: ShownEvent[]; nextCursor: string }> {
    const events: ShownEvent[] = []
    for (;;) {
      const answer = await host.call('GET', `/events?cursor=${cursor}&${query}`)
      expect(answer.status).toBe(200)
      events.push(...eventsOf(answer))
      cursor = String(answer.body['nextCursor'])
      if (answer.body['hasMore'] !== true) return { events, nextCursor: cursor }
    }
  }

  const list = async (query: string): Promise<Entry[]> =>
    (await host.call('GET', `/workspaces/acme/audit-entries?${query}`)).body['entries'] as Entry[]

  const get = async (path: string): Promise<string> => {
    const response = await fetch(`${plantel.url}/host/v1/workspaces/acme/${path}`, {
      headers: { authorization: `Bearer ${host.key}` },
    })
    expect(response.headers.get('content-disposition')).toContain('history.')
    return response.text()
  }
  const verify = async (): Promise<Record<string, unknown>> =>
    (await host.call('GET', '/workspaces/acme/audit-verification')).body

  describe('the list of events', () => {
    it('has everything of all workspaces once, in one order, whatever the page size', async () => {
      const start = (await readOn('latest')).nextCursor
      const hired = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          (index % 2 === 0 ? acme : globex).hire(`order-${index}@x.example`),
        ),
      )
      for (const { userId } of hired.filter((_, index) => index % 2 === 0)) {
        await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
      }
      // Twelve came, and six of them were suspended, whose conversations are to be handed over.
      await expect
        .poll(async () => (await readOn(start)).events.length, patience)
        .toBeGreaterThanOrEqual(24)
      const whole = (await readOn(start)).events.map(({ id }) => id)
      const pieces = (await readOn(start, 'limit=5')).events.map(({ id }) => id)
      // What happened between the two readings stands at the end of the second.
      expect(pieces.slice(0, whole.length)).toEqual(whole)
      expect(new Set(whole).size).toBe(whole.length)
      const ofFirst = (await readOn(start)).events.filter(
        ({ data }) => data.member?.id === hired[0]?.memberId,
      )
      expect(ofFirst.map(({ type }) => type)).toEqual(['member.activated', 'member.suspended'])
    })

    it('is narrowed to types and a workspace, and goes past the others', async () => {
      const start = (await readOn('latest')).nextCursor
      const { userId } = await acme.hire('narrow@acme.example')
      await globex.hire('narrow@globex.example')
      await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
      const query = 'type=member.suspended,member.removed&workspace=acme'
      await expect
        .poll(async () => (await readOn(start, query)).events.map(({ type }) => type), patience)
        .toEqual(['member.suspended'])
      const { nextCursor } = await readOn(start, query)
      expect(BigInt(nextCursor)).toBeGreaterThan(BigInt(start))
    })

    it('lets a request wait until something happens, and answers at once when it does', async () => {
      const start = (await readOn('latest')).nextCursor
      const seconds = 30
      const query = `cursor=${start}&wait=${seconds}&type=member.activated`
      const waiting = host.call('GET', `/events?${query}`)
      const { memberId } = await acme.hire('waited@acme.example')
      const started = performance.now()
      expect(eventsOf(await waiting)[0]?.data.member?.id).toBe(memberId)
      expect(performance.now() - started).toBeLessThan(seconds * 500)
    })

    it('answers with nothing when the time to wait is over', async () => {
      const stranger = await plantel.newHost('Silent')
      const answer = await stranger.call('GET', '/events?cursor=latest&wait=1')
      expect(answer.body).toMatchObject({ events: [], hasMore: false })
    })

    it('refuses a cursor that it can not have given, and knows nothing of other hosts', async () => {
      const future = await host.call('GET', '/events?cursor=999999999')
      expect(future).toMatchObject({ status: 400, body: { reason: 'invalid-cursor' } })
      expect((await host.call('GET', '/events?type=nonsense')).status).toBe(400)
      const stranger = await plantel.newHost('Stranger')
      expect((await stranger.call('GET', '/events')).body['events']).toEqual([])
      expect((await stranger.call('GET', `/events?workspace=${acme.id}`)).status).toBe(404)
    })
  })

  describe('the history', () => {
    it('names who did what to whom, and is filtered by each of them', async () => {
      const { userId, memberId } = await acme.hire('history@acme.example')
      await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
      const byOwner = await callJson(`${plantel.url}/team/v1/departments`, {
        method: 'POST',
        token: await acme.widgetToken(acme.ownerId),
        body: { name: 'Historia' },
      })
      expect(byOwner.status).toBe(201)
      const ofMember = await list(`member=${memberId}`)
      expect(ofMember.map(({ action }) => action)).toContain('member.suspended')
      expect(ofMember.find(({ action }) => action === 'member.suspended')).toMatchObject({
        actor: { kind: 'directory', id: acme.connectionId, name: 'Okta' },
        subject: { kind: 'member', id: memberId, name: 'Hanna history@acme.example' },
      })
      expect(await list('actorKind=member&action=department.')).toMatchObject([
        { action: 'department.created', actor: { id: acme.ownerId, name: 'Olga Owner' } },
      ])
      const soon = new Date(Date.now() + 3_600_000).toISOString()
      expect(await list(`since=${soon}`)).toEqual([])
      expect(await list(`until=${soon}&action=member.suspended&member=${memberId}`)).toHaveLength(1)
    })

    it('is read page by page without a gap', async () => {
      const all = await list('limit=200')
      const pieces: string[] = []
      let cursor: string | null = null
      do {
        const next: string = cursor === null ? '' : `&cursor=${cursor}`
        const { body } = await host.call('GET', `/workspaces/acme/audit-entries?limit=7${next}`)
        pieces.push(...(body['entries'] as Entry[]).map(({ id }) => id))
        cursor = body['nextCursor'] as string | null
      } while (cursor !== null)
      expect(known(pieces, all)).toEqual(idsOf(all))
      expect(new Set(pieces).size).toBe(pieces.length)
    })

    it('is exported as CSV and as JSON lines', async () => {
      const all = await list('limit=200')
      const lines = (await get('audit-export.jsonl')).trim().split('\n')
      const exported = lines.map((line) => (JSON.parse(line) as Entry).id)
      expect(known(exported, all)).toEqual(idsOf(all))
      const table = await get('audit-export?action=department.created')
      expect(table.split('\r\n')[0]).toContain('time,action,actor')
      expect(table).toContain('Historia')
      expect(table).not.toContain('member.suspended')
    })

    it('is verified, within seconds of a change', async () => {
      await expect.poll(async () => (await verify())['unsealed'], patience).toBe(0)
      expect(await verify()).toMatchObject({ isIntact: true, flaws: [] })
      await plantel.db.owner
        .updateTable('audit_entries')
        .set({ actor_id: null })
        .where('workspace_id', '=', acme.id)
        .where('action', '=', 'department.created')
        .where('actor_kind', '=', 'member')
        .execute()
      expect(await verify()).toMatchObject({ isIntact: false, flaws: [{ kind: 'altered' }] })
    })

    it('is shown in the widget to whoever manages members, and to nobody else', async () => {
      const { memberId } = await acme.hire('agent@acme.example')
      const read = async (member: string): Promise<Answer> =>
        callJson(`${plantel.url}/team/v1/audit-entries?limit=1`, {
          token: await acme.widgetToken(member),
        })
      expect((await read(acme.ownerId)).body['entries']).toHaveLength(1)
      expect(await read(memberId)).toMatchObject({
        status: 403,
        body: { reason: 'permission-missing' },
      })
    })
  })
})
