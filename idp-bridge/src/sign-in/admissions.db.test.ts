import { createId, type Database } from '@plantel/db'
import { type TestEngine, testEngines } from '@plantel/db/testing'
import { mayEnter, readMemberAccess } from '@plantel/team'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

import { type BridgeWorld, createBridgeWorld, type TestWorkspace } from '../testing/bridge-world.ts'
import { createAdmissions } from './admissions.ts'

/** However long the rest of the test takes, no second passes in it. */
function stopTheClock(): void {
  vi.spyOn(performance, 'now').mockReturnValue(performance.now())
}

describe.each(testEngines)('Who may be issued something, on %s', (engine: TestEngine) => {
  let world: BridgeWorld
  let workspace: TestWorkspace
  /** A replica that hears of nothing. */
  let deaf: Database

  beforeAll(async () => {
    world = await createBridgeWorld(engine, [])
    workspace = await world.addWorkspace('north')
    deaf = { ...world.db, signals: { send: () => undefined, listen: () => () => undefined } }
  })

  afterAll(() => world.close())
  afterEach(() => void vi.restoreAllMocks())

  it('is told of many who are asked for at once', async () => {
    const admissions = createAdmissions(world.db)
    const hired = []
    for (let index = 0; index < 5; index += 1) {
      hired.push((await workspace.hire(`many-${index}`)).memberId)
    }
    const south = await world.addWorkspace('south')
    const asked = [...hired, createId(), 'nobody', ...hired]
    const here = asked.map((id) => admissions.find(workspace.id, id))
    const elsewhere = hired.map((id) => admissions.find(south.id, id))
    const answers = (await Promise.all(here)).map((admission) => admission?.answer)
    const yes = hired.map(() => 'yes')
    expect(answers).toEqual([...yes, undefined, undefined, ...yes])
    expect(await Promise.all(elsewhere)).toEqual(hired.map(() => undefined))
  })

  it('bears the moment of the look, so that what is remembered gives nothing that was ended since', async () => {
    const { memberId, userId } = await workspace.hire('ana')
    const admissions = createAdmissions(deaf)
    stopTheClock()
    const before = await admissions.find(workspace.id, memberId)
    await workspace.setActive(userId, 'ana', false)
    const remembered = await admissions.find(workspace.id, memberId)
    expect(remembered).toMatchObject({ answer: 'yes', at: before?.at })
    await workspace.setActive(userId, 'ana', true)
    const access = await workspace.write((trx) => readMemberAccess(trx, memberId))
    if (access === undefined || remembered === undefined) throw new Error('nobody')
    expect(mayEnter(access, remembered.at)).toBe('access-ended')
  })

  it('is forgotten within a second even where no signal comes', async () => {
    const { memberId, userId } = await workspace.hire('bea')
    const admissions = createAdmissions(deaf)
    await admissions.find(workspace.id, memberId)
    await workspace.setActive(userId, 'bea', false)
    await expect
      .poll(() => admissions.find(workspace.id, memberId), { timeout: 15_000 })
      .toMatchObject({ answer: 'suspended' })
  })

  it('is forgotten without waiting when the workspace changes', async () => {
    const { memberId, userId } = await workspace.hire('cleo')
    const admissions = createAdmissions(world.db)
    stopTheClock()
    await admissions.find(workspace.id, memberId)
    await workspace.setActive(userId, 'cleo', false)
    await expect
      .poll(() => admissions.find(workspace.id, memberId))
      .toMatchObject({ answer: 'suspended' })
  })
})
