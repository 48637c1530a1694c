import { createId, type Database, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { sequenceEvents, readEvents, type SequencedEvent } from '../history/event-queries.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { editMember } from './edit-member.ts'
import { readMemberAccess } from './member-access-queries.ts'
import { mayEnter } from './member-access.ts'
import { readGuardedMembers } from './member-guard-store.ts'
import { listMembers } from './member-queries.ts'
import {
  reactivateMember,
  removeMember,
  signOutMember,
  suspendMember,
} from './member-status-commands.ts'

const deep = process.env['TEST_DEPTH'] === 'deep'

describe.each(testEngines)('people who manage people on %s', (engine) => {
  let db: TestDatabase
  let acme: TeamFixture
  let owner: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    acme = await createTeamFixture(db)
    owner = acme.workspace.ownerMemberId
  })
  afterAll(() => db.close())

  const access = (memberId: string) => acme.asHost((trx) => readMemberAccess(trx, memberId))

  async function eventsOf(memberId: string): Promise<SequencedEvent[]> {
    await sequenceEvents(db)
    const events = await acme.asHost((trx) => readEvents(trx, '0', 10_000))
    return events.filter((event) => event.memberId === memberId)
  }

  const typesOf = async (memberId: string): Promise<string[]> =>
    (await eventsOf(memberId)).map((event) => event.type)

  async function versionOf(memberId: string): Promise<string> {
    const members = await acme.asHost((trx) => readGuardedMembers(trx, [memberId]))
    return members.get(memberId)?.version ?? ''
  }

  it('suspend somebody, whose sessions count no longer, and reactivate them, which revives none', async () => {
    const id = await acme.join('ana', 'agent')
    const issuedAt = new Date()
    await acme.asMember(owner, (trx) => suspendMember(trx, id))
    expect(await access(id)).toMatchObject({ state: 'suspended', role: { key: 'agent' } })
    await acme.asMember(owner, (trx) => reactivateMember(trx, id))
    const now = await access(id)
    expect(now?.state).toBe('active')
    expect(now === undefined ? '' : mayEnter(now, issuedAt)).toBe('access-ended')
    expect(await typesOf(id)).toEqual([
      'member.activated',
      'member.suspended',
      'member.reactivated',
    ])
  })

  it('change nothing by suspending or reactivating twice', async () => {
    const id = await acme.join('bea', 'agent')
    for (let time = 0; time < 2; time++) await acme.asMember(owner, (trx) => suspendMember(trx, id))
    for (let time = 0; time < 2; time++)
      await acme.asMember(owner, (trx) => reactivateMember(trx, id))
    expect(await typesOf(id)).toHaveLength(3)
  })

  it('remove somebody with all that they had, who leads no department any more', async () => {
    const id = await acme.join('caro', 'manager')
    await acme.asHost((trx) => editMember(trx, id, { departments: ['sales'], supervisor: true }))
    await db.owner
      .updateTable('departments')
      .set({ lead_member_id: id })
      .where('id', '=', acme.departmentId('Sales'))
      .execute()
    await acme.asMember(owner, (trx) => removeMember(trx, id))
    expect(await access(id)).toMatchObject({
      state: 'removed',
      role: null,
      departments: [],
      conversationAccess: 'own',
    })
    const [removed] = (await eventsOf(id)).slice(-1)
    expect(removed).toMatchObject({
      type: 'member.access_changed',
      payload: { before: { role: 'manager', departments: ['Sales'] } },
    })
    const sales = await acme.asHost((trx) =>
      trx.query
        .selectFrom('departments')
        .select('lead_member_id')
        .where('id', '=', acme.departmentId('Sales'))
        .executeTakeFirstOrThrow(),
    )
    expect(sales.lead_member_id).toBeNull()
    await expect(acme.asMember(owner, (trx) => suspendMember(trx, id))).rejects.toMatchObject({
      code: 'member-not-found',
    })
  })

  it('sign somebody out everywhere, who may come in again at once', async () => {
    const id = await acme.join('dani', 'agent')
    const before = new Date()
    await acme.asMember(id, (trx) => signOutMember(trx, id))
    const now = await access(id)
    if (now === undefined) throw new Error('gone')
    expect(mayEnter(now, before)).toBe('access-ended')
    expect(mayEnter(now, new Date(Date.now() + 1_000))).toBe('yes')
    expect(await typesOf(id)).toEqual(['member.activated', 'session.revoked'])
  })

  it('give role, departments, channels and supervisor right, exactly these and with one version more', async () => {
    const id = await acme.join('eva', 'agent')
    const before = await versionOf(id)
    await acme.asMember(owner, (trx) =>
      editMember(
        trx,
        id,
        {
          role: 'manager',
          departments: ['Sales', acme.departmentId('Support')],
          channels: ['wa'],
          supervisor: true,
        },
        before,
      ),
    )
    expect(await access(id)).toMatchObject({
      role: { key: 'manager' },
      departments: [{ name: 'Sales' }, { name: 'Support' }],
      channels: [{ key: 'wa' }],
      conversationAccess: 'all',
    })
    expect(await versionOf(id)).not.toBe(before)
    await acme.asMember(owner, (trx) =>
      editMember(trx, id, {
        role: acme.roleId('agent'),
        departments: ['Support'],
        channels: [],
        supervisor: false,
      }),
    )
    expect(await access(id)).toMatchObject({
      role: { key: 'agent' },
      departments: [{ name: 'Support' }],
      channels: [],
      conversationAccess: 'departments',
    })
    const last = (await eventsOf(id)).at(-1)
    expect(last?.payload).toMatchObject({
      before: { role: 'manager', departments: ['Sales', 'Support'], channels: ['wa'] },
      member: { role: { key: 'agent' }, departments: ['Support'], channels: [] },
    })
  })

  it('refuse an edit of somebody who has changed since they were read, departments included', async () => {
    const id = await acme.join('fay', 'agent')
    const version = await versionOf(id)
    await acme.asMember(owner, (trx) => editMember(trx, id, { departments: ['Sales'] }, version))
    await expect(
      acme.asMember(owner, (trx) => editMember(trx, id, { departments: ['Support'] }, version)),
    ).rejects.toMatchObject({ code: 'version-mismatch' })
    expect(await access(id)).toMatchObject({ departments: [{ name: 'Sales' }] })
  })

  it.each([
    [{ role: 'emperor' }, 'role-unknown'],
    [{ departments: ['Moon'] }, 'department-unknown'],
    [{ departments: [createId()] }, 'department-unknown'],
    [{ channels: ['fax'] }, 'channel-unknown'],
  ])('refuse %j and change nothing else of that edit', async (wrong, code) => {
    const id = await acme.join(`gus ${code} ${JSON.stringify(wrong)}`, 'agent')
    await expect(
      acme.asMember(owner, (trx) =>
        editMember(trx, id, { profile: { signatureName: 'G' }, supervisor: true, ...wrong }),
      ),
    ).rejects.toMatchObject({ code })
    expect(await access(id)).toMatchObject({ conversationAccess: 'departments' })
    expect(await typesOf(id)).toEqual(['member.activated'])
  })

  it('give no more than their own role lets them', async () => {
    const manager = await acme.join('hugo', 'manager')
    const id = await acme.join('ina', 'agent')
    const as = (who: string, role: string) =>
      acme.asMember(who, (trx) => editMember(trx, id, { role }))
    await expect(as(manager, 'manager')).rejects.toMatchObject({ code: 'role-not-grantable' })
    await expect(as(manager, 'owner')).rejects.toMatchObject({ code: 'role-not-grantable' })
    await as(owner, 'manager')
    await as(manager, 'agent')
    await expect(
      acme.asMember(id, (trx) => editMember(trx, manager, { supervisor: true })),
    ).rejects.toMatchObject({ code: 'permission-missing' })
    await expect(
      acme.asMember(manager, (trx) => editMember(trx, owner, { departments: [] })),
    ).rejects.toMatchObject({ code: 'outranked' })
    await expect(
      acme.asMember(manager, (trx) => editMember(trx, manager, { supervisor: true })),
    ).rejects.toMatchObject({ code: 'own-access' })
  })

  it('let people write their own profile, found by the new name at once, and nobody else theirs', async () => {
    const id = await acme.join('jo', 'agent')
    await acme.asMember(id, (trx) =>
      editMember(trx, id, { profile: { displayName: 'Ángel Núñez', signatureName: 'Angie' } }),
    )
    const found = await acme.asHost((trx) => listMembers(trx, { search: 'angel nun', limit: 5 }))
    expect(found.members).toMatchObject([{ id, displayName: 'Ángel Núñez' }])
    expect(await typesOf(id)).toEqual(['member.activated', 'member.changed'])
    await expect(
      acme.asMember(owner, (trx) => editMember(trx, id, { profile: { displayName: 'X' } })),
    ).rejects.toMatchObject({ code: 'profile-belongs-to-person', subject: 'displayName' })
  })

  it('find nobody of another workspace', async () => {
    const other = await createTeamFixture(db)
    for (const command of [suspendMember, reactivateMember, removeMember, signOutMember]) {
      await expect(other.asHost((trx) => command(trx, owner))).rejects.toMatchObject({
        code: 'member-not-found',
      })
    }
    await expect(
      other.asHost((trx) => editMember(trx, owner, { supervisor: true })),
    ).rejects.toMatchObject({ code: 'member-not-found' })
    await expect(
      acme.asMember(other.workspace.ownerMemberId, (trx) => suspendMember(trx, owner)),
    ).rejects.toMatchObject({ code: 'permission-missing' })
  })

  it('leave the last active owner in place, whoever asks', async () => {
    const second = await acme.join('kim', 'owner')
    await acme.asMember(second, (trx) => suspendMember(trx, owner))
    for (const command of [suspendMember, removeMember]) {
      await expect(acme.asHost((trx) => command(trx, second))).rejects.toMatchObject({
        code: 'last-owner',
      })
    }
    await expect(
      acme.asHost((trx) => editMember(trx, second, { role: 'agent' })),
    ).rejects.toMatchObject({ code: 'last-owner' })
    await acme.asHost((trx) => reactivateMember(trx, owner))
    await acme.asHost((trx) => removeMember(trx, second))
  })
})

