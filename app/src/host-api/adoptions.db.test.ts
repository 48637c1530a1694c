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
})
