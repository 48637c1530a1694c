import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openRecordingServer, type RecordingServer } from '../testing/recording-server.ts'
import {
  type Answer,
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

interface Handover {
  id: string
  member: { id: string; email: string }
  state: string
  cause: string
  attempts: number
  moved: number
  remaining: number | null
  parts: {
    department: { name: string } | null
    to: { kind: string; member?: { id: string; email: string } }
    by: string
  }[]
}

const patience = { timeout: 30_000 }

/** Who gets the conversations of which department. */
function targets({ parts }: Handover): unknown[] {
  return parts.map(({ department, to }) => [department?.name ?? null, to.member?.id ?? to.kind])
}

describe.each(testEngines)('handovers on %s', (engine) => {
  let hook: RecordingServer
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let lead: string
  let departments: Map<string, string>

  beforeAll(async () => {
    hook = await openRecordingServer()
    plantel = await openTestInstallation(engine, { PLANTEL_ALLOW_PRIVATE_NETWORK: hook.origin })
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    await host.call('POST', '/webhook-endpoints', { url: `${hook.origin}/hook` })
    const { body } = await at('GET', '/departments')
    departments = new Map(
      (body['departments'] as { id: string; name: string }[]).map(({ id, name }) => [name, id]),
    )
    lead = (await acme.hire('lead@acme.example')).memberId
    await at('PATCH', `/departments/${departments.get('Ventas-MX')}`, { leadMemberId: lead })
  })
  afterAll(async () => {
    await plantel.close()
    await hook.close()
  })

  const at = (method: string, path: string, body?: unknown): Promise<Answer> =>
    host.call(method, `/workspaces/acme${path}`, body)

  /** Somebody in these departments. */
  async function agent(
    name: string,
    ...names: string[]
  ): Promise<{ userId: string; memberId: string }> {
    const hired = await acme.hire(`${name}@acme.example`)
    const answer = await at('PATCH', `/members/${hired.memberId}`, {
      departments: names.map((each) => departments.get(each)),
    })
    expect(answer.status).toBeLessThan(300)
    return hired
  }

  /** What came about a member: each once, although what was not acknowledged in time comes again. */
  const told = (memberId: string): { type: string; handover: Handover }[] =>
    [...new Map(hook.requests.map((each) => [each.headers['webhook-id'], each])).values()]
      .map(({ body }) => JSON.parse(body) as { type: string; data: { handover?: Handover } })
      .flatMap(({ type, data }) =>
        data.handover?.member.id === memberId ? [{ type, handover: data.handover }] : [],
      )
  async function requested(memberId: string): Promise<Handover> {
    await expect
      .poll(() => told(memberId).map(({ type }) => type), patience)
      .toContain('handover.requested')
    return told(memberId).at(-1)?.handover as Handover
  }
  const complete = (id: string, body: unknown): Promise<Answer> =>
    host.call('POST', `/handovers/${id}/complete`, body)

  it('begin when a directory deactivates somebody, and end when the host has moved everything', async () => {
    const { userId, memberId } = await agent('ana', 'Ventas-MX', 'Soporte')
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    const handover = await requested(memberId)
    expect(targets(handover)).toEqual([
      ['Soporte', 'department'],
      ['Ventas-MX', lead],
      [null, 'unassigned'],
    ])
    expect(handover).toMatchObject({ cause: 'member.suspended', state: 'requested' })
    const { body: before } = await at('GET', '/handover-report')
    expect(before).toMatchObject({ unknown: 1, orphaned: 0 })
    const part = await complete(handover.id, { moved: 3, remaining: 2 })
    expect(part.body).toMatchObject({ state: 'requested', moved: 3, remaining: 2 })
    expect((await at('GET', '/handover-report')).body).toMatchObject({ orphaned: 2, unknown: 0 })
    // Two of the host's servers say it at once.
    for (const done of await Promise.all([
      complete(handover.id, { moved: 2 }),
      complete(handover.id, { moved: 2 }),
    ])) {
      expect(done).toMatchObject({
        status: 200,
        body: { state: 'completed', moved: 5, remaining: 0 },
      })
    }
    // The host that did not hear our answer says it again.
    expect((await complete(handover.id, { moved: 2 })).body).toMatchObject({ moved: 5 })
    expect((await at('GET', '/handover-report')).body).toMatchObject({ orphaned: 0, moved: 5 })
    await expect
      .poll(() => told(memberId).map(({ type }) => type), patience)
      .toEqual(['handover.requested', 'handover.completed'])
  })

  it('follow the rules of the workspace, by presence and load where it says so', async () => {
    const free = await agent('free', 'Soporte')
    const busy = await agent('busy', 'Soporte')
    const now = new Date()
    await plantel.db.owner
      .updateTable('members')
      .set({ last_active_at: now })
      .where('id', 'in', [free.memberId, busy.memberId])
      .execute()
    const loads = await at('PUT', '/workload', {
      members: [
        { member: free.memberId, open: 1 },
        { member: busy.memberId, open: 7 },
        { hostUser: 'nobody', open: 1 },
      ],
    })
    expect(loads.body).toEqual({ unknown: ['nobody'] })
    const { body: load } = await at('GET', `/members/${busy.memberId}/workload`)
    expect(load).toMatchObject({ openConversations: 7 })
    expect((await at('GET', `/members/${lead}/workload`)).body).toMatchObject({
      openConversations: null,
    })
    const rules = [
      { departmentId: departments.get('Soporte'), kind: 'least-loaded' },
      { departmentId: departments.get('Ventas-MX'), kind: 'queue' },
      { kind: 'member', memberId: lead },
    ]
    const saved = await at('PUT', '/handover-rules', { rules })
    expect(saved.status).toBe(200)
    expect(saved.body['rules']).toHaveLength(3)
    const { userId, memberId } = await agent('ruled', 'Ventas-MX', 'Soporte')
    await acme.scim('DELETE', `/Users/${userId}`)
    expect(targets(await requested(memberId))).toEqual([
      ['Soporte', free.memberId],
      ['Ventas-MX', 'department'],
      [null, lead],
    ])
    await at('PUT', '/handover-rules', { rules: [] })
  })

  it('go where the person who revokes the access says', async () => {
    const { body } = await at('POST', '/invitations', {
      people: [{ email: 'local@acme.example', displayName: 'Local', role: 'agent' }],
    })
    const invited = (body['invited'] as { memberId: string }[] | undefined)?.[0]?.memberId ?? ''
    const { body: made } = await at('POST', '/handovers', {
      member: invited,
      to: { kind: 'member', memberId: lead },
    })
    expect(made).toMatchObject({ cause: 'chosen', state: 'requested' })
    const revoked = await at('POST', `/members/${invited}/revoke`, { to: { kind: 'unassigned' } })
    // The one that is open already.
    expect(revoked.body).toMatchObject({ id: made['id'] })
    const { memberId: target } = await agent('left-target', 'Soporte')
    const { memberId } = await agent('chosen', 'Soporte')
    const to = { kind: 'member', memberId: target }
    const suspended = await at('POST', `/members/${memberId}/revoke`, { end: 'suspend', to })
    expect(targets(suspended.body as unknown as Handover)).toEqual([[null, target]])
    const handover = await requested(memberId)
    expect(targets(handover)).toEqual([[null, target]])
    // Nothing is asked for a second time because of the suspension.
    await complete(handover.id, { moved: 1 })
    await expect
      .poll(() => told(memberId).map(({ type }) => type), patience)
      .toEqual(['handover.requested', 'handover.completed'])
    const itself = await at('POST', '/handovers', {
      member: lead,
      to: { kind: 'member', memberId: lead },
    })
    expect(itself).toMatchObject({ status: 409, body: { reason: 'member-not-active' } })
  })

  it('are cancelled when somebody comes back, and can be by hand', async () => {
    const { userId, memberId } = await agent('back', 'Soporte')
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    const handover = await requested(memberId)
    await acme.scim('PATCH', `/Users/${userId}`, setActive(true))
    await expect
      .poll(() => told(memberId).map(({ type }) => type), patience)
      .toEqual(['handover.requested', 'handover.cancelled'])
    const late = await complete(handover.id, { moved: 1 })
    expect(late).toMatchObject({ status: 409, body: { reason: 'handover-closed' } })
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    await expect.poll(() => told(memberId).length, patience).toBe(3)
    const again = await requested(memberId)
    expect(again.id).not.toBe(handover.id)
    expect((await at('POST', `/handovers/${again.id}/cancel`)).body).toMatchObject({
      state: 'cancelled',
    })
    expect((await at('POST', `/handovers/${again.id}/cancel`)).status).toBe(409)
  })

  it('are asked for again when the host does not answer, and given up after a day', async () => {
    const { userId, memberId } = await agent('silent', 'Soporte')
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    const { id } = await requested(memberId)
    const past = new Date(Date.now() - 1_000)
    const set = (fields: { due_at: Date; requested_at?: Date }): Promise<unknown> =>
      plantel.db.owner.updateTable('handovers').set(fields).where('id', '=', id).execute()
    await set({ due_at: past })
    await expect.poll(() => told(memberId).at(-1)?.handover.attempts, patience).toBe(2)
    await set({ due_at: past, requested_at: new Date(Date.now() - 25 * 3_600_000) })
    await expect.poll(() => told(memberId).at(-1)?.type, patience).toBe('handover.failed')
    const { body } = await at('GET', '/handovers?state=failed')
    expect(body['handovers']).toMatchObject([{ id, nextAttemptAt: null }])
    // The host is back after all.
    expect((await complete(id, { moved: 4 })).body).toMatchObject({ state: 'completed' })
  })

  it('of another host are nobody to complete', async () => {
    const { userId, memberId } = await agent('foreign', 'Soporte')
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    const { id } = await requested(memberId)
    const stranger = await plantel.newHost('Stranger')
    const answer = await stranger.call('POST', `/handovers/${id}/complete`, { moved: 1 })
    expect(answer).toMatchObject({ status: 404, body: { reason: 'handover-not-found' } })
  })
})
