import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'

describe.each(testEngines)('people who were here before their directory, on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost
  let acme: TestWorkspace
  const records: string[] = []

  beforeAll(async () => {
    plantel = await openTestInstallation(engine, {}, () => Promise.resolve(records))
    host = await plantel.newHost('Inbox')
    acme = await newWorkspace(plantel, host, 'acme')
  })
  afterAll(() => plantel.close())

  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    host.call(method, `/workspaces/${acme.id}${path}`, body)
  const adoptions = (): string => `/scim-connections/${acme.connectionId}/adoptions`

  const decide = (directoryUser: string, decision: string): Promise<Answer> =>
    call('POST', adoptions(), { directoryUser, decision })

  async function join(email: string): Promise<string> {
    const { status, body } = await call('POST', '/members', {
      email,
      displayName: email,
      role: 'agent',
    })
    expect({ status, body }).toMatchObject({ status: 201 })
    return String(body['memberId'])
  }

  async function provision(email: string): Promise<string> {
    const { status, body } = await acme.scim('POST', '/Users', {
      schemas: [userSchema],
      userName: email,
      displayName: `${email} of the directory`,
      emails: [{ value: email, type: 'work', primary: true }],
    })
    expect(status).toBe(201)
    return String(body['id'])
  }

  /** The names of those who wait, with who has their address. */
  async function waiting(): Promise<unknown[]> {
    const { status, body } = await call('GET', adoptions())
    expect(status).toBe(200)
    const list = body['adoptions'] as {
      directoryUser: { userName: string }
      member: { id: string }
    }[]
    return list.map(({ directoryUser, member }) => [directoryUser.userName, member.id])
  }

  async function linkedMember(directoryUserId: string): Promise<string | undefined> {
    const row = await plantel.db.owner
      .selectFrom('members')
      .select('id')
      .where('directory_user_id', '=', directoryUserId)
      .executeTakeFirst()
    return row?.id
  }

  it('wait until an administrator says whether they are the same', async () => {
    const [ana, bea] = [await join('ana@acme.example'), await join('bea@acme.example')]
    const [one, two] = [await provision('ana@acme.example'), await provision('bea@acme.example')]
    expect(await waiting()).toEqual([
      ['ana@acme.example', ana],
      ['bea@acme.example', bea],
    ])
    expect((await decide(one, 'same')).status).toBe(204)
    expect(await linkedMember(one)).toBe(ana)
    expect((await decide(two, 'other')).status).toBe(204)
    expect([undefined, bea]).not.toContain(await linkedMember(two))
    expect(await waiting()).toEqual([])
    expect(await decide(one, 'other')).toMatchObject({
      status: 409,
      body: { reason: 'adoption-not-pending' },
    })
  })

  it('are linked when their domain is proved and policy says so, in whatever order', async () => {
    const cleo = await join('cleo@acme.example')
    const user = await provision('cleo@acme.example')
    const policy = (adoption: string): Promise<Answer> =>
      call('PATCH', '', { policies: { adoption } })
    expect((await policy('auto')).status).toBe(200)
    expect(await linkedMember(user)).toBeUndefined()
    const { body: claimed } = await call('POST', '/domains', { domain: 'acme.example' })
    records.push((claimed['record'] as { value: string }).value)
    expect((await call('POST', '/domains/acme.example/verification')).status).toBe(200)
    expect(await linkedMember(user)).toBe(cleo)

    expect((await policy('review')).status).toBe(200)
    const dora = await join('dora@acme.example')
    const other = await provision('dora@acme.example')
    expect(await waiting()).toEqual([['dora@acme.example', dora]])
    expect((await policy('auto')).status).toBe(200)
    expect(await linkedMember(other)).toBe(dora)
    expect(await waiting()).toEqual([])
  })

  it('have what a rule gives again once somebody says that a group is the one that was deleted', async () => {
    const rebindings = `/scim-connections/${acme.connectionId}/rebindings`
    const email = 'eva@elsewhere.example'
    const eva = await provision(email)
    const group = async (displayName: string): Promise<string> => {
      const members = [{ value: eva }]
      const { status, body } = await acme.scim('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName,
        members,
      })
      expect(status).toBe(201)
      return String(body['id'])
    }
    const roleOfEva = async (): Promise<unknown> => {
      const { body } = await call('GET', `/members/${await linkedMember(eva)}`)
      return (body['member'] as { role: unknown }).role
    }
    const offers = async (): Promise<unknown> => (await call('GET', rebindings)).body['rebindings']
    const confirm = (groupId: string, ruleId: string): Promise<Answer> =>
      call('POST', rebindings, { groupId, ruleId })

    const without = await roleOfEva()
    const former = await group('Sales team')
    const { status, body } = await call('PUT', '/mapping-rules', {
      connectionId: acme.connectionId,
      rules: [
        {
          when: { kind: 'group', group: { id: former } },
          role: 'manager',
          departments: [],
          channels: [],
        },
      ],
    })
    expect({ status, body }).toMatchObject({ status: 200 })
    const [rule] = body['rules'] as { id: string }[]
    const ruleId = rule?.id ?? ''
    const given = await roleOfEva()
    expect(given).not.toEqual(without)
    expect((await acme.scim('DELETE', `/Groups/${former}`)).status).toBe(204)
    const [other, again] = [await group('Another team'), await group('SALES TEAM')]
    expect(await offers()).toEqual([
      {
        ruleId,
        former: { id: former, displayName: 'Sales team', deletedAt: expect.any(String) },
        group: { id: again, displayName: 'SALES TEAM', members: 1 },
      },
    ])
    expect(await roleOfEva()).toEqual(without)
    const refused = { status: 409, body: { reason: 'rebinding-not-offered' } }
    expect(await confirm(other, ruleId)).toMatchObject(refused)
    expect(await confirm(again, other)).toMatchObject(refused)
    expect(await roleOfEva()).toEqual(without)

    expect(await confirm(again, ruleId)).toMatchObject({ status: 200, body: { jobId: null } })
    expect(await roleOfEva()).toEqual(given)
    expect((await call('GET', '/mapping-rules')).body['rules']).toMatchObject([
      { id: ruleId, when: { group: { id: again } }, orphaned: false },
    ])
    expect(await offers()).toEqual([])
    expect(await confirm(again, ruleId)).toMatchObject(refused)
  })
})
