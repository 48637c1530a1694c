import { createId, inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { TeamError } from '../errors.ts'
import { createSelection } from '../selections/selection-commands.ts'
import {
  countSelected,
  keepSelection,
  readSelected,
  sweepSelections,
} from '../selections/selection-queries.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import type { BulkAction } from './bulk-action.ts'
import { actOnMembers } from './bulk-commands.ts'
import { bulkActionHandlers, previewBulkAction, startBulkAction } from './bulk-job.ts'
import { editMember } from './edit-member.ts'
import { listMembers, readMember } from './member-queries.ts'
import {
  reactivateMember,
  removeMember,
  signOutMember,
  suspendMember,
} from './member-status-commands.ts'

const people = [
  ['anna', 'agent'],
  ['bert', 'agent'],
  ['carl', 'manager'],
  ['dora', 'owner'],
  ['emil', 'agent'],
] as const

type Single = (trx: WorkspaceTransaction, memberId: string, acme: TeamFixture) => Promise<void>

const held = async (trx: WorkspaceTransaction, id: string): Promise<string[]> =>
  (await readMember(trx, id))?.departments.map((department) => department.id) ?? []

/** Every kind of action beside the single one that a person would do again and again. */
const actions: [BulkAction, Single][] = [
  [{ kind: 'suspend' }, suspendMember],
  [{ kind: 'reactivate' }, reactivateMember],
  [{ kind: 'remove' }, removeMember],
  [{ kind: 'sign-out' }, signOutMember],
  [{ kind: 'set-role', role: 'agent' }, (trx, id) => editMember(trx, id, { role: 'agent' })],
  [{ kind: 'set-role', role: 'manager' }, (trx, id) => editMember(trx, id, { role: 'manager' })],
  [
    { kind: 'add-departments', departments: ['Support', 'billing'] },
    async (trx, id) =>
      editMember(trx, id, { departments: [...(await held(trx, id)), 'Support', 'Billing'] }),
  ],
  [
    { kind: 'remove-departments', departments: ['Sales'] },
    async (trx, id, acme) =>
      editMember(trx, id, {
        departments: (await held(trx, id)).filter((each) => each !== acme.departmentId('Sales')),
      }),
  ],
  [
    { kind: 'set-supervisor', supervisor: true },
    (trx, id) => editMember(trx, id, { supervisor: true }),
  ],
]

async function describeTeam(acme: TeamFixture, ids: readonly string[]): Promise<unknown[]> {
  return acme.asHost(async (trx) => {
    const { members } = await listMembers(trx, { limit: 100 })
    return ids.map((id) => {
      const member = members.find((each) => each.id === id)
      return (
        member && {
          name: member.displayName,
          state: member.state,
          role: member.role?.key,
          departments: member.departments.map(({ name }) => name),
          conversationAccess: member.conversationAccess,
        }
      )
    })
  })
}

function historyOf(acme: TeamFixture): Promise<unknown[]> {
  return acme.asHost(({ query }) =>
    query
      .selectFrom('audit_entries as entry')
      .leftJoin('members as member', 'member.id', 'entry.subject_id')
      .select(['entry.action', 'member.display_name'])
      .orderBy('entry.action')
      .orderBy('member.display_name')
      .execute(),
  )
}

describe.each(testEngines)('the same for many members on %s', (engine) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())

  /** The same team every time: some in Sales, one suspended. */
  async function newTeam(): Promise<{ acme: TeamFixture; ids: string[] }> {
    const acme = await createTeamFixture(db)
    const ids = [acme.workspace.ownerMemberId]
    for (const [name, role] of people) ids.push(await acme.join(name, role))
    await acme.asHost(async (trx) => {
      for (const id of [ids[1], ids[3]]) {
        await editMember(trx, id ?? '', { departments: ['Sales'] })
      }
      await suspendMember(trx, ids[5] ?? '')
    })
    return { acme, ids }
  }

  it.each(actions)('is what each single action gives and refuses: %o', async (action, single) => {
    // Managers make no managers: that is refused as a whole.
    const isForOwners = action.kind === 'set-role' && action.role === 'manager'
    for (const actorIndex of isForOwners ? (['host', 4] as const) : (['host', 3, 4] as const)) {
      const [many, one] = [await newTeam(), await newTeam()]
      const asActor = <T>(
        { acme, ids }: typeof many,
        work: (trx: WorkspaceTransaction) => Promise<T>,
      ): Promise<T> =>
        actorIndex === 'host' ? acme.asHost(work) : acme.asMember(ids[actorIndex] ?? '', work)

      const singles: (string | undefined)[] = []
      for (const id of one.ids) {
        singles.push(
          await asActor(one, async (trx) => {
            await single(trx, id, one.acme)
            return undefined
          }).catch((error: unknown) => {
            if (error instanceof TeamError) return error.code
            throw error
          }),
        )
      }
      const dryRun = await asActor(many, (trx) =>
        actOnMembers(trx, many.ids, action, { dryRun: true }),
      )
      const done = await asActor(many, (trx) => actOnMembers(trx, many.ids, action))
      expect(done).toEqual(dryRun)
      const { outcomes } = done
      expect(outcomes.map(({ code }) => code ?? undefined)).toEqual(singles)
      expect(await describeTeam(many.acme, many.ids)).toEqual(await describeTeam(one.acme, one.ids))
      expect(await historyOf(many.acme)).toEqual(await historyOf(one.acme))
    }
  })

  it('leaves one of all owners, and says so in a dry run across chunks', async () => {
    const { acme, ids } = await newTeam()
    const [first, dora] = [ids[0] ?? '', ids[4] ?? '']
    const dry = await acme.asHost(async (trx) => {
      const one = await actOnMembers(trx, [first], { kind: 'suspend' }, { dryRun: true })
      const two = await actOnMembers(
        trx,
        [dora],
        { kind: 'suspend' },
        { dryRun: true, ownersGone: one.ownersGone },
      )
      return [...one.outcomes, ...two.outcomes].map(({ code }) => code)
    })
    expect(dry).toEqual([null, 'last-owner'])
    const { outcomes } = await acme.asHost((trx) =>
      actOnMembers(trx, [first, dora], { kind: 'set-role', role: 'agent' }),
    )
    expect(outcomes.map(({ code }) => code)).toEqual([null, 'last-owner'])
  })

  it('refuses the whole for what the workspace lacks or the actor may not give', async () => {
    const { acme, ids } = await newTeam()
    const manager = ids[3] ?? ''
    for (const [action, code] of [
      [{ kind: 'set-role', role: 'emperor' }, 'role-unknown'],
      [{ kind: 'set-role', role: 'owner' }, 'role-not-grantable'],
      [{ kind: 'add-departments', departments: ['Luna'] }, 'department-unknown'],
      [{ kind: 'add-channels', channels: ['fax'] }, 'channel-unknown'],
    ] as const) {
      await expect(
        acme.asMember(manager, (trx) => actOnMembers(trx, ids, action)),
      ).rejects.toMatchObject({ code })
    }
    await expect(
      acme.asMember(ids[1] ?? '', (trx) => actOnMembers(trx, ids, { kind: 'sign-out' })),
    ).rejects.toMatchObject({ code: 'permission-missing' })
  })

  it('answers for somebody who is gone', async () => {
    const { acme, ids } = await newTeam()
    await acme.asHost((trx) => removeMember(trx, ids[1] ?? ''))
    const { outcomes } = await acme.asHost((trx) =>
      actOnMembers(trx, [ids[1] ?? '', createId()], { kind: 'suspend' }),
    )
    expect(outcomes.map(({ code }) => code)).toEqual(['member-not-found', 'member-not-found'])
  })

  describe('a selection', () => {
    it('holds who was found then, without those who were left out', async () => {
      const { acme, ids } = await newTeam()
      const { id, count } = await acme.asHost((trx) =>
        createSelection(trx, { filter: { roleId: acme.roleId('agent') }, except: [ids[2] ?? ''] }),
      )
      expect(count).toBe(2)
      await acme.join('frida', 'agent')
      const chosen = await acme.asHost((trx) => readSelected(trx, id, { skip: 0, limit: 10 }))
      expect(new Set(chosen)).toEqual(new Set([ids[1], ids[5]]))
      expect(await acme.asHost((trx) => readSelected(trx, id, { skip: 1, limit: 10 }))).toEqual(
        chosen.slice(1),
      )
    })

    it('holds whom a search finds, and refuses ids of nobody', async () => {
      const { acme, ids } = await newTeam()
      const found = await acme.asHost((trx) =>
        createSelection(trx, { filter: { search: 'ann' }, except: [] }),
      )
      expect(found.count).toBe(1)
      const stranger = createId()
      await expect(
        acme.asHost((trx) => createSelection(trx, { ids: [ids[0] ?? '', stranger] })),
      ).rejects.toMatchObject({ code: 'member-not-found', subject: stranger })
    })

    it('is made by those who may act, who keep their last twenty and those in use', async () => {
      const { acme, ids } = await newTeam()
      await expect(
        acme.asMember(ids[1] ?? '', (trx) => createSelection(trx, { ids: [] })),
      ).rejects.toMatchObject({ code: 'permission-missing' })
      const make = (): Promise<{ id: string }> =>
        acme.asHost((trx) => createSelection(trx, { ids: [ids[1] ?? ''] }))
      const used = await make()
      await acme.asHost((trx) => keepSelection(trx, used.id))
      const first = await make()
      for (let count = 0; count < 20; count += 1) await make()
      expect(await acme.asHost((trx) => countSelected(trx, used.id))).toBe(1)
      await expect(acme.asHost((trx) => countSelected(trx, first.id))).rejects.toMatchObject({
        code: 'selection-not-found',
      })
    })

    it('is nothing in another workspace, and goes after a day', async () => {
      const [{ acme }, other] = [await newTeam(), await newTeam()]
      const { id } = await acme.asHost((trx) => createSelection(trx, { filter: {}, except: [] }))
      await expect(other.acme.asHost((trx) => countSelected(trx, id))).rejects.toMatchObject({
        code: 'selection-not-found',
      })
      await db.owner
        .updateTable('selections')
        .set({ kept_until: new Date(Date.now() - 1_000) })
        .where('id', '=', id)
        .execute()
      expect(await sweepSelections(db)).toBe(1)
      await expect(acme.asHost((trx) => countSelected(trx, id))).rejects.toMatchObject({
        code: 'selection-not-found',
      })
    })
  })

  it('as a job goes through a selection and keeps what became of each', async () => {
    const { acme, ids } = await newTeam()
    const action: BulkAction = { kind: 'suspend' }
    const { id } = await acme.asHost((trx) => createSelection(trx, { filter: {}, except: [] }))
    const preview = await previewBulkAction((work) => acme.asHost(work), id, action)
    expect(preview).toEqual({ total: 6, changed: 4, unchanged: 1, refused: { 'last-owner': 1 } })
    const job = await acme.asHost((trx) => startBulkAction(trx, id, action))
    expect(job).toMatchObject({ kind: 'members.suspend', total: 6 })
    const handler = bulkActionHandlers.find(({ kind }) => kind === job.kind)
    const row = await acme.asHost(({ query }) =>
      query.selectFrom('jobs').selectAll().where('id', '=', job.id).executeTakeFirstOrThrow(),
    )
    const step = await inWorkspace(
      db,
      acme.workspace.id,
      { kind: 'host', id: null, requestId: 'job' },
      (trx) => {
        const { input, total } = row
        return (handler as NonNullable<typeof handler>).runChunk(trx, {
          id: job.id,
          input,
          total,
          checkpoint: null,
          done: 0,
        })
      },
    )
    expect(step).toMatchObject({ done: 6, failed: 1 })
    expect(step.next).toBeUndefined()
    expect(step.results?.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6])
    expect(new Set(step.results?.map(({ memberId }) => memberId))).toEqual(new Set(ids))
  })
})
