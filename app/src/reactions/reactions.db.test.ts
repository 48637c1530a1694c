import { createId, createSealer } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { openRecordingServer, type RecordingServer } from '../testing/recording-server.ts'
import {
  newWorkspace,
  openTestInstallation,
  setActive,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

interface Delivery {
  type: string
  timestamp: string
  data: { workspace: { id: string; slug: string }; member?: { id: string } }
}

const patience = { timeout: 30_000 }

describe.each(testEngines)('what follows from an event, on %s', (engine) => {
  let hook: RecordingServer
  let logout: RecordingServer
  let deaf: RecordingServer
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let webhook: Webhook

  beforeAll(async () => {
    hook = await openRecordingServer()
    logout = await openRecordingServer()
    deaf = await openRecordingServer()
    plantel = await openTestInstallation(engine, {
      PLANTEL_ALLOW_PRIVATE_NETWORK: `${hook.origin},${logout.origin},${deaf.origin}`,
    })
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
    await acme.hire('earlier@acme.example')
    const { body } = await host.call('POST', '/webhook-endpoints', { url: `${hook.origin}/hook` })
    webhook = new Webhook(String(body['secret']))
    await host.call('POST', '/clients', {
      name: 'Inbox',
      redirectUris: ['https://inbox.example/callback'],
      backchannelLogoutUri: `${logout.origin}/logout`,
    })
  })
  afterAll(async () => {
    await plantel.close()
    await hook.close()
    await logout.close()
    await deaf.close()
  })
  beforeEach(() => {
    hook.answer = { status: 204 }
    logout.answer = { status: 200 }
  })

  const deliveries = (): Delivery[] =>
    hook.requests.map(({ body, headers }) => webhook.verify(body, headers) as Delivery)
  const about = (memberId: string): string[] =>
    deliveries()
      .filter(({ data }) => data.member?.id === memberId)
      .map(({ type }) => type)

  const subjects = (): string[] =>
    logout.requests.map(({ body }) => {
      const token = new URLSearchParams(body).get('logout_token') ?? ''
      const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
      return (JSON.parse(claims) as { sub: string }).sub
    })
  const mailTo = (recipient: string): Promise<{ subject: string; text: string; html: string }[]> =>
    plantel.db.owner
      .selectFrom('captured_mails')
      .select(['subject', 'text', 'html'])
      .where('recipient', '=', recipient)
      .execute()

  describe('a webhook', () => {
    it('tells of each change in order, signed so that the official verifier accepts it', async () => {
      const { userId, memberId } = await acme.hire('ana@acme.example')
      await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
      await acme.scim('PATCH', `/Users/${userId}`, setActive(true))
      await expect
        .poll(() => about(memberId), patience)
        .toEqual(['member.activated', 'member.suspended', 'member.reactivated'])
      const delivery = deliveries().find(({ data }) => data.member?.id === memberId)
      expect(delivery?.data).toMatchObject({
        workspace: { id: acme.id, slug: 'acme' },
        member: { email: 'ana@acme.example', state: 'active', role: { key: 'agent' } },
      })
      expect(hook.requests[0]).toMatchObject({
        path: '/hook',
        headers: { 'content-type': 'application/json' },
      })
    })

    it('tells nothing of the time before it was registered', () => {
      expect(deliveries().map(({ type }) => type)).not.toContain('workspace.created')
    })

    it('tells nothing of the workspaces of another host', async () => {
      const other = await plantel.newHost('Other')
      const globex = await newWorkspace(plantel, other, 'globex')
      const { memberId: theirs } = await globex.hire('x@globex.example')
      const { memberId } = await acme.hire('after@acme.example')
      await expect.poll(() => about(memberId), patience).toHaveLength(1)
      expect(about(theirs)).toEqual([])
      expect(deliveries().every(({ data }) => data.workspace.id === acme.id)).toBe(true)
    })

    it('is not held up by an endpoint whose secret can not be opened', async () => {
      const other = await plantel.newHost('Of another secret')
      await plantel.db.owner
        .insertInto('webhook_endpoints')
        .values({
          id: createId(),
          host_id: other.id,
          url: `${hook.origin}/unopened`,
          sealed_secret: createSealer('another secret '.repeat(4)).seal('whsec_', 'elsewhere'),
        })
        .execute()
      const { memberId } = await acme.hire('unopened@acme.example')
      await expect.poll(() => about(memberId), patience).toHaveLength(1)
      await plantel.db.owner
        .deleteFrom('webhook_endpoints')
        .where('host_id', '=', other.id)
        .execute()
    })

    it.each([500, 404, 302])('is tried again after a %i, under the same id', async (status) => {
      // A redirect that was followed would be acknowledged there.
      hook.answer = { status, location: `${logout.origin}/elsewhere` }
      const { memberId } = await acme.hire(`again-${status}@acme.example`)
      await expect.poll(() => about(memberId), patience).not.toEqual([])
      hook.answer = { status: 204 }
      const heard = about(memberId).length
      await expect.poll(() => about(memberId).length, patience).toBeGreaterThan(heard)
      const ids = hook.requests
        .filter(({ body }) => body.includes(memberId))
        .map(({ headers }) => headers['webhook-id'])
      expect(new Set(ids).size).toBe(1)
      expect(logout.requests.map(({ path }) => path)).not.toContain('/elsewhere')
    })
  })

  describe('back-channel logout', () => {
    it('reaches a client at once, whatever another client of the same workspace does', async () => {
      deaf.answer = { status: 500 }
      const own = await plantel.newHost('Two clients')
      const initech = await newWorkspace(plantel, own, 'initech')
      for (const [name, { origin }] of Object.entries({ deaf, logout })) {
        await own.call('POST', '/clients', {
          name,
          redirectUris: ['https://inbox.example/callback'],
          backchannelLogoutUri: `${origin}/logout`,
        })
      }
      const leavers = [
        await initech.hire('first@initech.example'),
        await initech.hire('second@initech.example'),
      ]
      for (const { userId, memberId } of leavers) {
        await initech.scim('PATCH', `/Users/${userId}`, setActive(false))
        await expect.poll(subjects, patience).toContain(memberId)
      }
      expect(deaf.requests.length).toBeGreaterThan(0)
    })

    it('tells every client of somebody who is suspended, until it has heard', async () => {
      logout.answer = { status: 500 }
      const { userId, memberId } = await acme.hire('out@acme.example')
      await acme.scim('PATCH', `/Users/${userId}`, setActive(false))
      await expect.poll(subjects, patience).toContain(memberId)
      logout.answer = { status: 200 }
      const heard = subjects().length
      await expect.poll(() => subjects().length, patience).toBeGreaterThan(heard)
      expect(subjects().at(-1)).toBe(memberId)
    })
  })

  describe('the welcome mail', () => {
    it('goes once to whoever gets access, in the language of the workspace', async () => {
      await acme.hire('mail@acme.example')
      await expect.poll(() => mailTo('mail@acme.example'), patience).toHaveLength(1)
      const [mail] = await mailTo('mail@acme.example')
      expect(mail?.subject).toBe('Te damos la bienvenida al equipo de ACME')
      expect(mail?.text).toContain('Agente')
      expect(mail?.html).toContain('Hola, Hanna:')
    })

    it('waits for the role that a group brings, and is not sent again for a change of it', async () => {
      const later = await newWorkspace(plantel, host, 'later', { defaultRole: null })
      const { userId } = await later.hire('later@later.example')
      const { body: group } = await later.scim('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: 'Agents',
      })
      const { body: connection } = await host.call('GET', `/workspaces/${later.id}/mapping-rules`)
      expect(connection).toMatchObject({ rules: [] })
      await later.map([
        { when: { kind: 'group', group: { displayName: 'Agents' } }, role: 'agent' },
      ])
      const member = (op: string): unknown => ({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op, path: 'members', value: [{ value: userId }] }],
      })
      expect(await mailTo('later@later.example')).toEqual([])
      await later.scim('PATCH', `/Groups/${String(group['id'])}`, member('add'))
      await expect.poll(() => mailTo('later@later.example'), patience).toHaveLength(1)
      await later.map([
        { when: { kind: 'group', group: { displayName: 'Agents' } }, role: 'manager' },
      ])
      await acme.hire('marker-2@acme.example')
      await expect.poll(() => mailTo('marker-2@acme.example'), patience).toHaveLength(1)
      expect(await mailTo('later@later.example')).toHaveLength(1)
    })

    it('goes to nobody where the workspace does not want it', async () => {
      const { owner } = plantel.db
      const quiet = await newWorkspace(plantel, host, 'quiet')
      await owner
        .updateTable('workspaces')
        .set({
          policies: JSON.stringify({
            localRoles: 'locked',
            adoption: 'review',
            welcomeMail: false,
          }),
        })
        .where('id', '=', quiet.id)
        .execute()
      const { memberId } = await quiet.hire('silent@quiet.example')
      await expect.poll(() => about(memberId), patience).toHaveLength(1)
      await acme.hire('marker@acme.example')
      await expect.poll(() => mailTo('marker@acme.example'), patience).toHaveLength(1)
      expect(await mailTo('silent@quiet.example')).toEqual([])
    })
  })
})
