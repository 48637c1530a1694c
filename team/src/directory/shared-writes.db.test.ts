import {
  type Actor,
  createSharedTransactions,
  type Database,
  type WorkspaceTransaction,
} from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { draftUser } from '../testing/directory-fixture.ts'
import { createDirectory, type Directory } from '../testing/directory.ts'
import {
  holdMember,
  lockDirectoryUser,
  provisionDirectoryUser,
  writeDirectoryUser,
} from './directory-user-commands.ts'

const actor: Actor = { kind: 'system', id: null, requestId: 'test' }

describe.each(testEngines)('people who are written in one transaction, on %s', (engine) => {
  let db: Database
  let directory: Directory
  let share: <T>(work: (trx: WorkspaceTransaction) => Promise<T>) => Promise<T>

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  beforeEach(async () => {
    directory = await createDirectory(db)
    const shared = createSharedTransactions(db)
    share = (work) => shared(directory.workspace.id, actor, work)
  })
  afterAll(() => db.close())

  async function suspend(name: string): Promise<boolean> {
    const draft = draftUser(name, { active: false })
    const id = ids.get(name) ?? ''
    return share(async (trx) => {
      const [user, held] = await Promise.all([
        lockDirectoryUser(trx, directory.connectionId, id),
        holdMember(trx, id),
      ])
      if (user === undefined) throw new Error('no such user')
      await writeDirectoryUser(trx, user, draft, held)
      return trx.shared !== undefined
    })
  }
  const ids = new Map<string, string>()
  async function hire(...names: string[]): Promise<void> {
    for (const name of names) {
      const { user } = await directory.provision(draftUser(name))
      ids.set(name, user.id)
    }
  }

  test('of two who come back as the same, one does', async () => {
    const draft = draftUser('back@acme.example', { active: false })
    await directory.provision(draft)
    const again = (): Promise<string> =>
      share(async (trx) => {
        const { connectionId } = directory
        const active = { ...draft, active: true }
        return (await provisionDirectoryUser(trx, connectionId, active)).outcome
      })
    const answers = await Promise.allSettled([again(), again()])
    const one = answers.find(({ status }) => status === 'fulfilled')
    const other = answers.find(({ status }) => status === 'rejected')
    expect(one).toMatchObject({ value: 'restored' })
    expect(other).toMatchObject({ reason: { code: 'user-name-taken' } })
  })

  test.runIf(engine === 'postgres')(
    'do not wait for one of them who is being written elsewhere',
    async () => {
      await hire('ana', 'ben', 'cleo')
      const others = await directory.asDirectory(async (trx) => {
        await sql`
          select id from members
          where workspace_id = ${trx.workspaceId} and directory_user_id = ${ids.get('ana')} for update`.execute(
          trx.query,
        )
        const held = suspend('ana')
        expect(await Promise.all([suspend('ben'), suspend('cleo')])).toEqual([true, true])
        return { held }
      })
      expect(await others.held).toBe(false)
      const { rows } = await directory.asDirectory((trx) =>
        sql<{ state: string }>`
          select state from members where workspace_id = ${trx.workspaceId} and directory_user_id is not null
          and directory_user_id = any(${[...ids.values()]})`.execute(trx.query),
      )
      expect(rows.map(({ state }) => state)).toEqual(['suspended', 'suspended', 'suspended'])
    },
  )
})
