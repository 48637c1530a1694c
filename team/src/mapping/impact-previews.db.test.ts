import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { deleteChannel, previewChannelDeletion } from '../channels/channel-commands.ts'
import { editDepartment } from '../departments/department-commands.ts'
import { deleteDepartment, previewDepartmentDeletion } from '../departments/department-deletion.ts'
import { previewDepartmentEdit } from '../departments/department-edit-preview.ts'
import { editMember } from '../members/edit-member.ts'
import { suspendMember } from '../members/member-status-commands.ts'
import { createRole, editRole, previewRoleEdit } from '../roles/role-commands.ts'
import { deleteRole, previewRoleDeletion } from '../roles/role-deletion.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { describeAccess, type MemberAccessPayload, storedAccess } from './member-change.ts'
import { selectFacts } from './member-facts-store.ts'
import type { RuleDifference } from './rule-difference.ts'
import { loadRuleSet } from './rule-set-store.ts'

const conversationAccess = 'own' as const

describe.each(testEngines)('what the end of something will do, on %s', (engine) => {
  let db: TestDatabase
  let acme: TeamFixture
  let ana: string
  let bea: string

  beforeEach(async () => {
    db ??= await createTestDatabase(engine)
    acme = await createTeamFixture(db)
    ana = await acme.join('ana', 'agent')
    bea = await acme.join('bea', 'agent')
  })
  afterAll(() => db.close())

  const access = (): Promise<Map<string, MemberAccessPayload>> =>
    acme.asHost(async (trx) => {
      const rules = await loadRuleSet(trx)
      const members = await selectFacts(trx, rules, sql`true`, { grants: 'all' })
      return new Map(
        members.map((member) => [member.row.id, describeAccess(storedAccess(member), rules)]),
      )
    })

  /** Applies what was shown, and expects that it did exactly that. */
  async function expectToDo(
    shown: RuleDifference,
    apply: (previewHash: string) => Promise<{ outcome: string }>,
  ): Promise<void> {
    const before = await access()
    expect(await apply('another')).toMatchObject({
      outcome: 'difference-changed',
      difference: { hash: shown.hash },
    })
    expect(await access()).toEqual(before)
    expect(await apply(shown.hash)).toMatchObject({ outcome: 'saved' })
    const after = await access()
    const changed = [...after].filter(
      ([id, now]) => JSON.stringify(now) !== JSON.stringify(before.get(id)),
    )
    expect(
      shown.members
        .filter((member) => JSON.stringify(member.before) !== JSON.stringify(member.after))
        .map(({ id, after: then }) => [id, then]),
    ).toEqual(changed)
  }

  test('a role: its holders have the other one', async () => {
    await acme.asHost((trx) =>
      createRole(trx, {
        key: 'senior',
        name: 'Senior',
        cloneOf: 'agent',
        conversationAccess: 'all',
      }),
    )
    await acme.asHost((trx) => editMember(trx, ana, { role: 'senior' }))
    const shown = await acme.asHost((trx) => previewRoleDeletion(trx, 'senior', 'agent'))
    expect(shown).toMatchObject({
      changed: 1,
      loseAccess: 0,
      members: [
        {
          id: ana,
          before: { role: 'senior', conversationAccess: 'all' },
          after: { role: 'agent', conversationAccess: 'departments' },
        },
      ],
    })
    await expectToDo(shown, (hash) =>
      acme.asHost((trx) => deleteRole(trx, 'senior', 'agent', undefined, hash)),
    )
  })

  test('a department: its people move, or are in none', async () => {
    const sales = acme.departmentId('Sales')
    const support = acme.departmentId('Support')
    await acme.asHost((trx) => editMember(trx, ana, { departments: ['Sales'] }))
    await acme.asHost((trx) => editMember(trx, bea, { departments: ['Sales', 'Support'] }))
    const merged = await acme.asHost((trx) => previewDepartmentDeletion(trx, sales, support))
    expect(merged.members.map(({ after }) => after.departments)).toEqual([['Support'], ['Support']])
    const ended = await acme.asHost((trx) => previewDepartmentDeletion(trx, sales))
    expect(ended.members.map(({ after }) => after.departments)).toEqual([[], ['Support']])
    expect(ended.hash).not.toBe(merged.hash)
    await acme.asHost((trx) => editDepartment(trx, support, { isDefault: true }))
    const shown = await acme.asHost((trx) => previewDepartmentDeletion(trx, sales))
    await expectToDo(shown, (previewHash) =>
      acme.asHost((trx) => deleteDepartment(trx, sales, { previewHash })),
    )
  })

  test('an edit of a department: its people have its channels and no others', async () => {
    const sales = acme.departmentId('Sales')
    await acme.asHost((trx) => editMember(trx, ana, { departments: ['Sales'], channels: [] }))
    await acme.asHost((trx) => editMember(trx, bea, { departments: ['Support'], channels: [] }))
    const channelIds = [...(await acme.asHost((trx) => loadRuleSet(trx))).channels.keys()]
    const edit = { name: 'Verkauf', channelIds }
    const shown = await acme.asHost((trx) => previewDepartmentEdit(trx, sales, edit))
    expect(shown).toMatchObject({
      changed: 1,
      members: [{ id: ana, before: { channels: [] }, after: { channels: ['ig', 'wa'] } }],
    })
    const renamed = await acme.asHost((trx) =>
      previewDepartmentEdit(trx, sales, { name: 'Verkauf' }),
    )
    expect(renamed).toMatchObject({ changed: 0 })
    expect(
      await acme.asHost((trx) => editDepartment(trx, sales, edit, undefined, renamed.hash)),
    ).toMatchObject({ outcome: 'difference-changed', difference: { changed: 1 } })
    await acme.asHost((trx) => editDepartment(trx, sales, { name: 'Verkauf' }))
    const again = await acme.asHost((trx) => previewDepartmentEdit(trx, sales, edit))
    await expectToDo(again, (hash) =>
      acme.asHost((trx) => editDepartment(trx, sales, edit, undefined, hash)),
    )
  })

  test('an edit of a role that nobody may manage members by any more, and how many are left', async () => {
    const manager = await acme.join('mia', 'manager')
    const count = async (): Promise<number> => {
      const shown = await acme.asHost((trx) =>
        previewRoleEdit(trx, 'manager', { conversationAccess: 'own' }),
      )
      expect(shown.administrators.after).toBe(shown.administrators.before)
      return shown.administrators.before
    }
    const before = await count()
    const edit = { permissions: ['contacts:add'] as const }
    const shown = await acme.asHost((trx) => previewRoleEdit(trx, 'manager', edit))
    expect(shown.administrators).toEqual({ before, after: before - 1 })
    await acme.asHost((trx) => suspendMember(trx, manager))
    expect(await count()).toBe(before - 1)
  })

  test('a channel: nobody has it any more', async () => {
    await acme.asHost((trx) => editMember(trx, ana, { channels: ['wa', 'ig'] }))
    const shown = await acme.asHost((trx) => previewChannelDeletion(trx, 'wa'))
    expect(shown.members).toMatchObject([{ id: ana, after: { channels: ['ig'] } }])
    await expectToDo(shown, (hash) =>
      acme.asHost((trx) => deleteChannel(trx, 'wa', undefined, hash)),
    )
  })

  test('an edit of a role: what its holders may do more and less, and what they see', async () => {
    const edit = { permissions: ['contacts:add'] as const, conversationAccess: 'own' as const }
    const shown = await acme.asHost((trx) => previewRoleEdit(trx, 'agent', edit))
    expect(shown).toMatchObject({ changed: 2, permissions: { gained: [] } })
    expect(shown.permissions.lost).toContain('conversations:departments')
    await expectToDo(shown, (hash) =>
      acme.asHost((trx) => editRole(trx, 'agent', edit, undefined, hash)),
    )
    const more = { permissions: ['contacts:add', 'contacts:edit'] as const }
    const told = await acme.asHost((trx) => previewRoleEdit(trx, 'agent', more))
    expect(told).toMatchObject({
      changed: 2,
      gainAccess: 0,
      permissions: { gained: ['contacts:edit'], lost: [] },
    })
    await expectToDo(told, (hash) =>
      acme.asHost((trx) => editRole(trx, 'agent', more, undefined, hash)),
    )
  })

  test.each([
    {
      change: 'an edit of a role',
      preview: () => acme.asHost((trx) => previewRoleEdit(trx, 'agent', { conversationAccess })),
      apply: (hash: string) =>
        acme.asHost((trx) => editRole(trx, 'agent', { conversationAccess }, undefined, hash)),
    },
    {
      change: 'the end of a role',
      preview: () => acme.asHost((trx) => previewRoleDeletion(trx, 'night', 'agent')),
      apply: (hash: string) =>
        acme.asHost((trx) => deleteRole(trx, 'night', 'agent', undefined, hash)),
    },
    {
      change: 'the end of a department',
      preview: () =>
        acme.asHost((trx) => previewDepartmentDeletion(trx, acme.departmentId('Sales'))),
      apply: (previewHash: string) =>
        acme.asHost((trx) => deleteDepartment(trx, acme.departmentId('Sales'), { previewHash })),
    },
    {
      change: 'the end of a channel',
      preview: () => acme.asHost((trx) => previewChannelDeletion(trx, 'wa')),
      apply: (hash: string) => acme.asHost((trx) => deleteChannel(trx, 'wa', undefined, hash)),
    },
  ])(
    'is refused twice in a row at most because people move: $change',
    async ({ preview, apply }) => {
      await acme.asHost((trx) =>
        createRole(trx, {
          key: 'night',
          name: 'Night',
          cloneOf: 'agent',
          conversationAccess: 'own',
        }),
      )
      let moved = 0
      const move = async (): Promise<void> => {
        moved += 1
        const agent = await acme.join(`agent${moved}`, 'agent')
        const edit = { departments: ['Sales'], channels: ['wa'] }
        await acme.asHost((trx) => editMember(trx, agent, edit))
        const night = await acme.join(`night${moved}`, 'agent')
        await acme.asHost((trx) => editMember(trx, night, { role: 'night' }))
      }
      const { hash } = await preview()
      for (let attempt = 0; attempt < 2; attempt += 1) {
        await move()
        expect(await apply(hash)).toMatchObject({ outcome: 'difference-changed' })
      }
      await move()
      expect(await apply(hash)).toMatchObject({ outcome: 'saved' })
    },
  )

  test('is refused for ever where somebody has decided otherwise meanwhile', async () => {
    const { hash } = await acme.asHost((trx) => previewChannelDeletion(trx, 'wa'))
    await acme.asHost((trx) => editRole(trx, 'agent', { conversationAccess }))
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const refused = await acme.asHost((trx) => deleteChannel(trx, 'wa', undefined, hash))
      expect(refused).toMatchObject({ outcome: 'difference-changed' })
    }
  })

  test('is told only to those who may do it', async () => {
    for (const preview of [
      () => acme.asMember(ana, (trx) => previewRoleDeletion(trx, 'agent', 'manager')),
      () => acme.asMember(ana, (trx) => previewRoleEdit(trx, 'agent', { permissions: [] })),
      () => acme.asMember(ana, (trx) => previewDepartmentDeletion(trx, acme.departmentId('Sales'))),
      () => acme.asMember(ana, (trx) => previewChannelDeletion(trx, 'wa')),
    ]) {
      await expect(preview()).rejects.toMatchObject({ code: 'permission-missing' })
    }
  })
})
