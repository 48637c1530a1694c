import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { claimAccessCheck } from '../mapping/check-access.ts'
import { reprojectionKind } from '../mapping/reprojection-kind.ts'
import type { ReprojectionInput } from '../mapping/rule-change.ts'
import { nobody } from '../mapping/touched-members.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { cancelJob, enqueueJob } from './job-commands.ts'
import { readJob } from './job-queries.ts'
import { claimJob, failJob } from './job-turns.ts'
import type { Job } from './job.ts'

describe.each(testEngines)('a job that brings new rules to people, on %s', (engine) => {
  let db: TestDatabase
  let acme: TeamFixture
  let job: Job

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  beforeEach(async () => {
    acme = await createTeamFixture(db)
    job = await acme.asHost((trx) => {
      const input: ReprojectionInput = { touched: { ...nobody, all: true } }
      return enqueueJob(trx, { kind: reprojectionKind, input })
    })
    // From here on nobody is due for a look before tomorrow.
    while ((await claimAccessCheck(db)) !== undefined);
  })
  afterAll(() => db.close())

  const read = (): Promise<Job> => acme.asHost((trx) => readJob(trx, job.id))

  it('is cancelled by nobody: it may be what takes access away', async () => {
    const owner = acme.workspace.ownerMemberId
    const refusal = { code: 'job-not-cancellable' }
    const byHost = acme.asHost((trx) => cancelJob(trx, job.id))
    await expect(byHost).rejects.toMatchObject(refusal)
    const byOwner = acme.asMember(owner, (trx) => cancelJob(trx, job.id))
    await expect(byOwner).rejects.toMatchObject(refusal)
    expect(await read()).toMatchObject({ state: 'queued' })
  })

  it('has everybody looked at soon when it is given up after ten turns', async () => {
    for (let turn = 0; turn < 10; turn++) {
      await acme.asHost((trx) => claimJob(trx, job.id, -1))
    }
    expect(await claimAccessCheck(db)).toBeUndefined()
    await acme.asHost((trx) => claimJob(trx, job.id, -1))
    expect(await read()).toMatchObject({ state: 'failed', errorCode: 'internal' })
    expect(await claimAccessCheck(db)).toBe(acme.workspace.id)
  })

  it('has everybody looked at soon when it is refused', async () => {
    const claim = await acme.asHost((trx) => claimJob(trx, job.id, 60))
    if (claim === undefined) throw new Error('somebody else has the job')
    await acme.asHost((trx) => failJob(trx, claim, 'permission-missing'))
    expect(await read()).toMatchObject({ state: 'failed', errorCode: 'permission-missing' })
    expect(await claimAccessCheck(db)).toBe(acme.workspace.id)
  })
})
