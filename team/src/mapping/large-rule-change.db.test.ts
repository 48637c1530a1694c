import { type Database, openDatabase, type WorkspaceTransaction } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { createDirectoryGroup } from '../directory/directory-group-commands.ts'
import {
  lockDirectoryUser,
  provisionDirectoryUser,
  writeDirectoryUser,
} from '../directory/directory-user-commands.ts'
import { claimJob, runJobChunk } from '../jobs/job-turns.ts'
import type { JobHandler } from '../jobs/job.ts'
import { editMember } from '../members/edit-member.ts'
import { suspendMember } from '../members/member-status-commands.ts'
import { createCrowd } from '../testing/crowd.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftGroup,
  draftUser,
  inGroup,
} from '../testing/directory-fixture.ts'
import { createHistory, type History } from '../testing/random-history.ts'
import { editWorkspace } from '../workspaces/edit-workspace.ts'
import { checkAccess } from './check-access.ts'
import { previewMappingRules, saveMappingRules } from './mapping-rule-commands.ts'
import type { MappingRuleDraft } from './mapping-rule-draft.ts'
import { describeAccess, type MemberAccessPayload, storedAccess } from './member-change.ts'
import { selectFacts } from './member-facts-store.ts'
import { reprojectionKind } from './reprojection-kind.ts'
import { type ReprojectionInput, type ReprojectionPlace, reprojectNext } from './rule-change.ts'
import { createRuleDifference, type DescribedAccess, peopleOfHash } from './rule-difference.ts'
import { loadRuleSet } from './rule-set-store.ts'

const size = 1_200
const rounds = process.env['TEST_DEPTH'] === 'deep' ? 60 : 4

interface Large {
  fixture: DirectoryFixture
  history: History
  groupId: string
  rules: MappingRuleDraft[]
  members: (role: string | null) => Promise<number>
  job: () => Promise<{ input: ReprojectionInput; total: number | null }>
  drift: () => Promise<{ drifted: number; pending: number }>
}

/** Does all of the job, chunk by chunk. */
async function finish({ history }: Large, input: ReprojectionInput): Promise<void> {
  let place: ReprojectionPlace | undefined
  do {
    const from = place ?? null
    ;({ next: place } = await history.asHost((trx) => reprojectNext(trx, input, from)))
  } while (place !== undefined)
}

async function createLarge(db: Database): Promise<Large> {
  const fixture = await createDirectoryFixture(db)
  const history = createHistory(db, fixture)
  const groupId = await fixture.asDirectory(async (trx) => {
    const { group } = await createDirectoryGroup(
      trx,
      fixture.connectionId,
      draftGroup('Everybody'),
      [],
    )
    const { connectionId } = fixture
    await createCrowd(trx, { connectionId, groupId: group.id, title: 'Agent', size })
    return group.id
  })
  return {
    fixture,
    history,
    groupId,
    rules: [{ ...inGroup({ id: groupId }), role: 'agent', departments: ['Ventas'] }],
    members: (role) =>
      history.asHost(async (trx) => {
        const rows = await trx.query
          .selectFrom('members')
          .leftJoin('roles', 'roles.id', 'members.role_id')
          .select('members.id')
          .where('members.workspace_id', '=', trx.workspaceId)
          .where('members.source', '=', 'directory')
          .where((eb) => (role === null ? eb('roles.key', 'is', null) : eb('roles.key', '=', role)))
          .execute()
        return rows.length
      }),
    job: () =>
      history.asHost(async (trx) => {
        const row = await trx.query
          .selectFrom('jobs')
          .select(['input', 'total', 'kind'])
          .where('workspace_id', '=', trx.workspaceId)
          .orderBy('id', 'desc')
          .executeTakeFirstOrThrow()
        return { input: row.input as ReprojectionInput, total: row.total }
      }),
    drift: () =>
      history.asHost(async (trx) => {
        const { drifted, pending } = await checkAccess(trx, null, { limit: 5_000, repair: false })
        return { drifted: drifted.length, pending }
      }),
  }
}

