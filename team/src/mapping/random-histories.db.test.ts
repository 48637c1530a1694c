import type { Database } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createChannel } from '../channels/channel-commands.ts'
import { readMemberAccess } from '../members/member-access-queries.ts'
import { createDirectoryFixture, type DirectoryFixture } from '../testing/directory-fixture.ts'
import { createHistory, email, type History, type RandomStep } from '../testing/random-history.ts'
import { checkAccess } from './check-access.ts'
import { previewMappingRules, saveMappingRules } from './mapping-rule-commands.ts'
import type { MappingRuleDraft } from './mapping-rule-draft.ts'
import { describeAccess, type MemberAccessPayload, storedAccess } from './member-change.ts'
import { selectFacts } from './member-facts-store.ts'
import { loadRuleSet } from './rule-set-store.ts'

const departmentNames = ['Ventas', 'Soporte', 'Noche']
const groupNames = ['inbox-Ventas-agent', 'inbox-Soporte-manager', 'inbox-Luna-agent', 'All', 'VIP']

const rule: fc.Arbitrary<MappingRuleDraft> = fc.record({
  when: fc.oneof(
    fc
      .constantFrom(...groupNames)
      .map((displayName) => ({ kind: 'group' as const, group: { displayName } })),
    fc.constantFrom(
      { kind: 'group-pattern' as const, pattern: '^inbox-(?<department>.+)-(?<role>.+)$' },
      { kind: 'group-pattern' as const, pattern: 'vip' },
    ),
    fc.constantFrom(
      {
        kind: 'attribute' as const,
        attribute: 'department' as const,
        operator: 'equals' as const,
        value: 'ventas',
      },
      {
        kind: 'attribute' as const,
        attribute: 'title' as const,
        operator: 'one-of' as const,
        values: ['Lead', 'Boss'],
      },
      {
        kind: 'attribute' as const,
        attribute: 'title' as const,
        operator: 'pattern' as const,
        pattern: '^(?<role>manager|agent)',
      },
    ),
  ),
  role: fc.constantFrom(undefined, 'agent', 'manager', 'senior'),
  departments: fc.subarray(['Ventas']),
  channels: fc.subarray(['whatsapp']),
  supervisor: fc.boolean(),
  priority: fc.constantFrom(0, 1, 2),
})

const namedByValue: fc.Arbitrary<MappingRuleDraft> = fc.constant({
  when: { kind: 'attribute', attribute: 'department', operator: 'any' },
  named: ['department'],
})

const randomRules: fc.Arbitrary<MappingRuleDraft[]> = fc
  .tuple(
    fc.uniqueArray(rule, { selector: ({ when }) => JSON.stringify(when), maxLength: 4 }),
    fc.option(namedByValue, { nil: undefined }),
  )
  .map(([rules, named]) => (named === undefined ? rules : [...rules, named]))

const person = fc.nat(5)

