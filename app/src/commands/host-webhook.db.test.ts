import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { inInstallation, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase } from '@plantel/db/testing'
import { createHost } from '@plantel/team'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { parseConfig } from '../config.ts'
import { openRecordingServer, type RecordingServer } from '../testing/recording-server.ts'
import {
  hostWebhookCreate,
  hostWebhookDelete,
  hostWebhookList,
  hostWebhookReplay,
  hostWebhookRotate,
  hostWebhookShow,
  hostWebhookTest,
  hostWebhookUpdate,
} from './host-webhook.ts'

/** What they do to the database is tested on both engines by the Host API. */
describe('host webhook commands', () => {
  let db: TestDatabase
  let folder: string
  let hook: RecordingServer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plantel-webhook-commands-'))
    hook = await openRecordingServer()
    vi.stubEnv('PLANTEL_DATA', folder)
    vi.stubEnv('PLANTEL_SECRET', 'the secret of a test installation'.padEnd(48, '.'))
    vi.stubEnv('PLANTEL_PUBLIC_URL', 'https://plantel.example')
    vi.stubEnv('PLANTEL_ALLOW_PRIVATE_NETWORK', hook.origin)
    db = await createTestDatabase('postgres')
    vi.stubEnv('DATABASE_URL', db.options.engine === 'postgres' ? db.options.url : undefined)
    const opened = await openDatabase(parseConfig(process.env).database)
    await inInstallation(opened, (query) =>
      createHost(query, { name: 'Inbox', allowedOrigins: [] }),
    )
    await opened.close()
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await hook.close()
    await db.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('register, test, change, replay and delete an endpoint', async () => {
    const url = `${hook.origin}/hook`
    const { json } = await hostWebhookCreate({
      host: 'Inbox',
      url,
      type: ['member.suspended'],
    })
    const which = { host: 'Inbox', endpoint: String(json['id']) }
    expect(json['secret']).toMatch(/^whsec_/)
    expect((await hostWebhookList({ host: 'Inbox' })).lines.join()).toContain('member.suspended')
    expect((await hostWebhookTest(which)).json).toEqual({ delivered: true, status: 204 })
    expect(hook.requests).toHaveLength(1)
    const { json: rotated } = await hostWebhookRotate({ ...which, overlap: '1' })
    expect(rotated['secret']).not.toBe(json['secret'])
    const { json: changed } = await hostWebhookUpdate({ ...which, type: [], disable: true })
    expect(changed['endpoint']).toMatchObject({ enabled: false, eventTypes: ['member.suspended'] })
    expect((await hostWebhookShow(which)).lines[0]).toBe(`${url}  disabled`)
    expect((await hostWebhookReplay({ ...which, dead: true })).json).toEqual({ retried: 0 })
    expect(() => hostWebhookReplay(which)).toThrow('--since')
    await hostWebhookDelete(which)
    await expect(hostWebhookShow(which)).rejects.toMatchObject({
      code: 'webhook-endpoint-not-found',
    })
  })
  it('register an endpoint of SCIM events, and try it with one', async () => {
    const url = `${hook.origin}/events`
    const create = { host: 'Inbox', url, format: 'scim-events' }
    await expect(
      hostWebhookCreate({ ...create, type: ['member.suspended'] }),
    ).rejects.toMatchObject({ code: 'webhook-types-fixed' })
    expect(() => hostWebhookCreate({ ...create, type: [], format: 'xml' })).toThrow('webhook')
    const { json } = await hostWebhookCreate({ ...create, type: [] })
    expect((await hostWebhookList({ host: 'Inbox' })).lines.join()).toContain('scim-events')
    const which = { host: 'Inbox', endpoint: String(json['id']) }
    await expect(hostWebhookTest(which)).rejects.toThrow('status 204')
    hook.answer = { status: 202 }
    expect((await hostWebhookTest(which)).json).toEqual({ delivered: true, status: 202 })
    expect(hook.requests.at(-1)?.headers['content-type']).toBe('application/secevent+jwt')
  })
})