describe.each(testEngines)('rules that concern more than a thousand people, on %s', (engine) => {
  let db: Database
  let large: Large

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  beforeEach(async () => {
    large = await createLarge(db)
  })
  afterAll(() => db.close())

  const save = (previewHash?: string) =>
    large.history.asHost((trx) =>
      saveMappingRules(trx, large.fixture.connectionId, large.rules, { previewHash }),
    )
  const next = (input: ReprojectionInput, from: ReprojectionPlace | null, limit?: number) =>
    large.history.asHost((trx) => reprojectNext(trx, input, from, limit))

  test('are saved at once, and their people get what they say chunk by chunk', async () => {
    const shown = await large.history.asHost((trx) =>
      previewMappingRules(trx, large.fixture.connectionId, large.rules),
    )
    expect(shown).toMatchObject({ changed: size, gainAccess: size, loseAccess: 0 })
    expect(shown.members).toHaveLength(100)
    const saved = await save(shown.hash)
    expect(saved).toMatchObject({ outcome: 'saved', jobId: expect.any(String) })
    expect(await large.members('agent')).toBe(0)
    expect(await large.drift()).toEqual({ drifted: 0, pending: size })

    const { input, total } = await large.job()
    expect(total).toBe(size)
    let done = 0
    for (let place: ReprojectionPlace | null | undefined = null; place !== undefined;) {
      const chunk: Awaited<ReturnType<typeof next>> = await next(input, place, 20)
      // Some of the chunks of a stretch are larger than others.
      expect(chunk.done).toBeLessThan(80)
      done += chunk.done
      expect(await large.members('agent')).toBe(done)
      place = chunk.next
    }
    expect(done).toBe(size)
    expect(await large.drift()).toEqual({ drifted: 0, pending: 0 })
  })

  test('let short requests go before their comparison, their chunks and the look at everybody', async () => {
    const { connectionId } = large.fixture
    const givesWay = (work: (trx: WorkspaceTransaction) => Promise<unknown>): Promise<boolean> =>
      large.history.asHost(async (trx) => {
        const giveWay = vi.spyOn(trx, 'giveWay')
        await work(trx)
        return giveWay.mock.calls.length > 0
      })
    expect(await givesWay((trx) => previewMappingRules(trx, connectionId, large.rules))).toBe(true)
    expect(await givesWay((trx) => previewMappingRules(trx, connectionId, []))).toBe(false)
    expect(await givesWay((trx) => checkAccess(trx, null, { limit: 10, repair: false }))).toBe(true)
    // What is compared before it, yes; but then everybody waits for the rules.
    const calls: string[] = []
    const saved = await large.history.asHost(async (trx) => {
      vi.spyOn(trx, 'giveWay').mockImplementation(() => calls.push('gives way'))
      vi.spyOn(trx, 'hurry').mockImplementation(() => calls.push('hurries'))
      const shown = await previewMappingRules(trx, connectionId, large.rules)
      return saveMappingRules(trx, connectionId, large.rules, { previewHash: shown.hash })
    })
    expect(new Set(calls)).toEqual(new Set(['gives way', 'hurries']))
    expect(calls.at(-1)).toBe('hurries')
    const jobId = saved.outcome === 'saved' ? saved.jobId : undefined
    const claim = await large.history.asHost((trx) => claimJob(trx, jobId ?? '', 60))
    if (claim === undefined) throw new Error('the job is not due')
    const handler: JobHandler = {
      kind: reprojectionKind,
      runChunk: () => Promise.resolve({ done: 0, failed: 0, next: undefined }),
    }
    expect(await givesWay((trx) => runJobChunk(trx, claim, handler, 60))).toBe(true)
  })

  test('leave nobody behind when the process that works on them dies', async () => {
    await save()
    const { input } = await large.job()
    await next(input, null)
    const dying = large.history.asHost(async (trx) => {
      await reprojectNext(trx, input, null)
      throw new Error('the process died')
    })
    await expect(dying).rejects.toThrow('the process died')
    // Whoever takes the job over begins where its last checkpoint is, at the earliest from nothing.
    await finish(large, input)
    expect(await large.members('agent')).toBe(size)
  })

  test('are what a directory’s next request projects with, before it is that person’s turn', async () => {
    await save()
    await large.fixture.asDirectory(async (trx) => {
      const { user_id: id } = await trx.query
        .selectFrom('directory_group_members')
        .select('user_id')
        .where('workspace_id', '=', trx.workspaceId)
        .executeTakeFirstOrThrow()
      const user = await lockDirectoryUser(trx, large.fixture.connectionId, id)
      if (user === undefined) throw new Error('no such user')
      await writeDirectoryUser(trx, user, draftUser('renamed', { emails: [] }))
    })
    expect(await large.members('agent')).toBe(1)
    // A later change of the rules makes the first job's people get the second's at once.
    large.rules = [{ ...inGroup({ id: large.groupId }), role: 'manager' }]
    const { input } = await large.job()
    await save()
    await finish(large, input)
    expect(await large.members('manager')).toBe(size)
    expect(await large.drift()).toEqual({ drifted: 0, pending: 0 })
  })

  test('leave no seat with whoever got one before their turn and needs none then', async () => {
    const seats = 300
    const everySecond = await groupOfEvery(2, large)
    await large.history.asHost((trx) => editWorkspace(trx, { seats }))
    large.rules = [{ ...inGroup({ id: large.groupId }), role: 'agent' }]
    await save()
    await finish(large, (await large.job()).input)
    // The owner has one of them.
    expect(await large.members('agent')).toBe(seats - 1)
    large.rules = [{ ...inGroup({ id: everySecond }), role: 'agent' }]
    await save()
    await finish(large, (await large.job()).input)
    expect(await large.drift()).toEqual({ drifted: 0, pending: 0 })
    expect(await large.members('agent')).toBe(seats - 1)
  })

  test('that were lost on the way are found and put right by the check', async () => {
    await save()
    await large.history.asHost((trx) =>
      trx.query
        .updateTable('jobs')
        .set({ state: 'cancelled', finished_at: trx.now })
        .where('workspace_id', '=', trx.workspaceId)
        .execute(),
    )
    const look = (repair: boolean) =>
      large.history.asHost((trx) => checkAccess(trx, null, { limit: 5_000, repair }))
    const found = await look(false)
    expect(found.drifted).toHaveLength(size)
    expect(found.drifted[0]).toMatchObject({
      stored: { role: null, departments: [] },
      projected: { role: 'agent', departments: ['Ventas'] },
    })
    await look(true)
    expect(await look(false)).toMatchObject({ drifted: [], pending: 0 })
    expect(await large.members('agent')).toBe(size)
  })
})

