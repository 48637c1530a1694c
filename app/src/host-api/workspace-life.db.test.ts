import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openEvents } from '../testing/test-events.ts'
import {
  callJson,
  newWorkspace,
  openTestInstallation,
  setActive,
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

  it('show who would find no seat before settings count, and save what was shown', async () => {
    const tight = await newWorkspace(installation, host, 'tight')
    await tight.hire('ana@tight.example')
    await tight.hire('bea@tight.example')
    const path = `/workspaces/${tight.id}`
    const shown = await host.call('POST', `${path}/settings/preview`, { seats: 2 })
    expect(shown).toMatchObject({ status: 200, body: { changed: 1, loseAccess: 1, noSeat: 1 } })
    const hash = encodeURIComponent(String(shown.body['hash']))
    await tight.hire('cleo@tight.example')
    expect(await host.call('PATCH', `${path}?previewHash=${hash}`, { seats: 2 })).toMatchObject({
      status: 409,
      body: { reason: 'difference-changed', difference: { noSeat: 2 } },
    })
    const again = await host.call('POST', `${path}/settings/preview`, { seats: 2 })
    const now = encodeURIComponent(String(again.body['hash']))
    expect(await host.call('PATCH', `${path}?previewHash=${now}`, { seats: 2 })).toMatchObject({
      status: 200,
      body: { seats: 2 },
    })
    const none = await host.call('POST', `${path}/settings/preview`, { name: 'Tighter' })
    expect(none.body).toMatchObject({ changed: 0, noSeat: 0 })
  })

  it('name the job that gives many people what an edit decides, and none for a few', async () => {
    const { id } = await newWorkspace(installation, host, 'many')
    const patch = async (path: string, body: unknown): Promise<unknown> => {
      const edited = await host.call('PATCH', `/workspaces/${id}${path}`, body)
      expect(edited.status).toBe(200)
      return edited.body['jobId']
    }
    const listed = async (list: string): Promise<{ id: string; name: string }[]> =>
      (await host.call('GET', `/workspaces/${id}/${list}`)).body[list] as {
        id: string
        name: string
      }[]
    const [department] = await listed('departments')
    const [channel] = await listed('channels')
    const edits: [path: string, body: unknown][] = [
      ['/roles/agent', { conversationAccess: 'own' }],
      [`/departments/${String(department?.id)}`, { channelIds: [channel?.id] }],
      ['', { policies: { roleStrategy: 'priority' } }],
    ]
    for (const [path] of edits) expect(await patch(path, { name: 'Other' })).toBe(null)
    await insertMany(installation.db.owner, id, String(department?.id))
    const jobIds: unknown[] = []
    for (const [path, body] of edits) jobIds.push(await patch(path, body))
    expect(jobIds).toEqual([expect.any(String), expect.any(String), expect.any(String)])
    const readJob = (): ReturnType<TestHost['call']> =>
      host.call('GET', `/workspaces/${id}/jobs/${String(jobIds[2])}`)
    await expect.poll(async () => (await readJob()).body['state'], { timeout: 60_000 }).toBe('done')
  })

  it('are flagged when the directory ends the last owner, however it does, until somebody is one', async () => {
    const owned = await newWorkspace(installation, host, 'owned')
    const path = `/workspaces/${owned.id}`
    const health = `${path}/scim-connections/${owned.connectionId}/health`
    const isFlagged = async (): Promise<unknown> =>
      (await host.call('GET', `${path}/settings`)).body['withoutOwner']
    const appoint = async (member: string): Promise<void> => {
      expect((await host.call('PUT', `${path}/owner`, { member })).status).toBe(204)
    }
    const ada = await owned.hire('ada@owned.example')
    const bob = await owned.hire('bob@owned.example')
    await appoint(ada.memberId)
    expect((await host.call('DELETE', `${path}/members/${owned.ownerId}`)).status).toBe(204)
    expect(await isFlagged()).toBe(false)

    await owned.scim('PATCH', `/Users/${ada.userId}`, setActive(false))
    expect(await isFlagged()).toBe(true)
    expect((await host.call('GET', health)).body['withoutOwner']).toBe(true)
    await owned.scim('PATCH', `/Users/${ada.userId}`, setActive(true))
    expect(await isFlagged()).toBe(false)
    expect((await host.call('GET', health)).body['withoutOwner']).toBe(false)

    expect((await owned.scim('DELETE', `/Users/${ada.userId}`)).status).toBe(204)
    expect(await isFlagged()).toBe(true)
    await appoint(bob.memberId)
    expect(await isFlagged()).toBe(false)

    const cleo = await owned.hire('cleo@owned.example')
    await appoint(cleo.memberId)
    const together = [bob, cleo].map(({ userId }) =>
      owned.scim('PATCH', `/Users/${userId}`, setActive(false)),
    )
    for (const { status } of await Promise.all(together)) expect(status).toBe(200)
    expect(await isFlagged()).toBe(true)

    const gone = await host.call('DELETE', `${path}/scim-connections/${owned.connectionId}`)
    expect(gone.status).toBe(200)
    expect(await isFlagged()).toBe(true)
    const { body: hand } = await host.call('POST', `${path}/members`, {
      email: 'dan@elsewhere.example',
      displayName: 'Dan',
      role: 'agent',
    })
    await appoint(String(hand['memberId']))
    expect(await isFlagged()).toBe(false)
    await expect
      .poll(async () => {
        const { body } = await host.call(
          'GET',
          `/events?workspace=${owned.id}&type=workspace.updated`,
        )
        return (body['events'] as { type: string; data: Record<string, unknown> }[]).flatMap(
          ({ type, data }) => (type === 'workspace.updated' ? [data['withoutOwner']] : []),
        )
      })
      .toEqual([true, false, true, false, true, false])
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

/** Agents of a department, one more than are given something at once. */
async function insertMany(
  owner: TestInstallation['db']['owner'],
  workspaceId: string,
  departmentId: string,
): Promise<void> {
  const ofWorkspace = { workspace_id: workspaceId }
  const { id: roleId } = await owner
    .selectFrom('roles')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('key', '=', 'agent')
    .executeTakeFirstOrThrow()
  const people = Array.from({ length: 1_001 }, (_, index) => ({
    ...ofWorkspace,
    id: createId(),
    source: 'manual' as const,
    display_name: `Person ${index}`,
    display_key: `person ${index}`,
    search_key: `person ${index}`,
    state: 'active' as const,
    role_id: roleId,
    conversation_access: 'departments' as const,
    access_valid_from: new Date(0),
  }))
  await owner.insertInto('members').values(people).execute()
  const grants = people.flatMap(({ id: member_id }) => {
    const local = { ...ofWorkspace, member_id, source: 'local' as const, effective: true }
    return [
      { ...local, id: createId(), kind: 'role' as const, role_id: roleId, request_id: 'test' },
      {
        ...local,
        id: createId(),
        kind: 'department' as const,
        department_id: departmentId,
        request_id: 'test',
      },
    ]
  })
  await owner.insertInto('grants').values(grants).execute()
}
