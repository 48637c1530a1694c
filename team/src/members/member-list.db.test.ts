import { createId, inWorkspace, type MemberState } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { fold } from '../fold.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { readMemberFacets } from './member-count-queries.ts'
import type { MemberFilter, MemberPage } from './member-list.ts'
import { memberSorts, type MemberSort } from './member-order.ts'
import { listMembers } from './member-queries.ts'
import { nameKey } from './name-key.ts'

interface Person {
  id: string
  name: string
  email: string
  phone: string | null
  state: Exclude<MemberState, 'removed'>
  role: string | null
  lastActive: Date | null
  department: string | null
}

const firstNames = ['Ana', 'Ángel', 'Zoë', 'Li', 'Marta', 'marco', 'Núria', 'Olga', 'Øyvind', 'Li']
const lastNames = ['Núñez', 'Lima', "O'Hara", 'van Dyk', '王', 'de la Cruz', '50%_off']

/** Always the same people: no run differs from another. */
function* numbers(): Generator<number> {
  for (let seed = 20_261_121; ;) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    yield seed
  }
}

function makePeople(acme: TeamFixture, count: number): Person[] {
  const random = numbers()
  const pick = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(((random.next().value as number) / 64) % values.length)]
    return value as T
  }
  return Array.from({ length: count }, (_, index) => {
    const isKnown = pick([true, true, true, false])
    return {
      id: createId(),
      name: `${pick(firstNames)} ${pick(lastNames)}`,
      email: `person-${index}@acme.example`,
      phone: pick([null, `+34 600 11 ${String(index).padStart(2, '0')} 7`]),
      state: pick(['active', 'active', 'active', 'suspended', 'invited'] as const),
      role: pick(['agent', 'agent', 'manager', null]),
      lastActive: isKnown ? new Date(Date.UTC(2026, 0, 1 + pick([1, 2, 3, 4, 5]))) : null,
      department: pick([null, acme.departmentId('Sales'), acme.departmentId('Support')]),
    }
  })
}

function made(parts: unknown): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function byId(a: Person, b: Person): number {
  return compareText(a.id, b.id)
}

function byName(a: Person, b: Person): number {
  const [left, right] = [a, b].map(({ name }) => Buffer.from(nameKey(name))) as [Buffer, Buffer]
  return Buffer.compare(left, right) || byId(a, b)
}

function rankOf(role: string | null): number {
  return ['agent', 'manager', 'owner'].indexOf(role ?? '')
}

