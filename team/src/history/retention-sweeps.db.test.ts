import { createId, type Database, openDatabase } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  provisionDirectoryUser,
  removeDirectoryUser,
} from '../directory/directory-user-commands.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftUser,
} from '../testing/directory-fixture.ts'
import { editWorkspace } from '../workspaces/edit-workspace.ts'
import { sequenceEvents } from './event-queries.ts'
import { retained, sweepRetained } from './retention-sweeps.ts'

const day = 86_400_000

const ago = (days: number): Date => new Date(Date.now() - days * day)

describe.each(testEngines)('what is kept on %s', (engine) => {
  let db: TestDatabase
  let fixture: DirectoryFixture

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    fixture = await createDirectoryFixture(db)
  })
  afterAll(() => db.close())

  /** Rows of a workspace's histories that are so many days old. */
  async function write(workspaceId: string, days: number, count: number): Promise<void> {
    const numbers = Array.from({ length: count })
    await db.owner
      .insertInto('audit_entries')
      .values(
        numbers.map(() => ({
          workspace_id: workspaceId,
          id: createId(),
          actor_kind: 'system' as const,
          request_id: 'old',
          action: 'old',
          subject_kind: 'workspace',
          subject_id: workspaceId,
          content_digest: Buffer.alloc(32),
          occurred_at: ago(days),
        })),
      )
      .execute()
    await db.owner
      .insertInto('outbox')
      .values(
        numbers.map(() => ({
          workspace_id: workspaceId,
          type: 'old',
          payload: '{}',
          request_id: 'old',
          occurred_at: ago(days),
        })),
      )
      .execute()
    await db.owner
      .insertInto('captured_mails')
      .values(
        numbers.map(() => ({
          workspace_id: workspaceId,
          recipient: 'a@b.example',
          subject: 'old',
          text: '',
          html: '',
          captured_at: ago(days),
        })),
      )
      .execute()
  }

  const left = async (
    table: 'audit_entries' | 'events' | 'captured_mails',
    workspaceId: string,
  ): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::integer as count from ${sql.table(table)}
      where workspace_id = ${workspaceId} and ${sql.ref(table === 'captured_mails' ? 'subject' : 'request_id')} = 'old'`.execute(
      db.owner,
    )
    return rows[0]?.count ?? -1
  }

  async function sweepAll(from: Database = db, batch?: number): Promise<number> {
    let gone = 0
    for (const kind of retained) gone += await sweepRetained(from, kind, batch)
    return gone
  }

  it('goes when its own workspace no longer wants it, in batches', async () => {
    const other = await createDirectoryFixture(db)
    const [mine, theirs] = [fixture.workspace.id, other.workspace.id]
    await fixture.asDirectory((trx) =>
      editWorkspace(trx, { policies: { retention: { auditDays: 100, eventDays: 10 } } }),
    )
    for (const id of [mine, theirs]) {
      await write(id, 9, 1)
      await write(id, 31, 5)
      await write(id, 101, 5)
      await write(id, 401, 5)
    }
    await sequenceEvents(db)
    await sweepAll(db, 3)
    expect({ mine: await left('audit_entries', mine), theirs: await left('audit_entries', theirs) })
      // More than 100 days against more than 400.
      .toEqual({ mine: 6, theirs: 11 })
    expect({ mine: await left('events', mine), theirs: await left('events', theirs) })
      // More than 10 days against more than 90.
      .toEqual({ mine: 1, theirs: 6 })
    expect(await left('captured_mails', mine)).toBe(1)
    expect(await sweepAll()).toBe(0)
  })

  it('forgets deleted directory users, whose members stay removed', async () => {
    const { user } = await fixture.asDirectory((trx) =>
      provisionDirectoryUser(trx, fixture.connectionId, draftUser('gone@acme.example')),
    )
    await fixture.asDirectory((trx) => removeDirectoryUser(trx, user))
    await db.owner
      .updateTable('directory_users')
      .set({ deleted_at: ago(29) })
      .where('id', '=', user.id)
      .execute()
    expect(await sweepRetained(db, 'tombstones')).toBe(0)
    await db.owner
      .updateTable('directory_users')
      .set({ deleted_at: ago(31) })
      .where('id', '=', user.id)
      .execute()
    expect(await sweepRetained(db, 'tombstones')).toBe(1)
    const member = await db.owner
      .selectFrom('members')
      .select(['state', 'directory_user_id', 'removed_at'])
      .where('email', '=', 'gone@acme.example')
      .executeTakeFirstOrThrow()
    expect(member).toMatchObject({ state: 'removed', directory_user_id: null })
    expect(member.removed_at).not.toBeNull()
  })

  it('is swept once, however many replicas sweep', async () => {
    await write(fixture.workspace.id, 401, 500)
    const replica = engine === 'postgres' ? await openDatabase(db.options) : undefined
    const replicas = [db, db, replica ?? db]
    const gone = await Promise.all(replicas.map((each) => sweepRetained(each, 'audit_entries', 50)))
    await sweepRetained(db, 'audit_entries')
    await replica?.close()
    expect(gone.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(500)
    expect(await left('audit_entries', fixture.workspace.id)).toBe(6)
  })
})
