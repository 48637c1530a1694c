import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { createDepartment, editDepartment } from '../departments/department-commands.ts'
import { listDepartments } from '../departments/department-queries.ts'
import { createDirectoryGroup } from '../directory/directory-group-commands.ts'
import { provisionDirectoryUser } from '../directory/directory-user-commands.ts'
import { readEvents, sequenceEvents } from '../history/event-queries.ts'
import { editMember } from '../members/edit-member.ts'
import { readMemberAccess } from '../members/member-access-queries.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftGroup,
  draftUser,
  inGroup,
} from '../testing/directory-fixture.ts'
import { createHistory, type History } from '../testing/random-history.ts'
import { editWorkspace } from '../workspaces/edit-workspace.ts'
import { type AccessReasons, readAccessReasons } from './access-reasons.ts'
import { previewMappingRules, saveMappingRules } from './mapping-rule-commands.ts'
import type { MappingRuleDraft } from './mapping-rule-draft.ts'
import { listMappingRules } from './mapping-rule-queries.ts'
import type { MemberEventPayload } from './member-change.ts'
import { loadRuleSet } from './rule-set-store.ts'

describe.each(testEngines)('why somebody has what they have, on %s', (engine) => {
  let db: TestDatabase
  let fixture: DirectoryFixture
  let history: History
  let ana: string

  beforeEach(async () => {
    db ??= await createTestDatabase(engine)
    fixture = await createDirectoryFixture(db)
    history = createHistory(db, fixture)
    const { connectionId } = fixture
    const { user } = await fixture.asDirectory((trx) =>
      provisionDirectoryUser(
        trx,
        connectionId,
        draftUser('ana', { emails: [], resource: { userName: 'ana', title: 'Team lead' } }),
      ),
    )
    for (const name of ['inbox-Ventas-agent', 'inbox-Luna-agent']) {
      await fixture.asDirectory((trx) =>
        createDirectoryGroup(trx, connectionId, draftGroup(name), [user.id]),
      )
    }
    ana = await history.asHost(async (trx) => {
      const row = await trx.query
        .selectFrom('members')
        .select('id')
        .where('directory_user_id', '=', user.id)
        .executeTakeFirstOrThrow()
      return row.id
    })
  })
  afterAll(() => db.close())

  const save = (rules: MappingRuleDraft[]): Promise<unknown> =>
    history.asHost((trx) => saveMappingRules(trx, fixture.connectionId, rules))
  const why = (): Promise<AccessReasons> => history.asHost((trx) => readAccessReasons(trx, ana))

  const byName: MappingRuleDraft = {
    when: { kind: 'group-pattern', pattern: '^inbox-(?<department>.+)-(?<role>.+)$' },
  }

  test('is a rule with its condition and what of the person fits it, effective or not', async () => {
    await save([
      byName,
      {
        when: { kind: 'attribute', attribute: 'title', operator: 'pattern', pattern: 'lead' },
        role: 'manager',
      },
    ])
    const { grants, isUpToDate } = await why()
    expect(isUpToDate).toBe(true)
    const role = (key: string) =>
      grants.find(({ value }) => value !== null && 'key' in value && value.key === key)
    expect(role('manager')).toMatchObject({
      effective: true,
      inactiveBecause: null,
      since: expect.any(Date),
      requestId: expect.any(String),
      origin: {
        kind: 'mapping_rule',
        rule: { when: { kind: 'attribute', attribute: 'title', operator: 'pattern' } },
        matchedBy: [{ kind: 'attribute', attribute: 'title', value: 'Team lead' }],
      },
    })
    expect(role('agent')).toMatchObject({
      effective: false,
      inactiveBecause: 'outweighed',
      origin: {
        rule: { when: byName.when },
        matchedBy: [{ name: 'inbox-Ventas-agent' }, { name: 'inbox-Luna-agent' }],
      },
    })
  })

  test('says which names in the directory are nothing here, until they are', async () => {
    const shown = await history.asHost((trx) =>
      previewMappingRules(trx, fixture.connectionId, [byName]),
    )
    expect(shown.unknownNames).toEqual([{ kind: 'department', name: 'Luna', members: 1 }])
    await save([byName])
    expect((await why()).unknownNames).toMatchObject([{ kind: 'department', name: 'Luna' }])
    await history.asHost((trx) => createDepartment(trx, { name: 'LUNA' }))
    expect((await why()).unknownNames).toEqual([])
    const access = await history.asHost((trx) => readMemberAccess(trx, ana))
    expect(access?.departments.map(({ name }) => name)).toEqual(['LUNA', 'Ventas'])
  })

  test('is a person’s decision, by whom, and why it does not count', async () => {
    const olga = fixture.workspace.ownerMemberId
    await save([{ ...inGroup({ displayName: 'inbox-Ventas-agent' }), role: 'agent' }])
    await history.asHost((trx) => editWorkspace(trx, { policies: { localRoles: 'additive' } }))
    await history.asHost(async (trx) =>
      editMember({ ...trx, actor: { kind: 'member', id: olga, requestId: 'by-olga' } }, ana, {
        role: 'manager',
      }),
    )
    const manager = async () => (await why()).grants.find(({ origin }) => origin.kind === 'local')
    expect(await manager()).toMatchObject({
      effective: true,
      requestId: 'by-olga',
      origin: { kind: 'local', by: { kind: 'member', id: olga, name: 'Lucía Fernández' } },
    })
    await history.asHost((trx) => editWorkspace(trx, { policies: { localRoles: 'locked' } }))
    expect(await manager()).toMatchObject({ effective: false, inactiveBecause: 'locked' })
    await history.asHost((trx) => editWorkspace(trx, { seats: 1 }))
    const agent = (await why()).grants.find(({ origin }) => origin.kind === 'mapping_rule')
    expect(agent).toMatchObject({ effective: false, inactiveBecause: 'no_seat' })
  })

  test('is a person’s decision no longer where a rule has come to give it, for whoever belongs to the directory', async () => {
    const access = async (id: string) => {
      const found = await history.asHost((trx) => readMemberAccess(trx, id))
      return [found?.departments.map(({ name }) => name), found?.conversationAccess]
    }
    const olga = fixture.workspace.ownerMemberId
    const wish = { departments: ['Ventas'], supervisor: true }
    await history.asHost((trx) => editMember(trx, ana, wish))
    await history.asHost((trx) => editMember(trx, olga, wish))
    await fixture.asDirectory((trx) =>
      createDirectoryGroup(trx, fixture.connectionId, draftGroup('VIP'), []),
    )
    const rules = [{ ...inGroup({ displayName: 'VIP' }), ...wish }]
    const shown = await history.asHost((trx) =>
      previewMappingRules(trx, fixture.connectionId, rules),
    )
    // In no group of the rule, and shown all the same.
    expect(shown).toMatchObject({
      changed: 1,
      members: [
        {
          id: ana,
          before: { departments: ['Ventas'], conversationAccess: 'all' },
          after: { departments: [], conversationAccess: 'own' },
        },
      ],
    })
    await save(rules)
    expect(await access(ana)).toEqual([[], 'own'])
    expect(await access(olga)).toEqual([['Ventas'], 'all'])
    const reasons = await why()
    expect(reasons.isUpToDate).toBe(true)
    expect(reasons.grants.map(({ kind, inactiveBecause }) => [kind, inactiveBecause])).toEqual(
      expect.arrayContaining([
        ['department', 'locked'],
        ['supervisor', 'locked'],
      ]),
    )
    for (const given of [{ departments: ['Ventas'] }, { supervisor: true }]) {
      await expect(history.asHost((trx) => editMember(trx, ana, given))).rejects.toMatchObject({
        code: 'managed-by-directory',
      })
    }
    // Nothing is stuck: whoever edits the rest is not refused for it.
    await history.asHost((trx) => editMember(trx, ana, { departments: ['Soporte'] }))
    await save([])
    expect(await access(ana)).toEqual([['Soporte', 'Ventas'], 'all'])
    await history.asHost((trx) => editMember(trx, ana, { departments: [], supervisor: false }))
    expect(await access(ana)).toEqual([[], 'own'])
  })

  test('is told to the host with every change of access: what is in effect, and what gives it', async () => {
    const ventas = await history.asHost(async (trx) => {
      const all = await listDepartments(trx)
      const [channel] = (await loadRuleSet(trx)).channels.keys()
      const id = all.find(({ name }) => name === 'Ventas')?.id ?? ''
      await editDepartment(trx, id, { channelIds: [channel ?? ''] })
      return id
    })
    await history.asHost((trx) => editMember(trx, ana, { supervisor: true }))
    const rule = { ...inGroup({ displayName: 'inbox-Ventas-agent' }), departments: ['Ventas'] }
    await save([
      { ...rule, role: 'agent' },
      { ...inGroup({ displayName: 'inbox-Luna-agent' }), role: 'manager' },
    ])
    const rules = await history.asHost((trx) => listMappingRules(trx))
    const idOf = (role: string): string => rules.find((each) => each.role === role)?.id ?? ''
    await sequenceEvents(db)
    const events = await history.asHost((trx) => readEvents(trx, '0', 10_000))
    const last = events.findLast(
      ({ type, memberId }) => type === 'member.access_changed' && memberId === ana,
    )
    const { because = [] } = (last?.payload ?? {}) as Partial<MemberEventPayload>
    // The role that is outweighed gives nothing.
    expect(because.toSorted((left, right) => (left.kind < right.kind ? -1 : 1))).toEqual([
      { kind: 'channel', value: 'whatsapp', source: 'department', sourceId: ventas },
      { kind: 'department', value: 'Ventas', source: 'mapping_rule', sourceId: idOf('agent') },
      { kind: 'role', value: 'manager', source: 'mapping_rule', sourceId: idOf('manager') },
      { kind: 'supervisor', value: null, source: 'local', sourceId: null },
    ])
  })

  test('is for oneself and for those who manage members', async () => {
    await save([{ ...inGroup({ displayName: 'inbox-Ventas-agent' }), role: 'agent' }])
    const read = (about: string) =>
      history.asHost((trx) =>
        readAccessReasons(
          { ...trx, actor: { kind: 'member', id: ana, requestId: 'by-ana' } },
          about,
        ),
      )
    expect((await read(ana)).grants).toHaveLength(1)
    await expect(read(fixture.workspace.ownerMemberId)).rejects.toMatchObject({
      code: 'permission-missing',
    })
    await expect(history.asHost((trx) => readAccessReasons(trx, 'x'))).rejects.toMatchObject({
      code: 'member-not-found',
    })
  })
})

