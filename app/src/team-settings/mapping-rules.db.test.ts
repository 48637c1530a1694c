import { inWorkspace } from '@plantel/db'
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

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

describe.each(testEngines)('mapping rules of every kind over both APIs on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  let ownerToken: string

  beforeAll(async () => {
    plantel = await openTestInstallation(engine)
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme', { defaultRole: null })
    ownerToken = await acme.widgetToken(acme.ownerId)
  })
  afterAll(() => plantel.close())

  const team = (
    method: string,
    path: string,
    body?: unknown,
    token = ownerToken,
  ): Promise<Answer> => callJson(`${plantel.url}/team/v1${path}`, { method, token, body })
  const rulesOf = (...rules: unknown[]): unknown => ({ connectionId: acme.connectionId, rules })
  const byName = {
    when: { kind: 'group-pattern', pattern: '^inbox-(?<department>.+)-(?<role>.+)$' },
  }

  it('give what names and values say, show it beforehand, and say why', async () => {
    const ana = await acme.hire('ana@acme.example')
    await acme.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'inbox-Soporte-agent',
      members: [{ value: ana.userId }],
    })
    const rules = rulesOf(byName, {
      when: { kind: 'attribute', attribute: 'department', operator: 'one-of', values: ['Ventas'] },
      role: 'manager',
      named: ['department'],
    })
    const shown = await team('POST', '/mapping-rules/preview', rules)
    expect(shown).toMatchObject({
      status: 200,
      body: {
        changed: 1,
        gainAccess: 1,
        members: [{ id: ana.memberId, after: { role: 'agent' } }],
      },
    })
    const saved = await team('PUT', '/mapping-rules', {
      ...(rules as object),
      previewHash: shown.body['hash'],
    })
    expect(saved).toMatchObject({ status: 200, body: { jobId: null } })

    const patched = await acme.scim('PATCH', `/Users/${ana.userId}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: `${enterprise}:department`, value: 'ventas' }],
    })
    expect(patched.status).toBe(200)
    const why = await team('GET', `/members/${ana.memberId}/access-reasons`)
    expect(why.body).toMatchObject({
      isUpToDate: true,
      unknownNames: [{ kind: 'department', name: 'ventas' }],
    })
    expect(why.body['grants']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'role',
          value: expect.objectContaining({ key: 'manager' }),
          effective: true,
          origin: expect.objectContaining({
            matchedBy: [{ kind: 'attribute', attribute: 'department', value: 'ventas' }],
          }),
        }),
        expect.objectContaining({
          kind: 'role',
          value: expect.objectContaining({ key: 'agent' }),
          inactiveBecause: 'outweighed',
        }),
      ]),
    )
  })

  it.each([
    ['(?<role>', 'pattern-invalid'],
    ['(?<team>.)', 'pattern-invalid'],
    [String.raw`\p{L}{1,1000}`, 'pattern-invalid'],
  ])('refuse the pattern %s with the reason', async (pattern, reason) => {
    const refused = await team(
      'POST',
      '/mapping-rules/preview',
      rulesOf({ when: { kind: 'group-pattern', pattern } }),
    )
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-request', reason } })
  })

  it('refuse what no rule can be', async () => {
    for (const [rule, reason] of [
      [{ when: byName.when, named: ['channel'] }, 'rule-invalid'],
      [{ when: { kind: 'group', group: { displayName: 'Nobody' } } }, 'group-not-found'],
      [{ when: { kind: 'attribute', attribute: 'shoeSize', operator: 'any' } }, undefined],
      [{ when: { kind: 'attribute', attribute: 'title', operator: 'equals' } }, undefined],
      [{ when: byName.when, role: 'owner' }, 'role-not-mappable'],
    ] as const) {
      const refused = await team('POST', '/mapping-rules/preview', rulesOf(rule))
      expect(refused.status).toBeGreaterThanOrEqual(400)
      expect(refused.status).toBeLessThan(500)
      expect(refused.body['reason']).toBe(reason)
    }
    const twice = await team('PUT', '/mapping-rules', rulesOf(byName, byName))
    expect(twice).toMatchObject({ status: 400, body: { reason: 'rule-repeated' } })
  })

  it('replace the rules that were read, and no others that were saved since', async () => {
    const { body } = await team('GET', '/mapping-rules')
    const set = { connectionId: acme.connectionId, version: body['version'] }
    const theirs = { ...set, rules: [{ ...byName, role: 'agent' }] }
    expect(await team('PUT', '/mapping-rules', theirs)).toMatchObject({ status: 200 })
    for (const [method, path] of [
      ['POST', '/mapping-rules/preview'],
      ['PUT', '/mapping-rules'],
    ] as const) {
      expect(await team(method, path, { ...set, rules: [] })).toMatchObject({
        status: 412,
        body: { code: 'precondition-failed', reason: 'version-mismatch' },
      })
    }
    const now = await team('GET', '/mapping-rules')
    expect(now.body['rules']).toMatchObject([{ role: 'agent' }])
    const version = now.body['version']
    const saved = await team('PUT', '/mapping-rules', { ...set, version, rules: [] })
    expect(saved).toMatchObject({ status: 200, body: { rules: [] } })
  })

  it('are made by those who may, who give nothing that is above them', async () => {
    const agent = await acme.hire('agent@acme.example')
    const lead = await acme.hire('lead@acme.example')
    for (const [person, role] of [
      [agent, 'agent'],
      [lead, 'lead'],
    ] as const) {
      if (role === 'lead') {
        await host.call('POST', `/workspaces/${acme.id}/roles`, {
          key: 'lead',
          name: 'Lead',
          cloneOf: 'manager',
          permissions: ['directory:manage'],
          grantable: ['agent'],
          conversationAccess: 'own',
        })
      }
      await host.call('PUT', `/workspaces/${acme.id}/mapping-rules`, {
        connectionId: acme.connectionId,
        rules: [],
      })
      await plantel.db.owner
        .updateTable('members')
        .set({ break_glass: true })
        .where('id', '=', person.memberId)
        .execute()
      const edited = await host.call('PATCH', `/workspaces/${acme.id}/members/${person.memberId}`, {
        role,
      })
      expect(edited.status).toBe(204)
    }
    const agentToken = await acme.widgetToken(agent.memberId)
    const leadToken = await acme.widgetToken(lead.memberId)
    const forbidden = await team('PUT', '/mapping-rules', rulesOf(byName), agentToken)
    expect(forbidden).toMatchObject({ status: 403, body: { reason: 'permission-missing' } })
    const above = await team('PUT', '/mapping-rules', rulesOf(byName), leadToken)
    expect(above).toMatchObject({ status: 403, body: { reason: 'role-not-grantable' } })
    const supervisor = rulesOf({
      when: { kind: 'attribute', attribute: 'title', operator: 'any' },
      supervisor: true,
    })
    expect(await team('PUT', '/mapping-rules', supervisor, leadToken)).toMatchObject({
      status: 403,
      body: { reason: 'permission-missing' },
    })
    const allowed = rulesOf({
      when: { kind: 'attribute', attribute: 'title', operator: 'any' },
      role: 'agent',
    })
    expect((await team('PUT', '/mapping-rules', allowed, leadToken)).status).toBe(200)
  })

  it('show what the end or edit of a role or department would do', async () => {
    const role = await team('POST', '/roles/agent/preview', { name: 'Advisor' })
    expect(role).toMatchObject({ status: 200, body: { changed: 0, permissions: { lost: [] } } })
    const { body } = await team('GET', '/departments')
    const [department] = body['departments'] as { id: string }[]
    const preview = await team('GET', `/departments/${department?.id}/deletion-preview`)
    expect(preview).toMatchObject({ status: 200, body: { hash: expect.any(String) } })
    const gone = await team('GET', `/roles/manager/deletion-preview?replacement=agent`)
    expect(gone).toMatchObject({ status: 409, body: { reason: 'role-built-in' } })
  })

  it('reach many people by a job that whoever saved can follow', async () => {
    const crowded = await newWorkspace(plantel, host, 'crowded', { defaultRole: null })
    const names = Array.from({ length: 1_010 }, (_, index) => `crowd-${index}`)
    const actor = { kind: 'system', id: null, requestId: 'crowd' } as const
    await inWorkspace(plantel.db, crowded.id, actor, async ({ query, workspaceId }) => {
      const ids = names.map(() => crypto.randomUUID())
      await query
        .insertInto('directory_users')
        .values(
          names.map((name, index) => ({
            workspace_id: workspaceId,
            connection_id: crowded.connectionId,
            id: ids[index] ?? '',
            user_name: name,
            user_name_key: name,
            active: true,
            resource: JSON.stringify({ userName: name, title: 'Agent' }),
          })),
        )
        .execute()
      await query
        .insertInto('members')
        .values(
          names.map((name, index) => ({
            workspace_id: workspaceId,
            id: crypto.randomUUID(),
            source: 'directory' as const,
            directory_user_id: ids[index] ?? '',
            display_name: name,
            display_key: name,
            search_key: name,
            state: 'active' as const,
            no_role_reason: 'no_grant' as const,
            conversation_access: 'own' as const,
            access_valid_from: new Date(0),
          })),
        )
        .execute()
    })
    const path = `/workspaces/${crowded.id}`
    const saved = await host.call('PUT', `${path}/mapping-rules`, {
      connectionId: crowded.connectionId,
      rules: [{ when: { kind: 'attribute', attribute: 'title', operator: 'any' }, role: 'agent' }],
    })
    const jobId = String(saved.body['jobId'])
    await expect
      .poll(async () => (await host.call('GET', `${path}/jobs/${jobId}`)).body, { timeout: 30_000 })
      .toMatchObject({ state: 'done', total: names.length, done: names.length, failed: 0 })
    const roles = (await host.call('GET', `${path}/roles`)).body['roles'] as { key: string }[]
    expect(roles.find(({ key }) => key === 'agent')).toMatchObject({ memberCount: names.length })
  })
})
