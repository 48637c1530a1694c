import { setTimeout as delay } from 'node:timers/promises'

import { readInWorkspace } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createDirectoryFixture, type DirectoryFixture } from '../testing/directory-fixture.ts'
import { readEvents, sequenceEvents } from './event-queries.ts'
import { systemActor } from './system-actor.ts'

describe.each(testEngines)('positions of events on %s', (engine) => {
  let db: TestDatabase
  let fixture: DirectoryFixture

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    fixture = await createDirectoryFixture(db)
    await sequenceEvents(db)
  })
  afterAll(() => db.close())

  async function announce(from: number, to: number): Promise<void> {
    await sql`
      insert into outbox (workspace_id, type, payload, request_id)
      select ${fixture.workspace.id}::uuid, 'member.changed', jsonb_build_object('n', n), 'test'
      from generate_series(${from}::integer, ${to}::integer) n order by n`.execute(db.owner)
  }

  async function numbers(): Promise<unknown[]> {
    const events = await readInWorkspace(db, fixture.workspace.id, systemActor(), (trx) =>
      readEvents(trx, '0', 10_000),
    )
    return events.flatMap(({ payload }) => (payload['n'] === undefined ? [] : [payload['n']]))
  }

  it('are given to all that wait, in their order, however many', async () => {
    await announce(1, 2_500)
    await sequenceEvents(db)
    expect(await numbers()).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1))
    // Just as many as are moved at once.
    await announce(2_501, 3_500)
    await sequenceEvents(db)
    expect(await numbers()).toHaveLength(3_500)
  })

  it('are given when other work of the background is over', async () => {
    const steps: string[] = []
    const other = db.inBackground(async () => {
      await delay(100)
      steps.push('other work')
    })
    await sequenceEvents(db)
    steps.push('positions')
    await other
    expect(steps).toEqual(['other work', 'positions'])
  })
})
