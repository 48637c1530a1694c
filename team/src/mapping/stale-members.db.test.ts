import type { Database } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { provisionDirectoryUser } from '../directory/directory-user-commands.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftUser,
} from '../testing/directory-fixture.ts'
import { lockStaleWithFacts } from './member-facts-store.ts'
import { bumpRulesVersion } from './rule-change.ts'

describe.each(testEngines)('people whom the newest rules have not reached, on %s', (engine) => {
  let db: Database
  let fixture: DirectoryFixture

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    fixture = await createDirectoryFixture(db)
  })
  afterAll(() => db.close())

  const provision = (...names: string[]): Promise<unknown> =>
    fixture.asDirectory(async (trx) => {
      for (const name of names) {
        await provisionDirectoryUser(
          trx,
          fixture.connectionId,
          draftUser(name, { displayName: name }),
        )
      }
    })

  test('are locked and read; the others are only counted', async () => {
    await provision('ann', 'bob')
    await fixture.asDirectory(bumpRulesVersion)
    await provision('cho')
    const found = await fixture.asDirectory((trx) =>
      lockStaleWithFacts(trx, sql`m.directory_user_id is not null`),
    )
    expect(found.members.map(({ row }) => row.display_name)).toEqual(['ann', 'bob'])
    expect(found.found).toBe(3)
  })
})
