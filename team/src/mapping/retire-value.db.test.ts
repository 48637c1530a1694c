import { type Database, openDatabase, type WorkspaceTransaction } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { createDepartment } from '../departments/department-commands.ts'
import { deleteDepartment, previewDepartmentDeletion } from '../departments/department-deletion.ts'
import { listDepartments } from '../departments/department-queries.ts'
import { createDirectoryGroup } from '../directory/directory-group-commands.ts'
import { lockDirectoryUser, writeDirectoryUser } from '../directory/directory-user-commands.ts'
import { createRole } from '../roles/role-commands.ts'
import { deleteRole, previewRoleDeletion } from '../roles/role-deletion.ts'
import { listRoles } from '../roles/role-queries.ts'
import { createCrowd } from '../testing/crowd.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftGroup,
  draftUser,
  inGroup,
} from '../testing/directory-fixture.ts'
import { createHistory, type History } from '../testing/random-history.ts'
import { checkAccess } from './check-access.ts'
import { saveMappingRules } from './mapping-rule-commands.ts'
import type { MappingRuleDraft } from './mapping-rule-draft.ts'
import { listMappingRules } from './mapping-rule-queries.ts'
import type { Grant } from './project.ts'
import { reprojectMembers } from './reproject-members.ts'
import {
  type ReprojectionInput,
  type ReprojectionPlace,
  reprojectNext,
  type Saved,
} from './rule-change.ts'

/** More than are projected in one transaction. */
const size = 1_010

/** People of a directory who all have what one rule gives. */
interface Crowd {
  fixture: DirectoryFixture
  history: History
  groupId: string
  memberIds: string[]
  give: (rule: Omit<MappingRuleDraft, 'when'>) => Promise<Saved>
}

async function createLarge(db: Database): Promise<Crowd> {
  const fixture = await createDirectoryFixture(db)
  const history = createHistory(db, fixture)
  const { connectionId } = fixture
  const groupId = await fixture.asDirectory(async (trx) => {
    const { group } = await createDirectoryGroup(trx, connectionId, draftGroup('Everybody'), [])
    await createCrowd(trx, { connectionId, groupId: group.id, title: 'Agent', size })
    return group.id
  })
  const members = await history.asHost((trx) =>
    trx.query
      .selectFrom('members')
      .select('id')
      .where('workspace_id', '=', trx.workspaceId)
      .where('source', '=', 'directory')
      .orderBy('id')
      .execute(),
  )
  return {
    fixture,
    history,
    groupId,
    memberIds: members.map(({ id }) => id),
    give: (rule) =>
      history.asHost((trx) =>
        saveMappingRules(trx, connectionId, [{ ...inGroup({ id: groupId }), ...rule }]),
      ),
  }
}