// PGlite has one session: nothing there runs at the same time.
describe.runIf(testEngines.includes('postgres'))(
  'two owners who suspend each other at once',
  () => {
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

    it('on two replicas: exactly one succeeds, every time', async () => {
      for (let round = 0; round < (deep ? 50 : 8); round++) {
        const acme = await createTeamFixture(db)
        const first = acme.workspace.ownerMemberId
        const second = await acme.join('second', 'owner')
        const results = await Promise.allSettled([
          acme.asMember(first, (trx) => suspendMember(trx, second)),
          acme.asMember(second, (trx) => suspendMember(trx, first), replica),
        ])
        expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
        const { total } = await acme.asHost((trx) =>
          listMembers(trx, { state: 'active', roleId: acme.roleId('owner'), limit: 5 }),
        )
        expect(total).toBe(1)
      }
    })

    it('by the host, who asks for both: exactly one succeeds, every time', async () => {
      for (let round = 0; round < (deep ? 50 : 8); round++) {
        const acme = await createTeamFixture(db)
        const second = await acme.join('second', 'owner')
        const results = await Promise.allSettled([
          acme.asHost((trx) => suspendMember(trx, acme.workspace.ownerMemberId)),
          acme.asHost((trx) => removeMember(trx, second)),
        ])
        const refused = results.filter((result) => result.status === 'rejected')
        expect(refused).toMatchObject([{ reason: { code: 'last-owner' } }])
      }
    })
  },
)