/** About few people and groups, so that they meet. */
const randomStep: fc.Arbitrary<RandomStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('provision' as const),
      person,
      active: fc.boolean(),
      title: fc.constantFrom(null, 'Lead', 'Manager', 'agent', 'Boss'),
      department: fc.constantFrom(null, 'Ventas', 'SOPORTE', 'Luna'),
    }),
  },
  fc.record({ kind: fc.constant('delete' as const), person }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('group' as const),
      name: fc.constantFrom(...groupNames),
      people: fc.uniqueArray(person, { maxLength: 6 }),
      nest: fc.option(fc.constantFrom(...groupNames), { nil: undefined }),
    }),
  },
  fc.record({
    kind: fc.constant('rename' as const),
    name: fc.constantFrom(...groupNames),
    to: fc.constantFrom(...groupNames),
  }),
  fc.record({ kind: fc.constant('ungroup' as const), name: fc.constantFrom(...groupNames) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rules' as const), rules: randomRules }) },
  fc.record({
    kind: fc.constant('grant' as const),
    person,
    edit: fc.oneof(
      fc.record({ role: fc.constantFrom('agent', 'manager', 'senior', 'owner') }),
      fc.record({ departments: fc.subarray(['Ventas', 'Soporte', 'Noche']) }),
      fc.record({ channels: fc.subarray(['whatsapp', 'instagram']) }),
      fc.record({ supervisor: fc.boolean() }),
    ),
  }),
  fc.record({
    kind: fc.constantFrom('suspend' as const, 'reactivate' as const, 'remove' as const),
    person,
  }),
  fc.record({
    kind: fc.constant('settings' as const),
    seats: fc.constantFrom(null, 1, 2, 4),
    localRoles: fc.constantFrom('locked' as const, 'additive' as const),
    roleStrategy: fc.constantFrom('rank' as const, 'priority' as const),
  }),
  fc.record({
    kind: fc.constantFrom('create-department' as const, 'delete-department' as const),
    name: fc.constantFrom(...departmentNames),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('retire-department' as const),
      name: fc.constantFrom(...departmentNames),
      to: fc.constantFrom(null, ...departmentNames),
      isMerged: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant('create-role' as const) }),
  fc.record({
    kind: fc.constant('edit-role' as const),
    role: fc.constantFrom('agent', 'senior'),
    conversationAccess: fc.constantFrom('own' as const, 'departments' as const, 'all' as const),
  }),
  fc.record({
    kind: fc.constant('delete-role' as const),
    to: fc.constantFrom('agent', 'manager'),
  }),
  fc.record({
    kind: fc.constant('default-role' as const),
    role: fc.constantFrom(null, 'agent', 'senior'),
  }),
  fc.record({
    kind: fc.constant('department-channels' as const),
    name: fc.constantFrom(...departmentNames),
    channels: fc.subarray(['whatsapp', 'instagram']),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('invite' as const),
      person,
      access: fc.record({
        role: fc.constantFrom('agent', 'manager'),
        departments: fc.subarray(['Ventas']),
        channels: fc.subarray(['instagram']),
        supervisor: fc.boolean(),
      }),
    }),
  },
  fc.record({ kind: fc.constantFrom('accept' as const, 'cancel' as const), person }),
  fc.record({ kind: fc.constant('break-glass' as const), person, marked: fc.boolean() }),
  fc.record({
    kind: fc.constant('retire-role' as const),
    to: fc.constantFrom('agent', 'manager'),
  }),
  fc.record({ kind: fc.constant('reproject' as const) }),
  fc.record({
    kind: fc.constant('rename-department' as const),
    name: fc.constantFrom(...departmentNames),
    to: fc.constantFrom(...departmentNames, 'Luna'),
  }),
)

/** Somebody whose invitation is open still when the directory vouches for them, and who is asked again afterwards. */
const suspendedBeforeTheyCame: RandomStep[] = [
  { kind: 'invite', person: 0, access: { role: 'agent' } },
  { kind: 'suspend', person: 0 },
  { kind: 'provision', person: 0, active: true, title: null, department: null },
  { kind: 'delete', person: 0 },
  { kind: 'invite', person: 0, access: { role: 'agent' } },
]

type GrantStep = Extract<RandomStep, { kind: 'grant' }>

interface Decided {
  email: string | null
  state: string
  /** Kind and id of each. */
  values: string[]
}

/** Of what an end of something may change decisions: its own kind. */
function endedKindOf({ kind }: RandomStep): string | undefined {
  if (kind === 'delete-department' || kind === 'retire-department') return 'department'
  return kind === 'delete-role' || kind === 'retire-role' ? 'role' : undefined
}

const isDeep = process.env['TEST_DEPTH'] === 'deep'
const histories = isDeep ? 2_000 : 30
const ruleChanges = isDeep ? 500 : 25