describe.each(testEngines)('the end of what more than a thousand people have, on %s', (engine) => {
  let db: TestDatabase
  let replica: Database
  let large: Crowd

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    replica = engine === 'postgres' ? await openDatabase(db.options) : db
  })
  beforeEach(async () => {
    large = await createLarge(db)
  })
  afterAll(async () => {
    if (replica !== db) await replica.close()
    await db.close()
  })

  const asHost = <T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> =>
    large.history.asHost(work)

  async function inputOf(
    saved: Saved,
  ): Promise<{ input: ReprojectionInput; total: number | null }> {
    expect(saved).toEqual({ outcome: 'saved', jobId: expect.any(String) })
    const jobId = saved.outcome === 'saved' ? (saved.jobId ?? '') : ''
    return asHost(async (trx) => {
      const { input, total } = await trx.query
        .selectFrom('jobs')
        .select(['input', 'total'])
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', jobId)
        .executeTakeFirstOrThrow()
      return { input: input as ReprojectionInput, total }
    })
  }

  /** Does the rest of the job that was answered, on whatever replica. */
  async function finish(
    saved: Saved,
    from: ReprojectionPlace | null = null,
    on: Database = db,
  ): Promise<void> {
    const { input } = await inputOf(saved)
    const asOther = createHistory(on, large.fixture).asHost
    for (let next: ReprojectionPlace | null | undefined = from; next !== undefined;) {
      const place: ReprojectionPlace | null = next
      next = (await asOther((trx) => reprojectNext(trx, input, place))).next
    }
  }

  /** People by what they have: roles by key, departments by name, whatever is retired included. */
  function holders(of: 'role' | 'department'): Promise<Record<string, number>> {
    const named =
      of === 'role'
        ? sql`select m.id, r.key as name from members m
            left join roles r on r.workspace_id = m.workspace_id and r.id = m.role_id`
        : sql`select m.id, d.name from members m
            left join grants g on g.workspace_id = m.workspace_id and g.member_id = m.id and g.kind = 'department'
            left join departments d on d.workspace_id = m.workspace_id and d.id = g.department_id`
    return asHost(async (trx) => {
      const { rows } = await sql<{ name: string | null; n: number }>`
        select name, count(*)::int as n from
          (select distinct * from (${named} where m.workspace_id = ${trx.workspaceId} and m.source = 'directory') each) every
        group by name`.execute(trx.query)
      return Object.fromEntries(rows.map(({ name, n }) => [name ?? 'none', n]))
    })
  }

  const drift = (repair = false) =>
    asHost(async (trx) => {
      const { drifted, pending } = await checkAccess(trx, null, { limit: 5_000, repair })
      return { drifted: drifted.length, pending }
    })

  const retired = (): Promise<number> =>
    asHost(async (trx) => {
      const { rows } = await sql<{ count: number }>`
        select (select count(*) from roles where workspace_id = ${trx.workspaceId} and retired_at is not null)::int
          + (select count(*) from departments where workspace_id = ${trx.workspaceId} and retired_at is not null)::int
          as count`.execute(trx.query)
      return rows[0]?.count ?? 0
    })

  /** Gives these people something by a person's decision. */
  const decide = (memberIds: string[], kind: Grant['kind'], valueId: string): Promise<void> =>
    asHost((trx) =>
      reprojectMembers(trx, memberIds, new Set(), ({ localGrants }) => [
        ...localGrants,
        { kind, valueId, source: 'local', sourceId: null },
      ]),
    )

  const newDepartment = async (name: string, isDefault = false): Promise<string> =>
    (await asHost((trx) => createDepartment(trx, { name, isDefault }))).id

  const departmentIds = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await asHost((trx) => listDepartments(trx))).map(({ name, id }) => [name, id]),
    )

  async function changesOf(memberId: string): Promise<unknown[]> {
    return asHost(async (trx) => {
      const rows = await trx.query
        .selectFrom('audit_entries')
        .select(['before', 'after'])
        .where('workspace_id', '=', trx.workspaceId)
        .where('action', '=', 'member.access_changed')
        .where('subject_id', '=', memberId)
        .orderBy('id')
        .execute()
      return rows
    })
  }

  test('of a role: it is gone at once, nobody is without one, and all have the other one in the end', async () => {
    const { id: seniorId } = await asHost((trx) =>
      createRole(trx, { key: 'senior', name: 'Senior', cloneOf: 'agent' }),
    )
    await finish(await large.give({ role: 'senior' }))
    const [first = '', second = ''] = large.memberIds
    await decide([first, second], 'role', seniorId)
    expect(await holders('role')).toEqual({ senior: size })

    const shown = await asHost((trx) => previewRoleDeletion(trx, 'senior', 'agent'))
    expect(shown).toMatchObject({ changed: size, gainAccess: 0, loseAccess: 0 })
    const saved = await asHost((trx) => deleteRole(trx, 'senior', 'agent', undefined, shown.hash))
    const { input, total } = await inputOf(saved)
    expect(total).toBe(size)
    expect(await holders('role')).toEqual({ senior: size })
    expect(await drift()).toEqual({ drifted: 0, pending: size })
    expect((await asHost((trx) => listRoles(trx))).map(({ key }) => key)).not.toContain('senior')
    expect(await asHost(listMappingRules)).toMatchObject([{ role: 'agent' }])
    await expect(asHost((trx) => deleteRole(trx, seniorId, 'agent'))).rejects.toMatchObject({
      code: 'role-not-found',
    })
    // Another one may be called so at once, and has nothing to do with it.
    await asHost((trx) => createRole(trx, { key: 'senior', name: 'Senior', cloneOf: 'manager' }))

    // The directory changes somebody whose turn has not come.
    const last = large.memberIds.at(-1) ?? ''
    await large.fixture.asDirectory(async (trx) => {
      const row = await trx.query
        .selectFrom('members')
        .select('directory_user_id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', last)
        .executeTakeFirstOrThrow()
      const { connectionId } = large.fixture
      const user = await lockDirectoryUser(trx, connectionId, row.directory_user_id ?? '')
      if (user === undefined) throw new Error('no such user')
      await writeDirectoryUser(trx, user, draftUser('renamed', { emails: [] }))
    })
    expect(await holders('role')).toEqual({ senior: size - 1, agent: 1 })

    // The process dies with a chunk; another replica does the rest.
    const chunk = await asHost((trx) => reprojectNext(trx, input, null))
    const dying = asHost(async (trx) => {
      await reprojectNext(trx, input, chunk.next ?? null)
      throw new Error('the process died')
    })
    await expect(dying).rejects.toThrow('the process died')
    const { senior = 0, agent = 0 } = await holders('role')
    expect(senior + agent).toBe(size)
    // Whom the directory changed may be among those of the chunk.
    expect(agent - chunk.done).toBeOneOf([0, 1])
    expect(await retired()).toBe(1)
    await finish(saved, chunk.next ?? null, replica)
    expect(await holders('role')).toEqual({ agent: size })
    expect(await retired()).toBe(0)
    expect(await drift()).toEqual({ drifted: 0, pending: 0 })
    for (const memberId of [first, last]) {
      expect((await changesOf(memberId)).at(-1)).toMatchObject({
        before: { role: 'senior' },
        after: { role: 'agent' },
      })
    }
  })

  test('of a department: two merge, and whoever is in the other one by then stays there', async () => {
    const { Ventas: sales = '', Soporte: support = '' } = await departmentIds()
    await finish(await large.give({ role: 'agent', departments: ['Ventas'] }))
    await decide(large.memberIds.slice(0, 3), 'department', sales)
    await decide(large.memberIds.slice(2, 5), 'department', support)
    const shown = await asHost((trx) => previewDepartmentDeletion(trx, sales, support))
    expect(shown.changed).toBe(size)
    const saved = await asHost((trx) =>
      deleteDepartment(trx, sales, { moveTo: support, previewHash: shown.hash }),
    )
    expect(Object.keys(await departmentIds())).toEqual(['Soporte'])
    expect(await holders('department')).toEqual({ Ventas: size, Soporte: 3 })
    await finish(saved)
    expect(await holders('department')).toEqual({ Soporte: size })
    expect(await retired()).toBe(0)
    expect(await drift()).toEqual({ drifted: 0, pending: 0 })
  })

  test('of a department: who is left in none goes to the default one, and on when that one ends meanwhile', async () => {
    const { Ventas: sales = '', Soporte: support = '' } = await departmentIds()
    const home = await newDepartment('Casa', true)
    await finish(await large.give({ role: 'agent', departments: ['Ventas'] }))
    await decide(large.memberIds.slice(0, 5), 'department', support)
    const saved = await asHost((trx) => deleteDepartment(trx, sales))
    const { input } = await inputOf(saved)
    const chunk = await asHost((trx) => reprojectNext(trx, input, null))
    const { Casa: atHome = 0, ...elsewhere } = await holders('department')
    expect(elsewhere).toEqual({ Ventas: size - chunk.done, Soporte: 5 })
    // Some of the five who are in the other one may be among those of the chunk.
    expect(chunk.done - atHome).toBeOneOf([0, 1, 2, 3, 4, 5])
    const other = await newDepartment('Otra')
    expect(await asHost((trx) => deleteDepartment(trx, home, { moveTo: other }))).toEqual({
      outcome: 'saved',
      jobId: undefined,
    })
    await finish(saved, chunk.next ?? null)
    expect(await holders('department')).toEqual({ Soporte: 5, Otra: size - 5 })
    expect(await retired()).toBe(0)
    expect(await drift()).toEqual({ drifted: 0, pending: 0 })
  })

  test('of a department whose job was lost: the check puts everybody right and ends it', async () => {
    const { Ventas: sales = '' } = await departmentIds()
    await finish(await large.give({ role: 'agent', departments: ['Ventas'] }))
    await asHost((trx) => deleteDepartment(trx, sales))
    await asHost((trx) =>
      trx.query
        .updateTable('jobs')
        .set({ state: 'failed', error_code: 'internal', finished_at: trx.now })
        .where('workspace_id', '=', trx.workspaceId)
        .execute(),
    )
    expect(await drift()).toEqual({ drifted: size, pending: 0 })
    expect(await retired()).toBe(1)
    await drift(true)
    expect(await drift()).toEqual({ drifted: 0, pending: 0 })
    expect(await holders('department')).toEqual({ none: size })
    expect(await retired()).toBe(0)
  })
})

