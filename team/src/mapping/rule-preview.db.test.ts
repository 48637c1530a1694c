import type { Database } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  createDirectoryGroup,
  lockDirectoryGroup,
  writeDirectoryGroup,
} from '../directory/directory-group-commands.ts'
import { provisionDirectoryUser } from '../directory/directory-user-commands.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftGroup,
  draftUser,
  inGroup,
} from '../testing/directory-fixture.ts'
import { previewMappingRules, readRulesVersion, saveMappingRules } from './mapping-rule-commands.ts'
import type { MappingRuleDraft } from './mapping-rule-draft.ts'
import { listMappingRules } from './mapping-rule-queries.ts'
import { describeAccess, storedAccess } from './member-change.ts'
import { loadMembersWithFacts } from './member-facts-store.ts'
import { project } from './project.ts'
import type { MemberDifference, RuleDifference } from './rule-difference.ts'
import { loadRuleSet } from './rule-set-store.ts'

const rounds = process.env['TEST_DEPTH'] === 'deep' ? 500 : 25

describe.each(testEngines)('a preview of mapping rules on %s', (engine) => {
  let db: Database
  let fixture: DirectoryFixture
  const users: string[] = []
  const groups: string[] = []

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    fixture = await createDirectoryFixture(db)
    for (const name of ['ana', 'bea', 'caro', 'dani', 'eva']) {
      const draft = draftUser(`${name}@acme.example`, { displayName: name })
      const { user } = await fixture.asDirectory((trx) =>
        provisionDirectoryUser(trx, fixture.connectionId, draft),
      )
      users.push(user.id)
    }
    for (const [name, members] of [
      ['Sales', users.slice(0, 3)],
      ['Support', users.slice(2)],
      ['Leads', users.slice(0, 1)],
    ] as const) {
      const { group } = await fixture.asDirectory((trx) =>
        createDirectoryGroup(trx, fixture.connectionId, draftGroup(name), members),
      )
      groups.push(group.id)
    }
  })
  afterAll(() => db.close())

  const preview = (rules: readonly MappingRuleDraft[]): Promise<RuleDifference> =>
    fixture.asDirectory((trx) => previewMappingRules(trx, fixture.connectionId, rules))
  const save = (rules: readonly MappingRuleDraft[], previewHash?: string) =>
    fixture.asDirectory((trx) =>
      saveMappingRules(trx, fixture.connectionId, rules, { previewHash }),
    )

  /** What is stored of every member now, and what a projection from nothing says. */
  function accessOfAll(): Promise<Map<string, { before: unknown; after: unknown }>> {
    return fixture.asDirectory(async (trx) => {
      const rules = await loadRuleSet(trx)
      const rows = await trx.query
        .selectFrom('members')
        .select('id')
        .where('workspace_id', '=', trx.workspaceId)
        .execute()
      const members = await loadMembersWithFacts(
        trx,
        rules,
        rows.map((row) => row.id),
      )
      return new Map(
        members.map((member) => [
          member.row.id,
          {
            before: describeAccess(storedAccess(member), rules),
            after: describeAccess(project(member.facts, rules), rules),
          },
        ]),
      )
    })
  }

  test('says who gains and who loses, and changes nothing', async () => {
    await save([{ ...inGroup({ id: groups[0] ?? '' }), role: 'agent', departments: ['Ventas'] }])
    const rulesBefore = await fixture.asDirectory((trx) => listMappingRules(trx))
    const before = await accessOfAll()
    const difference = await preview([{ ...inGroup({ id: groups[1] ?? '' }), role: 'manager' }])
    expect(difference).toMatchObject({ changed: 5, gainAccess: 2, loseAccess: 2 })
    expect(difference.members.map((member) => [member.displayName, member.after.role])).toEqual([
      ['ana', null],
      ['bea', null],
      ['caro', 'manager'],
      ['dani', 'manager'],
      ['eva', 'manager'],
    ])
    expect(await accessOfAll()).toEqual(before)
    expect(await fixture.asDirectory((trx) => listMappingRules(trx))).toEqual(rulesBefore)
  })

  test('is applied only while it still is what was shown; otherwise the new one is answered', async () => {
    await save([])
    const rules = [{ ...inGroup({ id: groups[2] ?? '' }), role: 'agent' }]
    const shown = await preview(rules)
    await fixture.asDirectory(async (trx) => {
      const group = await lockDirectoryGroup(trx, fixture.connectionId, groups[2] ?? '')
      if (group === undefined) throw new Error('no such group')
      await writeDirectoryGroup(trx, group, draftGroup('Leads'), [
        { kind: 'add', members: [users[4] ?? ''] },
      ])
    })
    const refused = await save(rules, shown.hash)
    expect(refused).toMatchObject({ outcome: 'difference-changed', difference: { changed: 2 } })
    expect(await fixture.asDirectory((trx) => listMappingRules(trx))).toEqual([])
    const difference = refused.outcome === 'saved' ? shown : refused.difference
    expect(await save(rules, difference.hash)).toMatchObject({ outcome: 'saved' })
  })

  test('is of one set of rules and of those that it replaces: no other is saved with it', async () => {
    await save([])
    // Nobody is in it, so every difference is the same nobody.
    const empty = await fixture.asDirectory((trx) =>
      createDirectoryGroup(trx, fixture.connectionId, draftGroup('Nobody yet'), []),
    )
    const inEmpty = inGroup({ id: empty.group.id })
    const [mine, theirs] = [
      [{ ...inEmpty, role: 'agent' }],
      [{ ...inEmpty, role: 'manager' }],
    ] as const
    const shownToMe = await preview(mine)
    const shownToThem = await preview(theirs)
    expect(await save([{ ...inEmpty, supervisor: true }], shownToMe.hash)).toMatchObject({
      outcome: 'difference-changed',
    })
    expect(await save(mine, shownToMe.hash)).toMatchObject({ outcome: 'saved' })
    for (let attempt = 0; attempt < 4; attempt += 1) {
      expect(await save(theirs, shownToThem.hash)).toMatchObject({ outcome: 'difference-changed' })
    }
    const rules = await fixture.asDirectory((trx) => listMappingRules(trx))
    expect(rules).toMatchObject([{ role: 'agent' }])
  })

  test('and its rules are of the version that was read: others that were saved since stay', async () => {
    await save([])
    const read = await fixture.asDirectory(readRulesVersion)
    const mine = [{ ...inGroup({ id: groups[0] ?? '' }), role: 'agent' }]
    const theirs = [{ ...inGroup({ id: groups[1] ?? '' }), role: 'agent' }]
    const saveOf = (rules: MappingRuleDraft[], version: string) =>
      fixture.asDirectory((trx) => saveMappingRules(trx, fixture.connectionId, rules, { version }))
    await saveOf(mine, read)
    await expect(saveOf(theirs, read)).rejects.toMatchObject({ code: 'version-mismatch' })
    await expect(
      fixture.asDirectory((trx) =>
        previewMappingRules(trx, fixture.connectionId, theirs, { version: read }),
      ),
    ).rejects.toMatchObject({ code: 'version-mismatch' })
    expect(await fixture.asDirectory((trx) => listMappingRules(trx))).toHaveLength(1)
    const now = await fixture.asDirectory(readRulesVersion)
    expect(await saveOf([...mine, ...theirs], now)).toMatchObject({ outcome: 'saved' })
  })

  test('is refused twice in a row at most because people move, whether it is shown again or not', async () => {
    await save([])
    const group = groups[2] ?? ''
    const rules = [{ ...inGroup({ id: group }), role: 'agent' }]
    let others = 0
    const hire = () =>
      fixture.asDirectory(async (trx) => {
        others += 1
        const { user } = await provisionDirectoryUser(
          trx,
          fixture.connectionId,
          draftUser(`other-${others}`),
        )
        const locked = await lockDirectoryGroup(trx, fixture.connectionId, group)
        if (locked === undefined) throw new Error('no such group')
        await writeDirectoryGroup(trx, locked, draftGroup('Leads'), [
          { kind: 'add', members: [user.id] },
        ])
      })
    for (const isShownAgain of [true, false]) {
      let { hash } = await preview(rules)
      for (let attempt = 0; attempt < 2; attempt += 1) {
        await hire()
        const refused = await save(rules, hash)
        if (refused.outcome === 'saved') throw new Error('It was not what was shown.')
        hash = isShownAgain ? (await preview(rules)).hash : refused.difference.hash
      }
      await hire()
      expect(await save(rules, hash)).toMatchObject({ outcome: 'saved' })
      await save([])
    }
  })

  test(`equals what applying does, and applying equals a projection from nothing (${rounds} rule sets)`, async () => {
    const rule = fc.record({
      group: fc.nat(2),
      role: fc.constantFrom(undefined, 'agent', 'manager'),
      departments: fc.subarray(['Ventas', 'Soporte']),
      channels: fc.subarray(['whatsapp']),
      supervisor: fc.boolean(),
    })
    const ruleSets = fc.uniqueArray(rule, { selector: ({ group }) => group, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(ruleSets, async (drafts) => {
        const rules = drafts.map((draft) => ({
          ...draft,
          ...inGroup({ id: groups[draft.group] ?? '' }),
        }))
        const before = await accessOfAll()
        const difference = await preview(rules)
        expect(await save(rules, difference.hash)).toMatchObject({ outcome: 'saved' })
        const after = await accessOfAll()
        const shown = new Map(difference.members.map((member) => [member.id, member]))
        for (const [id, access] of after) {
          expect(access.after).toEqual(access.before)
          const was = before.get(id)?.before
          expect(shown.get(id) ?? unchanged(was)).toMatchObject({
            before: was,
            after: access.after,
          })
        }
      }),
      { numRuns: rounds },
    )
  })
})

function unchanged(access: unknown): Pick<MemberDifference, 'before' | 'after'> {
  return { before: access, after: access } as Pick<MemberDifference, 'before' | 'after'>
}