describe.each(testEngines)('what members have after anything that may happen, on %s', (engine) => {
  let db: Database
  let fixture: DirectoryFixture
  let history: History

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    fixture = await createDirectoryFixture(db, { adoption: 'auto', verified: true })
    history = createHistory(db, fixture)
    await history.asHost((trx) => createChannel(trx, { key: 'instagram', name: 'Instagram' }))
  })
  afterAll(() => db.close())

  /** Everybody's access as it is stored. */
  function accessOfAll(): Promise<Map<string, MemberAccessPayload>> {
    return history.asHost(async (trx) => {
      const rules = await loadRuleSet(trx)
      const members = await selectFacts(trx, rules, sql`true`, { grants: 'all' })
      return new Map(
        members.map((member) => [member.row.id, describeAccess(storedAccess(member), rules)]),
      )
    })
  }

  /** What people decided, of everybody who is here: kept beside `project`, by what may change it and what may not. */
  async function decisions(): Promise<{ here: Map<string, Decided>; unsettled: Set<string> }> {
    return history.asHost(async (trx) => {
      const { retired } = await loadRuleSet(trx)
      const { rows } = await sql<Decided & { id: string }>`
        select m.id, m.email, m.state,
          coalesce(array_agg(distinct
            g.kind || ' ' || coalesce(g.role_id, g.department_id, g.channel_id)::text) filter (where g.kind <> 'supervisor'), '{}')
          || coalesce(array_agg(distinct g.kind) filter (where g.kind = 'supervisor'), '{}') as values
        from members m
        left join grants g on g.workspace_id = m.workspace_id and g.member_id = m.id
          and g.source in ('local', 'invitation')
        where m.workspace_id = ${trx.workspaceId} group by m.id, m.email, m.state`.execute(
        trx.query,
      )
      return {
        here: new Map(rows.map(({ id, ...decided }) => [id, decided])),
        unsettled: new Set(
          [...retired.values()].flatMap(({ id, successorId }) => [id, successorId ?? id]),
        ),
      }
    })
  }

  /** Takes a step, and finds every decision about somebody that went or came without anybody's doing. */
  async function takeWithCare(step: RandomStep): Promise<string | undefined> {
    const before = await decisions()
    const code = await history.take(step)
    const after = await decisions()
    const endedKind = endedKindOf(step)
    const unsettled = new Set([...before.unsettled, ...after.unsettled])
    const settled = ({ values }: Decided): string[] =>
      values.filter((value) => {
        const [kind, id = ''] = value.split(' ')
        return kind !== endedKind && !unsettled.has(id)
      })
    const isDecidedAbout = (now: Decided): boolean =>
      step.kind === 'grant' && code === undefined && now.email === email(step.person)
    // Of those who were here and still are: what they had by people's decision, and have now.
    const stayed = [...after.here].flatMap(([id, now]) => {
      const was = before.here.get(id)
      const isElse = was === undefined || was.state === 'removed' || now.state === 'removed'
      return isElse || isDecidedAbout(now) ? [] : [{ id, was: settled(was), now: settled(now) }]
    })
    expect(stayed.map(({ id, now }) => [id, now])).toEqual(stayed.map(({ id, was }) => [id, was]))
    const gone = [...after.here.values()].filter(({ state }) => state === 'removed')
    expect(gone.flatMap(({ values }) => values)).toEqual([])
    if (step.kind === 'grant' && code === undefined) await expectWish(step)
    return code
  }

  /** Whoever edited somebody sees exactly what they wanted. */
  async function expectWish({ person: who, edit }: GrantStep): Promise<void> {
    const found = await history.asHost(async (trx) => {
      const { id } = await trx.query
        .selectFrom('members')
        .select('id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('email', '=', email(who))
        .executeTakeFirstOrThrow()
      return readMemberAccess(trx, id)
    })
    const { departments, channels, supervisor } = edit
    if (departments !== undefined) {
      expect(found?.departments.map(({ name }) => name).toSorted()).toEqual(departments.toSorted())
    }
    if (channels !== undefined) {
      expect(found?.channels.map(({ key }) => key).toSorted()).toEqual(channels.toSorted())
    }
    if (supervisor === true) expect(found?.conversationAccess).toBe('all')
  }

  /** Who holds a seat, and who does by the definition: owners, then those who have needed one longest. */
  async function seats(): Promise<{ held: string[]; due: string[] }> {
    return history.asHost(async (trx) => {
      const { seats: limit } = await loadRuleSet(trx)
      const { rows } = await sql<{ id: string; seat: string }>`
        select member_id as id, seat from seats where workspace_id = ${trx.workspaceId}
        order by seat = 'owner' desc, since, member_id`.execute(trx.query)
      const owners = rows.filter((row) => row.seat === 'owner').length
      const last = limit === null ? rows.length : Math.max(owners, limit)
      return {
        held: rows.filter((row) => row.seat !== 'waiting').map((row) => row.id),
        due: rows.slice(0, last).map((row) => row.id),
      }
    })
  }

  /** Members whom the search knows otherwise than the list does, or only one of them. */
  async function foundOtherwise(): Promise<string[]> {
    const { rows } = await history.asHost((trx) =>
      sql<{ id: string }>`
        select coalesce(m.id, s.member_id) as id
        from (select * from members where workspace_id = ${trx.workspaceId} and is_listed) m
        full join (select * from member_search where workspace_id = ${trx.workspaceId}) s on s.member_id = m.id
        where (m.search_key, m.phone_digits, m.display_key)
          is distinct from (s.search_key, s.phone_digits, s.display_key)`.execute(trx.query),
    )
    return rows.map(({ id }) => id)
  }

  test(`is a projection from nothing, seats are whose turn it is, and the search finds who is listed (${histories} histories)`, async () => {
    const refused = new Map<string, number>()
    let steps = 0
    await fc.assert(
      fc.asyncProperty(fc.array(randomStep, { minLength: 1, maxLength: 12 }), async (story) => {
        for (const step of story) {
          const code = await takeWithCare(step)
          steps += 1
          if (code !== undefined) refused.set(code, (refused.get(code) ?? 0) + 1)
        }
        await history.take({ kind: 'reproject' })
        const check = await history.asHost((trx) =>
          checkAccess(trx, null, { limit: 1_000, repair: false }),
        )
        expect(check).toMatchObject({ drifted: [], pending: 0 })
        const { held, due } = await seats()
        expect(held).toEqual(due)
        expect(await foundOtherwise()).toEqual([])
        expect(await history.asHost(async (trx) => (await loadRuleSet(trx)).retired.size)).toBe(0)
      }),
      { numRuns: histories, examples: [[suspendedBeforeTheyCame]] },
    )
    // Histories that only bounce off would prove nothing.
    const bounced = [...refused.values()].reduce((sum, count) => sum + count, 0)
    expect(bounced / steps).toBeLessThan(0.5)
  }, 1_800_000)

  test(`is what a preview of rules said (${ruleChanges} changes)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(randomStep, { maxLength: 3 }),
        randomRules,
        async (story, rules) => {
          for (const step of story) await history.take(step)
          await history.take({ kind: 'reproject' })
          const connectionId = fixture.connectionId
          const shown = await history
            .asHost((trx) => previewMappingRules(trx, connectionId, rules))
            .catch(() => undefined)
          // A group that the rules name may not be there.
          if (shown === undefined) return
          const before = await accessOfAll()
          const saved = await history.asHost((trx) =>
            saveMappingRules(trx, connectionId, rules, { previewHash: shown.hash }),
          )
          expect(saved).toEqual({ outcome: 'saved', jobId: undefined })
          const changed = [...(await accessOfAll())].flatMap(([id, after]) => {
            const was = before.get(id)
            return JSON.stringify(was) === JSON.stringify(after) ? [] : [{ id, before: was, after }]
          })
          expect(shown.changed).toBe(changed.length)
          expect(
            shown.members.map(({ id, before: was, after }) => ({ id, before: was, after })),
          ).toEqual(changed)
        },
      ),
      { numRuns: ruleChanges },
    )
  }, 1_800_000)
})