const randomRules: fc.Arbitrary<Omit<MappingRuleDraft, 'when'>[]> = fc.array(
  fc.record({
    role: fc.constantFrom(undefined, 'agent', 'manager'),
    departments: fc.subarray(['Ventas', 'Soporte']),
    channels: fc.subarray(['whatsapp']),
    supervisor: fc.boolean(),
  }),
  { minLength: 4, maxLength: 4 },
)

describe.each(testEngines)('a preview of what more than a thousand people get, on %s', (engine) => {
  test(`is, person by person, what the job gives them (${rounds} changes)`, async () => {
    const db = await createTestDatabase(engine)
    const large = await createLarge(db)
    const { fixture, history, groupId } = large
    const { connectionId } = fixture
    const parts = await scatter(large)
    const accessOfAll = () =>
      history.asHost(async (trx) => {
        const rules = await loadRuleSet(trx)
        const members = await selectFacts(trx, rules, sql`true`, { grants: 'all' })
        return members.map((member) => ({
          id: member.row.id,
          displayName: member.row.display_name,
          access: describeAccess(storedAccess(member), rules),
        }))
      })
    let jobs = 0
    await fc.assert(
      fc.asyncProperty(
        randomRules,
        fc.constantFrom(true, true, true, false),
        fc.constantFrom(null, null, 300, 900),
        async (given, isForAll, seats) => {
          const limited = await history.asHost((trx) => editWorkspace(trx, { seats }))
          if (limited.jobId !== undefined) await finish(large, (await large.job()).input)
          const [forAll, ...others] = given
          const rules: MappingRuleDraft[] = [
            ...(isForAll ? [{ ...inGroup({ id: groupId }), ...forAll }] : []),
            ...parts.map((id, index) => ({ ...inGroup({ id }), ...others[index] })),
          ]
          const shown = await history.asHost((trx) => previewMappingRules(trx, connectionId, rules))
          const before = await accessOfAll()
          const saved = await history.asHost((trx) =>
            saveMappingRules(trx, connectionId, rules, { previewHash: shown.hash }),
          )
          if (saved.outcome !== 'saved') throw new Error('It would do something else.')
          if (saved.jobId !== undefined) {
            jobs += 1
            await finish(large, (await large.job()).input)
          }
          const done = createRuleDifference('', nobodyElse)
          const now = await accessOfAll()
          for (const [index, { access, ...member }] of now.entries()) {
            const was = before[index]?.access
            if (was === undefined) throw new Error('Somebody came meanwhile.')
            done.add(member, described(was), described(access))
          }
          const { hash, changed, gainAccess, loseAccess, members } = done.finish()
          expect(shown).toMatchObject({ changed, gainAccess, loseAccess, members })
          // The second part stands for everybody, shown or not.
          expect(peopleOfHash(shown.hash)).toBe(peopleOfHash(hash))
          expect(await large.drift()).toEqual({ drifted: 0, pending: 0 })
        },
      ),
      { numRuns: rounds },
    )
    expect(jobs).toBeGreaterThan(0)
    await db.close()
  }, 1_800_000)
})

