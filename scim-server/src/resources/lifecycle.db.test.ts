import { testEngines } from '@plantel/db/testing'
import {
  editMember,
  editWorkspace,
  listMembers,
  type MemberListRow,
  saveMappingRules,
} from '@plantel/team'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { updateScimConnection } from '../connections/scim-connection-commands.ts'
import { createGroup, createUser, findIds, freshName, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const deactivate = { op: 'replace', value: { active: false } }
const reactivate = { op: 'replace', value: { active: true } }

describe.each(testEngines)('the life of a provisioned person on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  async function memberOf(userName: unknown): Promise<MemberListRow | undefined> {
    const { members } = await client.inWorkspace((trx) =>
      listMembers(trx, { search: String(userName), limit: 10 }),
    )
    return members[0]
  }

  test('the profile interop leaves roles to the directory, as soon as it is chosen', async () => {
    const another = await scim.connect()
    const { id } = await createUser(another, { displayName: 'Rosa Local' })
    const roleOf = async (): Promise<string | undefined> => {
      const { members } = await another.inWorkspace((trx) =>
        listMembers(trx, { search: 'Rosa Local', limit: 1 }),
      )
      return members[0]?.role?.key
    }
    await another.inWorkspace(async (trx) => {
      await editWorkspace(trx, { policies: { localRoles: 'additive' } })
      const [member] = (await listMembers(trx, { search: 'Rosa Local', limit: 1 })).members
      await editMember(trx, member?.id ?? '', { role: 'agent' })
    })
    expect(await roleOf()).toBe('agent')
    const choose = (profile: 'interop' | 'rfc'): Promise<void> =>
      another.inWorkspace((trx) => updateScimConnection(trx, another.connectionId, { profile }))
    await choose('interop')
    expect(await roleOf()).toBeUndefined()
    await patch(another, `/Users/${id}`, { op: 'replace', path: 'title', value: 'Lead' })
    expect(await roleOf()).toBeUndefined()
    await choose('rfc')
    expect(await roleOf()).toBe('agent')
  })

  test('a mapping rule gives a role with membership and takes it with removal', async () => {
    const person = await createUser(client, { displayName: 'Maya Ruiz' })
    const { userName } = person.body
    expect(await memberOf(userName)).toMatchObject({ state: 'active', role: null })
    const group = await createGroup(client)
    const [, role] = client.workspace.roles
    await client.inWorkspace((trx) =>
      saveMappingRules(trx, client.connectionId, [
        {
          when: { kind: 'group', group: { id: group.id } },
          role: role?.key,
          departments: ['Sales'],
        },
      ]),
    )
    const value = [{ value: person.id }]
    await patch(client, `/Groups/${group.id}`, { op: 'add', path: 'members', value })
    expect(await memberOf(userName)).toMatchObject({
      displayName: 'Maya Ruiz',
      role: { id: role?.id },
      departments: [{ name: 'Sales' }],
    })

    await patch(client, `/Users/${person.id}`, deactivate)
    expect(await memberOf(userName)).toMatchObject({ state: 'suspended' })
    await patch(client, `/Users/${person.id}`, reactivate)
    expect(await memberOf(userName)).toMatchObject({ state: 'active', role: { id: role?.id } })

    await patch(client, `/Groups/${group.id}`, { op: 'Remove', path: 'members', value })
    expect(await memberOf(userName)).toMatchObject({ role: null, departments: [] })
  })

  test('a deactivated user keeps groups and stays readable and filterable', async () => {
    const { id, body } = await createUser(client)
    const group = await createGroup(client, [id])
    await patch(client, `/Users/${id}`, deactivate)
    const read = await client.request('GET', `/Users/${id}`)
    expect(read.body).toMatchObject({ active: false, groups: [{ value: group.id }] })
    expect(await findIds(client, '/Users', `userName eq "${String(body['userName'])}"`)).toEqual([
      id,
    ])
  })

  test('a deleted user is gone everywhere and their name is free at once', async () => {
    const { id, body } = await createUser(client, { externalId: freshName('x') })
    const { userName, externalId } = body
    await client.request('DELETE', `/Users/${id}`)
    expect((await client.request('GET', `/Users/${id}`)).status).toBe(404)
    expect((await patch(client, `/Users/${id}`, deactivate)).status).toBe(404)
    expect(await findIds(client, '/Users', `userName eq "${String(userName)}"`)).toEqual([])
    const again = await createUser(client, { userName, externalId })
    expect(again.id).not.toBe(id)
    expect(await memberOf(userName)).toMatchObject({ state: 'active' })
  })

  test('a POST of an inactive user restores them in place', async () => {
    const externalId = freshName('00u')
    const { id, body } = await createUser(client, { externalId, title: 'Agent' })
    const group = await createGroup(client, [id])
    await patch(client, `/Users/${id}`, deactivate)
    const restored = await client.request('POST', '/Users', {
      schemas: [urns.user],
      userName: body['userName'],
      externalId,
      active: true,
    })
    expect(restored.status).toBe(201)
    expect(restored.body).toMatchObject({ id, active: true, groups: [{ value: group.id }] })
    expect(restored.body).not.toHaveProperty('title')
    expect(await memberOf(body['userName'])).toMatchObject({ state: 'active' })
  })

  test('a POST of an inactive user with another externalId is a conflict', async () => {
    const { id, body } = await createUser(client, { externalId: freshName('00u') })
    await patch(client, `/Users/${id}`, deactivate)
    const other = await client.request('POST', '/Users', {
      schemas: [urns.user],
      userName: body['userName'],
      externalId: freshName('00u'),
    })
    expect(other).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
  })

  test('a rename keeps id and groups, and a taken name is a conflict', async () => {
    const [one, two] = [await createUser(client), await createUser(client)]
    await createGroup(client, [one.id])
    const userName = `${freshName('new')}@acme.example`
    const renamed = await patch(client, `/Users/${one.id}`, {
      op: 'replace',
      path: 'userName',
      value: userName,
    })
    expect(renamed.body).toMatchObject({ id: one.id, userName, groups: [{}] })
    const clash = { op: 'replace', path: 'userName', value: userName.toUpperCase() }
    expect(await patch(client, `/Users/${two.id}`, clash)).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness', detail: 'userName is already taken.' },
    })
  })
})
