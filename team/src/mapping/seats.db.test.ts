import { createId, type Database, openDatabase } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import {
  lockDirectoryUser,
  provisionDirectoryUser,
  removeDirectoryUser,
} from '../directory/directory-user-commands.ts'
import { readEvents, sequenceEvents } from '../history/event-queries.ts'
import { editMember } from '../members/edit-member.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftUser,
} from '../testing/directory-fixture.ts'
import { createHistory, type History } from '../testing/random-history.ts'
import { editWorkspace, type WorkspaceEdit } from '../workspaces/edit-workspace.ts'
import { previewWorkspaceEdit, saveWorkspaceEdit } from '../workspaces/workspace-edit-preview.ts'
import { checkAccess } from './check-access.ts'
import { previewMappingRules, saveMappingRules } from './mapping-rule-commands.ts'
import type { MappingRuleDraft } from './mapping-rule-draft.ts'

const everybody: MappingRuleDraft[] = [
  { when: { kind: 'attribute', attribute: 'title', operator: 'any' }, role: 'agent' },
]

interface Team {
  fixture: DirectoryFixture
  history: History
  hire: (name: string, title?: string) => Promise<string>
  leave: (userId: string) => Promise<void>
  limit: (seats: number | null) => Promise<void>
  /** Everybody of the directory by name: their role, or why they have none. */
  roles: () => Promise<Record<string, string>>
  exceeded: () => Promise<number>
}

async function createTeam(db: Database): Promise<Team> {
  const fixture = await createDirectoryFixture(db)
  const history = createHistory(db, fixture)
  await history.asHost((trx) => saveMappingRules(trx, fixture.connectionId, everybody))
  return {
    fixture,
    history,
    async hire(name, title = 'Agent') {
      const resource = { userName: name, title }
      const draft = draftUser(name, { resource, emails: [] })
      const { user } = await fixture.asDirectory((trx) =>
        provisionDirectoryUser(trx, fixture.connectionId, draft),
      )
      return user.id
    },
    leave: (userId) =>
      fixture.asDirectory(async (trx) => {
        const user = await lockDirectoryUser(trx, fixture.connectionId, userId)
        if (user === undefined) throw new Error('no such user')
        await removeDirectoryUser(trx, user)
      }),
    async limit(seats) {
      await history.asHost((trx) => editWorkspace(trx, { seats }))
    },
    roles: () =>
      history.asHost(async (trx) => {
        const rows = await trx.query
          .selectFrom('members')
          .leftJoin('roles', 'roles.id', 'members.role_id')
          .select(['members.display_name', 'roles.key', 'members.no_role_reason'])
          .where('members.workspace_id', '=', trx.workspaceId)
          .where('members.state', '=', 'active')
          .where('members.source', '=', 'directory')
          .orderBy('members.id')
          .execute()
        return Object.fromEntries(
          rows.map((row) => [row.display_name, row.key ?? row.no_role_reason ?? '']),
        )
      }),
    async exceeded() {
      await sequenceEvents(db)
      const events = await history.asHost((trx) => readEvents(trx, '0', 1_000))
      return events.filter(({ type }) => type === 'seats.exceeded').length
    },
  }
}

