import type { Database } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { draftUser } from '../testing/directory-fixture.ts'
import { createDirectory, type Directory } from '../testing/directory.ts'
import { lockDirectoryGroup } from './directory-group-commands.ts'
import { lockDirectoryUser } from './directory-user-commands.ts'

describe.each(testEngines)('who leaves a directory and comes again on %s', (engine) => {
  let db: Database
  let directory: Directory

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    directory = await createDirectory(db)
  })

  test('a deletion frees the name; who comes again is the same member without former local grants', async () => {
    const draft = draftUser('ana@acme.example', { displayName: 'Ana García' })
    const { user } = await directory.provision(draft)
    const { group } = await directory.createGroup('Ventas-MX', [user.id])
    const memberId = (await directory.memberNamed('Ana García'))?.id ?? ''
    await directory.asDirectory((trx) =>
      trx.query
        .insertInto('grants')
        .values({
          workspace_id: trx.workspaceId,
          id: memberId,
          member_id: memberId,
          kind: 'department',
          department_id: directory.workspace.departments[1]?.id ?? null,
          source: 'local',
          effective: true,
          request_id: 'test',
        })
        .execute(),
    )
    await directory.remove(user.id)
    expect(await directory.memberNamed('Ana García')).toBeUndefined()
    expect(
      await directory.asDirectory((trx) => lockDirectoryUser(trx, directory.connectionId, user.id)),
    ).toBeUndefined()
    const counted = await directory.asDirectory((trx) =>
      lockDirectoryGroup(trx, directory.connectionId, group.id),
    )
    expect(counted?.member_count).toBe(0)

    const again = await directory.provision(draft)
    expect(again.outcome).toBe('created')
    expect(again.user.id).not.toBe(user.id)
    const returned = await directory.memberNamed('Ana García')
    expect(returned).toMatchObject({ id: memberId, state: 'active', departments: [] })
  })

  test('the same userName with another externalId is another person, who inherits nothing', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const former = await directory.memberNamed('Ana García')
    await directory.remove(user.id)
    await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García', externalId: 'somebody new' }),
    )
    const newcomer = await directory.memberNamed('Ana García')
    expect(newcomer?.id).not.toBe(former?.id)
    expect(newcomer?.email).toBe('ana@acme.example')
  })

  test('an externalId that an active person has too restores nobody else', async () => {
    const shared = { externalId: 'anna' }
    await directory.provision(draftUser('anna@a.example', shared))
    const { user: left } = await directory.provision(draftUser('anna@b.example', shared))
    await directory.write(left.id, draftUser('anna@b.example', { ...shared, active: false }))
    const newcomer = await directory.provision(draftUser('anna@c.example', shared))
    expect(newcomer.outcome).toBe('created')
    expect(newcomer.user.id).not.toBe(left.id)
    const own = draftUser('anna@b.example', { ...shared, displayName: 'Anna B.' })
    expect(await directory.provision(own)).toMatchObject({
      outcome: 'restored',
      user: { id: left.id },
    })
  })

  test('nobody becomes a former person by an externalId that two have or had', async () => {
    const shared = { externalId: 'anna' }
    const { user: gone } = await directory.provision(draftUser('anna@a.example', shared))
    const former = await directory.idOf('anna@a.example')
    const { user: there } = await directory.provision(draftUser('anna@b.example', shared))
    await directory.remove(gone.id)
    await directory.provision(draftUser('anna@c.example', shared))
    expect(await directory.idOf('anna@c.example')).not.toBe(former)
    const { user: third } = await directory.provision(draftUser('anna@d.example', shared))
    for (const each of [there, third]) await directory.remove(each.id)
    await directory.provision(draftUser('anna@e.example', shared))
    const members = await Promise.all(
      ['c', 'e'].map((each) => directory.idOf(`anna@${each}.example`)),
    )
    expect(members).not.toContain(former)
    await directory.provision(draftUser('anna@a.example', shared))
    expect(await directory.idOf('anna@a.example')).toBe(former)
  })

  test('an address in a proved domain says who comes again, unless somebody has it', async () => {
    const comesAgain = async (address: string, before?: () => Promise<unknown>) => {
      const { user } = await directory.provision(draftUser(address, { displayName: 'Ana García' }))
      const former = await directory.idOf('Ana García')
      await directory.remove(user.id)
      await before?.()
      await directory.provision(
        draftUser('ana.g', { displayName: 'Ana G.', emails: draftUser(address).emails }),
      )
      return { former, now: await directory.idOf('Ana G.') }
    }
    const unproved = await comesAgain('ana@acme.example')
    expect(unproved.now).not.toBe(unproved.former)

    directory = await createDirectory(db, { verified: true })
    const proved = await comesAgain('ana@acme.example')
    expect(proved.now).toBe(proved.former)
    expect(await directory.memberNamed('Ana G.')).toMatchObject({
      email: 'ana@acme.example',
      state: 'active',
    })

    directory = await createDirectory(db, { verified: true })
    const another = await comesAgain('ana@elsewhere.example')
    expect(another.now).not.toBe(another.former)

    directory = await createDirectory(db, { verified: true })
    const taken = await comesAgain('ana@acme.example', () =>
      directory.provision(
        draftUser('ana2', { displayName: 'Ana 2', emails: draftUser('ana@acme.example').emails }),
      ),
    )
    // The first who came with it is who had it; whoever comes then is somebody else.
    expect([taken.former, await directory.idOf('Ana 2')]).not.toContain(taken.now)
    expect(await directory.idOf('Ana 2')).toBe(taken.former)
  })

  test('who comes back to an email that another has taken comes back without it', async () => {
    const draft = draftUser('ana@acme.example', { displayName: 'Ana García' })
    const { user } = await directory.provision(draft)
    const memberId = (await directory.memberNamed('Ana García'))?.id
    await directory.remove(user.id)
    await directory.provision(
      draftUser('ana2', { displayName: 'Ana 2', emails: draftUser('ana@acme.example').emails }),
    )
    const again = await directory.provision(draft)
    expect(again.warnings).toMatchObject([{ code: 'email_taken' }])
    expect(await directory.memberNamed('Ana García')).toMatchObject({ id: memberId, email: null })
  })

  test('a restored person keeps the externalId that the request leaves out', async () => {
    const { user } = await directory.provision(draftUser('ana@acme.example'))
    await directory.write(user.id, draftUser('ana@acme.example', { active: false }))
    const restored = await directory.provision(draftUser('ana@acme.example', { externalId: null }))
    expect(restored.user.external_id).toBe(user.external_id)
  })
})
