import { type Database, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { createChannel, deleteChannel, renameChannel } from '../channels/channel-commands.ts'
import { listChannels } from '../channels/channel-queries.ts'
import { createDirectoryGroup } from '../directory/directory-group-commands.ts'
import { provisionDirectoryUser } from '../directory/directory-user-commands.ts'
import { readEvents, sequenceEvents } from '../history/event-queries.ts'
import { readAccessReasons } from '../mapping/access-reasons.ts'
import { saveMappingRules } from '../mapping/mapping-rule-commands.ts'
import { listMappingRules } from '../mapping/mapping-rule-queries.ts'
import { editMember } from '../members/edit-member.ts'
import { readMemberAccess } from '../members/member-access-queries.ts'
import { removeMember } from '../members/member-status-commands.ts'
import {
  createDirectoryFixture,
  draftGroup,
  draftUser,
  inGroup,
} from '../testing/directory-fixture.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { createDepartment, editDepartment } from './department-commands.ts'
import { deleteDepartment } from './department-deletion.ts'
import { listDepartments } from './department-queries.ts'

describe.each(testEngines)('departments and channels on %s', (engine) => {
  let db: TestDatabase
  let acme: TeamFixture
  let ana: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  beforeEach(async () => {
    acme = await createTeamFixture(db)
    ana = await acme.join('ana', 'agent')
  })
  afterAll(() => db.close())

  const departmentsOf = async (memberId: string): Promise<string[]> => {
    const access = await acme.asHost((trx) => readMemberAccess(trx, memberId))
    return (access?.departments ?? []).map(({ name }) => name)
  }
  const give = (departments: string[]): Promise<void> =>
    acme.asHost((trx) => editMember(trx, ana, { departments }))
  const events = async (prefix: string) => {
    await sequenceEvents(db)
    const all = await acme.asHost((trx) => readEvents(trx, '0', 10_000))
    return all.filter((event) => event.type.startsWith(prefix))
  }

  it('are created, renamed and led, and the host is told', async () => {
    const { id } = await acme.asHost((trx) =>
      createDepartment(trx, { name: 'Night', leadMemberId: ana, isDefault: true }),
    )
    await acme.asHost((trx) => editDepartment(trx, id, { name: 'Late' }))
    await acme.asHost((trx) => editDepartment(trx, acme.departmentId('Sales'), { isDefault: true }))
    const listed = await acme.asHost((trx) => listDepartments(trx))
    expect(listed.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['Billing', false],
      ['Late', false],
      ['Sales', true],
      ['Support', false],
    ])
    expect(listed[1]?.lead).toEqual({ id: ana, displayName: 'ana' })
    expect((await events('department.')).map(({ type }) => type)).toEqual([
      'department.created',
      'department.changed',
      'department.changed',
    ])
    await acme.asHost((trx) => removeMember(trx, ana))
    const [, late] = await acme.asHost((trx) => listDepartments(trx))
    expect(late?.lead).toBeNull()
  })

  it('bring their channels to whoever is in them, and take them along', async () => {
    const sales = acme.departmentId('Sales')
    const channels = await acme.asHost((trx) => listChannels(trx))
    const [first, second] = channels.map(({ id }) => id)
    if (first === undefined || second === undefined) throw new Error('The fixture has channels.')
    const channelsOf = async (): Promise<string[]> => {
      const access = await acme.asHost((trx) => readMemberAccess(trx, ana))
      return (access?.channels ?? []).map(({ id }) => id).toSorted()
    }
    await give(['Sales'])
    const had = await channelsOf()
    await acme.asHost((trx) => editDepartment(trx, sales, { channelIds: [first, second] }))
    expect(await channelsOf()).toEqual([...new Set([...had, first, second])].toSorted())
    const why = await acme.asHost((trx) => readAccessReasons(trx, ana))
    expect(why.grants).toContainEqual(
      expect.objectContaining({
        kind: 'channel',
        origin: { kind: 'department', department: { id: sales, name: 'Sales' } },
        effective: true,
      }),
    )
    // Nobody can take one of them away by itself.
    await expect(
      acme.asHost((trx) => editMember(trx, ana, { channels: [] })),
    ).rejects.toMatchObject({ code: 'comes-with-department', subject: 'Sales' })
    await acme.asHost((trx) => editDepartment(trx, sales, { channelIds: [second] }))
    expect(await channelsOf()).toEqual([...new Set([...had, second])].toSorted())
    await acme.asHost((trx) => deleteChannel(trx, second))
    expect(await channelsOf()).toEqual(had.filter((id) => id !== second))
    await acme.asHost((trx) => editDepartment(trx, sales, { channelIds: [first] }))
    await give(['Support'])
    expect(await channelsOf()).toEqual(had.filter((id) => id !== second))
    await expect(
      acme.asHost((trx) => editDepartment(trx, sales, { channelIds: [ana] })),
    ).rejects.toMatchObject({ code: 'channel-unknown' })
  })

  it('have names of their own, whatever the case', async () => {
    await expect(
      acme.asHost((trx) => createDepartment(trx, { name: 'SALES' })),
    ).rejects.toMatchObject({ code: 'name-taken', subject: 'SALES' })
    await expect(
      acme.asHost((trx) => editDepartment(trx, acme.departmentId('Sales'), { name: 'support' })),
    ).rejects.toMatchObject({ code: 'name-taken' })
  })

  it('are managed by those who may, on the version that they saw', async () => {
    const sales = acme.departmentId('Sales')
    for (const command of [
      () => acme.asMember(ana, (trx) => createDepartment(trx, { name: 'X' })),
      () => acme.asMember(ana, (trx) => editDepartment(trx, sales, { name: 'X' })),
      () => acme.asMember(ana, (trx) => deleteDepartment(trx, sales)),
      () => acme.asMember(ana, (trx) => createChannel(trx, { key: 'x', name: 'X' })),
      () => acme.asMember(ana, (trx) => renameChannel(trx, 'wa', 'X')),
      () => acme.asMember(ana, (trx) => deleteChannel(trx, 'wa')),
    ]) {
      await expect(command()).rejects.toMatchObject({ code: 'permission-missing' })
    }
    for (const command of [
      () => acme.asHost((trx) => editDepartment(trx, sales, { name: 'X' }, '9')),
      () => acme.asHost((trx) => deleteDepartment(trx, sales, { expectedVersion: '9' })),
      () => acme.asHost((trx) => renameChannel(trx, 'wa', 'X', '9')),
      () => acme.asHost((trx) => deleteChannel(trx, 'wa', '9')),
    ]) {
      await expect(command()).rejects.toMatchObject({ code: 'version-mismatch' })
    }
  })

  it('merge: whoever was in one is in the other, and those who were in both once', async () => {
    const bea = await acme.join('bea', 'agent')
    await give(['Sales'])
    await acme.asHost((trx) => editMember(trx, bea, { departments: ['Sales', 'Support'] }))
    await acme.asHost((trx) =>
      deleteDepartment(trx, acme.departmentId('Sales'), { moveTo: acme.departmentId('Support') }),
    )
    expect(await departmentsOf(ana)).toEqual(['Support'])
    expect(await departmentsOf(bea)).toEqual(['Support'])
    expect(await events('department.deleted')).toMatchObject([
      { payload: { department: { name: 'Sales' }, movedTo: { name: 'Support' } } },
    ])
    const last = (await events('member.access_changed')).findLast(
      ({ memberId }) => memberId === ana,
    )
    expect(last?.payload).toMatchObject({
      before: { departments: ['Sales'] },
      member: { departments: ['Support'] },
    })
  })

  it('leave nobody without one where there is a default, and move nobody who has another', async () => {
    const bea = await acme.join('bea', 'agent')
    await give(['Sales'])
    await acme.asHost((trx) => editMember(trx, bea, { departments: ['Sales', 'Support'] }))
    await acme.asHost((trx) =>
      editDepartment(trx, acme.departmentId('Billing'), { isDefault: true }),
    )
    await acme.asHost((trx) => deleteDepartment(trx, acme.departmentId('Sales')))
    expect(await departmentsOf(ana)).toEqual(['Billing'])
    expect(await departmentsOf(bea)).toEqual(['Support'])
    expect(await events('department.deleted')).toMatchObject([
      { payload: { department: { name: 'Sales' }, movedTo: { name: 'Billing' } } },
    ])
  })

  it('end without a default, and so do the default’s own', async () => {
    await give(['Sales'])
    await acme.asHost((trx) => editDepartment(trx, acme.departmentId('Sales'), { isDefault: true }))
    await acme.asHost((trx) => deleteDepartment(trx, acme.departmentId('Sales')))
    expect(await departmentsOf(ana)).toEqual([])
    expect(await events('department.deleted')).toMatchObject([{ payload: { movedTo: null } }])
  })

  it('move to no place that is none', async () => {
    const sales = acme.departmentId('Sales')
    const other = await createTeamFixture(db)
    for (const moveTo of [sales, other.departmentId('Support')]) {
      await expect(
        acme.asHost((trx) => deleteDepartment(trx, sales, { moveTo })),
      ).rejects.toMatchObject({ code: 'department-unknown' })
    }
    await expect(
      acme.asHost((trx) => deleteDepartment(trx, other.departmentId('Sales'))),
    ).rejects.toMatchObject({ code: 'department-not-found' })
  })

  it('channels are registered, renamed and taken from everybody', async () => {
    await acme.asHost((trx) => createChannel(trx, { key: 'tg', name: 'Telegram' }))
    await expect(
      acme.asHost((trx) => createChannel(trx, { key: 'tg', name: 'Other' })),
    ).rejects.toMatchObject({ code: 'name-taken' })
    await acme.asHost((trx) => renameChannel(trx, 'tg', 'Telegram 2'))
    await acme.asHost((trx) => editMember(trx, ana, { channels: ['tg', 'wa'] }))
    await acme.asHost((trx) => deleteChannel(trx, 'wa'))
    const channels = await acme.asHost((trx) => listChannels(trx))
    expect(channels.map(({ key, name }) => [key, name])).toEqual([
      ['ig', 'Instagram'],
      ['tg', 'Telegram 2'],
    ])
    const last = (await events('member.access_changed')).at(-1)
    expect(last?.payload).toMatchObject({
      before: { channels: ['tg', 'wa'] },
      member: { channels: ['tg'] },
    })
    await expect(acme.asHost((trx) => deleteChannel(trx, 'wa'))).rejects.toMatchObject({
      code: 'channel-not-found',
    })
  })

  it('take the rules that give them along, and what these gave', async () => {
    const globex = await createDirectoryFixture(db)
    await globex.asDirectory(async (trx) => {
      const { user } = await provisionDirectoryUser(trx, globex.connectionId, draftUser('dora'))
      await createDirectoryGroup(trx, globex.connectionId, draftGroup('Team'), [user.id])
      await saveMappingRules(trx, globex.connectionId, [
        {
          ...inGroup({ displayName: 'Team' }),
          role: 'agent',
          departments: ['Ventas'],
          channels: ['whatsapp'],
        },
      ])
    })
    const [soporte, ventas] = globex.workspace.departments.toSorted((a, b) =>
      a.name.localeCompare(b.name),
    )
    const asHost: typeof globex.asDirectory = (work) =>
      globex.asDirectory((trx) =>
        work({ ...trx, actor: { kind: 'host', id: null, requestId: 'request-host' } }),
      )
    await asHost((trx) => deleteDepartment(trx, ventas?.id ?? '', { moveTo: soporte?.id }))
    await asHost((trx) => deleteChannel(trx, 'whatsapp'))
    const rules = await globex.asDirectory((trx) => listMappingRules(trx))
    expect(rules).toMatchObject([{ role: 'agent', departments: ['Soporte'], channels: [] }])
    const left = await db.owner
      .selectFrom('grants')
      .select(['kind', 'source'])
      .where('workspace_id', '=', globex.workspace.id)
      .where('source', '=', 'mapping_rule')
      .orderBy('kind')
      .execute()
    expect(left.map(({ kind }) => kind)).toEqual(['department', 'role'])
  })
})

// PGlite has one session: nothing there runs at the same time.
describe.runIf(testEngines.includes('postgres'))('a department that ends while it is given', () => {
  let db: TestDatabase
  let replica: Database

  beforeAll(async () => {
    db = await createTestDatabase('postgres')
    replica = await openDatabase(db.options)
  })
  afterAll(async () => {
    await replica.close()
    await db.close()
  })

  it('refuses the one who gives it by its name, and breaks nothing', async () => {
    const acme = await createTeamFixture(db)
    const ana = await acme.join('ana', 'agent')
    const locked = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const deletion = acme.asHost(async (trx) => {
      await deleteDepartment(trx, acme.departmentId('Sales'))
      locked.resolve()
      await goOn.promise
    })
    await locked.promise
    const gift = acme.asMember(
      acme.workspace.ownerMemberId,
      (trx) => editMember(trx, ana, { departments: ['Sales'] }),
      replica,
    )
    const outcome = gift.then(
      () => 'given',
      (error: unknown) => error,
    )
    // Time for the second to reach the lock.
    await new Promise((resolve) => setTimeout(resolve, 150))
    goOn.resolve()
    await deletion
    expect(await outcome).toMatchObject({ code: 'department-unknown' })
  })
})
