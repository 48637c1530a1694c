import type { Database } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createDirectoryFixture, type DirectoryFixture } from '../testing/directory-fixture.ts'
import { createHistory, type History, randomRules, randomStep } from '../testing/random-history.ts'
import { checkAccess } from './check-access.ts'
import { previewMappingRules, saveMappingRules } from './mapping-rule-commands.ts'
import { describeAccess, type MemberAccessPayload, storedAccess } from './member-change.ts'
import { selectFacts } from './member-facts-store.ts'
import { loadRuleSet } from './rule-set-store.ts'

const isDeep = process.env['TEST_DEPTH'] === 'deep'
const histories = isDeep ? 2_000 : 30
const ruleChanges = isDeep ? 500 : 25

describe.each(testEngines)('what members have after anything that may happen, on %s', (engine) => {
  let db: Database
  let fixture: DirectoryFixture
  let history: History

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    fixture = await createDirectoryFixture(db, { adoption: 'auto' })
    history = createHistory(db, fixture)
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

  /** Who holds a seat, and who does by the definition: owners, then those who have needed one longest. */
  async function seats(): Promise<{ held: string[]; due: string[] }> {
    return history.asHost(async (trx) => {
      const { seats: limit } = await loadRuleSet(trx)
      const { rows } = await sql<{ id: string; seat: string }>`
        select id, seat from members where workspace_id = ${trx.workspaceId} and seat is not null
        order by seat = 'owner' desc, seat_since, id`.execute(trx.query)
      const owners = rows.filter((row) => row.seat === 'owner').length
      const last = limit === null ? rows.length : Math.max(owners, limit)
      return {
        held: rows.filter((row) => row.seat !== 'waiting').map((row) => row.id),
        due: rows.slice(0, last).map((row) => row.id),
      }
    })
  }

  test(`is a projection from nothing, and seats are whose turn it is (${histories} histories)`, async () => {
    const refused = new Map<string, number>()
    let steps = 0
    await fc.assert(
      fc.asyncProperty(fc.array(randomStep, { minLength: 1, maxLength: 12 }), async (story) => {
        for (const step of story) {
          const code = await history.take(step)
          steps += 1
          if (code !== undefined) refused.set(code, (refused.get(code) ?? 0) + 1)
        }
        const check = await history.asHost((trx) =>
          checkAccess(trx, null, { limit: 1_000, repair: false }),
        )
        expect(check).toMatchObject({ drifted: [], pending: 0 })
        const { held, due } = await seats()
        expect(held).toEqual(due)
      }),
      { numRuns: histories },
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
          expect(shown.members.map(({ displayName: _, ...rest }) => rest)).toEqual(changed)
        },
      ),
      { numRuns: ruleChanges },
    )
  }, 1_800_000)
})
