import { createId, type Database, type WorkspaceTransaction } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { readEvents, sequenceEvents } from '../history/event-queries.ts'
import { currentRuleSet } from '../mapping/current-rule-set.ts'
import { saveMappingRules } from '../mapping/mapping-rule-commands.ts'
import { listMappingRules } from '../mapping/mapping-rule-queries.ts'
import { loadRuleSet, type RuleSet } from '../mapping/rule-set-store.ts'
import { readMember } from '../members/member-queries.ts'
import { draftGroup, draftUser, inGroup } from '../testing/directory-fixture.ts'
import { createDirectory, type Directory } from '../testing/directory.ts'
import {
  createDirectoryGroup,
  lockDirectoryGroup,
  writeDirectoryGroup,
} from './directory-group-commands.ts'
import type { DirectoryUserDraft } from './directory-user.ts'

/** A rule set without what is made of it. */
function contentOf(rules: RuleSet): Partial<RuleSet> {
  const { version, policies, seats, roles, departments, channels, retired, rules: mapping } = rules
  return { version, policies, seats, roles, departments, channels, retired, rules: mapping }
}

function withTitle(title: string): Partial<DirectoryUserDraft> {
  return { resource: { userName: 'ana@acme.example', title } }
}

describe.each(testEngines)('groups of a directory and their rules on %s', (engine) => {
  let db: Database
  let directory: Directory

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    directory = await createDirectory(db)
  })

  test('a membership gives what its rule says in the same transaction, and its end takes it away', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const { group } = await directory.createGroup('Ventas-MX', [])
    await directory.map(group.id)

    await directory.changeMembers(group, { kind: 'add', members: [user.id] })
    const member = await directory.memberNamed('Ana García')
    expect(member).toMatchObject({
      role: { name: 'Agente' },
      departments: [{ name: 'Ventas' }],
      channels: [{ name: 'WhatsApp' }],
      conversationAccess: 'departments',
    })
    const detail = await directory.asDirectory((trx) => readMember(trx, member?.id ?? ''))
    expect(detail?.grants).toHaveLength(3)
    for (const grant of detail?.grants ?? []) {
      expect(grant).toMatchObject({
        effective: true,
        source: { kind: 'mapping_rule', groupName: 'Ventas-MX' },
      })
    }

    await directory.changeMembers(group, { kind: 'remove', members: [user.id] })
    expect(await directory.memberNamed('Ana García')).toMatchObject({
      role: null,
      departments: [],
      channels: [],
    })
    expect((await directory.eventTypes()).slice(-2)).toEqual([
      'member.access_changed',
      'member.access_changed',
    ])
  })

  test('a rule that is saved projects the people of its group; saving it again changes nothing', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const { group } = await directory.createGroup('Ventas-MX', [user.id])
    await directory.map(group.id)
    const first = await directory.memberNamed('Ana García')
    expect(first).toMatchObject({ role: { name: 'Agente' } })
    const since = async (): Promise<Date | undefined> =>
      (await directory.asDirectory((trx) => readMember(trx, first?.id ?? '')))?.grants[0]?.since
    const before = await since()
    await directory.map(group.id)
    expect(await since()).toEqual(before)

    await directory.asDirectory((trx) => saveMappingRules(trx, directory.connectionId, []))
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: null })
  })

  test('rules are read again after every change of what they are made of, and only then', async () => {
    const { asDirectory, workspace } = directory
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
    const { group } = await directory.createGroup('Sales', [])
    expect(await current()).toBe(before)
    await directory.map(group.id)
    expect(contentOf(await current())).toEqual(contentOf(await asDirectory(loadRuleSet)))
    expect((await current()).rules).toHaveLength(1)
  })

  test('rules refuse what they cannot give, and then keep what was', async () => {
    const { group } = await directory.createGroup('Ventas-MX', [])
    await directory.map(group.id)
    for (const [draft, code] of [
      [{ ...inGroup({ id: group.id }), role: 'owner' }, 'role-not-mappable'],
      [{ ...inGroup({ id: group.id }), role: 'boss' }, 'role-unknown'],
      [{ ...inGroup({ id: group.id }), departments: ['Luna'] }, 'department-unknown'],
      [{ ...inGroup({ id: group.id }), channels: ['fax'] }, 'channel-unknown'],
      [{ ...inGroup({ displayName: 'Nobody' }) }, 'group-not-found'],
    ] as const) {
      await expect(
        directory.asDirectory((trx) => saveMappingRules(trx, directory.connectionId, [draft])),
      ).rejects.toMatchObject({ code })
    }
    await expect(
      directory.asDirectory((trx) =>
        saveMappingRules(trx, directory.connectionId, [
          { ...inGroup({ id: group.id }) },
          { ...inGroup({ displayName: 'ventas-mx' }) },
        ]),
      ),
    ).rejects.toMatchObject({ code: 'rule-repeated' })
    const rules = await directory.asDirectory((trx) =>
      trx.query.selectFrom('mapping_rule_grants').select('kind').execute(),
    )
    expect(rules).toHaveLength(3)
  })

  test('whose name, address, groups and attributes change at once is told of as they are then', async () => {
    await directory.asDirectory((trx) =>
      saveMappingRules(trx, directory.connectionId, [
        {
          when: { kind: 'attribute', attribute: 'title', operator: 'equals', value: 'Lead' },
          role: 'agent',
        },
        { when: { kind: 'group-pattern', pattern: '^Turno' }, departments: ['Ventas'] },
      ]),
    )
    const { user } = await directory.provision(draftUser('ana@acme.example', withTitle('Clerk')))
    await directory.createGroup('Turno 1', [user.id])
    await sequenceEvents(db)
    const before = await directory.asDirectory((trx) => readEvents(trx, '0', 1_000))
    const { emails } = draftUser('ana.g@acme.example')
    const change = { ...withTitle('Lead'), displayName: 'Ana García', emails }
    await directory.write(user.id, draftUser('ana@acme.example', change))
    const person = { displayName: 'Ana García', email: 'ana.g@acme.example' }
    const access = { role: { key: 'agent' }, departments: ['Ventas'] }
    expect(await directory.eventsAfter(before.length)).toMatchObject([
      { type: 'member.access_changed', payload: { member: { ...person, ...access } } },
    ])
    await directory.write(user.id, draftUser('ana@acme.example', { ...change, active: false }))
    expect(await directory.eventsAfter(before.length + 1)).toMatchObject([
      { type: 'member.suspended', payload: { member: { ...person, state: 'suspended' } } },
    ])
    await directory.write(user.id, draftUser('ana@acme.example', change))
    expect(await directory.memberNamed('Ana García')).toMatchObject({
      state: 'active',
      role: access.role,
      departments: [{ name: 'Ventas' }],
    })
  })

  test('group operations apply in their order and name whom they do not know', async () => {
    const ids: string[] = []
    for (const name of ['a', 'b', 'c', 'd']) {
      ids.push((await directory.provision(draftUser(`${name}@acme.example`))).user.id)
    }
    const [a = '', b = '', c = '', d = ''] = ids
    const { group } = await directory.createGroup('Everybody', [a, b])
    expect(group.member_count).toBe(2)
    const stranger = directory.workspace.id
    const result = await directory.changeMembers(
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
    const replaced = await directory.changeMembers(group, { kind: 'replace', members: [a, d] })
    expect(replaced.group.member_count).toBe(2)
    const rows = await directory.asDirectory((trx) =>
      trx.query
        .selectFrom('directory_group_members')
        .select('user_id')
        .where('group_id', '=', group.id)
        .orderBy('user_id')
        .execute(),
    )
    expect(rows.map((row) => row.user_id)).toEqual([a, d].toSorted())
    const cleared = await directory.changeMembers(group, { kind: 'clear' })
    expect(cleared.group.member_count).toBe(0)
  })

  test('a deleted group takes away what it gave; its name is free', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const { group } = await directory.createGroup('Ventas-MX', [user.id])
    await expect(directory.createGroup('VENTAS-MX', [])).rejects.toMatchObject({
      code: 'group-name-taken',
    })
    await directory.map(group.id)
    await directory.removeGroup(group.id)
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: null })
    await directory.createGroup('Ventas-MX', [])
  })

  test('a group that was deleted and comes again with its externalId gives what it gave', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const pushed = { ...draftGroup('Ventas-MX'), externalId: 'okta-group' }
    const { group } = await directory.asDirectory((trx) =>
      createDirectoryGroup(trx, directory.connectionId, pushed, [user.id]),
    )
    await directory.map(group.id)
    await directory.removeGroup(group.id)
    const rules = await directory.asDirectory((trx) => listMappingRules(trx))
    expect(rules).toMatchObject([{ when: { group: { id: group.id } }, orphaned: true }])
    // What is read can be written back, deleted group or not.
    await directory.asDirectory((trx) =>
      saveMappingRules(trx, directory.connectionId, [
        { ...inGroup({ id: group.id }), role: 'agent', departments: ['Ventas'] },
      ]),
    )
    const again = await directory.asDirectory((trx) =>
      createDirectoryGroup(trx, directory.connectionId, pushed, [user.id]),
    )
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })
    expect(await directory.asDirectory((trx) => listMappingRules(trx))).toMatchObject([
      { when: { group: { id: again.group.id } }, orphaned: false },
    ])
  })

  test('a group that gets the externalId of a deleted one gives what that gave, unless it has a rule', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const { group } = await directory.asDirectory((trx) =>
      createDirectoryGroup(
        trx,
        directory.connectionId,
        { ...draftGroup('Ventas-MX'), externalId: 'okta-group' },
        [],
      ),
    )
    await directory.map(group.id)
    await directory.removeGroup(group.id)
    const { group: again } = await directory.createGroup('Ventas', [user.id])
    const give = (externalId: string | null): Promise<unknown> =>
      directory.asDirectory(async (trx) => {
        const current = await lockDirectoryGroup(trx, directory.connectionId, again.id)
        if (current === undefined) throw new Error('no such group')
        await writeDirectoryGroup(trx, current, { ...draftGroup('Ventas'), externalId }, [])
      })
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: null })
    await give('okta-group')
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })
    await give(null)
    await give('okta-group')
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })
  })

  test('a group that is renamed gives what patterns say of its new name, also through another group', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const { group: low } = await directory.createGroup('Turno', [user.id])
    const { group } = await directory.createGroup('Equipo', [low.id])
    await directory.asDirectory((trx) =>
      saveMappingRules(trx, directory.connectionId, [
        { when: { kind: 'group-pattern', pattern: '^inbox-' }, role: 'agent' },
      ]),
    )
    const rename = (name: string): Promise<unknown> =>
      directory.asDirectory(async (trx) => {
        const current = await lockDirectoryGroup(trx, directory.connectionId, group.id)
        if (current === undefined) throw new Error('no such group')
        await writeDirectoryGroup(trx, current, draftGroup(name), [])
      })
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: null })
    await rename('inbox-ventas')
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })
    await rename('Equipo')
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: null })
  })
})
