import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { readEvents, sequenceEvents } from '../history/event-queries.ts'
import { reactivateMember, suspendMember } from '../members/member-status-commands.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { followLeavers } from './follow-leavers.ts'
import { completeHandover, requestHandover } from './handover-commands.ts'

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
      await team.asHost((trx) => followLeavers(trx, [event]))
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

  it('is the same for several at once, each under the request of its event', async () => {
    const [cora, dina] = [await team.join('cora', 'agent'), await team.join('dina', 'agent')]
    for (const id of [cora, dina]) await team.asHost((trx) => suspendMember(trx, id))
    await team.asHost((trx) => reactivateMember(trx, cora))
    await team.asHost((trx) => suspendMember(trx, cora))
    await sequenceEvents(db)
    const events = (await team.asHost((trx) => readEvents(trx, '0', 100)))
      .filter(({ memberId }) => memberId === cora || memberId === dina)
      .map((event) => ({ ...event, requestId: `${event.type} of ${event.memberId}` }))
    // A second time it does nothing.
    for (let time = 0; time < 2; time += 1) {
      await team.asHost((trx) => followLeavers(trx, events))
    }
    expect(await statesOf(cora)).toEqual(['cancelled', 'requested'])
    expect(await statesOf(dina)).toEqual(['requested'])
    const told = await db.owner
      .selectFrom('audit_entries')
      .select(['action', 'request_id'])
      .where('subject_id', '=', cora)
      .where('action', 'like', 'handover.%')
      .orderBy('id')
      .execute()
    expect(told).toEqual([
      { action: 'handover.requested', request_id: `member.suspended of ${cora}` },
      { action: 'handover.cancelled', request_id: `member.reactivated of ${cora}` },
      { action: 'handover.requested', request_id: `member.suspended of ${cora}` },
    ])
    const sent = await db.owner
      .selectFrom('outbox')
      .select('request_id')
      .where('member_id', '=', dina)
      .where('type', '=', 'handover.requested')
      .execute()
    expect(sent).toEqual([{ request_id: `member.suspended of ${dina}` }])
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
