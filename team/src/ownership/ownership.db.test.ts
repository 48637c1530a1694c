import { createId, type Database, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { editMember } from '../members/edit-member.ts'
import { readMemberAccess } from '../members/member-access-queries.ts'
import { removeMember, suspendMember } from '../members/member-status-commands.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { appointOwner } from './hand-over.ts'
import { createOwnershipTokens } from './ownership-token.ts'
import {
  cancelOwnershipTransfer,
  confirmOwnershipTransfer,
  createOwnershipTransfer,
} from './ownership-transfer-commands.ts'
import {
  listOpenOwnershipTransfers,
  readOwnershipTransfer,
  recordOwnershipDelivery,
} from './ownership-transfer-queries.ts'

describe.each(testEngines)('a workspace that changes hands, on %s', (engine) => {
  let db: TestDatabase
  let other: Database
  let team: TeamFixture
  let olga: string
  let max: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    other = engine === 'postgres' ? await openDatabase(db.options) : db
  })
  afterAll(async () => {
    if (other !== db) await other.close()
    await db.close()
  })
  beforeEach(async () => {
    team = await createTeamFixture(db)
    olga = team.workspace.ownerMemberId
    max = await team.join('max', 'manager')
  })

  const begin = (by = olga): Promise<{ id: string; expiresAt: Date }> =>
    team.asMember(by, (trx) => createOwnershipTransfer(trx, { to: max }))
  const confirm = (id: string, party: 'from' | 'to', replica: Database = db): Promise<string> =>
    team.asMember(
      party === 'from' ? olga : max,
      (trx) => confirmOwnershipTransfer(trx, { id, party }),
      replica,
    )
  const page = (
    id: string,
    party: 'from' | 'to' = 'to',
  ): ReturnType<typeof readOwnershipTransfer> => readOwnershipTransfer(db, { id, party })

  async function rolesOf(): Promise<(string | undefined)[]> {
    const [from, to] = await team.asHost(async (trx) => [
      await readMemberAccess(trx, olga),
      await readMemberAccess(trx, max),
    ])
    return [from?.role?.key, to?.role?.key]
  }

  const eventsOf = (): Promise<{ payload: Record<string, unknown> }[]> =>
    db.owner
      .selectFrom('outbox')
      .select('payload')
      .where('workspace_id', '=', team.workspace.id)
      .where('type', '=', 'workspace.updated')
      .orderBy('id')
      .execute()

  it('does so when both have agreed, and not before', async () => {
    const { id } = await begin()
    expect(await confirm(id, 'to')).toBe('waiting')
    expect(await confirm(id, 'to')).toBe('waiting')
    expect(await rolesOf()).toEqual(['owner', 'manager'])
    expect(await confirm(id, 'from')).toBe('completed')
    expect(await rolesOf()).toEqual(['manager', 'owner'])
    expect((await eventsOf()).map(({ payload }) => payload)).toEqual([
      { ownershipTransfer: { id, state: 'requested', from: olga, to: max } },
      { ownershipTransfer: { id, state: 'completed', from: olga, to: max } },
    ])
  })

  it('gives the new owner the way in when all else fails, and takes it from the former one', async () => {
    const { id } = await begin()
    await confirm(id, 'from')
    await confirm(id, 'to')
    const [from, to] = await team.asHost(async (trx) => [
      await readMemberAccess(trx, olga),
      await readMemberAccess(trx, max),
    ])
    expect([from?.breakGlass, to?.breakGlass]).toEqual([false, true])
  })

  it('lets the owner choose what they become', async () => {
    const { id } = await team.asMember(olga, (trx) =>
      createOwnershipTransfer(trx, { to: max, formerOwnerRole: 'agent' }),
    )
    await confirm(id, 'from')
    await confirm(id, 'to')
    expect(await rolesOf()).toEqual(['agent', 'owner'])
  })

  it('shows the page of each what it is about', async () => {
    const { id } = await begin()
    await confirm(id, 'from')
    expect(await page(id, 'from')).toMatchObject({
      workspaceId: team.workspace.id,
      workspace: { name: 'Acme', brand: null, locale: 'en' },
      party: 'from',
      state: 'open',
      from: { displayName: 'Olga', hasConfirmed: true },
      to: { displayName: 'max', email: 'max@acme.example', hasConfirmed: false },
      formerOwnerRole: { key: 'manager' },
    })
    expect(await page(createId())).toBeUndefined()
  })

  it.each<[string, string, object]>([
    ['no owner', 'max', { to: 'olga' }],
    ['another owner than themselves', 'olga', { to: 'max', from: 'max' }],
  ])('is begun by %s: never', async (_, by, draft) => {
    const ids: Record<string, string> = { olga, max }
    const { to, from } = draft as { to: string; from?: string }
    await expect(
      team.asMember(ids[by] ?? '', (trx) =>
        createOwnershipTransfer(trx, {
          to: ids[to] ?? '',
          ...(from === undefined ? {} : { from: ids[from] }),
        }),
      ),
    ).rejects.toMatchObject({ code: 'permission-missing' })
  })

  it('goes to nobody who can not come in', async () => {
    await team.asHost((trx) => suspendMember(trx, max))
    await expect(begin()).rejects.toMatchObject({ code: 'member-not-active' })
    await team.asHost((trx) => removeMember(trx, max))
    await expect(begin()).rejects.toMatchObject({ code: 'member-not-found' })
  })

  it('is over after half an hour', async () => {
    const { id, expiresAt } = await begin()
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(30 * 60_000)
    expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(29 * 60_000)
    await confirm(id, 'from')
    await db.owner
      .updateTable('ownership_transfers')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('id', '=', id)
      .execute()
    expect((await page(id))?.state).toBe('expired')
    await expect(confirm(id, 'to')).rejects.toMatchObject({
      code: 'ownership-transfer-closed',
      subject: 'expired',
    })
    expect(await rolesOf()).toEqual(['owner', 'manager'])
  })

  it('is cancelled by one of the two, and by no stranger', async () => {
    const { id } = await begin()
    const eve = await team.join('eve', 'manager')
    await expect(
      team.asMember(eve, (trx) => cancelOwnershipTransfer(trx, id)),
    ).rejects.toMatchObject({ code: 'permission-missing' })
    await team.asMember(max, (trx) => cancelOwnershipTransfer(trx, id))
    await expect(confirm(id, 'from')).rejects.toMatchObject({
      code: 'ownership-transfer-closed',
      subject: 'cancelled',
    })
  })

  it('is cancelled by the next one that the owner begins', async () => {
    const first = await begin()
    const second = await begin()
    expect((await page(first.id))?.state).toBe('cancelled')
    const open = await team.asHost((trx) => listOpenOwnershipTransfers(trx))
    expect(open.map(({ id }) => id)).toEqual([second.id])
  })

  it('does not when one of the two can not come in any more by then', async () => {
    const { id } = await begin()
    await confirm(id, 'from')
    await team.asHost((trx) => suspendMember(trx, max))
    await expect(confirm(id, 'to')).rejects.toMatchObject({ code: 'member-not-active' })
    expect((await rolesOf())[0]).toBe('owner')
  })

  it('does not when the one who gives it away is no owner by then', async () => {
    const { id } = await begin()
    const zoe = await team.join('zoe', 'owner')
    await confirm(id, 'from')
    await team.asMember(zoe, (trx) => editMember(trx, olga, { role: 'agent' }))
    await expect(confirm(id, 'to')).rejects.toMatchObject({ code: 'member-not-active' })
    expect(await rolesOf()).toEqual(['agent', 'manager'])
  })

  it('happens once when both agree at the same moment, on two replicas', async () => {
    for (let round = 0; round < 5; round++) {
      team = await createTeamFixture(db)
      olga = team.workspace.ownerMemberId
      max = await team.join('max', 'manager')
      const { id } = await begin()
      const answers = await Promise.all([confirm(id, 'from'), confirm(id, 'to', other)])
      expect(answers.toSorted()).toEqual(['completed', 'waiting'])
      expect(await rolesOf()).toEqual(['manager', 'owner'])
    }
  })

  it('leaves somebody an owner when an owner is suspended while both agree', async () => {
    for (let round = 0; round < 5; round++) {
      team = await createTeamFixture(db)
      olga = team.workspace.ownerMemberId
      max = await team.join('max', 'manager')
      const { id } = await begin()
      await confirm(id, 'from')
      await Promise.allSettled([
        confirm(id, 'to', other),
        team.asHost((trx) => suspendMember(trx, max)),
      ])
      const { owners } = await db.owner
        .selectFrom('members')
        .innerJoin('roles', (join) =>
          join
            .onRef('roles.workspace_id', '=', 'members.workspace_id')
            .onRef('roles.id', '=', 'members.role_id'),
        )
        .select((eb) => eb.fn.countAll<string>().as('owners'))
        .where('members.workspace_id', '=', team.workspace.id)
        .where('members.state', '=', 'active')
        .where('roles.key', '=', 'owner')
        .executeTakeFirstOrThrow()
      expect(Number(owners)).toBe(1)
    }
  })

  it('keeps record of the two mails', async () => {
    const { id } = await begin()
    await team.asHost((trx) =>
      recordOwnershipDelivery(
        trx,
        { id, party: 'to' },
        { state: 'failed', error: 'recipient-refused' },
      ),
    )
    expect(await page(id)).toMatchObject({
      from: { delivery: { state: 'queued', error: null } },
      to: { delivery: { state: 'failed', error: 'recipient-refused' } },
    })
  })

  it('has links that say whose they are and nothing else', () => {
    const tokens = createOwnershipTokens('the secret of this installation, long enough')
    const id = createId()
    const links = (['from', 'to'] as const).map((party) => tokens.issue({ id, party }))
    expect(links.map((link) => tokens.read(link))).toEqual([
      { id, party: 'from' },
      { id, party: 'to' },
    ])
    expect(tokens.read(links[0]?.replace(/.$/, 'x') ?? '')).toBeUndefined()
  })

  describe('by its host', () => {
    it('is given an owner when nobody is left, who keeps a way in', async () => {
      await db.owner
        .updateTable('members')
        .set({ removed_at: new Date(), state: 'removed' })
        .where('id', '=', olga)
        .execute()
      await team.asHost((trx) => appointOwner(trx, max))
      const access = await team.asHost((trx) => readMemberAccess(trx, max))
      expect(access).toMatchObject({ role: { key: 'owner' }, breakGlass: true })
      await team.asHost((trx) => appointOwner(trx, max))
    })

    it('is given to no one who can not come in, and by nobody but the host', async () => {
      await expect(team.asMember(max, (trx) => appointOwner(trx, max))).rejects.toMatchObject({
        code: 'permission-missing',
      })
      await team.asHost((trx) => suspendMember(trx, max))
      await expect(team.asHost((trx) => appointOwner(trx, max))).rejects.toMatchObject({
        code: 'member-not-active',
      })
      await expect(team.asHost((trx) => appointOwner(trx, createId()))).rejects.toMatchObject({
        code: 'member-not-found',
      })
    })

    it('is handed over on behalf of its only owner', async () => {
      const { id } = await team.asHost((trx) => createOwnershipTransfer(trx, { to: max }))
      expect(await page(id)).toMatchObject({ from: { id: olga } })
      await team.join('zoe', 'owner')
      await expect(
        team.asHost((trx) => createOwnershipTransfer(trx, { to: max })),
      ).rejects.toMatchObject({ code: 'field-missing', subject: 'from' })
    })
  })
})
