import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openEvents } from '../testing/test-events.ts'
import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

describe.each(testEngines)('lists, selections and bulk actions on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let ownerToken: string
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    ownerToken = await acme.widgetToken(acme.ownerId)
    ids['hired'] = (await acme.hire('hired@acme.example')).memberId
    for (const [index, name] of ['Ána Lima', 'Bea Lima', 'Caro Ruiz', 'Dani Sol'].entries()) {
      const { body } = await host.call('POST', `/workspaces/${acme.id}/members`, {
        email: `p${index}@acme.example`,
        displayName: name,
        role: 'agent',
        hostUserId: `inbox-${index}`,
      })
      ids[name] = String(body['memberId'])
    }
  })
  afterAll(() => plantel.close())

  const asOwner = (method: string, path: string, body?: unknown): Promise<Answer> =>
    callJson(`${plantel.url}/team/v1${path}`, { method, token: ownerToken, body })
  const asHost = (method: string, path: string, body?: unknown): Promise<Answer> =>
    host.call(method, `/workspaces/${acme.id}${path}`, body)

  async function select(body: unknown): Promise<string> {
    const answer = await asOwner('POST', '/selections', body)
    expect(answer.status).toBe(201)
    return String(answer.body['id'])
  }

  async function finished(call: typeof asOwner, job: unknown): Promise<Answer> {
    const path = `/jobs/${String(job)}`
    await expect
      .poll(async () => (await call('GET', path)).body['state'], { timeout: 20_000 })
      .toBe('done')
    return call('GET', path)
  }

  it('lists members for a host, page by page there and back', async () => {
    const first = await asHost('GET', '/members?sort=-created&limit=2')
    expect(first.body).toMatchObject({
      total: 6,
      previousCursor: null,
      members: [{ displayName: 'Dani Sol', hostUserId: 'inbox-3' }, { displayName: 'Caro Ruiz' }],
    })
    const cursor = String(first.body['nextCursor'])
    const second = await asHost('GET', `/members?sort=-created&limit=2&cursor=${cursor}`)
    expect(second.body).toMatchObject({ members: [{ displayName: 'Bea Lima' }, {}] })
    const back = String(second.body['previousCursor'])
    const again = await asHost('GET', `/members?sort=-created&limit=2&cursor=${back}`)
    expect(again.body['members']).toEqual(first.body['members'])
    const wrong = await asHost('GET', `/members?sort=name&limit=2&cursor=${cursor}`)
    expect(wrong).toMatchObject({ status: 400, body: { reason: 'invalid-cursor' } })
  })

  it('finds and counts what the filters ask for', async () => {
    const found = await asOwner('GET', '/members?search=LIMA&state=active&source=manual&sort=-name')
    expect(found.body).toMatchObject({
      total: 2,
      members: [{ displayName: 'Bea Lima' }, { displayName: 'Ána Lima' }],
    })
    const counts = await asOwner('GET', '/member-counts')
    expect(counts.body).toMatchObject({ total: 6, states: { active: 6 }, noAccess: 0 })
    const unknown = await asOwner('GET', '/members?colour=red')
    expect(unknown).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  })

  it('shows beforehand what a bulk action would do, does just that, and answers for each', async () => {
    const selection = await select({ filter: { source: 'manual', search: 'lima' } })
    const request = { selection, action: { kind: 'suspend' } }
    const preview = await asOwner('POST', '/bulk-actions/preview', request)
    expect(preview).toMatchObject({ status: 200, body: { total: 2, changed: 2, refused: {} } })
    const started = await asOwner('POST', '/bulk-actions', request)
    expect(started).toMatchObject({ status: 202, body: { kind: 'members.suspend', total: 2 } })
    const job = await finished(asOwner, started.body['id'])
    expect(job.body).toMatchObject({ done: 2, failed: 0, errorCode: null })
    const results = await asOwner('GET', `/jobs/${String(started.body['id'])}/results`)
    expect(results.body).toMatchObject({
      nextAfter: null,
      results: [
        { number: 1, outcome: 'changed' },
        { number: 2, outcome: 'changed' },
      ],
    })
    const suspended = await asOwner('GET', '/members?state=suspended')
    expect(suspended.body).toMatchObject({ total: 2 })
  })

  it('says for everybody who is refused what to do', async () => {
    const selection = await select({ ids: [ids['hired'], ids['Dani Sol'], acme.ownerId] })
    const started = await asOwner('POST', '/bulk-actions', {
      selection,
      action: { kind: 'remove' },
    })
    const job = await finished(asOwner, started.body['id'])
    expect(job.body).toMatchObject({ done: 3, failed: 2 })
    const { body } = await asOwner(
      'GET',
      `/jobs/${String(started.body['id'])}/results?refused=true`,
    )
    const results = body['results'] as { memberId: string; code: string; detail: string }[]
    expect(Object.fromEntries(results.map(({ memberId, code }) => [memberId, code]))).toEqual({
      [String(ids['hired'])]: 'managed-by-directory',
      [acme.ownerId]: 'own-access',
    })
    for (const { detail } of results) expect(detail).toMatch(/\w+ .*\.$/)
  })

  it('tells open pages that a job goes on', async () => {
    const events = await openEvents(plantel.url, ownerToken)
    const selection = await select({ ids: [ids['Caro Ruiz']] })
    const started = await asOwner('POST', '/bulk-actions', {
      selection,
      action: { kind: 'sign-out' },
    })
    const jobIds = (): string[] =>
      events.messages.flatMap(({ data }) => (data.type === 'jobs.changed' ? data.jobIds : []))
    await expect.poll(jobIds, { timeout: 20_000 }).toContain(started.body['id'])
    events.close()
    await finished(asOwner, started.body['id'])
  })

  it('refuses what nobody may have, before anything begins', async () => {
    const selection = await select({ ids: [ids['Caro Ruiz']] })
    const agentToken = await acme.widgetToken(String(ids['Caro Ruiz']))
    const asAgent = (method: string, path: string, body?: unknown): Promise<Answer> =>
      callJson(`${plantel.url}/team/v1${path}`, { method, token: agentToken, body })
    const action = { kind: 'suspend' }
    for (const [call, request, status, reason] of [
      [asAgent, { selection, action }, 403, 'permission-missing'],
      [asOwner, { selection: createId(), action }, 404, 'selection-not-found'],
      [asOwner, { selection, action: { kind: 'set-role', role: 'x' } }, 400, 'role-unknown'],
      [asOwner, { selection, action: { kind: 'explode' } }, 400, undefined],
    ] as const) {
      const answer = await call('POST', '/bulk-actions', request)
      expect(answer).toMatchObject({ status, body: reason === undefined ? {} : { reason } })
      const preview = await call('POST', '/bulk-actions/preview', request)
      expect(preview.status).toBe(status)
    }
    const both = await asOwner('POST', '/selections', { filter: {}, ids: [ids['hired']] })
    expect(both).toMatchObject({ status: 400 })
  })

  it('shows a job to whoever manages members and to nobody else', async () => {
    const selection = await select({ ids: [ids['Caro Ruiz']] })
    const started = await asHost('POST', '/bulk-actions', {
      selection,
      action: { kind: 'add-departments', departments: ['soporte'] },
    })
    const path = `/jobs/${String(started.body['id'])}`
    await finished(asHost, started.body['id'])
    expect((await asOwner('GET', path)).status).toBe(200)
    const jobs = await asOwner('GET', '/jobs?limit=1')
    expect(jobs.body).toMatchObject({ jobs: [{ id: started.body['id'] }] })
    const token = await acme.widgetToken(String(ids['Caro Ruiz']))
    for (const [method, of] of [
      ['GET', path],
      ['GET', `${path}/results`],
      ['POST', `${path}/cancel`],
    ] as const) {
      const answer = await callJson(`${plantel.url}/team/v1${of}`, { method, token })
      expect(answer).toMatchObject({ status: 404, body: { reason: 'job-not-found' } })
    }
    const cancelled = await asOwner('POST', `${path}/cancel`)
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'done' } })
  })
})