const nobodyElse = { before: new Set<string>(), after: new Set<string>(), count: 0 }

function described(payload: MemberAccessPayload): DescribedAccess {
  return { payload, text: JSON.stringify(payload), waitsForSeat: false }
}

function peopleOf({ history }: Large): Promise<{ id: string; userId: string | null }[]> {
  return history.asHost((trx) =>
    trx.query
      .selectFrom('members')
      .select(['id', 'directory_user_id as userId'])
      .where('workspace_id', '=', trx.workspaceId)
      .where('source', '=', 'directory')
      .orderBy('id')
      .execute(),
  )
}

async function groupOfEvery(every: number, large: Large): Promise<string> {
  const { fixture } = large
  const users = (await peopleOf(large))
    .filter((_, index) => index % every === 0)
    .flatMap(({ userId }) => userId ?? [])
  const { group } = await fixture.asDirectory((trx) =>
    createDirectoryGroup(trx, fixture.connectionId, draftGroup(`Every ${every}`), users),
  )
  return group.id
}

/** Makes the people different: three groups of some of them, decisions of people, a suspension. */
async function scatter(large: Large): Promise<string[]> {
  const { history } = large
  const rows = await peopleOf(large)
  const groups: string[] = []
  for (const every of [2, 3, 7]) groups.push(await groupOfEvery(every, large))
  for (const [index, { id }] of rows.slice(0, 30).entries()) {
    await history.asHost((trx) =>
      editMember(trx, id, {
        departments: index % 2 === 0 ? ['Soporte'] : ['Ventas'],
        ...(index % 3 === 0 ? { supervisor: true } : {}),
        ...(index % 5 === 0 ? { channels: ['whatsapp'] } : {}),
      }),
    )
  }
  await history.asHost((trx) => suspendMember(trx, rows[1]?.id ?? ''))
  return groups
}

describe.runIf(testEngines.includes('postgres'))(
  'rules that change while a directory syncs',
  () => {
    test('neither wait for it for ever nor hold it up, and nobody is left with the old ones', async () => {
      const db = await createTestDatabase('postgres')
      const replica = await openDatabase(db.options)
      const large = await createLarge(db)
      const { fixture, history, groupId } = large
      const { connectionId } = fixture
      const stop = new AbortController()
      let synced = 0
      /** Hires and changes people to whom the rules apply, as fast as it goes. */
      const sync = async (worker: number): Promise<void> => {
        for (let count = 0; !stop.signal.aborted; count += 1) {
          const title = count % 2 === 0 ? 'Lead' : 'Boss'
          const resource = { userName: `sync-${worker}-${count >> 1}`, title }
          const draft = draftUser(resource.userName, { resource, emails: [], externalId: null })
          await fixture.asDirectoryOn(replica, async (trx) => {
            const current =
              people[worker] === undefined || title === 'Lead'
                ? undefined
                : await lockDirectoryUser(trx, connectionId, people[worker])
            const { user } =
              current === undefined
                ? await provisionDirectoryUser(trx, connectionId, draft)
                : await writeDirectoryUser(trx, current, draft)
            people[worker] = user.id
          })
          titles[worker] = title
          synced += 1
        }
      }
      const people: string[] = []
      const titles: string[] = []
      const syncing = Promise.all([0, 1, 2].map(sync))
      for (const role of ['agent', 'manager', 'agent']) {
        const rules: MappingRuleDraft[] = [
          { ...inGroup({ id: groupId }), role },
          {
            when: { kind: 'attribute', attribute: 'title', operator: 'equals', value: 'Lead' },
            role,
          },
        ]
        const before = synced
        let isSaved = false
        for (let attempt = 0; attempt < 3 && !isSaved; attempt += 1) {
          const { hash: previewHash } = await history.asHost((trx) =>
            previewMappingRules(trx, connectionId, rules),
          )
          const saved = await history.asHost((trx) =>
            saveMappingRules(trx, connectionId, rules, { previewHash }),
          )
          isSaved = saved.outcome === 'saved'
        }
        expect(isSaved).toBe(true)
        const { input } = await large.job()
        await finish(large, input)
        expect(synced).toBeGreaterThan(before)
      }
      stop.abort()
      await syncing
      expect(await large.drift()).toEqual({ drifted: 0, pending: 0 })
      const leads = titles.filter((title) => title === 'Lead').length
      expect(await large.members('agent')).toBe(size + leads)
      await replica.close()
      await db.close()
    })
  },
)
