import { type Database, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { readMemberAccess } from '../members/member-access-queries.ts'
import { mayEnter } from '../members/member-access.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { deleteWorkspace, restoreWorkspace } from './delete-workspace.ts'
import { editWorkspace } from './edit-workspace.ts'
import { purgeDeletedWorkspaces } from './purge-workspaces.ts'
import { findWorkspace, listWorkspaces, type Workspace } from './workspace-queries.ts'

const day = 86_400_000

describe.each(testEngines)('the life of a workspace on %s', (engine) => {
  let db: TestDatabase
  let team: TeamFixture

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    team = await createTeamFixture(db)
  })
  afterAll(() => db.close())

  const find = async (id = team.workspace.id): Promise<Workspace> => {
    const found = await findWorkspace(db, undefined, id, { evenIfDeleted: true })
    if (found === undefined) throw new Error('There is no such workspace.')
    return found
  }

  it('changes what an edit names, tells the host once and keeps the rest', async () => {
    const before = await find()
    const edit = {
      name: 'Acme México',
      seats: 3,
      policies: { hideOthersChats: true, retention: { auditDays: 500 } },
    }
    const after = await team.asHost((trx) => editWorkspace(trx, edit, before.version))
    expect(await find()).toEqual(after)
    expect(after).toEqual({
      ...before,
      name: 'Acme México',
      seats: 3,
      version: String(Number(before.version) + 1),
      policies: {
        ...before.policies,
        hideOthersChats: true,
        retention: { ...before.policies.retention, auditDays: 500 },
      },
    })
    expect(await team.asHost((trx) => editWorkspace(trx, edit))).toEqual(after)
    const events = await db.owner
      .selectFrom('outbox')
      .select('payload')
      .where('workspace_id', '=', team.workspace.id)
      .where('type', '=', 'workspace.updated')
      .execute()
    expect(events.map(({ payload }) => payload['changed'])).toEqual([['name', 'seats', 'policies']])
    await expect(
      team.asHost((trx) => editWorkspace(trx, { name: 'X' }, before.version)),
    ).rejects.toMatchObject({ code: 'version-mismatch' })
  })

  it('lets nobody in from its deletion on, and after its restoration only anew', async () => {
    const other = await createTeamFixture(db)
    const { id, ownerMemberId } = other.workspace
    const access = (): ReturnType<typeof readMemberAccess> =>
      other.asHost((trx) => readMemberAccess(trx, ownerMemberId))
    const issuedAt = new Date()
    await other.asHost((trx) => deleteWorkspace(trx))
    expect(await access()).toBeUndefined()
    expect(await findWorkspace(db, undefined, id)).toBeUndefined()
    await expect(other.asHost((trx) => deleteWorkspace(trx))).rejects.toMatchObject({
      code: 'workspace-not-found',
    })
    await expect(other.asHost((trx) => editWorkspace(trx, { name: 'X' }))).rejects.toMatchObject({
      code: 'workspace-not-found',
    })
    await other.asHost((trx) => restoreWorkspace(trx))
    const restored = await access()
    expect(restored && mayEnter(restored, issuedAt)).toBe('access-ended')
    expect(restored && mayEnter(restored, new Date(Date.now() + 1_000))).toBe('yes')
    const actions = await db.owner
      .selectFrom('audit_entries')
      .select('action')
      .where('workspace_id', '=', id)
      .where('subject_kind', '=', 'workspace')
      .orderBy('id')
      .execute()
    expect(actions.map(({ action }) => action)).toEqual([
      'workspace.created',
      'workspace.deleted',
      'workspace.restored',
    ])
  })

  it('lists the workspaces of one host page by page, deleted ones where they are asked for', async () => {
    const { hostId } = await find()
    const list = (state: 'active' | 'deleted' | 'all', after?: string) =>
      listWorkspaces(db.query, hostId, { state, after, limit: 1 })
    const other = await createTeamFixture(db)
    await db.owner
      .updateTable('workspaces')
      .set({ host_id: hostId, slug: 'second', deleted_at: new Date() })
      .where('id', '=', other.workspace.id)
      .execute()
    const first = await list('all')
    const second = await list('all', first.nextCursor ?? '')
    expect([first, second].map(({ workspaces }) => workspaces[0]?.id)).toEqual([
      team.workspace.id,
      other.workspace.id,
    ])
    expect(second.nextCursor).toBeNull()
    expect((await list('active')).nextCursor).toBeNull()
    expect((await list('deleted')).workspaces[0]?.id).toBe(other.workspace.id)
    await expect(list('all', 'x')).rejects.toMatchObject({ code: 'invalid-cursor' })
  })

  it('is removed from every table thirty days after its deletion, once, whoever sweeps', async () => {
    const gone = await createTeamFixture(db)
    const kept = await createTeamFixture(db)
    for (let number = 0; number < 12; number += 1) await gone.join(`person${number}`, 'agent')
    await db.owner
      .insertInto('provider_artifacts')
      .values({
        model: 'Session',
        id_hash: Buffer.from('gone'),
        payload: '{}',
        account_id: gone.workspace.ownerMemberId,
      })
      .execute()
    for (const { workspace, asHost } of [gone, kept]) {
      await asHost((trx) => deleteWorkspace(trx))
      const deletedAt = new Date(Date.now() - (workspace === gone.workspace ? 31 : 29) * day)
      await db.owner
        .updateTable('workspaces')
        .set({ deleted_at: deletedAt })
        .where('id', '=', workspace.id)
        .execute()
    }
    await expect(gone.asHost((trx) => restoreWorkspace(trx))).rejects.toMatchObject({
      code: 'workspace-not-found',
    })
    const replica: Database = engine === 'postgres' ? await openDatabase(db.options) : db
    const removed = await Promise.all([
      purgeDeletedWorkspaces(db, 5),
      purgeDeletedWorkspaces(replica, 5),
    ])
    if (replica !== db) await replica.close()
    expect(removed.toSorted()).toEqual([0, 1])
    expect(await rowsOf(db, gone.workspace.id)).toEqual([])
    expect(await rowsOf(db, kept.workspace.id)).not.toEqual([])
    expect(
      await db.owner
        .selectFrom('provider_artifacts')
        .selectAll()
        .where('account_id', '=', gone.workspace.ownerMemberId)
        .execute(),
    ).toEqual([])
  })
})

/** The tables that have a row of the workspace. */
async function rowsOf(db: TestDatabase, workspaceId: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string; key: string }>`
    select c.table_name as name, c.column_name as key from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where t.table_type = 'BASE TABLE' and c.table_schema = 'public'
      and (c.column_name = 'workspace_id' or c.table_name = 'workspaces' and c.column_name = 'id')`.execute(
    db.owner,
  )
  const found: string[] = []
  for (const { name, key } of tables) {
    const { rows } = await sql`
      select 1 from ${sql.table(name)} where ${sql.ref(key)} = ${workspaceId} limit 1`.execute(
      db.owner,
    )
    if (rows.length > 0) found.push(name)
  }
  return found
}