describe.each(testEngines)('seats on %s', (engine) => {
  let db: Database
  let team: Team

  beforeEach(async () => {
    db ??= await createTestDatabase(engine)
    team = await createTeam(db)
  })
  afterAll(() => db.close())

  test('are given in the order in which people come, and provisioning never fails', async () => {
    // The owner has one of them.
    await team.limit(3)
    for (const name of ['ana', 'bea', 'caro', 'dani']) await team.hire(name)
    expect(await team.roles()).toEqual({
      ana: 'agent',
      bea: 'agent',
      caro: 'no_seat',
      dani: 'no_seat',
    })
    expect(await team.exceeded()).toBe(1)
  })

  test('are given in that order also where the clock goes back', async () => {
    await team.limit(2)
    await team.hire('ana')
    await team.hire('bea')
    const tomorrow = new Date(Date.now() + 86_400_000)
    await team.history.asHost(async (trx) => {
      const { workspaceId } = trx
      await sql`update seats set since = ${tomorrow} where workspace_id = ${workspaceId}`.execute(
        trx.query,
      )
      await sql`update seat_lines set came_at = ${tomorrow} where workspace_id = ${workspaceId}`.execute(
        trx.query,
      )
    })
    await team.hire('caro')
    expect(await team.roles()).toEqual({ ana: 'agent', bea: 'no_seat', caro: 'no_seat' })
    await team.limit(3)
    expect(await team.roles()).toEqual({ ana: 'agent', bea: 'agent', caro: 'no_seat' })
  })

  test('go to whoever has waited longest, and the host hears of the limit once per crossing', async () => {
    await team.limit(2)
    const ana = await team.hire('ana')
    const bea = await team.hire('bea')
    await team.hire('caro')
    await team.leave(ana)
    expect(await team.roles()).toEqual({ bea: 'agent', caro: 'no_seat' })
    await team.leave(bea)
    expect(await team.roles()).toEqual({ caro: 'agent' })
    expect(await team.exceeded()).toBe(1)
    await team.hire('dani')
    expect(await team.exceeded()).toBe(2)
  })

  test('are taken from those who came last when the limit falls, and given back when it rises', async () => {
    for (const name of ['ana', 'bea', 'caro']) await team.hire(name)
    await team.limit(2)
    expect(await team.roles()).toEqual({ ana: 'agent', bea: 'no_seat', caro: 'no_seat' })
    await team.limit(3)
    expect(await team.roles()).toEqual({ ana: 'agent', bea: 'agent', caro: 'no_seat' })
    await team.limit(null)
    expect(await team.roles()).toEqual({ ana: 'agent', bea: 'agent', caro: 'agent' })
  })

  test('are never refused to an owner, whose seat then is not another’s', async () => {
    await team.limit(2)
    for (const name of ['ana', 'bea']) await team.hire(name)
    const bea = await team.history.asHost(async (trx) => {
      const row = await trx.query
        .selectFrom('members')
        .select('id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('display_name', '=', 'bea')
        .executeTakeFirstOrThrow()
      return row.id
    })
    await team.history.asHost((trx) => editMember(trx, bea, { role: 'owner' }))
    expect(await team.roles()).toEqual({ ana: 'no_seat', bea: 'owner' })
    await team.history.asHost((trx) => editMember(trx, bea, { role: 'agent' }))
    expect(await team.roles()).toEqual({ ana: 'agent', bea: 'no_seat' })
  })

  test('are foreseen by a preview, whoever gains or loses one', async () => {
    await team.limit(2)
    for (const name of ['ana', 'bea']) await team.hire(name)
    const { connectionId } = team.fixture
    const onlyBea: MappingRuleDraft[] = [
      {
        when: { kind: 'attribute', attribute: 'title', operator: 'equals', value: 'nobody' },
        role: 'agent',
      },
    ]
    const shown = await team.history.asHost((trx) =>
      previewMappingRules(trx, connectionId, onlyBea),
    )
    expect(shown).toMatchObject({ changed: 1, loseAccess: 1 })
    const saved = await team.history.asHost((trx) =>
      saveMappingRules(trx, connectionId, onlyBea, { previewHash: shown.hash }),
    )
    expect(saved.outcome).toBe('saved')
    const again = await team.history.asHost((trx) =>
      previewMappingRules(trx, connectionId, everybody),
    )
    expect(again).toMatchObject({ changed: 1, gainAccess: 1, noSeat: 1 })
    expect(again.members.map(({ displayName }) => displayName)).toEqual(['ana'])
  })
})

const bosses: MappingRuleDraft[] = [
  {
    when: { kind: 'attribute', attribute: 'title', operator: 'any' },
    role: 'agent',
    priority: 10,
  },
  {
    when: { kind: 'attribute', attribute: 'title', operator: 'equals', value: 'Boss' },
    role: 'manager',
  },
]

describe.each(testEngines)('other settings on %s', (engine) => {
  let db: Database
  let team: Team

  beforeEach(async () => {
    db ??= await createTestDatabase(engine)
    team = await createTeam(db)
    const { connectionId } = team.fixture
    await team.history.asHost((trx) => saveMappingRules(trx, connectionId, bosses))
    await team.history.asHost((trx) => editWorkspace(trx, { policies: { localRoles: 'additive' } }))
    for (const name of ['ana', 'bea', 'caro']) await team.hire(name)
    await team.hire('dani', 'Boss')
    const { id: ana } = await team.history.asHost((trx) =>
      trx.query
        .selectFrom('members')
        .select('id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('display_name', '=', 'ana')
        .executeTakeFirstOrThrow(),
    )
    await team.history.asHost((trx) => editMember(trx, ana, { role: 'manager' }))
  })
  afterAll(() => db.close())

  const preview = (edit: WorkspaceEdit) =>
    team.history.asHost((trx) => previewWorkspaceEdit(trx, edit))
  const save = (edit: WorkspaceEdit, previewHash: string) =>
    team.history.asHost((trx) => saveWorkspaceEdit(trx, edit, { previewHash }))

  test('do exactly what their preview shows, one after the other', async () => {
    const edits: [WorkspaceEdit, Record<string, string>, number][] = [
      [{ seats: 3 }, { caro: 'no_seat', dani: 'no_seat' }, 2],
      [{ policies: { localRoles: 'locked' } }, { ana: 'agent' }, 0],
      [{ seats: 5 }, { caro: 'agent', dani: 'manager' }, 0],
      [{ policies: { roleStrategy: 'priority' } }, { dani: 'agent' }, 0],
      [{ seats: 4, policies: { localRoles: 'additive' } }, { dani: 'no_seat' }, 1],
      [{ name: 'Another name' }, {}, 0],
      [{ seats: null, policies: { roleStrategy: 'rank' } }, { ana: 'manager', dani: 'manager' }, 0],
    ]
    for (const [edit, becomes, noSeat] of edits) {
      const before = await team.roles()
      const shown = await preview(edit)
      expect({ edit, noSeat: shown.noSeat }).toEqual({ edit, noSeat })
      const afterwards = Object.fromEntries(
        shown.members.map(({ displayName, after }) => [displayName, after.role ?? 'no_seat']),
      )
      expect(afterwards).toEqual(becomes)
      expect(await save(edit, 'another hash')).toMatchObject({ outcome: 'difference-changed' })
      expect(await team.roles()).toEqual(before)
      expect(await save(edit, shown.hash)).toMatchObject({ outcome: 'saved' })
      expect(await team.roles()).toEqual({ ...before, ...becomes })
    }
  })

  test('are refused twice in a row at most because people come, and for ever beside other ones', async () => {
    const edit = { seats: 2 }
    const { hash } = await preview(edit)
    for (const name of ['eva', 'flor']) {
      await team.hire(name)
      expect(await save(edit, hash)).toMatchObject({ outcome: 'difference-changed' })
    }
    await team.hire('gala')
    expect(await save({ seats: 3 }, hash)).toMatchObject({ outcome: 'difference-changed' })
    expect(await save(edit, hash)).toMatchObject({ outcome: 'saved' })
  })
})

describe.runIf(testEngines.includes('postgres'))('seats that many want at once', () => {
  test('are each given once, on two replicas', async () => {
    const db = await createTestDatabase('postgres')
    const replica = await openDatabase(db.options)
    const team = await createTeam(db)
    await team.limit(6)
    const names = Array.from({ length: 20 }, () => createId())
    const resource = { title: 'Agent' }
    const users = await Promise.all(
      names.map((name, index) =>
        team.fixture.asDirectoryOn(index % 2 === 0 ? db : replica, async (trx) => {
          const draft = draftUser(name, { resource, emails: [] })
          return (await provisionDirectoryUser(trx, team.fixture.connectionId, draft)).user.id
        }),
      ),
    )
    const held = async (): Promise<number> =>
      Object.values(await team.roles()).filter((role) => role === 'agent').length
    expect(await held()).toBe(5)
    expect(await team.exceeded()).toBe(1)
    await Promise.all(users.slice(0, 12).map((id) => team.leave(id)))
    expect(await held()).toBe(5)
    const check = await team.history.asHost((trx) =>
      checkAccess(trx, null, { limit: 100, repair: false }),
    )
    expect(check.drifted).toEqual([])
    await replica.close()
    await db.close()
  })
})
