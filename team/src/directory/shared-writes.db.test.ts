import {
  type Actor,
  createSharedTransactions,
  type Database,
  type WorkspaceTransaction,
} from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { saveMappingRules } from '../mapping/mapping-rule-commands.ts'
import type { MappingRuleDraft } from '../mapping/mapping-rule-draft.ts'
import { draftUser } from '../testing/directory-fixture.ts'
import { createDirectory, type Directory } from '../testing/directory.ts'
import {
  holdMember,
  lockDirectoryUser,
  provisionDirectoryUser,
  writeDirectoryUser,
} from './directory-user-commands.ts'
import type { DirectoryUserDraft } from './directory-user.ts'

const actor: Actor = { kind: 'system', id: null, requestId: 'test' }

describe.each(testEngines)('people who are written in one transaction, on %s', (engine) => {
  let db: Database
  let directory: Directory
  let share: <T>(work: (trx: WorkspaceTransaction) => Promise<T>, requestId?: string) => Promise<T>

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  beforeEach(async () => {
    directory = await createDirectory(db)
    const shared = createSharedTransactions(db)
    share = (work, requestId = 'test') =>
      shared(directory.workspace.id, { ...actor, requestId }, work)
  })
  afterAll(() => db.close())

  /** Answers whether others shared the transaction. */
  async function write(draft: DirectoryUserDraft, requestId?: string): Promise<boolean> {
    const id = ids.get(draft.userName) ?? ''
    return share(async (trx) => {
      const [user, held] = await Promise.all([
        lockDirectoryUser(trx, directory.connectionId, id),
        holdMember(trx, id),
      ])
      if (user === undefined) throw new Error('no such user')
      await writeDirectoryUser(trx, user, draft, held)
      return trx.shared !== undefined
    }, requestId)
  }
  const lead = (name: string): Promise<boolean> =>
    write(draftUser(name, { resource: { userName: name, title: 'Lead' } }), `request of ${name}`)
  const suspend = (name: string): Promise<boolean> => write(draftUser(name, { active: false }))
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

  test('have what they get from the request about them', async () => {
    await hire('ana', 'ben')
    const rules: MappingRuleDraft[] = [
      {
        when: { kind: 'attribute', attribute: 'title', operator: 'equals', value: 'Lead' },
        role: 'manager',
      },
    ]
    await directory.asDirectory((trx) => saveMappingRules(trx, directory.connectionId, rules))
    expect(await Promise.all([lead('ana'), lead('ben')])).toEqual([true, true])
    const named = await directory.asDirectory(async (trx) => {
      const grants = await sql<{ name: string; request: string }>`
        select m.display_name as name, g.request_id as request from grants g
        join members m on m.workspace_id = g.workspace_id and m.id = g.member_id
        where g.workspace_id = ${trx.workspaceId} and m.display_name in ('ana', 'ben') order by 1`.execute(
        trx.query,
      )
      const history = await sql<{ name: string; request: string }>`
        select m.display_name as name, a.request_id as request from audit_entries a
        join members m on m.workspace_id = a.workspace_id and m.id = a.subject_id
        where a.workspace_id = ${trx.workspaceId} and a.action = 'member.access_changed' order by 1`.execute(
        trx.query,
      )
      return { grants: grants.rows, history: history.rows }
    })
    const each = ['ana', 'ben'].map((name) => ({ name, request: `request of ${name}` }))
    expect(named).toEqual({ grants: each, history: each })
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
