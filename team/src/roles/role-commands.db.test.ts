import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { readEvents, sequenceEvents } from '../history/event-queries.ts'
import { reprojectMembers } from '../mapping/reproject-members.ts'
import { editMember } from '../members/edit-member.ts'
import { readMemberAccess } from '../members/member-access-queries.ts'
import type { Permission } from '../permissions/catalogue.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { createRole, editRole, previewRoleEdit } from './role-commands.ts'
import { deleteRole } from './role-deletion.ts'
import { listRoles, type RoleView } from './role-queries.ts'

describe.each(testEngines)('roles on %s', (engine) => {
  let db: TestDatabase
  let acme: TeamFixture
  let owner: string
  let manager: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  beforeEach(async () => {
    acme = await createTeamFixture(db)
    owner = acme.workspace.ownerMemberId
    manager = await acme.join('max', 'manager')
  })
  afterAll(() => db.close())

  const keys = async (): Promise<string[]> =>
    (await acme.asHost((trx) => listRoles(trx))).map(({ key }) => key)
  const role = async (key: string): Promise<RoleView> => {
    const [found] = await acme.asHost((trx) => listRoles(trx, key))
    if (found === undefined) throw new Error(`no role ${key}`)
    return found
  }
  const access = (memberId: string) => acme.asHost((trx) => readMemberAccess(trx, memberId))

  it('are cloned directly below their model, and given by whoever gives the model', async () => {
    await acme.asMember(owner, (trx) =>
      createRole(trx, { key: 'senior', name: 'Senior', cloneOf: 'agent' }),
    )
    expect(await keys()).toEqual(['owner', 'manager', 'agent', 'senior'])
    const [agent, senior] = [await role('agent'), await role('senior')]
    expect(senior).toMatchObject({
      isPreset: false,
      permissions: agent.permissions,
      conversationAccess: 'departments',
    })
    expect((await role('owner')).grantable).toContain('senior')
    expect((await role('manager')).grantable).toContain('senior')
    expect(agent.grantable).not.toContain('senior')
    const id = await acme.join('sam', 'agent')
    await acme.asMember(manager, (trx) => editMember(trx, id, { role: 'senior' }))
    expect(await access(id)).toMatchObject({ role: { key: 'senior' } })
  })

  it('are given by nobody whose own role does less, from the start or once they get more', async () => {
    await acme.asMember(owner, (trx) =>
      createRole(trx, {
        key: 'payer',
        name: 'Payer',
        cloneOf: 'agent',
        permissions: ['contacts:add', 'billing:manage'],
      }),
    )
    const { id: laterId } = await acme.asMember(owner, (trx) =>
      createRole(trx, { key: 'later', name: 'Later', cloneOf: 'agent' }),
    )
    const id = await acme.join('sam', 'agent')
    const give = (by: string, key: string): Promise<unknown> =>
      acme.asMember(by, (trx) => editMember(trx, id, { role: key }))
    await expect(give(manager, 'payer')).rejects.toMatchObject({ code: 'role-not-grantable' })
    expect((await role('manager')).grantable).toEqual(['agent', 'later'])

    await acme.asMember(owner, (trx) => editRole(trx, 'later', { permissions: ['contacts:edit'] }))
    expect((await role('manager')).grantable).toEqual(['agent', 'later'])
    await acme.asMember(owner, (trx) => editRole(trx, 'later', { permissions: ['billing:manage'] }))
    expect((await role('manager')).grantable).toEqual(['agent'])
    await expect(give(manager, 'later')).rejects.toMatchObject({ code: 'role-not-grantable' })
    await give(owner, 'later')
    await sequenceEvents(db)
    const changed = (await acme.asHost((trx) => readEvents(trx, '0', 1_000))).flatMap((event) =>
      event.type === 'role.changed' ? [event.payload] : [],
    )
    expect(changed).toMatchObject([
      { role: { id: laterId } },
      { role: { id: laterId } },
      {
        role: { key: 'manager', grantable: ['agent'] },
        before: { grantable: ['agent', 'later'] },
      },
    ])
  })

  it('raise nobody above what their maker may give, neither when made nor by an edit', async () => {
    const everything = (await role('manager')).permissions as Permission[]
    await acme.asMember(manager, (trx) =>
      createRole(trx, {
        key: 'deputy',
        name: 'Deputy',
        cloneOf: 'agent',
        permissions: everything,
        conversationAccess: 'all',
      }),
    )
    expect((await role('manager')).grantable).toEqual(['agent'])
    expect((await role('owner')).grantable).toContain('deputy')
    await acme.asMember(manager, (trx) =>
      createRole(trx, { key: 'junior', name: 'Junior', cloneOf: 'agent', permissions: [] }),
    )
    expect((await role('manager')).grantable).toEqual(['agent', 'junior'])
    const holder = await acme.join('jo', 'agent')
    await acme.asMember(manager, (trx) => editMember(trx, holder, { role: 'junior' }))
    for (const edit of [{ permissions: everything }, { conversationAccess: 'all' as const }]) {
      await expect(
        acme.asMember(manager, (trx) => editRole(trx, 'junior', edit)),
      ).rejects.toMatchObject({ code: 'role-not-grantable' })
    }
    await acme.asMember(manager, (trx) =>
      editRole(trx, 'junior', { permissions: ['contacts:add', 'contacts:edit'] }),
    )
    await acme.asMember(owner, (trx) => editRole(trx, 'junior', { permissions: everything }))
    expect((await role('junior')).permissions).toEqual(everything)
  })

  it('give no more what they lack once they get less, unless somebody says so', async () => {
    await acme.asMember(owner, async (trx) => {
      await createRole(trx, { key: 'lead', name: 'Lead', cloneOf: 'manager' })
      await createRole(trx, { key: 'guest', name: 'Guest', cloneOf: 'agent', permissions: [] })
      await editRole(trx, 'lead', { grantable: ['agent', 'guest'] })
    })
    const narrow = { permissions: ['contacts:add'] as const }
    const preview = await acme.asMember(owner, (trx) => previewRoleEdit(trx, 'lead', narrow))
    await acme.asMember(owner, (trx) => editRole(trx, 'lead', narrow, undefined, preview.hash))
    expect(await role('lead')).toMatchObject({ ...narrow, grantable: ['guest'] })
    await acme.asHost((trx) => editRole(trx, 'lead', { grantable: ['agent'] }))
    await acme.asHost((trx) => editRole(trx, 'lead', { permissions: [] }))
    expect(await role('lead')).toMatchObject({ permissions: [], grantable: ['agent'] })
  })

  it('are put into another order, and whoever has several then has another one', async () => {
    const create = (key: string): Promise<unknown> =>
      acme.asMember(owner, (trx) => createRole(trx, { key, name: key, cloneOf: 'agent' }))
    await create('low')
    await create('high')
    await acme.asMember(owner, (trx) => editRole(trx, 'low', { conversationAccess: 'own' }))
    expect(await keys()).toEqual(['owner', 'manager', 'agent', 'high', 'low'])
    const sam = await acme.join('sam', 'agent')
    const ids = await Promise.all(['high', 'low'].map(async (key) => (await role(key)).id))
    await acme.asHost((trx) =>
      reprojectMembers(trx, [sam], new Set(), () =>
        ids.map((valueId) => ({ kind: 'role', valueId, source: 'local', sourceId: null })),
      ),
    )
    expect(await access(sam)).toMatchObject({ role: { key: 'high' } })

    const up = { below: 'agent' }
    const shown = await acme.asMember(owner, (trx) => previewRoleEdit(trx, 'low', up))
    expect(shown.members).toMatchObject([
      { before: { role: 'high' }, after: { role: 'low', conversationAccess: 'own' } },
    ])
    const move = (hash: string): ReturnType<typeof editRole> =>
      acme.asMember(owner, (trx) => editRole(trx, 'low', up, undefined, hash))
    expect(await move('other')).toMatchObject({ outcome: 'difference-changed' })
    expect(await move(shown.hash)).toMatchObject({ outcome: 'saved' })
    expect(await keys()).toEqual(['owner', 'manager', 'agent', 'low', 'high'])
    expect(await access(sam)).toMatchObject({ role: { key: 'low' }, conversationAccess: 'own' })

    for (const [by, key, below, code] of [
      [manager, 'low', 'owner', 'outranked'],
      [owner, 'agent', 'low', 'role-built-in'],
      [owner, 'owner', 'low', 'role-built-in'],
      [owner, 'low', 'low', 'role-unknown'],
      [owner, 'low', 'nothing', 'role-not-found'],
    ] as const) {
      await expect(acme.asMember(by, (trx) => editRole(trx, key, { below }))).rejects.toMatchObject(
        { code },
      )
    }
    await acme.asHost((trx) => editRole(trx, 'agent', { below: 'high' }))
    expect(await keys()).toEqual(['owner', 'manager', 'low', 'high', 'agent'])
  })

  it('find room between two however often', async () => {
    for (let count = 0; count < 12; count++) {
      await acme.asMember(manager, (trx) =>
        createRole(trx, {
          key: `role-${count}`,
          name: `Role ${count}`,
          cloneOf: 'manager',
          permissions: [],
          grantable: [],
          conversationAccess: 'own',
        }),
      )
    }
    const order = await keys()
    expect(order.slice(0, 3)).toEqual(['owner', 'manager', 'role-11'])
    expect(order.at(-1)).toBe('agent')
    expect(order).toHaveLength(15)
  })

  it.each([
    [{ permissions: ['billing:manage'] as const }, 'permission-missing'],
    [{ grantable: ['manager'] }, 'role-not-grantable'],
    [{ grantable: ['nobody'] }, 'role-not-grantable'],
    [{ cloneOf: 'owner' }, 'outranked'],
    [{ cloneOf: 'nothing' }, 'role-not-found'],
    [{ key: 'agent' }, 'name-taken'],
  ])('are never more than their maker: %j', async (change, code) => {
    const draft = { key: 'new', name: 'New', cloneOf: 'agent', ...change }
    await expect(acme.asMember(manager, (trx) => createRole(trx, draft))).rejects.toMatchObject({
      code,
    })
    expect(await keys()).toEqual(['owner', 'manager', 'agent'])
  })

  it('are not raised by those who have them, nor made by those who may not', async () => {
    await acme.asMember(owner, (trx) =>
      createRole(trx, { key: 'lead', name: 'Lead', cloneOf: 'manager' }),
    )
    const lead = await acme.join('lena', 'agent')
    await acme.asMember(owner, (trx) => editMember(trx, lead, { role: 'lead' }))
    await expect(
      acme.asMember(lead, (trx) => editRole(trx, 'lead', { permissions: ['members:manage'] })),
    ).rejects.toMatchObject({ code: 'outranked' })
    await expect(
      acme.asMember(lead, (trx) => deleteRole(trx, 'lead', 'agent')),
    ).rejects.toMatchObject({ code: 'outranked' })
    const agent = await acme.join('al', 'agent')
    for (const command of [
      () =>
        acme.asMember(agent, (trx) => createRole(trx, { key: 'x', name: 'X', cloneOf: 'agent' })),
      () => acme.asMember(agent, (trx) => editRole(trx, 'lead', { name: 'X' })),
      () => acme.asMember(agent, (trx) => deleteRole(trx, 'lead', 'agent')),
    ]) {
      await expect(command()).rejects.toMatchObject({ code: 'permission-missing' })
    }
  })

  it('of a preset may be renamed, and their content is the host’s', async () => {
    await acme.asMember(owner, (trx) => editRole(trx, 'agent', { name: 'Advisor' }))
    expect((await role('agent')).name).toBe('Advisor')
    await expect(
      acme.asMember(owner, (trx) => editRole(trx, 'agent', { permissions: [] })),
    ).rejects.toMatchObject({ code: 'role-built-in' })
    await acme.asHost((trx) => editRole(trx, 'agent', { permissions: ['contacts:add'] }))
    expect((await role('agent')).permissions).toEqual(['contacts:add'])
    await expect(
      acme.asHost((trx) => editRole(trx, 'owner', { permissions: [] })),
    ).rejects.toMatchObject({ code: 'role-built-in' })
    await expect(acme.asHost((trx) => deleteRole(trx, 'agent', 'manager'))).rejects.toMatchObject({
      code: 'role-built-in',
    })
  })

  it('change what their holders see at once, and say so', async () => {
    const id = await acme.join('ana', 'agent')
    await acme.asHost((trx) => editRole(trx, 'agent', { conversationAccess: 'own' }))
    expect(await access(id)).toMatchObject({ conversationAccess: 'own' })
    await sequenceEvents(db)
    const events = await acme.asHost((trx) => readEvents(trx, '0', 1_000))
    expect(events.map(({ type }) => type).slice(-2)).toEqual([
      'role.changed',
      'member.access_changed',
    ])
  })

  it('are edited on the version that was seen', async () => {
    const { version } = await role('agent')
    await acme.asHost((trx) => editRole(trx, 'agent', { name: 'A' }, version))
    await expect(
      acme.asHost((trx) => editRole(trx, 'agent', { name: 'B' }, version)),
    ).rejects.toMatchObject({ code: 'version-mismatch' })
  })

  it('end with another in their place: for holders, default roles and those who gave them', async () => {
    const { id: roleId } = await acme.asMember(owner, (trx) =>
      createRole(trx, { key: 'senior', name: 'Senior', cloneOf: 'agent' }),
    )
    const id = await acme.join('sam', 'agent')
    await acme.asMember(owner, (trx) => editMember(trx, id, { role: 'senior' }))
    await db.owner
      .insertInto('scim_connections')
      .values({
        workspace_id: acme.workspace.id,
        id: roleId,
        name: 'Okta',
        idp: 'okta',
        profile: 'compat',
        patch_response: 'resource',
        state: 'active',
        default_role_id: roleId,
      })
      .execute()
    for (const [replacement, code] of [
      ['senior', 'role-unknown'],
      ['nobody', 'role-unknown'],
      ['owner', 'role-not-grantable'],
    ] as const) {
      await expect(
        acme.asMember(owner, (trx) => deleteRole(trx, 'senior', replacement)),
      ).rejects.toMatchObject({ code })
    }
    await acme.asMember(owner, (trx) => deleteRole(trx, 'senior', 'agent'))
    expect(await access(id)).toMatchObject({ role: { key: 'agent' } })
    expect(await keys()).toEqual(['owner', 'manager', 'agent'])
    expect((await role('owner')).grantable).not.toContain('senior')
    const connection = await db.owner
      .selectFrom('scim_connections')
      .select('default_role_id')
      .where('workspace_id', '=', acme.workspace.id)
      .executeTakeFirstOrThrow()
    expect(connection.default_role_id).toBe(acme.roleId('agent'))
  })
})
