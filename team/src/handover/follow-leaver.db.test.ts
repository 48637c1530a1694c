import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { readEvents, sequenceEvents } from '../history/event-queries.ts'
import { suspendMember } from '../members/member-status-commands.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { completeHandover, followLeaver, requestHandover } from './handover-commands.ts'

describe.each(testEngines)('what follows from a leaver on %s', (engine) => {
  let db: TestDatabase
  let team: TeamFixture

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    team = await createTeamFixture(db)
  })
  afterAll(() => db.close())

  async function followEventsAbout(id: string): Promise<void> {
    await sequenceEvents(db)
    const events = await team.asHost((trx) => readEvents(trx, '0', 100))
    for (const event of events.filter(({ memberId }) => memberId === id)) {
      await team.asHost((trx) => followLeaver(trx, event))
    }
  }

  const statesOf = async (id: string): Promise<string[]> => {
    const rows = await db.owner
      .selectFrom('handovers')
      .select('state')
      .where('member_id', '=', id)
      .orderBy('id')
      .execute()
    return rows.map(({ state }) => state)
  }

  it('is nothing more where a person chose to whom, and the host was quicker than we', async () => {
    const id = await team.join('ana', 'agent')
    const handover = await team.asHost(async (trx) => {
      const requested = await requestHandover(trx, id, { kind: 'unassigned' })
      await suspendMember(trx, id)
      return requested
    })
    await team.asHost((trx) => completeHandover(trx, handover.id, { moved: 1, remaining: 0 }))
    await followEventsAbout(id)
    expect(await statesOf(id)).toEqual(['completed'])
  })

  it('is another handover where that was chosen before they left', async () => {
    const id = await team.join('bea', 'agent')
    const { id: first } = await team.asHost((trx) => requestHandover(trx, id, { kind: 'rules' }))
    await team.asHost((trx) => completeHandover(trx, first, { moved: 1, remaining: 0 }))
    await team.asHost((trx) => suspendMember(trx, id))
    await followEventsAbout(id)
    expect(await statesOf(id)).toEqual(['completed', 'requested'])
  })
})
