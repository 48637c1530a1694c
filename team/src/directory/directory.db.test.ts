import {
  createId,
  type Database,
  inWorkspace,
  readInWorkspace,
  type WorkspaceTransaction,
} from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { readEvents, sequenceEvents } from '../history/event-queries.ts'
import { currentRuleSet } from '../mapping/current-rule-set.ts'
import { saveMappingRules } from '../mapping/mapping-rule-commands.ts'
import { listMappingRules } from '../mapping/mapping-rule-queries.ts'
import { loadRuleSet, type RuleSet } from '../mapping/rule-set-store.ts'
import { readMemberAccess } from '../members/member-access-queries.ts'
import { mayEnter } from '../members/member-access.ts'
import type { MemberListRow } from '../members/member-list.ts'
import { listMembers, readMember } from '../members/member-queries.ts'
import { sendNewMember } from '../members/new-member.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftGroup,
  draftUser,
  inGroup,
} from '../testing/directory-fixture.ts'
import {
  createDirectoryGroup,
  lockDirectoryGroup,
  removeDirectoryGroup,
  writeDirectoryGroup,
} from './directory-group-commands.ts'
import type { DirectoryGroupRow, GroupMemberOperation } from './directory-group.ts'
import {
  lockDirectoryUser,
  provisionDirectoryUser,
  removeDirectoryUser,
  writeDirectoryUser,
} from './directory-user-commands.ts'
import { lockInactiveUsers, sendNewUser } from './directory-user-store.ts'
import type { DirectoryUserDraft, DirectoryUserRow } from './directory-user.ts'

/** A rule set without what is made of it. */
function contentOf(rules: RuleSet): Partial<RuleSet> {
  const { version, policies, seats, roles, departments, channels, retired, rules: mapping } = rules
  return { version, policies, seats, roles, departments, channels, retired, rules: mapping }
}

function withTitle(title: string): Partial<DirectoryUserDraft> {
  return { resource: { userName: 'ana@acme.example', title } }
}