describe.each(testEngines)('lists of members on %s', (engine) => {
  let db: TestDatabase
  let acme: TeamFixture
  let people: Person[]

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    acme = await createTeamFixture(db)
    people = makePeople(acme, 240)
    // The owner that came with the workspace.
    await acme.asHost(async ({ query, workspaceId }) => {
      for (const person of people) {
        await query
          .insertInto('members')
          .values({
            workspace_id: workspaceId,
            id: person.id,
            source: 'manual',
            email: person.email,
            email_key: fold(person.email),
            display_name: person.name,
            display_key: nameKey(person.name),
            search_key: nameKey(`${person.name}\n${person.email}`),
            phone: person.phone,
            state: person.state,
            role_id: person.role === null ? null : acme.roleId(person.role),
            no_role_reason: person.role === null ? 'no_grant' : null,
            conversation_access: person.role === 'manager' ? 'all' : 'own',
            access_valid_from: new Date(0),
            last_active_at: person.lastActive,
          })
          .execute()
        if (person.role !== null) {
          await query
            .insertInto('grants')
            .values({
              workspace_id: workspaceId,
              id: createId(),
              member_id: person.id,
              kind: 'role',
              role_id: acme.roleId(person.role),
              source: 'local',
              effective: true,
              request_id: 'test',
            })
            .execute()
        }
        if (person.department === null) continue
        // Two sources of one department are one membership.
        for (const source of ['local', 'invitation'] as const) {
          await query
            .insertInto('grants')
            .values({
              workspace_id: workspaceId,
              id: createId(),
              member_id: person.id,
              kind: 'department',
              department_id: person.department,
              source,
              effective: true,
              request_id: 'test',
            })
            .execute()
        }
      }
    })
    const owner = await acme.asHost(({ query }) =>
      query
        .selectFrom('members')
        .selectAll()
        .where('id', '=', acme.workspace.ownerMemberId)
        .executeTakeFirstOrThrow(),
    )
    people.push({
      id: owner.id,
      name: owner.display_name,
      email: owner.email ?? '',
      phone: null,
      state: 'active',
      role: 'owner',
      lastActive: null,
      department: null,
    })
  })
  afterAll(() => db.close())

  const list = (query: Parameters<typeof listMembers>[1]): Promise<MemberPage> =>
    acme.asHost((trx) => listMembers(trx, query))

  function inOrder(sort: MemberSort): string[] {
    const compare = {
      name: byName,
      created: byId,
      role: (a: Person, b: Person) => rankOf(b.role) - rankOf(a.role) || byName(a, b),
      status: (a: Person, b: Person) => compareText(a.state, b.state) || byName(a, b),
      lastActive: (a: Person, b: Person) =>
        (a.lastActive?.getTime() ?? -Infinity) - (b.lastActive?.getTime() ?? -Infinity) ||
        byId(a, b),
    }[sort.replace('-', '') as 'name' | 'created' | 'role' | 'status' | 'lastActive']
    const sorted = people.toSorted((a, b) => {
      const order = compare(a, b)
      return Number.isNaN(order) ? byId(a, b) : order
    })
    return (sort.startsWith('-') ? sorted.toReversed() : sorted).map(({ id }) => id)
  }

  it.each(memberSorts)('are in the order %s, page by page there and back', async (sort) => {
    const expected = inOrder(sort)
    const seen: string[] = []
    let page = await list({ sort, limit: 32 })
    expect(page.previousCursor).toBeNull()
    for (;;) {
      seen.push(...page.members.map(({ id }) => id))
      expect(page.total).toBe(people.length)
      if (page.nextCursor === null) break
      page = await list({ sort, limit: 32, cursor: page.nextCursor })
    }
    expect(seen).toEqual(expected)
    const back = page.members.map(({ id }) => id)
    while (page.previousCursor !== null) {
      page = await list({ sort, limit: 32, cursor: page.previousCursor })
      back.unshift(...page.members.map(({ id }) => id))
      expect(page.nextCursor).not.toBeNull()
    }
    expect(back).toEqual(expected)
  })

  it.each(memberSorts)(
    'are in the order %s from any number on, and go on both ways',
    async (sort) => {
      const expected = inOrder(sort)
      for (const offset of [0, 1, 31, 57, 119, 120, 121, 183, 209, 239]) {
        const page = await list({ sort, limit: 32, offset })
        expect(page.members.map(({ id }) => id)).toEqual(expected.slice(offset, offset + 32))
        expect(page).toMatchObject({ offset, total: people.length })
        expect([page.previousCursor === null, page.nextCursor === null]).toEqual([
          offset === 0,
          offset >= 209,
        ])
        for (const [cursor, from] of [
          [page.nextCursor, offset + 32],
          [page.previousCursor, offset - 32],
        ] as const) {
          if (cursor === null) continue
          const other = await list({ sort, limit: 32, cursor })
          expect(other.members.map(({ id }) => id)).toEqual(
            expected.slice(Math.max(0, from), from + 32),
          )
          expect(other.offset).toBeNull()
        }
      }
    },
  )

  it('end with their last page, from whatever number beyond', async () => {
    const expected = inOrder('status').slice(-32)
    for (const offset of [241, 242, 999_999_999]) {
      const page = await list({ sort: 'status', limit: 32, offset })
      expect(page.members.map(({ id }) => id)).toEqual(expected)
      expect(page).toMatchObject({ offset: 241 - 32, nextCursor: null })
    }
    expect(await list({ search: 'nobody at all', limit: 32, offset: 5 })).toMatchObject({
      members: [],
      offset: 0,
      total: 0,
    })
  })

  it.each<[MemberFilter, (person: Person) => boolean]>([
    [{ state: 'suspended' }, (p) => p.state === 'suspended'],
    [{ roleId: 'none' }, (p) => p.role === null],
    [{ conversationAccess: 'own' }, (p) => rankOf(p.role) <= 0],
    [
      { search: 'lima', conversationAccess: 'own' },
      (p) => /lima/i.test(p.name) && rankOf(p.role) <= 0,
    ],
    [{ search: 'acme.example' }, () => true],
  ])('begin at any number of those whom %o finds', async (filter, matches) => {
    for (const sort of ['name', '-name', 'role', '-status', 'lastActive'] as const) {
      const expected = inOrder(sort).filter((id) =>
        matches(people.find((p) => p.id === id) as Person),
      )
      for (const offset of [1, Math.floor(expected.length / 2), expected.length - 1]) {
        const page = await list({ ...filter, sort, limit: 10, offset })
        expect(page.members.map(({ id }) => id)).toEqual(expected.slice(offset, offset + 10))
        expect(page).toMatchObject({ offset, total: expected.length })
      }
    }
  })

  it.each<[string, MemberFilter, (person: Person) => boolean]>([
    ['state', { state: 'suspended' }, (p) => p.state === 'suspended'],
    ['conversation access', { conversationAccess: 'all' }, (p) => rankOf(p.role) > 0],
    ['source', { source: 'directory' }, () => false],
    ['no access', { roleId: 'none' }, (p) => p.role === null],
    [
      'no access and state',
      { roleId: 'none', state: 'invited' },
      (p) => p.role === null && p.state === 'invited',
    ],
    [
      'activity since',
      { activeSince: new Date(Date.UTC(2026, 0, 4)) },
      (p) => p.lastActive !== null && p.lastActive.getUTCDate() >= 4,
    ],
    [
      'no activity since',
      { notActiveSince: new Date(Date.UTC(2026, 0, 4)) },
      (p) => p.lastActive === null || p.lastActive.getUTCDate() < 4,
    ],
    ['part of a name, without its accents', { search: 'nunez' }, (p) => p.name.includes('Núñez')],
    ['several words', { search: 'angel lima' }, (p) => p.name === 'Ángel Lima'],
    ['characters with a meaning', { search: '50%_' }, (p) => p.name.includes('50%_')],
    ['an email', { search: 'person-117@' }, (p) => p.email.startsWith('person-117@')],
    [
      'a phone number as people write it',
      { search: '(600) 11-05' },
      (p) => p.phone?.includes('11 05') === true,
    ],
    [
      'two letters that begin a word',
      { search: 'li' },
      (p) => /(^|[^\p{L}\p{N}])li/u.test(nameKey(p.name)),
    ],
    ['one letter that is no Latin one', { search: '王' }, (p) => p.name.includes('王')],
    ['the name of a role', { search: 'manag' }, (p) => p.role === 'manager'],
    ['its name in another language', { search: 'gerente' }, (p) => p.role === 'manager'],
    [
      'a search and a state',
      { search: 'lima', state: 'active' },
      (p) => p.name.includes('Lima') && p.state === 'active',
    ],
    ['a search that nobody answers', { search: 'nobody at all' }, () => false],
  ])('find people by %s', async (_title, filter, matches) => {
    const expected = inOrder('name').filter((id) =>
      matches(people.find((p) => p.id === id) as Person),
    )
    const page = await list({ ...filter, limit: 100 })
    expect(page.members.map(({ id }) => id)).toEqual(expected.slice(0, 100))
    expect(page.total).toBe(expected.length)
  })

  it('find the people of a department and of a role, and count everybody once', async () => {
    const sales = acme.departmentId('Sales')
    const inSales = people.filter(({ department }) => department === sales)
    expect((await list({ departmentId: sales, limit: 5 })).total).toBe(inSales.length)
    const managers = await list({ roleId: acme.roleId('manager'), limit: 5 })
    expect(managers.total).toBe(people.filter(({ role }) => role === 'manager').length)
    const facets = await acme.asHost(readMemberFacets)
    const count = (matches: (person: Person) => boolean): number => people.filter(matches).length
    expect(facets).toEqual({
      total: people.length,
      states: {
        invited: count(({ state }) => state === 'invited'),
        active: count(({ state }) => state === 'active'),
        suspended: count(({ state }) => state === 'suspended'),
      },
      noAccess: count(({ role }) => role === null),
      roles: {
        [acme.roleId('owner')]: 1,
        [acme.roleId('manager')]: count(({ role }) => role === 'manager'),
        [acme.roleId('agent')]: count(({ role }) => role === 'agent'),
      },
      departments: {
        [sales]: inSales.length,
        [acme.departmentId('Support')]: count(
          ({ department }) => department === acme.departmentId('Support'),
        ),
      },
      channels: {},
    })
  })

  it('keep their place when the member of the cursor is moved or removed', async () => {
    const globex = await createTeamFixture(db, {})
    const names = ['Berta', 'Carla', 'Dora', 'Emma']
    const ids = new Map<string, string>()
    for (const name of names) ids.set(name, await globex.join(name, 'agent'))
    const page = await globex.asHost((trx) => listMembers(trx, { limit: 2 }))
    expect(page.members.map(({ displayName }) => displayName)).toEqual(['Berta', 'Carla'])
    await globex.asHost(({ query }) =>
      query
        .updateTable('members')
        .set({ state: 'removed', removed_at: new Date() })
        .where('id', '=', ids.get('Carla') ?? '')
        .execute(),
    )
    const next = await globex.asHost((trx) =>
      listMembers(trx, { limit: 2, cursor: page.nextCursor ?? '' }),
    )
    expect(next.members.map(({ displayName }) => displayName)).toEqual(['Dora', 'Emma'])
  })

  it('refuse a cursor of another order, of nobody and of nonsense', async () => {
    const { nextCursor } = await list({ sort: 'role', limit: 5 })
    for (const cursor of [
      nextCursor ?? '',
      'nonsense',
      made(['name', 'next', createId(), null]),
      made(['name', 'sideways', people[0]?.id, null]),
      made(['name', 'next', people[0]?.id, "'; drop table members"]),
    ]) {
      await expect(list({ sort: 'name', limit: 5, cursor })).rejects.toMatchObject({
        code: 'invalid-cursor',
      })
    }
  })

  it('count exactly whatever many writers do at once, and when a transaction is given up', async () => {
    const globex = await createTeamFixture(db, {})
    const { id: workspaceId } = globex.workspace
    const ids = await Promise.all(
      Array.from({ length: 40 }, (_, index) => globex.join(`p${index}`, 'agent')),
    )
    await Promise.all(
      ids.map((id, index) =>
        globex
          .asHost(async ({ query }) => {
            await query
              .updateTable('members')
              .set({ state: index % 3 === 0 ? 'suspended' : 'active' })
              .where('id', '=', id)
              .execute()
            await sql`select compact_member_counts(${workspaceId})`.execute(query)
            if (index % 5 === 0) throw new Error('given up')
          })
          .catch(() => {}),
      ),
    )
    const counted = await inWorkspace(
      db,
      workspaceId,
      { kind: 'system', id: null, requestId: 'count' },
      ({ query }) =>
        query
          .selectFrom('members')
          .select(['state', sql<number>`count(*)::int`.as('n')])
          .groupBy('state')
          .execute(),
    )
    const facets = await globex.asHost(readMemberFacets)
    for (const { state, n } of counted) expect(facets.states).toMatchObject({ [state]: n })
    expect(facets.total).toBe(41)
  })
})
