import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

/** What a key without the scope is answered. */
const refusal = (scope: string): object => ({
  status: 403,
  body: {
    code: 'forbidden',
    reason: 'scope-missing',
    detail: expect.stringContaining(`"${scope}"`),
  },
})

describe.each(testEngines)('host keys on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
  })
  afterAll(() => plantel.close())

  async function make(scopes?: string[]): Promise<{ id: string; key: string }> {
    const { status, body } = await host.call('POST', '/keys', { name: 'Night', scopes })
    expect(status).toBe(201)
    return { id: String(body['id']), key: String(body['key']) }
  }
  const callWith = (key: string, method: string, path: string, body?: unknown): Promise<Answer> =>
    callJson(`${plantel.url}/host/v1${path}`, { method, token: key, body })
  it('are shown once and listed without the key', async () => {
    const { id, key } = await make(['read'])
    expect(key).toMatch(/^plt_host_[0-9a-f]{64}$/)
    const { body } = await callWith(key, 'GET', '/keys')
    expect(body['keys']).toEqual(
      expect.arrayContaining([
        {
          id,
          name: 'Night',
          scopes: ['read'],
          createdAt: expect.any(String),
          expiresAt: null,
          revokedAt: null,
          lastUsedAt: expect.any(String),
        },
      ]),
    )
    expect(JSON.stringify(body)).not.toContain(key)
  })

  it('do what their scopes say and are told which one is missing', async () => {
    const reading = await make(['read'])
    const minting = await make(['tokens'])
    const token = { workspace: 'acme', member: acme.ownerId }
    const department = { name: 'Noche' }
    const departments = '/workspaces/acme/departments'

    expect((await callWith(reading.key, 'GET', departments)).status).toBe(200)
    const access = { member: acme.ownerId }
    expect((await callWith(reading.key, 'POST', '/workspaces/acme/authorize', access)).status).toBe(
      200,
    )
    expect(await callWith(reading.key, 'POST', departments, department)).toMatchObject(
      refusal('write'),
    )
    expect(await callWith(reading.key, 'POST', '/widget-tokens', token)).toMatchObject(
      refusal('tokens'),
    )
    expect(await callWith(reading.key, 'POST', '/keys', { name: 'x' })).toMatchObject(
      refusal('keys'),
    )
    expect((await callWith(minting.key, 'POST', '/widget-tokens', token)).status).toBe(200)
    expect(await callWith(minting.key, 'GET', departments)).toMatchObject(refusal('read'))
  })

  it('give no scope that they lack', async () => {
    const { key } = await make(['keys'])
    const wanted = { name: 'More', scopes: ['keys', 'write'] }
    expect(await callWith(key, 'POST', '/keys', wanted)).toMatchObject(refusal('write'))
    expect((await callWith(key, 'POST', '/keys', { name: 'Same', scopes: ['keys'] })).status).toBe(
      201,
    )
    const strong = await make()
    expect(await callWith(key, 'POST', `/keys/${strong.id}/rotate`)).toMatchObject(refusal('read'))
    // Refused is refused: the key it was about goes on.
    expect((await callWith(strong.key, 'GET', '/keys')).status).toBe(200)
  })

  it('are replaced with an overlap in which both work', async () => {
    const former = await make(['read'])
    const rotate = `/keys/${former.id}/rotate`
    const { status, body } = await host.call('POST', rotate, { overlapSeconds: 3_600 })
    expect(status).toBe(201)
    expect(body).toMatchObject({ scopes: ['read'], expiresAt: null })
    const left = new Date(String(body['formerEndsAt'])).getTime() - Date.now()
    expect(left).toBeGreaterThan(3_500_000)
    expect(left).toBeLessThan(3_700_000)
    for (const key of [former.key, String(body['key'])]) {
      expect((await callWith(key, 'GET', '/keys')).status).toBe(200)
    }
    // Again, without an overlap: the former one ends now, and has nothing to replace any more.
    const again = await host.call('POST', rotate, { overlapSeconds: 0 })
    expect(again.status).toBe(201)
    expect((await callWith(former.key, 'GET', '/keys')).status).toBe(401)
    expect(await host.call('POST', rotate)).toMatchObject({
      status: 404,
      body: { reason: 'host-key-not-found' },
    })
  })

  it('never outlive their end by being replaced', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const { body: soon } = await host.call('POST', '/keys', { name: 'Soon', expiresAt })
    const { body } = await host.call('POST', `/keys/${String(soon['id'])}/rotate`)
    expect(body['formerEndsAt']).toBe(expiresAt)
  })

  it('are refused from the moment they are revoked', async () => {
    const { id, key } = await make()
    expect((await callWith(key, 'GET', '/keys')).status).toBe(200)
    expect((await host.call('DELETE', `/keys/${id}`)).status).toBe(204)
    expect((await callWith(key, 'GET', '/keys')).status).toBe(401)
    expect((await host.call('DELETE', `/keys/${id}`)).status).toBe(204)
  })

  it.each(['rotate', 'revoke'])('of another host can not be found to %s', async (what) => {
    const other = await plantel.newHost(`Other inbox to ${what}`)
    const { id, key } = await make()
    for (const unknown of [id, createId(), 'nonsense']) {
      const answer =
        what === 'rotate'
          ? await other.call('POST', `/keys/${unknown}/rotate`)
          : await other.call('DELETE', `/keys/${unknown}`)
      expect(answer).toMatchObject({ status: 404, body: { reason: 'host-key-not-found' } })
    }
    expect((await callWith(key, 'GET', '/keys')).status).toBe(200)
  })

  it.each([
    ['no scope', { name: 'x', scopes: [] }],
    ['an unknown scope', { name: 'x', scopes: ['admin'] }],
    ['an end in the past', { name: 'x', expiresAt: '2020-01-01' }],
    ['no name', { scopes: ['read'] }],
  ])('are refused with %s', async (_, draft) => {
    expect((await host.call('POST', '/keys', draft)).status).toBe(400)
  })
})