describe.each(testEngines)(
  'the owner of a workspace whose directory is switched on, on %s',
  (engine) => {
    test.each(['review', 'auto'] as const)(
      'stays the owner whatever the directory and its rules say, with adoption %s',
      async (adoption) => {
        const db = await createTestDatabase(engine)
        const fixture = await createDirectoryFixture(db, { adoption, verified: true })
        const { connectionId, workspace } = fixture
        const email = 'lucia@acme.example'
        const { user } = await fixture.asDirectory((trx) =>
          provisionDirectoryUser(trx, connectionId, draftUser(email, { displayName: 'Lucía F.' })),
        )
        const { group } = await fixture.asDirectory((trx) =>
          createDirectoryGroup(trx, connectionId, draftGroup('Agents'), [user.id]),
        )
        const history = createHistory(db, fixture)
        const rules: MappingRuleDraft[] = [
          { ...inGroup({ id: group.id }), role: 'agent', priority: 9 },
        ]
        for (const roleStrategy of ['rank', 'priority'] as const) {
          await history.asHost((trx) => editWorkspace(trx, { policies: { roleStrategy } }))
          await history.asHost((trx) => saveMappingRules(trx, connectionId, rules))
          const owner = await history.asHost((trx) =>
            readMemberAccess(trx, workspace.ownerMemberId),
          )
          expect(owner).toMatchObject({ state: 'active', role: { key: 'owner' } })
        }
        await db.close()
      },
    )
  },
)