describe.runIf(testEngines.includes('postgres'))('a role that ends while a rule gives it', () => {
  test('is given by no rule: whoever saved it is told that there is none', async () => {
    const db = await createTestDatabase('postgres')
    const replica = await openDatabase(db.options)
    const large = await createLarge(db)
    const { history, fixture, groupId } = large
    await history.asHost((trx) =>
      createRole(trx, { key: 'senior', name: 'Senior', cloneOf: 'agent' }),
    )
    const other = createHistory(replica, fixture)
    let saving: Promise<unknown> | undefined
    await history.asHost(async (trx) => {
      await deleteRole(trx, 'senior', 'agent')
      // It reads the role, which is there still, and waits for the rules.
      saving = other
        .asHost((theirs) =>
          saveMappingRules(theirs, fixture.connectionId, [
            { ...inGroup({ id: groupId }), role: 'senior' },
          ]),
        )
        .catch((error: unknown) => error)
      await expect
        .poll(
          async () => {
            const { rows } = await sql`
              select from pg_locks where locktype = 'advisory' and not granted
                and database = (select oid from pg_database where datname = current_database())`.execute(
              trx.query,
            )
            return rows.length
          },
          { timeout: 30_000 },
        )
        .toBe(1)
    })
    expect(await saving).toMatchObject({ code: 'role-unknown' })
    expect(await history.asHost(listMappingRules)).toEqual([])
    await replica.close()
    await db.close()
  })
})
