import { readInWorkspace, inWorkspace, type WorkspaceTransaction } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { createDirectoryFixture, type DirectoryFixture } from '../testing/directory-fixture.ts'
import { dueAuditChains, sealAuditEntries } from './audit-chain-store.ts'
import { recordChanges } from './record-change.ts'
import { sweepRetained } from './retention-sweeps.ts'
import { systemActor } from './system-actor.ts'
import { type AuditVerification, verifyAudit } from './verify-audit.ts'

const byEntry = (a: { entryId: unknown }, b: { entryId: unknown }): number =>
  String(a.entryId).localeCompare(String(b.entryId))

describe.each(testEngines)('the chain of audit entries on %s', (engine) => {
  let db: TestDatabase
  let fixture: DirectoryFixture
  let workspaceId: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    fixture = await createDirectoryFixture(db)
    workspaceId = fixture.workspace.id
  })

  const run = <T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> =>
    inWorkspace(db, workspaceId, systemActor(), work)

  async function write(count: number, sealed = true): Promise<void> {
    await run((trx) =>
      recordChanges(
        trx,
        Array.from({ length: count }, (_, number) => ({
          action: 'workspace.updated',
          subject: { kind: 'workspace' as const, id: workspaceId },
          before: { number },
          after: { number: number + 1, name: 'Ñandú' },
        })),
      ),
    )
    let last = sealed ? await seal() : undefined
    while (last !== undefined) last = await seal(last)
  }

  const seal = (after?: string): Promise<string | undefined> =>
    run((trx) => sealAuditEntries(trx, after))

  const verify = (anchor?: { position: string; hash: string }): Promise<AuditVerification> =>
    verifyAudit((work) => readInWorkspace(db, workspaceId, systemActor(), work), anchor)

  async function idAt(position: number): Promise<string> {
    const { id } = await db.owner
      .selectFrom('audit_seals')
      .select('entry_id as id')
      .where('workspace_id', '=', workspaceId)
      .where('position', '=', String(position))
      .executeTakeFirstOrThrow()
    return id
  }

  it('holds over any number of entries, and names those that are not sealed yet', async () => {
    await write(1_200)
    await write(3, false)
    expect(await dueAuditChains(db)).toContain(workspaceId)
    const verified = await verify()
    expect(verified).toMatchObject({ isIntact: true, unsealed: 3, flaws: [] })
    expect(verified.entries).toBeGreaterThanOrEqual(1_200)
    expect(verified.head?.position).toBe(String(verified.entries))
    await write(0)
    expect(await dueAuditChains(db)).not.toContain(workspaceId)
    expect(await verify(verified.head ?? undefined)).toMatchObject({ isIntact: true, unsealed: 0 })
  })

  it('is continued by a transaction that gives way to short ones', async () => {
    await run(async (trx) => {
      const giveWay = vi.spyOn(trx, 'giveWay')
      await sealAuditEntries(trx)
      expect(giveWay).toHaveBeenCalled()
    })
  })

  it.each([
    ['what it says', sql`after = '{"number": 99}'`],
    ['who did it', sql`actor_kind = 'member', actor_id = workspace_id`],
    ['when', sql`occurred_at = occurred_at + interval '1 microsecond'`],
    ['what was done', sql`action = 'workspace.created'`],
    [
      'its digest with its content',
      sql`content_digest = '\\x00', content_salt = null, erased_at = now()`,
    ],
  ])('shows an entry whose %s was changed', async (_, change) => {
    await write(20)
    const id = await idAt(7)
    await sql`update audit_entries set ${change} where id = ${id}`.execute(db.owner)
    expect((await verify()).flaws).toEqual([
      { kind: 'altered', position: '7', entryId: id, count: 1 },
    ])
  })

  it('shows entries that were taken out, in the middle and at the end', async () => {
    await write(20)
    const last = Number((await verify()).head?.position)
    await sql`
      delete from audit_entries a using audit_seals s
      where s.workspace_id = ${workspaceId} and s.entry_id = a.id and s.position in (7, 8, ${last})`.execute(
      db.owner,
    )
    expect((await verify()).flaws).toEqual([
      { kind: 'removed', position: '7', entryId: null, count: 2 },
      { kind: 'removed', position: String(last), entryId: null, count: 1 },
    ])
  })

  it('shows an entry that was put in, with a place in the chain or without', async () => {
    await write(20)
    const last = Number((await verify()).head?.position)
    const copied = await idAt(5)
    const copy = sql<{ id: string }>`
      insert into audit_entries (workspace_id, id, actor_kind, actor_id, request_id, action, subject_kind, subject_id,
        before, after, content_salt, content_digest, occurred_at)
      select workspace_id, gen_random_uuid(), actor_kind, actor_id, request_id, action, subject_kind, subject_id,
        before, after, content_salt, content_digest, now() - interval '2 days'
      from audit_entries where id = ${copied} returning id`
    const { rows: unannounced } = await copy.execute(db.owner)
    const { rows: late } = await copy.execute(db.owner)
    const [first, second] = [unannounced[0]?.id, late[0]?.id]
    await sql`insert into unsealed_audit_entries values (${workspaceId}, ${second})`.execute(
      db.owner,
    )
    // Never sealed, whatever is written afterwards.
    await write(1)
    expect((await verify()).flaws.toSorted(byEntry)).toEqual(
      [first, second]
        .map((entryId) => ({ kind: 'inserted', position: null, entryId, count: 1 }))
        .toSorted(byEntry),
    )
    await sql`delete from unsealed_audit_entries where entry_id = ${second}`.execute(db.owner)
    await sql`delete from audit_entries where id = ${first}`.execute(db.owner)
    await sql`
      update audit_seals set position = position + 1 where workspace_id = ${workspaceId}
        and position = ${last + 1}`.execute(db.owner)
    await sql`
      insert into audit_seals values (${workspaceId}, ${last + 1}, ${second}, ${Buffer.alloc(32)})`.execute(
      db.owner,
    )
    const { isIntact, flaws } = await verify()
    expect(isIntact).toBe(false)
    expect(flaws[0]).toMatchObject({ kind: 'altered', position: String(last + 1) })
  })

  it('shows a history that was written anew, to whoever kept a link of it', async () => {
    await write(20)
    const { head } = await verify()
    if (head === null) throw new Error('nothing was sealed')
    const { rows: gone } = await sql<{ id: string }>`
      delete from audit_seals where workspace_id = ${workspaceId} and position > 10
      returning entry_id as id`.execute(db.owner)
    expect(gone.length).toBeGreaterThan(0)
    await db.owner
      .deleteFrom('audit_entries')
      .where(
        'id',
        'in',
        gone.map(({ id }) => id),
      )
      .execute()
    await sql`
      update audit_chains c set position = 10, hash = s.chain_hash from audit_seals s
      where c.workspace_id = ${workspaceId} and s.workspace_id = c.workspace_id and s.position = 10`.execute(
      db.owner,
    )
    await write(20)
    expect(await verify()).toMatchObject({ isIntact: true })
    expect((await verify(head)).flaws).toEqual([
      { kind: 'anchor-differs', position: head.position, entryId: null, count: 1 },
    ])
  })

  it('begins later once what was kept too long is swept, and still holds', async () => {
    await write(40)
    const before = await verify()
    // As old as it claims from the start: sealed when it was written.
    await sql`
      update workspaces set policies = jsonb_set(policies, '{retention,auditDays}', '-1') where id = ${workspaceId}`.execute(
      db.owner,
    )
    expect(await sweepRetained(db, 'audit_entries', 25)).toBe(before.entries)
    await sql`
      update workspaces set policies = jsonb_set(policies, '{retention,auditDays}', '400') where id = ${workspaceId}`.execute(
      db.owner,
    )
    expect(await verify()).toMatchObject({ isIntact: true, entries: 0, head: before.head })
    await write(5)
    expect(await verify(before.head ?? undefined)).toMatchObject({ isIntact: true, entries: 5 })
  })

  it('holds when two replicas seal at once', async () => {
    await write(500, false)
    await Promise.all([seal(), seal()])
    expect(await verify()).toMatchObject({ isIntact: true, unsealed: 0 })
  })
})
