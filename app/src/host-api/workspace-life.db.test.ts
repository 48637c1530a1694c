import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openEvents } from '../testing/test-events.ts'
import {
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
} from '../testing/test-installation.ts'

describe.each(testEngines)('workspaces over the Host API on %s', (engine) => {
  let installation: TestInstallation
  let host: TestHost

  beforeAll(async () => {
    installation = await openTestInstallation(engine)
    host = await installation.newHost('Inbox of many')
  })
  afterAll(() => installation.close())

  it('are off at once when they are deleted, and back when they are restored', async () => {
    const acme = await newWorkspace(installation, host, 'ending')
    const { memberId } = await acme.hire('ana@ending.example')
    const token = await acme.widgetToken(memberId)
    const team = (): ReturnType<typeof callJson> =>
      callJson(`${installation.url}/team/v1/members`, { token })
    const events = await openEvents(installation.url, token)
    expect((await team()).status).toBe(200)
    const path = `/workspaces/${acme.id}`
    expect((await host.call('DELETE', path)).status).toBe(204)

    expect((await team()).status).toBe(401)
    expect((await host.call('GET', path)).status).toBe(404)
    expect((await host.call('DELETE', path)).status).toBe(404)
    const mint = { workspace: acme.id, member: memberId }
    expect((await host.call('POST', '/widget-tokens', mint)).status).toBe(404)
    await events.ended
    // A replica remembers a token for a second.
    await expect.poll(async () => (await acme.scim('GET', '/Users')).status).toBe(403)
    expect((await host.call('GET', '/workspaces?state=deleted')).body['workspaces']).toMatchObject([
      { id: acme.id, slug: 'ending', deletedAt: expect.any(String) },
    ])
    const other = await installation.newHost('Another inbox')
    expect((await other.call('POST', `${path}/restore`)).status).toBe(404)

    expect((await host.call('POST', `${path}/restore`)).status).toBe(204)
    expect((await host.call('POST', `${path}/restore`)).status).toBe(204)
    expect((await team()).status).toBe(401)
    const again = await acme.widgetToken(memberId)
    const { status } = await callJson(`${installation.url}/team/v1/members`, { token: again })
    expect(status).toBe(200)
    await expect.poll(async () => (await acme.scim('GET', '/Users')).status).toBe(200)
  })

  it('take settings that are valid, on the version that was read', async () => {
    const { id } = await newWorkspace(installation, host, 'settings')
    const path = `/workspaces/${id}`
    const read = await host.call('GET', `${path}/settings`)
    expect(read.body).toMatchObject({ slug: 'settings', seats: null, brand: null })
    const etag = read.headers.get('etag') ?? ''
    const edit = (body: unknown, version = etag): ReturnType<typeof callJson> =>
      callJson(`${installation.url}/host/v1${path}`, {
        method: 'PATCH',
        token: host.key,
        body,
        headers: { 'if-match': version },
      })
    const policies = { hideOthersChats: true, retention: { auditDays: 500 } }
    const edited = await edit({ seats: 10, brand: { accent: '#0a7f5a' }, policies })
    expect(edited).toMatchObject({
      status: 200,
      body: { seats: 10, brand: { accent: '#0a7f5a' }, policies },
    })
    expect(await edit({ seats: 11 })).toMatchObject({ status: 412 })
    const now = edited.headers.get('etag') ?? ''
    const refused: [body: unknown, pointer: string][] = [
      [{}, ''],
      [{ seats: 0 }, '/seats'],
      [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
      [{ brand: { accent: 'green' } }, '/brand/accent'],
      [{ policies: { retention: { auditDays: 5 } } }, '/policies/retention/auditDays'],
      [{ policies: { inviteFields: ['email', 'email'] } }, '/policies/inviteFields'],
      [{ seats: 5, slug: 'other' }, ''],
    ]
    for (const [body, pointer] of refused) {
      expect(await edit(body, now)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    }
  })

  it('are listed page by page, and no other host’s', async () => {
    const own = await installation.newHost('Inbox of three')
    const ids: string[] = []
    for (const slug of ['one', 'two', 'three']) {
      ids.push((await newWorkspace(installation, own, slug)).id)
    }
    const listed: string[] = []
    for (let cursor = ''; ;) {
      const { body } = await own.call('GET', `/workspaces?limit=2${cursor}`)
      listed.push(...(body['workspaces'] as { id: string }[]).map(({ id }) => id))
      const { nextCursor } = body
      if (typeof nextCursor !== 'string') break
      cursor = `&cursor=${nextCursor}`
    }
    expect(listed).toEqual(ids)
    expect((await own.call('GET', '/workspaces?cursor=x')).status).toBe(400)
    expect((await own.call('GET', '/workspaces?state=gone')).status).toBe(400)
  })
})
