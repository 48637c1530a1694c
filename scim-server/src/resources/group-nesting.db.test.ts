import { testEngines } from '@plantel/db/testing'
import { listMembers, saveMappingRules } from '@plantel/team'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { createGroup, createUser, findIds, memberIds, patch } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const rounds = process.env['TEST_DEPTH'] === 'deep' ? 50 : 3

describe.each(testEngines)('groups in groups on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
  })
  afterAll(() => scim.close())
  beforeEach(async () => {
    client = await scim.connect()
  })

  function change(
    op: 'add' | 'remove',
    groupId: string,
    memberId: string,
    replica: ScimClient = client,
  ): Promise<ScimResponse> {
    return patch(replica, `/Groups/${groupId}`, {
      op,
      path: 'members',
      value: [{ value: memberId }],
    })
  }

  /** What the user's `groups` say, by the group's id. */
  async function groupsOf(userId: string): Promise<Record<string, string>> {
    const { body } = await client.request('GET', `/Users/${userId}`)
    const groups = (body['groups'] ?? []) as { value: string; type: string }[]
    return Object.fromEntries(groups.map(({ value, type }) => [value, type]))
  }

  /** Who is in the group is an agent. */
  async function giveRole(groupId: string): Promise<void> {
    await client.inWorkspace((trx) =>
      saveMappingRules(trx, client.connectionId, [
        { when: { kind: 'group', group: { id: groupId } }, role: 'agent' },
      ]),
    )
  }

  /** Who is an agent, by display name. */
  async function agents(): Promise<string[]> {
    const { members } = await client.inWorkspace((trx) => listMembers(trx, { limit: 100 }))
    return members
      .filter((member) => member.role?.key === 'agent')
      .map((member) => member.displayName)
      .toSorted()
  }

  test('a group shows users and groups in order, and each is found by what it is', async () => {
    const user = await createUser(client, { displayName: 'Ana' })
    const child = await createGroup(client, [user.id])
    const parent = await createGroup(client)
    const other = await createUser(client, { displayName: 'Bob' })
    const value = [
      { value: child.id, type: 'Group', $ref: `${client.baseUrl}/Groups/${child.id}` },
      { value: other.id, type: 'User' },
    ]
    const path = `/Groups/${parent.id}`
    expect(await patch(client, path, { op: 'add', path: 'members', value })).toMatchObject({
      status: 204,
    })
    const { body, headers } = await client.request('GET', path)
    expect(headers.get('etag')).toBe('W/"2"')
    expect(body['members']).toEqual([
      {
        value: child.id,
        $ref: `${client.baseUrl}/Groups/${child.id}`,
        type: 'Group',
        display: child.body['displayName'],
      },
      {
        value: other.id,
        $ref: `${client.baseUrl}/Users/${other.id}`,
        type: 'User',
        display: 'Bob',
      },
    ])
    expect(await findIds(client, '/Groups', `members.value eq "${child.id}"`)).toEqual([parent.id])
    expect(await findIds(client, '/Groups', 'members.type eq "group"')).toEqual([parent.id])
    const named = `members[type eq "Group" and display eq "${String(child.body['displayName'])}"]`
    expect(await findIds(client, '/Groups', named)).toEqual([parent.id])
    expect(await findIds(client, '/Groups', `members.$ref ew "/Groups/${child.id}"`)).toEqual([
      parent.id,
    ])
    await patch(client, path, { op: 'remove', path: 'members[type eq "Group"]' })
    expect(await memberIds(client, parent.id)).toEqual([other.id])
  })

  test('a user shows direct and indirect groups, and is found by both', async () => {
    const user = await createUser(client)
    const low = await createGroup(client, [user.id])
    const middle = await createGroup(client, [low.id])
    const top = await createGroup(client, [middle.id, user.id])
    expect(await groupsOf(user.id)).toEqual({
      [low.id]: 'direct',
      [middle.id]: 'indirect',
      [top.id]: 'direct',
    })
    expect(await findIds(client, '/Users', `groups.value eq "${middle.id}"`)).toEqual([user.id])
    expect(
      await findIds(client, '/Users', `groups[value eq "${top.id}" and type eq "indirect"]`),
    ).toEqual([])
    expect(await findIds(client, '/Users', 'groups.type eq "indirect"')).toEqual([user.id])
  })

  test('a type that is not that of the id is refused in every profile, and nothing is applied', async () => {
    for (const profile of ['compat', 'rfc', 'interop'] as const) {
      const strict = await scim.connect({ profile })
      const user = await createUser(strict)
      const child = await createGroup(strict)
      const { id } = await createGroup(strict)
      for (const wrong of [
        { value: user.id, type: 'Group' },
        { value: child.id, type: 'User' },
      ]) {
        const value = [wrong, { value: child.id }]
        const answer = await patch(strict, `/Groups/${id}`, { op: 'add', path: 'members', value })
        expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
        expect(answer.body['detail']).toContain(wrong.value)
      }
      expect(await memberIds(strict, id)).toEqual([])
    }
  })

  test('an id of nobody is ignored in compat and refused in rfc, whatever type it is said to have', async () => {
    const nobody = client.workspace.id
    for (const type of ['User', 'Group']) {
      const value = [{ value: nobody, type }]
      const { id } = await createGroup(client)
      const lenient = await patch(client, `/Groups/${id}`, { op: 'add', path: 'members', value })
      expect(lenient.status).toBe(204)
      const strict = await scim.connect({ profile: 'rfc' })
      const group = await createGroup(strict)
      const path = `/Groups/${group.id}`
      expect(await patch(strict, path, { op: 'add', path: 'members', value })).toMatchObject({
        status: 400,
      })
    }
  })

  test('a group of another connection cannot be put into ours', async () => {
    const other = await scim.connect()
    const { id } = await createGroup(other)
    const ours = await createGroup(client, [id])
    expect(await memberIds(client, ours.id)).toEqual([])
  })

  test('PUT replaces groups as well as users', async () => {
    const [user, first, second] = [
      await createUser(client),
      await createGroup(client),
      await createGroup(client),
    ]
    const { id, body } = await createGroup(client, [user.id, first.id])
    const put = (members: unknown): Promise<ScimResponse> =>
      client.request('PUT', `/Groups/${id}`, { ...body, members })
    expect((await put([{ value: second.id }, { value: user.id }])).headers.get('etag')).toBe(
      'W/"2"',
    )
    expect(await memberIds(client, id)).toEqual([user.id, second.id].toSorted())
    expect((await put([{ value: second.id }, { value: user.id }])).headers.get('etag')).toBe(
      'W/"2"',
    )
    await put([])
    expect(await memberIds(client, id)).toEqual([])
  })

  test('whoever comes into a group below a mapped one gets its role, and loses it with the last way', async () => {
    const [ana, bob] = [
      await createUser(client, { displayName: 'Ana' }),
      await createUser(client, { displayName: 'Bob' }),
    ]
    const low = await createGroup(client, [ana.id])
    const middle = await createGroup(client, [low.id])
    const side = await createGroup(client, [low.id])
    const top = await createGroup(client)
    await giveRole(top.id)
    expect(await agents()).toEqual([])
    await change('add', top.id, middle.id)
    expect(await agents()).toEqual(['Ana'])
    await change('add', low.id, bob.id)
    expect(await agents()).toEqual(['Ana', 'Bob'])
    // A second way, then the first one ends.
    await change('add', top.id, side.id)
    await change('remove', middle.id, low.id)
    expect(await agents()).toEqual(['Ana', 'Bob'])
    await change('remove', low.id, bob.id)
    expect(await agents()).toEqual(['Ana'])
    await change('remove', top.id, side.id)
    expect(await agents()).toEqual([])
  })

  test('a rule that is made for a group counts at once for whoever is in it by another', async () => {
    const ana = await createUser(client, { displayName: 'Ana' })
    const low = await createGroup(client, [ana.id])
    const top = await createGroup(client, [low.id])
    await giveRole(top.id)
    expect(await agents()).toEqual(['Ana'])
  })

  test('deleting a group in the middle ends what came through it, and changes those that it was in', async () => {
    const ana = await createUser(client, { displayName: 'Ana' })
    const bob = await createUser(client, { displayName: 'Bob' })
    const low = await createGroup(client, [ana.id])
    const middle = await createGroup(client, [low.id, bob.id])
    const top = await createGroup(client, [middle.id])
    await giveRole(top.id)
    expect(await agents()).toEqual(['Ana', 'Bob'])
    expect((await client.request('DELETE', `/Groups/${middle.id}`)).status).toBe(204)
    expect(await agents()).toEqual([])
    expect(await groupsOf(ana.id)).toEqual({ [low.id]: 'direct' })
    const { body, headers } = await client.request('GET', `/Groups/${top.id}`)
    expect(body).not.toHaveProperty('members')
    expect(headers.get('etag')).toBe('W/"2"')
  })

  test('groups in a circle do no harm', async () => {
    const ana = await createUser(client, { displayName: 'Ana' })
    const one = await createGroup(client, [ana.id])
    const two = await createGroup(client, [one.id])
    const three = await createGroup(client, [two.id])
    expect((await change('add', one.id, three.id)).status).toBe(204)
    expect((await change('add', two.id, two.id)).status).toBe(204)
    await giveRole(three.id)
    expect(await groupsOf(ana.id)).toEqual({
      [one.id]: 'direct',
      [two.id]: 'indirect',
      [three.id]: 'indirect',
    })
    expect(await agents()).toEqual(['Ana'])
    await change('remove', two.id, one.id)
    expect(await agents()).toEqual([])
    for (const { id } of [one, two, three]) {
      expect((await client.request('DELETE', `/Groups/${id}`)).status).toBe(204)
    }
  })

  test('ten levels are followed, and no more', async () => {
    const ana = await createUser(client)
    const groups = [await createGroup(client, [ana.id])]
    for (let level = 1; level <= 11; level++) {
      groups.push(await createGroup(client, [groups[level - 1]?.id ?? '']))
    }
    const followed = await groupsOf(ana.id)
    expect(Object.keys(followed)).toEqual(groups.slice(0, 11).map(({ id }) => id))
  })

  test('joining a group and putting that group into a mapped one, at once, gives the role', async () => {
    for (let round = 0; round < rounds; round++) {
      client = await scim.connect()
      const ana = await createUser(client, { displayName: 'Ana' })
      const [low, top] = [await createGroup(client), await createGroup(client)]
      await giveRole(top.id)
      const answers = await Promise.all([
        change('add', low.id, ana.id),
        change('add', top.id, low.id, client.otherReplica),
      ])
      expect(answers.map(({ status }) => status)).toEqual([204, 204])
      expect(await agents()).toEqual(['Ana'])
      const ends = await Promise.all([
        change('remove', top.id, low.id),
        change(
          'add',
          low.id,
          (await createUser(client, { displayName: 'Bob' })).id,
          client.otherReplica,
        ),
      ])
      expect(ends.map(({ status }) => status)).toEqual([204, 204])
      expect(await agents()).toEqual([])
    }
  })

  test('a chain that grows at both ends at once gives what its top gives', async () => {
    for (let round = 0; round < rounds; round++) {
      client = await scim.connect()
      const ana = await createUser(client, { displayName: 'Ana' })
      const groups = [await createGroup(client, [ana.id])]
      for (let level = 1; level < 5; level++) groups.push(await createGroup(client))
      await giveRole(groups[4]?.id ?? '')
      const answers = await Promise.all(
        [1, 2, 3, 4].map((level) =>
          change(
            'add',
            groups[level]?.id ?? '',
            groups[level - 1]?.id ?? '',
            level % 2 === 0 ? client : client.otherReplica,
          ),
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204])
      expect(await agents()).toEqual(['Ana'])
    }
  })
})
