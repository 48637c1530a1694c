import type { WorkspaceTransaction } from '@plantel/db'
import {
  analyzeTables,
  createTestDatabase,
  type TestDatabase,
  testEngines,
} from '@plantel/db/testing'
import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { editMember } from './edit-member.ts'
import { memberConditions } from './member-filter.ts'
import { memberSorts, type MemberSort, parsePlace } from './member-order.ts'
import { lineOfGroup, orderedPage, type PageSource } from './member-page.ts'
import { listMembers } from './member-queries.ts'

interface PlanNode {
  'Node Type': string
  'Actual Rows': number
  'Actual Loops': number
  Plans?: PlanNode[]
}

const size = 5_000
const limit = 51

const everybody = (trx: WorkspaceTransaction): PageSource => ({
  from: sql`members`,
  where: memberConditions(trx, {}),
})

/** How many lines the sorts of a query were given, the largest of them. */
async function mostSorted(trx: WorkspaceTransaction, query: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] | string }>`
    explain (analyze, format json) ${query}`.execute(trx.query)
  const answer = rows[0]?.['QUERY PLAN'] ?? '[]'
  const [plan] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [{ Plan: PlanNode }]
  const sorted = (node: PlanNode): number[] => [
    ...(node['Node Type'].includes('Sort')
      ? (node.Plans ?? []).map((child) => child['Actual Rows'] * child['Actual Loops'])
      : []),
    ...(node.Plans ?? []).flatMap(sorted),
  ]
  return Math.max(0, ...sorted(plan.Plan))
}

describe.each(testEngines)('pages of a large team on %s', (engine) => {
  let db: TestDatabase
  let acme: TeamFixture

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    acme = await createTeamFixture(db)
    await acme.asHost(({ query, workspaceId }) =>
      sql`
        insert into members (workspace_id, id, source, display_name, display_key, search_key, state, role_id,
          no_role_reason, conversation_access, access_valid_from, last_active_at)
        select ${workspaceId}, gen_random_uuid(), 'manual', p.name, p.name, p.name,
          (array['active', 'active', 'active', 'invited', 'suspended'])[1 + p.i % 5],
          case when p.i % 7 > 0 then ${acme.roleId('agent')}::uuid end,
          case when p.i % 7 = 0 then 'no_grant' end, 'own', now(), now() - make_interval(mins => p.i)
        from (select i, md5(i::text) as name from generate_series(1, ${size}) as i) p`.execute(
        query,
      ),
    )
    await analyzeTables(db)
  })
  afterAll(() => db.close())

  it.each(memberSorts)('are read in the order %s without sorting everybody', async (sort) => {
    await acme.asHost(async (trx) => {
      const page = await listMembers(trx, { sort, offset: size / 2, limit })
      const places = [
        undefined,
        parsePlace(page.nextCursor ?? '', sort),
        parsePlace(page.previousCursor ?? '', sort),
      ]
      for (const place of places) {
        const query = orderedPage(trx, sort, place, limit, everybody(trx))
        // Those of the rarest state may be sorted; a state of half the people may not.
        expect(await mostSorted(trx, query)).toBeLessThanOrEqual(size / 4)
      }
    })
  })

  it.each<MemberSort>(['name', 'role', 'status', 'lastActive', 'created'])(
    'are found by their number in the order %s without sorting anybody',
    async (sort) => {
      await acme.asHost(async (trx) => {
        for (const isFromEnd of [false, true]) {
          const query = lineOfGroup(
            trx,
            sort,
            { which: sql`true`, at: null },
            { isFromEnd, skip: size / 2 },
            everybody(trx),
          )
          expect(await mostSorted(trx, query)).toBe(0)
        }
      })
    },
  )

  it('are found under a new name in its place', async () => {
    const names = async (): Promise<string[]> => {
      const page = await acme.asHost((trx) => listMembers(trx, { search: 'quil', limit: 5 }))
      return page.members.map(({ displayName }) => displayName)
    }
    const id = await acme.join('quila', 'agent')
    await acme.join('quilb', 'agent')
    expect(await names()).toEqual(['quila', 'quilb'])
    await acme.asHost((trx) => editMember(trx, id, { profile: { displayName: 'quilz' } }))
    expect(await names()).toEqual(['quilb', 'quilz'])
  })
})