describe.each(testEngines)('the directory mirror on %s', (engine) => {
  let db: Database
  let fixture: DirectoryFixture

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    fixture = await createDirectoryFixture(db)
  })

  function provision(draft: DirectoryUserDraft): ReturnType<typeof provisionDirectoryUser> {
    return fixture.asDirectory((trx) => provisionDirectoryUser(trx, fixture.connectionId, draft))
  }

  async function write(userId: string, draft: DirectoryUserDraft): Promise<DirectoryUserRow> {
    return fixture.asDirectory(async (trx) => {
      const current = await lockDirectoryUser(trx, fixture.connectionId, userId)
      if (current === undefined) throw new Error('no such user')
      return (await writeDirectoryUser(trx, current, draft)).user
    })
  }

  async function remove(userId: string): Promise<void> {
    await fixture.asDirectory(async (trx) => {
      const current = await lockDirectoryUser(trx, fixture.connectionId, userId)
      if (current !== undefined) await removeDirectoryUser(trx, current)
    })
  }

  function createGroup(name: string, userIds: string[]): ReturnType<typeof createDirectoryGroup> {
    return fixture.asDirectory((trx) =>
      createDirectoryGroup(trx, fixture.connectionId, draftGroup(name), userIds),
    )
  }

  async function changeMembers(
    group: DirectoryGroupRow,
    ...operations: GroupMemberOperation[]
  ): ReturnType<typeof writeDirectoryGroup> {
    return fixture.asDirectory(async (trx) => {
      const current = await lockDirectoryGroup(trx, fixture.connectionId, group.id)
      if (current === undefined) throw new Error('no such group')
      return writeDirectoryGroup(trx, current, draftGroup(current.display_name), operations)
    })
  }

  function map(groupId: string): ReturnType<typeof saveMappingRules> {
    return fixture.asDirectory((trx) =>
      saveMappingRules(trx, fixture.connectionId, [
        {
          ...inGroup({ id: groupId }),
          role: 'agent',
          departments: ['ventas'],
          channels: ['whatsapp'],
        },
      ]),
    )
  }

  async function memberNamed(displayName: string): Promise<MemberListRow | undefined> {
    const { members } = await fixture.asDirectory((trx) => listMembers(trx, { limit: 100 }))
    return members.find((member) => member.displayName === displayName)
  }

  async function idOf(displayName: string): Promise<string> {
    return (await memberNamed(displayName))?.id ?? `nobody is ${displayName}`
  }

  async function eventTypes(): Promise<string[]> {
    await sequenceEvents(db)
    const events = await fixture.asDirectory((trx) => readEvents(trx, '0', 1_000))
    return events.map((event) => event.type)
  }

  async function eventsAfter(count: number): Promise<unknown[]> {
    await sequenceEvents(db)
    const events = await fixture.asDirectory((trx) => readEvents(trx, '0', 1_000))
    return events.slice(count)
  }

  test('a new person is a member without access until a rule gives them some', async () => {
    await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    expect(await memberNamed('Ana García')).toMatchObject({
      state: 'active',
      role: null,
      noRoleReason: 'no_grant',
      email: 'ana@acme.example',
      managedBy: { kind: 'directory', name: 'Okta' },
      source: 'directory',
    })
    expect(await eventTypes()).toEqual([
      'workspace.created',
      'member.activated',
      'member.activated',
    ])
  })

  test('whoever looks for deactivated people holds the rules, even if there are none', async () => {
    const held = await fixture.asDirectory(async (trx) => {
      await lockInactiveUsers(trx, fixture.connectionId, draftUser('nobody@acme.example'))
      const { rows } = await sql<{ mode: string }>`
        select mode from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`.execute(
        trx.query,
      )
      return rows
    })
    expect(held).toEqual([{ mode: 'ShareLock' }])
  })

  test('a new person whose default role was deleted meanwhile is written again without it', async () => {
    const roles: (string | null)[] = [createId(), null]
    const draft = draftUser('late@acme.example', { displayName: 'Late' })
    await fixture.asDirectory(async (trx) => {
      const rules = await loadRuleSet(trx)
      const user = sendNewUser(trx, fixture.connectionId, draft)
      const connection = { defaultRoleId: roles.shift() ?? null, locksRoles: false }
      sendNewMember(trx, { user, draft, rules, connection })
    })
    expect(roles).toEqual([])
    expect(await memberNamed('Late')).toMatchObject({ role: null })
  })

  test('a membership gives what its rule says in the same transaction, and its end takes it away', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const { group } = await createGroup('Ventas-MX', [])
    await map(group.id)

    await changeMembers(group, { kind: 'add', members: [user.id] })
    const member = await memberNamed('Ana García')
    expect(member).toMatchObject({
      role: { name: 'Agente' },
      departments: [{ name: 'Ventas' }],
      channels: [{ name: 'WhatsApp' }],
      conversationAccess: 'departments',
    })
    const detail = await fixture.asDirectory((trx) => readMember(trx, member?.id ?? ''))
    expect(detail?.grants).toHaveLength(3)
    for (const grant of detail?.grants ?? []) {
      expect(grant).toMatchObject({
        effective: true,
        source: { kind: 'mapping_rule', groupName: 'Ventas-MX' },
      })
    }

    await changeMembers(group, { kind: 'remove', members: [user.id] })
    expect(await memberNamed('Ana García')).toMatchObject({
      role: null,
      departments: [],
      channels: [],
    })
    expect((await eventTypes()).slice(-2)).toEqual([
      'member.access_changed',
      'member.access_changed',
    ])
  })

  test('a rule that is saved projects the people of its group; saving it again changes nothing', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const { group } = await createGroup('Ventas-MX', [user.id])
    await map(group.id)
    const first = await memberNamed('Ana García')
    expect(first).toMatchObject({ role: { name: 'Agente' } })
    const since = async (): Promise<Date | undefined> =>
      (await fixture.asDirectory((trx) => readMember(trx, first?.id ?? '')))?.grants[0]?.since
    const before = await since()
    await map(group.id)
    expect(await since()).toEqual(before)

    await fixture.asDirectory((trx) => saveMappingRules(trx, fixture.connectionId, []))
    expect(await memberNamed('Ana García')).toMatchObject({ role: null })
  })

  test('rules are read again after every change of what they are made of, and only then', async () => {
    const { asDirectory, workspace } = fixture
    const ids = { workspace_id: workspace.id }
    const support = workspace.departments[1]?.id ?? ''
    const channel = createId()
    const current = (): ReturnType<typeof currentRuleSet> => asDirectory(currentRuleSet)
    const changes: ((trx: WorkspaceTransaction) => Promise<unknown>)[] = [
      ({ query }) =>
        query.updateTable('departments').set({ name: 'Help' }).where('id', '=', support).execute(),
      ({ query }) =>
        query
          .insertInto('channels')
          .values({ ...ids, id: channel, key: 'sms', name: 'SMS' })
          .execute(),
      ({ query }) =>
        query
          .insertInto('department_channels')
          .values({ ...ids, department_id: support, channel_id: channel })
          .execute(),
      ({ query }) =>
        query.deleteFrom('department_channels').where('channel_id', '=', channel).execute(),
      ({ query }) => query.deleteFrom('channels').where('id', '=', channel).execute(),
      ({ query }) =>
        query.updateTable('roles').set({ name: 'Boss' }).where('key', '=', 'owner').execute(),
      ({ query }) =>
        query.updateTable('workspaces').set({ seats: 7 }).where('id', '=', workspace.id).execute(),
      ({ query }) =>
        query
          .updateTable('workspaces')
          .set({ policies: sql`jsonb_set(policies, '{localRoles}', '"additive"')` })
          .where('id', '=', workspace.id)
          .execute(),
    ]
    for (const change of changes) {
      const before = await current()
      expect(await current()).toBe(before)
      // What is rolled back was never so, for anybody.
      const failed = asDirectory(async (trx) => {
        await change(trx)
        expect(contentOf(await currentRuleSet(trx))).not.toEqual(contentOf(before))
        throw new Error('rolled back')
      })
      await expect(failed).rejects.toThrow('rolled back')
      expect(await current()).toBe(before)
      await asDirectory(change)
      const after = await current()
      expect(contentOf(after)).not.toEqual(contentOf(before))
      expect(contentOf(after)).toEqual(contentOf(await asDirectory(loadRuleSet)))
    }
    const before = await current()
    const { group } = await createGroup('Sales', [])
    expect(await current()).toBe(before)
    await map(group.id)
    expect(contentOf(await current())).toEqual(contentOf(await asDirectory(loadRuleSet)))
    expect((await current()).rules).toHaveLength(1)
  })

  test('rules refuse what they cannot give, and then keep what was', async () => {
    const { group } = await createGroup('Ventas-MX', [])
    await map(group.id)
    for (const [draft, code] of [
      [{ ...inGroup({ id: group.id }), role: 'owner' }, 'role-not-mappable'],
      [{ ...inGroup({ id: group.id }), role: 'boss' }, 'role-unknown'],
      [{ ...inGroup({ id: group.id }), departments: ['Luna'] }, 'department-unknown'],
      [{ ...inGroup({ id: group.id }), channels: ['fax'] }, 'channel-unknown'],
      [{ ...inGroup({ displayName: 'Nobody' }) }, 'group-not-found'],
    ] as const) {
      await expect(
        fixture.asDirectory((trx) => saveMappingRules(trx, fixture.connectionId, [draft])),
      ).rejects.toMatchObject({ code })
    }
    await expect(
      fixture.asDirectory((trx) =>
        saveMappingRules(trx, fixture.connectionId, [
          { ...inGroup({ id: group.id }) },
          { ...inGroup({ displayName: 'ventas-mx' }) },
        ]),
      ),
    ).rejects.toMatchObject({ code: 'rule-repeated' })
    const rules = await fixture.asDirectory((trx) =>
      trx.query.selectFrom('mapping_rule_grants').select('kind').execute(),
    )
    expect(rules).toHaveLength(3)
  })

  test('a deactivation suspends at once and ends what was issued before; reactivation revives nothing', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const { group } = await createGroup('Ventas-MX', [user.id])
    await map(group.id)
    const memberId = (await memberNamed('Ana García'))?.id ?? ''
    const access = async () => {
      const found = await readInWorkspace(db, fixture.workspace.id, fixture.actor, (trx) =>
        readMemberAccess(trx, memberId),
      )
      if (found === undefined) throw new Error('no such member')
      return found
    }
    const issuedAt = new Date()
    expect(mayEnter(await access(), issuedAt)).toBe('yes')

    await write(
      user.id,
      draftUser('ana@acme.example', { displayName: 'Ana García', active: false }),
    )
    expect(mayEnter(await access(), issuedAt)).toBe('suspended')
    expect(await memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })

    await write(user.id, draftUser('ana@acme.example', { displayName: 'Ana García' }))
    expect(mayEnter(await access(), issuedAt)).toBe('access-ended')
    expect(mayEnter(await access(), new Date(Date.now() + 1_000))).toBe('yes')
    expect((await eventTypes()).slice(-2)).toEqual(['member.suspended', 'member.reactivated'])
  })

  test('saying the same again changes neither version nor history', async () => {
    const draft = draftUser('ana@acme.example', { displayName: 'Ana García' })
    const { user } = await provision(draft)
    const again = await write(user.id, draft)
    expect(again.version).toBe(user.version)
    expect(again.last_modified_at).toEqual(user.last_modified_at)
    const { group } = await createGroup('Ventas-MX', [user.id])
    const { changed } = await changeMembers(
      group,
      { kind: 'remove', members: [user.id] },
      { kind: 'add', members: [user.id] },
    )
    expect(changed).toBe(false)
    expect(await eventTypes()).toEqual([
      'workspace.created',
      'member.activated',
      'member.activated',
    ])
  })

  test('a deletion frees the name; who comes again is the same member without former local grants', async () => {
    const draft = draftUser('ana@acme.example', { displayName: 'Ana García' })
    const { user } = await provision(draft)
    const { group } = await createGroup('Ventas-MX', [user.id])
    const memberId = (await memberNamed('Ana García'))?.id ?? ''
    await fixture.asDirectory((trx) =>
      trx.query
        .insertInto('grants')
        .values({
          workspace_id: trx.workspaceId,
          id: memberId,
          member_id: memberId,
          kind: 'department',
          department_id: fixture.workspace.departments[1]?.id ?? null,
          source: 'local',
          effective: true,
          request_id: 'test',
        })
        .execute(),
    )
    await remove(user.id)
    expect(await memberNamed('Ana García')).toBeUndefined()
    expect(
      await fixture.asDirectory((trx) => lockDirectoryUser(trx, fixture.connectionId, user.id)),
    ).toBeUndefined()
    const counted = await fixture.asDirectory((trx) =>
      lockDirectoryGroup(trx, fixture.connectionId, group.id),
    )
    expect(counted?.member_count).toBe(0)

    const again = await provision(draft)
    expect(again.outcome).toBe('created')
    expect(again.user.id).not.toBe(user.id)
    const returned = await memberNamed('Ana García')
    expect(returned).toMatchObject({ id: memberId, state: 'active', departments: [] })
  })

  test('the same userName with another externalId is another person, who inherits nothing', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const former = await memberNamed('Ana García')
    await remove(user.id)
    await provision(
      draftUser('ana@acme.example', { displayName: 'Ana García', externalId: 'somebody new' }),
    )
    const newcomer = await memberNamed('Ana García')
    expect(newcomer?.id).not.toBe(former?.id)
    expect(newcomer?.email).toBe('ana@acme.example')
  })

  test('an externalId that an active person has too restores nobody else', async () => {
    const shared = { externalId: 'anna' }
    await provision(draftUser('anna@a.example', shared))
    const { user: left } = await provision(draftUser('anna@b.example', shared))
    await write(left.id, draftUser('anna@b.example', { ...shared, active: false }))
    const newcomer = await provision(draftUser('anna@c.example', shared))
    expect(newcomer.outcome).toBe('created')
    expect(newcomer.user.id).not.toBe(left.id)
    const own = draftUser('anna@b.example', { ...shared, displayName: 'Anna B.' })
    expect(await provision(own)).toMatchObject({ outcome: 'restored', user: { id: left.id } })
  })

  test('nobody becomes a former person by an externalId that two have or had', async () => {
    const shared = { externalId: 'anna' }
    const { user: gone } = await provision(draftUser('anna@a.example', shared))
    const former = await idOf('anna@a.example')
    const { user: there } = await provision(draftUser('anna@b.example', shared))
    await remove(gone.id)
    await provision(draftUser('anna@c.example', shared))
    expect(await idOf('anna@c.example')).not.toBe(former)
    const { user: third } = await provision(draftUser('anna@d.example', shared))
    for (const each of [there, third]) await remove(each.id)
    await provision(draftUser('anna@e.example', shared))
    const members = await Promise.all(['c', 'e'].map((each) => idOf(`anna@${each}.example`)))
    expect(members).not.toContain(former)
    await provision(draftUser('anna@a.example', shared))
    expect(await idOf('anna@a.example')).toBe(former)
  })

  test('whose name, address, groups and attributes change at once is told of as they are then', async () => {
    await fixture.asDirectory((trx) =>
      saveMappingRules(trx, fixture.connectionId, [
        {
          when: { kind: 'attribute', attribute: 'title', operator: 'equals', value: 'Lead' },
          role: 'agent',
        },
        { when: { kind: 'group-pattern', pattern: '^Turno' }, departments: ['Ventas'] },
      ]),
    )
    const { user } = await provision(draftUser('ana@acme.example', withTitle('Clerk')))
    await createGroup('Turno 1', [user.id])
    await sequenceEvents(db)
    const before = await fixture.asDirectory((trx) => readEvents(trx, '0', 1_000))
    const { emails } = draftUser('ana.g@acme.example')
    const change = { ...withTitle('Lead'), displayName: 'Ana García', emails }
    await write(user.id, draftUser('ana@acme.example', change))
    const person = { displayName: 'Ana García', email: 'ana.g@acme.example' }
    const access = { role: { key: 'agent' }, departments: ['Ventas'] }
    expect(await eventsAfter(before.length)).toMatchObject([
      { type: 'member.access_changed', payload: { member: { ...person, ...access } } },
    ])
    await write(user.id, draftUser('ana@acme.example', { ...change, active: false }))
    expect(await eventsAfter(before.length + 1)).toMatchObject([
      { type: 'member.suspended', payload: { member: { ...person, state: 'suspended' } } },
    ])
    await write(user.id, draftUser('ana@acme.example', change))
    expect(await memberNamed('Ana García')).toMatchObject({
      state: 'active',
      role: access.role,
      departments: [{ name: 'Ventas' }],
    })
  })

  test('an address in a proved domain says who comes again, unless somebody has it', async () => {
    const comesAgain = async (address: string, before?: () => Promise<unknown>) => {
      const { user } = await provision(draftUser(address, { displayName: 'Ana García' }))
      const former = await idOf('Ana García')
      await remove(user.id)
      await before?.()
      await provision(
        draftUser('ana.g', { displayName: 'Ana G.', emails: draftUser(address).emails }),
      )
      return { former, now: await idOf('Ana G.') }
    }
    const unproved = await comesAgain('ana@acme.example')
    expect(unproved.now).not.toBe(unproved.former)

    fixture = await createDirectoryFixture(db, { verified: true })
    const proved = await comesAgain('ana@acme.example')
    expect(proved.now).toBe(proved.former)
    expect(await memberNamed('Ana G.')).toMatchObject({
      email: 'ana@acme.example',
      state: 'active',
    })

    fixture = await createDirectoryFixture(db, { verified: true })
    const another = await comesAgain('ana@elsewhere.example')
    expect(another.now).not.toBe(another.former)

    fixture = await createDirectoryFixture(db, { verified: true })
    const taken = await comesAgain('ana@acme.example', () =>
      provision(
        draftUser('ana2', { displayName: 'Ana 2', emails: draftUser('ana@acme.example').emails }),
      ),
    )
    // The first who came with it is who had it; whoever comes then is somebody else.
    expect([taken.former, await idOf('Ana 2')]).not.toContain(taken.now)
    expect(await idOf('Ana 2')).toBe(taken.former)
  })

  test('who comes back to an email that another has taken comes back without it', async () => {
    const draft = draftUser('ana@acme.example', { displayName: 'Ana García' })
    const { user } = await provision(draft)
    const memberId = (await memberNamed('Ana García'))?.id
    await remove(user.id)
    await provision(
      draftUser('ana2', { displayName: 'Ana 2', emails: draftUser('ana@acme.example').emails }),
    )
    const again = await provision(draft)
    expect(again.warnings).toMatchObject([{ code: 'email_taken' }])
    expect(await memberNamed('Ana García')).toMatchObject({ id: memberId, email: null })
  })

  test('an email that another member has is not taken over by a change either', async () => {
    await provision(draftUser('ana@acme.example', { displayName: 'Ana' }))
    const { user } = await provision(draftUser('bea@acme.example', { displayName: 'Bea' }))
    const changed = draftUser('bea@acme.example', {
      displayName: 'Bea B.',
      emails: draftUser('ana@acme.example').emails,
      resource: { emails: ['another'] },
    })
    await write(user.id, changed)
    expect(await memberNamed('Bea B.')).toMatchObject({ email: 'bea@acme.example' })
  })

  test('an adoption that waits ends when the directory says another email', async () => {
    const { user } = await provision(draftUser('lucia@acme.example', { displayName: 'Lucía Otra' }))
    expect(await memberNamed('Lucía Otra')).toBeUndefined()
    await write(
      user.id,
      draftUser('lucia2@acme.example', { displayName: 'Lucía Otra', active: false }),
    )
    expect(await memberNamed('Lucía Otra')).toMatchObject({ state: 'suspended' })
  })

  test('what was issued while a deactivation was being written does not live again', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const memberId = (await memberNamed('Ana García'))?.id ?? ''
    const validFrom = async (): Promise<Date> =>
      (await fixture.asDirectory((trx) => readMemberAccess(trx, memberId)))?.accessValidFrom ??
      new Date(0)
    await write(
      user.id,
      draftUser('ana@acme.example', { displayName: 'Ana García', active: false }),
    )
    const suspended = await validFrom()
    await write(user.id, draftUser('ana@acme.example', { displayName: 'Ana García' }))
    expect((await validFrom()).getTime()).toBeGreaterThan(suspended.getTime())
  })

  test('a restored person keeps the externalId that the request leaves out', async () => {
    const { user } = await provision(draftUser('ana@acme.example'))
    await write(user.id, draftUser('ana@acme.example', { active: false }))
    const restored = await provision(draftUser('ana@acme.example', { externalId: null }))
    expect(restored.user.external_id).toBe(user.external_id)
  })

  test('a group that was deleted and comes again with its externalId gives what it gave', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const pushed = { ...draftGroup('Ventas-MX'), externalId: 'okta-group' }
    const { group } = await fixture.asDirectory((trx) =>
      createDirectoryGroup(trx, fixture.connectionId, pushed, [user.id]),
    )
    await map(group.id)
    await fixture.asDirectory(async (trx) => {
      const current = await lockDirectoryGroup(trx, fixture.connectionId, group.id)
      if (current !== undefined) await removeDirectoryGroup(trx, current)
    })
    const rules = await fixture.asDirectory((trx) => listMappingRules(trx))
    expect(rules).toMatchObject([{ when: { group: { id: group.id } }, orphaned: true }])
    // What is read can be written back, deleted group or not.
    await fixture.asDirectory((trx) =>
      saveMappingRules(trx, fixture.connectionId, [
        { ...inGroup({ id: group.id }), role: 'agent', departments: ['Ventas'] },
      ]),
    )
    const again = await fixture.asDirectory((trx) =>
      createDirectoryGroup(trx, fixture.connectionId, pushed, [user.id]),
    )
    expect(await memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })
    expect(await fixture.asDirectory((trx) => listMappingRules(trx))).toMatchObject([
      { when: { group: { id: again.group.id } }, orphaned: false },
    ])
  })

  test('a group that gets the externalId of a deleted one gives what that gave, unless it has a rule', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const { group } = await fixture.asDirectory((trx) =>
      createDirectoryGroup(
        trx,
        fixture.connectionId,
        { ...draftGroup('Ventas-MX'), externalId: 'okta-group' },
        [],
      ),
    )
    await map(group.id)
    await fixture.asDirectory(async (trx) => {
      const current = await lockDirectoryGroup(trx, fixture.connectionId, group.id)
      if (current !== undefined) await removeDirectoryGroup(trx, current)
    })
    const { group: again } = await createGroup('Ventas', [user.id])
    const give = (externalId: string | null): Promise<unknown> =>
      fixture.asDirectory(async (trx) => {
        const current = await lockDirectoryGroup(trx, fixture.connectionId, again.id)
        if (current === undefined) throw new Error('no such group')
        await writeDirectoryGroup(trx, current, { ...draftGroup('Ventas'), externalId }, [])
      })
    expect(await memberNamed('Ana García')).toMatchObject({ role: null })
    await give('okta-group')
    expect(await memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })
    await give(null)
    await give('okta-group')
    expect(await memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })
  })

  test('a group that is renamed gives what patterns say of its new name, also through another group', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const { group: low } = await createGroup('Turno', [user.id])
    const { group } = await createGroup('Equipo', [low.id])
    await fixture.asDirectory((trx) =>
      saveMappingRules(trx, fixture.connectionId, [
        { when: { kind: 'group-pattern', pattern: '^inbox-' }, role: 'agent' },
      ]),
    )
    const rename = (name: string): Promise<unknown> =>
      fixture.asDirectory(async (trx) => {
        const current = await lockDirectoryGroup(trx, fixture.connectionId, group.id)
        if (current === undefined) throw new Error('no such group')
        await writeDirectoryGroup(trx, current, draftGroup(name), [])
      })
    expect(await memberNamed('Ana García')).toMatchObject({ role: null })
    await rename('inbox-ventas')
    expect(await memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })
    await rename('Equipo')
    expect(await memberNamed('Ana García')).toMatchObject({ role: null })
  })

  test('a name of any length and any number of emails fit through lists and pages', async () => {
    const emails = Array.from({ length: 20_000 }, (_, index) => ({
      type: null,
      value: `${index}@acme.example`,
      valueKey: `${index}@acme.example`,
      isPrimary: false,
    }))
    await provision(draftUser('many', { displayName: `A${'a'.repeat(900)}`, emails }))
    await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const first = await fixture.asDirectory((trx) => listMembers(trx, { limit: 1 }))
    expect(first.nextCursor?.length).toBeLessThan(100)
    const second = await fixture.asDirectory((trx) =>
      listMembers(trx, { limit: 1, cursor: first.nextCursor ?? '' }),
    )
    expect(second.members).toMatchObject([{ displayName: 'Ana García' }])
  })

  test('a second person of the same userName is refused, a deactivated one is restored', async () => {
    const { user } = await provision(draftUser('ana@acme.example'))
    await expect(provision(draftUser('ANA@acme.example'))).rejects.toMatchObject({
      code: 'user-name-taken',
      subject: 'ANA@acme.example',
    })
    await write(user.id, draftUser('ana@acme.example', { active: false }))
    await expect(
      provision(draftUser('ana@acme.example', { externalId: 'somebody else' })),
    ).rejects.toMatchObject({ code: 'user-name-taken' })
    const restored = await provision(draftUser('ana@acme.example', { externalId: null }))
    expect(restored).toMatchObject({ outcome: 'restored', user: { id: user.id, active: true } })
  })

  test('a sign-in email is never taken over', async () => {
    await provision(draftUser('ana@acme.example', { displayName: 'Ana' }))
    const second = await provision(
      draftUser('ana2', { displayName: 'Ana 2', emails: draftUser('ana@acme.example').emails }),
    )
    expect(second.warnings).toMatchObject([{ code: 'email_taken' }])
    expect(await memberNamed('Ana 2')).toMatchObject({ email: null, userName: 'ana2' })
  })

  test('an existing member of the same email is linked by review, or at once where policy says so in a proved domain', async () => {
    const reviewed = await provision(draftUser('lucia@acme.example', { displayName: 'Lucía F.' }))
    expect(reviewed.warnings).toMatchObject([{ code: 'adoption_pending' }])
    expect(await memberNamed('Lucía F.')).toBeUndefined()

    fixture = await createDirectoryFixture(db, { adoption: 'auto' })
    const unproved = await provision(draftUser('lucia@acme.example', { displayName: 'Lucía F.' }))
    expect(unproved.warnings).toMatchObject([{ code: 'adoption_pending' }])

    fixture = await createDirectoryFixture(db, { adoption: 'auto', verified: true })
    const linked = await provision(draftUser('lucia@acme.example', { displayName: 'Lucía F.' }))
    expect(linked.warnings).toEqual([])
    expect(await memberNamed('Lucía F.')).toMatchObject({
      id: fixture.workspace.ownerMemberId,
      isOwner: true,
      role: { name: 'Propietario' },
    })
  })

  test('group operations apply in their order and name whom they do not know', async () => {
    const ids: string[] = []
    for (const name of ['a', 'b', 'c', 'd']) {
      ids.push((await provision(draftUser(`${name}@acme.example`))).user.id)
    }
    const [a = '', b = '', c = '', d = ''] = ids
    const { group } = await createGroup('Everybody', [a, b])
    expect(group.member_count).toBe(2)
    const stranger = fixture.workspace.id
    const result = await changeMembers(
      group,
      { kind: 'remove', members: [a, 'not an id'] },
      { kind: 'add', members: [c, stranger, 'not an id'] },
      { kind: 'remove-matching', find: () => Promise.resolve([b]) },
      { kind: 'add', members: [d] },
    )
    expect(result).toMatchObject({
      changed: true,
      refused: { unknown: ['not an id', stranger], mistyped: [] },
      group: { member_count: 2 },
    })
    const replaced = await changeMembers(group, { kind: 'replace', members: [a, d] })
    expect(replaced.group.member_count).toBe(2)
    const rows = await fixture.asDirectory((trx) =>
      trx.query
        .selectFrom('directory_group_members')
        .select('user_id')
        .where('group_id', '=', group.id)
        .orderBy('user_id')
        .execute(),
    )
    expect(rows.map((row) => row.user_id)).toEqual([a, d].toSorted())
    const cleared = await changeMembers(group, { kind: 'clear' })
    expect(cleared.group.member_count).toBe(0)
  })

  test('a deleted group takes away what it gave; its name is free', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const { group } = await createGroup('Ventas-MX', [user.id])
    await expect(createGroup('VENTAS-MX', [])).rejects.toMatchObject({ code: 'group-name-taken' })
    await map(group.id)
    await fixture.asDirectory(async (trx) => {
      const current = await lockDirectoryGroup(trx, fixture.connectionId, group.id)
      if (current !== undefined) await removeDirectoryGroup(trx, current)
    })
    expect(await memberNamed('Ana García')).toMatchObject({ role: null })
    await createGroup('Ventas-MX', [])
  })

  test('search finds parts of names and emails as they are written, and pages join without a gap', async () => {
    for (const name of ['Zoë 100%', 'Ángel', 'Beatriz', 'beto_1', 'Carla']) {
      await provision(draftUser(`${fold(name)}@acme.example`, { displayName: name }))
    }
    const search = (text: string): Promise<string[]> =>
      fixture.asDirectory(async (trx) =>
        (await listMembers(trx, { search: text, limit: 10 })).members.map((m) => m.displayName),
      )
    expect(await search('BE')).toEqual(['Beatriz', 'beto_1'])
    expect(await search('00%')).toEqual(['Zoë 100%'])
    expect(await search('o_1')).toEqual(['beto_1'])
    expect(await search('carla@acme')).toEqual(['Carla'])
    expect(await search('angel')).toEqual(['Ángel'])
    expect(await search('ÁNGEL')).toEqual(['Ángel'])

    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await fixture.asDirectory((trx) =>
        listMembers(trx, { limit: 2, cursor: cursor ?? undefined }),
      )
      expect(page.total).toBe(6)
      seen.push(...page.members.map((member) => member.displayName))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(['Ángel', 'Beatriz', 'beto_1', 'Carla', 'Lucía Fernández', 'Zoë 100%'])
    await expect(
      fixture.asDirectory((trx) => listMembers(trx, { limit: 2, cursor: 'nonsense' })),
    ).rejects.toMatchObject({ code: 'invalid-cursor' })
  })

  test('one workspace neither sees nor changes another', async () => {
    const { user } = await provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const other = await createDirectoryFixture(db)
    await inWorkspace(db, other.workspace.id, other.actor, async (trx) => {
      expect(await lockDirectoryUser(trx, fixture.connectionId, user.id)).toBeUndefined()
      const rows = await trx.query.selectFrom('directory_users').selectAll().execute()
      expect(rows).toEqual([])
      const { members } = await listMembers(trx, { limit: 10, search: 'ana' })
      expect(members).toEqual([])
    })
  })
})

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
}
