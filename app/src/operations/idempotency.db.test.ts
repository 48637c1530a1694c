import { createSealer } from '@plantel/db'
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
import { createIdempotency } from './idempotency.ts'

describe.each(testEngines)('Idempotency-Key on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
  })
  afterAll(() => plantel.close())

  function post(
    path: string,
    body: unknown,
    key: string,
    { api = 'host', token = host.key }: { api?: 'host' | 'team'; token?: string } = {},
  ): Promise<Answer> {
    const url = `${plantel.url}/${api}/v1${path}`
    return callJson(url, { method: 'POST', token, body, headers: { 'idempotency-key': key } })
  }
  const departmentPath = '/workspaces/acme/departments'
  const departmentsCalled = async (name: string): Promise<number> => {
    const { body } = await host.call('GET', departmentPath)
    return (body['departments'] as { name: string }[]).filter((each) => each.name === name).length
  }

  it('repeats the first answer to the same request, headers and all, and does nothing', async () => {
    const first = await post(departmentPath, { name: 'Noche' }, 'night')
    const second = await post(departmentPath, { name: 'Noche' }, '"night"')
    expect(first.status).toBe(201)
    expect(first.headers.get('idempotent-replayed')).toBe(null)
    expect(second).toMatchObject({ status: 201, body: first.body })
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'))
    expect(await departmentsCalled('Noche')).toBe(1)
  })

  it('makes one thing of twenty requests at once, and answers them all alike', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(departmentPath, { name: 'Tarde' }, 'afternoon')),
    )
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['id'])}`)).size).toBe(
      1,
    )
    expect(
      answers.filter(({ headers }) => headers.get('idempotent-replayed') === null),
    ).toHaveLength(1)
    expect(await departmentsCalled('Tarde')).toBe(1)
  })

  it('belongs to one request: another body or path is a conflict', async () => {
    await post(departmentPath, { name: 'Alba' }, 'dawn')
    for (const [path, body] of [
      [departmentPath, { name: 'Aurora' }],
      [`/workspaces/${acme.id}/departments`, { name: 'Alba' }],
    ] as const) {
      expect(await post(path, body, 'dawn')).toMatchObject({
        status: 409,
        body: { code: 'conflict', reason: 'idempotency-key-reused' },
      })
    }
    expect(await departmentsCalled('Aurora')).toBe(0)
  })

  it('belongs to one caller: another host and another member begin anew', async () => {
    const other = await plantel.newHost('Other inbox')
    const webhook = { url: 'https://inbox.example/hooks' }
    const mine = await post('/webhook-endpoints', webhook, 'hooks')
    const theirs = await post('/webhook-endpoints', webhook, 'hooks', { token: other.key })
    expect(theirs.status).toBe(201)
    expect(theirs.body['id']).not.toBe(mine.body['id'])

    const token = await acme.widgetToken(acme.ownerId)
    const asMember = { api: 'team', token } as const
    const role = { key: 'night-shift', name: 'Noche', cloneOf: 'agent' }
    const first = await post('/roles', role, 'hooks', asMember)
    expect(first.status).toBe(201)
    expect((await post('/roles', role, 'hooks', asMember)).body).toEqual(first.body)
  })

  it('keeps nothing of a refused request: put right, it may use its key again', async () => {
    expect(
      (await post('/workspaces/acme/roles', { key: 'x', name: 'X', cloneOf: 'nobody' }, 'role'))
        .status,
    ).toBe(404)
    const right = { key: 'x', name: 'X', cloneOf: 'agent' }
    expect((await post('/workspaces/acme/roles', right, 'role')).status).toBe(201)
  })

  it('lasts a day', async () => {
    const first = await post('/keys', { name: 'Night' }, 'daily')
    await plantel.db.owner
      .updateTable('idempotency_keys')
      .set({ created_at: new Date(Date.now() - 25 * 3_600_000) })
      .execute()
    const second = await post('/keys', { name: 'Night' }, 'daily')
    expect(second.status).toBe(201)
    expect(second.body['id']).not.toBe(first.body['id'])
  })

  it('stores answers sealed: neither secrets nor people can be read in the table', async () => {
    const { body } = await post('/keys', { name: 'Sealed' }, 'sealed')
    const rows = await plantel.db.owner.selectFrom('idempotency_keys').selectAll().execute()
    expect(String(body['key'])).toMatch(/^plt_host_/)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(row.sealed_answer).toMatch(/^v1\./)
      expect(JSON.stringify(row)).not.toContain(String(body['key']))
    }
  })

  it('answers nothing from before to somebody whose access has ended since', async () => {
    const { userId, memberId } = await acme.hire('leaver@acme.example')
    const token = await acme.widgetToken(memberId)
    const signOut = `/members/${memberId}/sign-out`
    const first = await post(signOut, {}, 'leave', { api: 'team', token })
    expect(first.status).toBe(204)
    await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
    const again = await post(signOut, {}, 'leave', { api: 'team', token })
    expect(again).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  it('says so when the first answer was lost with its replica', { timeout: 20_000 }, async () => {
    await post(departmentPath, { name: 'Siesta' }, 'lost')
    await plantel.db.owner.updateTable('idempotency_keys').set({ sealed_answer: null }).execute()
    expect(await post(departmentPath, { name: 'Siesta' }, 'lost')).toMatchObject({
      status: 409,
      body: { reason: 'idempotent-answer-lost' },
    })
    expect(await departmentsCalled('Siesta')).toBe(1)
  })

  it.each(['', ' ', 'x'.repeat(256), 'two words', '"open'])('refuses the key "%s"', async (key) => {
    const answer = await post(departmentPath, { name: 'Nunca' }, key)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  })

  it('leaves nothing behind when the work fails after the key was taken', async () => {
    const idempotency = createIdempotency(plantel.db, createSealer('s'.repeat(32)))
    const identity = {
      callerId: host.id,
      bucketId: host.id,
      confirm: () => Promise.resolve(),
      open: () => undefined,
    }
    const request = { key: 'fails', content: 'POST /x' }
    const failing = idempotency.once(identity, request, () => Promise.reject(new Error('broken')))
    await expect(failing).rejects.toThrow('broken')
    const { outcome, repeated } = await idempotency.once(identity, request, () =>
      Promise.resolve({ status: 204 }),
    )
    expect({ outcome, repeated }).toEqual({ outcome: { status: 204 }, repeated: false })
  })
})
