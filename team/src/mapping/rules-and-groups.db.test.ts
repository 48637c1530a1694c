import { type Database, openDatabase, type WorkspaceTransaction } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  createDirectoryGroup,
  lockDirectoryGroup,
  writeDirectoryGroup,
} from '../directory/directory-group-commands.ts'
import { provisionDirectoryUser } from '../directory/directory-user-commands.ts'
import { listMembers } from '../members/member-queries.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftGroup,
  draftUser,
  inGroup,
} from '../testing/directory-fixture.ts'
import { saveMappingRules } from './mapping-rule-commands.ts'

// PGlite has one session: nothing there runs at the same time.
describe.runIf(testEngines.includes('postgres'))(
  'rules that change while a directory syncs',
  () => {
    let db: Database
    let replica: Database
    let fixture: DirectoryFixture

    beforeAll(async () => {
      const test = await createTestDatabase('postgres')
      db = test
      replica = await openDatabase(test.options)
      fixture = await createDirectoryFixture(db)
    })
    afterAll(async () => {
      await replica.close()
      await db.close()
    })

    async function roleOf(displayName: string): Promise<string | undefined> {
      const { members } = await fixture.asDirectory((trx) => listMembers(trx, { limit: 100 }))
      return members.find((member) => member.displayName === displayName)?.role?.name
    }

    const onReplica = (work: (trx: WorkspaceTransaction) => Promise<unknown>): Promise<unknown> =>
      fixture.asDirectoryOn(replica, work)

    test('whoever joins a group while it gets its rule has what the rule gives', async () => {
      const { user } = await fixture.asDirectory((trx) =>
        provisionDirectoryUser(trx, fixture.connectionId, draftUser('ann', { displayName: 'Ann' })),
      )
      const { group } = await fixture.asDirectory((trx) =>
        createDirectoryGroup(trx, fixture.connectionId, draftGroup('Sales'), []),
      )
      await interleave(
        (pause) =>
          fixture.asDirectory(async (trx) => {
            const current = await lockDirectoryGroup(trx, fixture.connectionId, group.id)
            if (current === undefined) throw new Error('no such group')
            await writeDirectoryGroup(trx, current, draftGroup('Sales'), [
              { kind: 'add', members: [user.id] },
            ])
            await pause()
          }),
        () =>
          onReplica((trx) =>
            saveMappingRules(trx, fixture.connectionId, [
              { ...inGroup({ id: group.id }), role: 'agent' },
            ]),
          ),
      )
      expect(await roleOf('Ann')).toBe('Agente')
    })

    test('whoever joins another group while the rules change has what the new rules give', async () => {
      const { user } = await fixture.asDirectory((trx) =>
        provisionDirectoryUser(trx, fixture.connectionId, draftUser('bob', { displayName: 'Bob' })),
      )
      const { group } = await fixture.asDirectory((trx) =>
        createDirectoryGroup(trx, fixture.connectionId, draftGroup('Support'), [user.id]),
      )
      const { group: other } = await fixture.asDirectory((trx) =>
        createDirectoryGroup(trx, fixture.connectionId, draftGroup('Night'), []),
      )
      const rules = (role: string) => [
        { ...inGroup({ id: group.id }), role },
        { ...inGroup({ id: other.id }), departments: ['Soporte'] },
      ]
      await fixture.asDirectory((trx) =>
        saveMappingRules(trx, fixture.connectionId, rules('agent')),
      )
      await interleave(
        (pause) =>
          fixture.asDirectory(async (trx) => {
            await saveMappingRules(trx, fixture.connectionId, rules('manager'))
            await pause()
          }),
        () =>
          onReplica(async (trx) => {
            const current = await lockDirectoryGroup(trx, fixture.connectionId, other.id)
            if (current === undefined) throw new Error('no such group')
            await writeDirectoryGroup(trx, current, draftGroup('Night'), [
              { kind: 'add', members: [user.id] },
            ])
          }),
      )
      expect(await roleOf('Bob')).toBe('Gerente')
    })
  },
)

/** Runs the first until it says so, then both to their ends. */
async function interleave(
  first: (pause: () => Promise<void>) => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<void> {
  const reached = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const one = first(() => {
    reached.resolve()
    return goOn.promise
  })
  await reached.promise
  const other = second()
  // Time for the second to run as far as the first lets it.
  await new Promise((resolve) => setTimeout(resolve, 150))
  goOn.resolve()
  await Promise.all([one, other])
}
