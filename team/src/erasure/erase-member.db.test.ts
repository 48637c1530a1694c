import { setTimeout } from 'node:timers/promises'

import { createId } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  provisionDirectoryUser,
  removeDirectoryUser,
  writeDirectoryUser,
} from '../directory/directory-user-commands.ts'
import { followLeavers } from '../handover/follow-leavers.ts'
import { checkContent } from '../history/audit-content.ts'
import { editMember } from '../members/edit-member.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftUser,
} from '../testing/directory-fixture.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { eraseMember } from './erase-member.ts'

describe.each(testEngines)('an erasure on %s', (engine) => {
  let db: TestDatabase
  let team: TeamFixture
  let company: DirectoryFixture

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    team = await createTeamFixture(db)
    company = await createDirectoryFixture(db)
  })
  afterAll(() => db.close())

  const memberOf = (id: string) =>
    db.owner.selectFrom('members').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

  it('leaves an id without a person, whose history still says what was done', async () => {
    const id = await team.join('ana', 'agent')
    await team.asHost((trx) =>
      editMember(trx, id, { profile: { phone: '+52 55 1234 5678' }, departments: ['Sales'] }),
    )
    await team.asHost((trx) => eraseMember(trx, id))
    const { erased_at, removed_at, ...row } = await memberOf(id)
    expect(row).toMatchObject({ id, state: 'removed', display_name: '', email: null, phone: null })
    expect(erased_at).not.toBeNull()
    expect(removed_at).not.toBeNull()

    const entries = await db.owner
      .selectFrom('audit_entries')
      .selectAll()
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
    expect(entries.map(({ action }) => action)).toEqual([
      'member.activated',
      'member.access_changed',
      'member.removed',
      'member.access_changed',
      'member.erased',
    ])
    expect(entries[1]?.after).toMatchObject({ state: 'active', departments: ['Sales'] })
    expect(entries.map((entry) => checkContent(entry))).toEqual([
      'erased',
      'erased',
      'intact',
      'intact',
      'intact',
    ])
    const events = await db.owner
      .selectFrom('outbox')
      .select(['type', 'payload'])
      .where('member_id', '=', id)
      .orderBy('id')
      .execute()
    expect(events.map(({ type }) => type)).toEqual([
      'member.activated',
      'member.access_changed',
      'member.removed',
      'member.access_changed',
      'member.changed',
    ])
    expect(events[4]?.payload).toMatchObject({ member: { id, erased: true, email: null } })
    expect(JSON.stringify(events)).not.toMatch(/ana|5678/)
  })

  it('waits for what is being written about the person, and leaves nothing of it', async () => {
    const id = await team.join('zoe', 'agent')
    const leaving = {
      type: 'member.suspended',
      memberId: id,
      payload: { before: { state: 'active', departments: [] } },
      position: '1',
      requestId: 'leaving',
      occurredAt: new Date(),
    } as const
    const written = Promise.withResolvers<void>()
    const erased = Promise.withResolvers<void>()
    const handingOver = team.asHost(async (trx) => {
      await followLeavers(trx, [leaving])
      written.resolve()
      await Promise.race([erased.promise, setTimeout(300)])
    })
    await written.promise
    await team.asHost((trx) => eraseMember(trx, id))
    erased.resolve()
    await handingOver
    const events = await db.owner
      .selectFrom('outbox')
      .select(['type', 'payload'])
      .where('member_id', '=', id)
      .execute()
    expect(events.map(({ type }) => type)).toContain('handover.requested')
    expect(JSON.stringify(events)).not.toMatch(/zoe/i)
  })

  it('changes nothing the second time', async () => {
    const id = await team.join('twice', 'agent')
    await team.asHost((trx) => eraseMember(trx, id))
    const first = await memberOf(id)
    await team.asHost((trx) => eraseMember(trx, id))
    expect(await memberOf(id)).toEqual(first)
  })

  it('is for hosts, and for those who may delete account data: of others, not above them', async () => {
    const owner = await team.join('second-owner', 'owner')
    const manager = await team.join('manager', 'manager')
    const id = await team.join('ben', 'agent')
    const erase = (by: string, whom: string): Promise<void> =>
      team.asMember(by, (trx) => eraseMember(trx, whom))
    await expect(erase(manager, id)).rejects.toMatchObject({ code: 'permission-missing' })
    await expect(erase(owner, owner)).rejects.toMatchObject({ code: 'own-access' })
    await expect(erase(owner, createId())).rejects.toMatchObject({ code: 'member-not-found' })
    await erase(owner, id)
    expect((await memberOf(id)).erased_at).not.toBeNull()
    await erase(owner, team.workspace.ownerMemberId)
    await expect(team.asHost((trx) => eraseMember(trx, owner))).rejects.toMatchObject({
      code: 'last-owner',
    })
  })

  it('waits until the directory lets go of the person, unless the host insists', async () => {
    const provision = (name: string) =>
      company.asDirectory((trx) =>
        provisionDirectoryUser(trx, company.connectionId, draftUser(`${name}@acme.example`)),
      )
    const { user } = await provision('dora')
    const find = async (userId: string): Promise<string> => {
      const row = await db.owner
        .selectFrom('members')
        .select('id')
        .where('directory_user_id', '=', userId)
        .executeTakeFirstOrThrow()
      return row.id
    }
    const id = await find(user.id)
    const erase = (whom: string, evenIfInDirectory = false): Promise<void> =>
      company.asDirectory(async (trx) =>
        eraseMember({ ...trx, actor: { kind: 'host', id: null, requestId: 'erase' } }, whom, {
          evenIfInDirectory,
        }),
      )
    await expect(erase(id)).rejects.toMatchObject({ code: 'still-in-directory' })
    await company.asDirectory((trx) => removeDirectoryUser(trx, user))
    await erase(id)
    expect((await memberOf(id)).directory_user_id).toBeNull()

    const insisted = await provision('emil')
    const emil = await find(insisted.user.id)
    await erase(emil, true)
    const left = await db.owner
      .selectFrom('directory_users')
      .select('user_name')
      .where('workspace_id', '=', company.workspace.id)
      .execute()
    expect(left).toEqual([])
    // The directory sends them again: that is another member.
    const again = await provision('emil')
    expect(await find(again.user.id)).not.toBe(emil)
  })

  it('forgets the person as the manager of others', async () => {
    const { user: boss } = await company.asDirectory((trx) =>
      provisionDirectoryUser(trx, company.connectionId, draftUser('boss@acme.example')),
    )
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
    const { user } = await company.asDirectory((trx) =>
      provisionDirectoryUser(trx, company.connectionId, draftUser('report@acme.example')),
    )
    await company.asDirectory((trx) =>
      writeDirectoryUser(trx, user, {
        ...draftUser('report@acme.example'),
        resource: {
          userName: 'report@acme.example',
          [enterprise]: {
            department: 'Ventas',
            manager: { value: boss.id, displayName: 'Bárbara Boss' },
          },
        },
      }),
    )
    const { id } = await db.owner
      .selectFrom('members')
      .select('id')
      .where('directory_user_id', '=', boss.id)
      .executeTakeFirstOrThrow()
    await company.asDirectory(async (trx) =>
      eraseMember({ ...trx, actor: { kind: 'host', id: null, requestId: 'erase' } }, id, {
        evenIfInDirectory: true,
      }),
    )
    const { resource } = await db.owner
      .selectFrom('directory_users')
      .select('resource')
      .where('id', '=', user.id)
      .executeTakeFirstOrThrow()
    expect(resource[enterprise]).toEqual({ department: 'Ventas' })
  })

  it('empties what jobs were given, and waits for those that are not over', async () => {
    const id = await team.join('job-person', 'agent')
    const [running, over] = [createId(), createId()]
    await db.owner
      .insertInto('jobs')
      .values(
        [running, over].map((job) => ({
          workspace_id: team.workspace.id,
          id: job,
          kind: 'members.import',
          input: JSON.stringify({ csv: 'name,email\nX,Job-Person@acme.example\n' }),
          total: 1,
          checkpoint: null,
          error_code: null,
          actor_kind: 'host' as const,
          actor_id: null,
          request_id: 'import',
          lease: null,
          state: job === over ? ('done' as const) : ('queued' as const),
          started_at: null,
          finished_at: job === over ? new Date() : null,
        })),
      )
      .execute()
    await expect(team.asHost((trx) => eraseMember(trx, id))).rejects.toMatchObject({
      code: 'person-in-running-job',
      subject: running,
    })
    expect((await memberOf(id)).email).toBe('job-person@acme.example')
    await sql`update jobs set state = 'done', finished_at = now() where id = ${running}`.execute(
      db.owner,
    )
    await team.asHost((trx) => eraseMember(trx, id))
    const jobs = await db.owner
      .selectFrom('jobs')
      .select('input')
      .where('workspace_id', '=', team.workspace.id)
      .execute()
    expect(jobs).toEqual([{ input: {} }, { input: {} }])
  })

  it('empties the rows of imported tables that name the person, and no others', async () => {
    const id = await team.join('imported', 'agent')
    const [job, table] = [createId(), createId()]
    const workspace_id = team.workspace.id
    await db.owner
      .insertInto('jobs')
      .values({
        workspace_id,
        id: job,
        kind: 'members.check',
        input: '{}',
        total: 2,
        checkpoint: null,
        error_code: null,
        actor_kind: 'host',
        actor_id: null,
        request_id: 'import',
        lease: null,
        started_at: null,
        finished_at: null,
      })
      .execute()
    await db.owner
      .insertInto('member_imports')
      .values({ workspace_id, id: table, way: 'invite', check_job_id: job })
      .execute()
    await db.owner
      .insertInto('member_import_rows')
      .values(
        ['imported', 'other'].map((name, index) => ({
          workspace_id,
          import_id: table,
          number: index + 2,
          cells: JSON.stringify({ email: `${name}@acme.example` }),
          email_key: `${name}@acme.example`,
          digest: name,
        })),
      )
      .execute()
    await expect(team.asHost((trx) => eraseMember(trx, id))).rejects.toMatchObject({
      code: 'person-in-running-job',
    })
    await sql`update jobs set state = 'done', finished_at = now() where id = ${job}`.execute(
      db.owner,
    )
    await team.asHost((trx) => eraseMember(trx, id))
    const rows = await db.owner
      .selectFrom('member_import_rows')
      .select(['number', 'cells', 'email_key', 'digest'])
      .where('import_id', '=', table)
      .orderBy('number')
      .execute()
    expect(rows).toEqual([
      { number: 2, cells: null, email_key: null, digest: null },
      {
        number: 3,
        cells: { email: 'other@acme.example' },
        email_key: 'other@acme.example',
        digest: 'other',
      },
    ])
  })

  it('leaves alone what is about others whose names have the person’s in them', async () => {
    const quoted = await team.join('Zo "Z" Paz', 'agent')
    const short = await team.join('x', 'agent')
    await team.asHost((trx) => editMember(trx, short, { profile: { signatureName: 'Juan' } }))
    const [running, check, table] = [createId(), createId(), createId()]
    const workspace_id = team.workspace.id
    const job = {
      workspace_id,
      kind: 'members.check',
      total: 2,
      checkpoint: null,
      error_code: null,
    }
    const by = { actor_kind: 'host', actor_id: null, request_id: 'x', lease: null } as const
    await db.owner
      .insertInto('jobs')
      .values([
        {
          ...job,
          ...by,
          id: running,
          input: '{"name":"Juan xavier"}',
          started_at: null,
          finished_at: null,
        },
        {
          ...job,
          ...by,
          id: check,
          input: '{}',
          state: 'done',
          started_at: null,
          finished_at: new Date(),
        },
      ])
      .execute()
    await db.owner
      .insertInto('member_imports')
      .values({ workspace_id, id: table, way: 'invite', check_job_id: check })
      .execute()
    const names = ['Juan', 'Juan Xolotl', 'Zo "Z" Paz']
    await db.owner
      .insertInto('member_import_rows')
      .values(
        names.map((name, index) => ({
          workspace_id,
          import_id: table,
          number: index + 2,
          cells: JSON.stringify({ name }),
          email_key: null,
          digest: name,
        })),
      )
      .execute()
    const mail = { workspace_id, recipient: 'max@acme.example', html: '' }
    await db.owner
      .insertInto('captured_mails')
      .values(
        ['Juana Xolotl invited you', 'Juan invited you', 'Write to max@acme.example'].map(
          (text) => ({
            ...mail,
            subject: 'x',
            text,
          }),
        ),
      )
      .execute()
    const left = async (): Promise<unknown[]> => {
      const rows = await db.owner
        .selectFrom('member_import_rows')
        .select('cells')
        .where('import_id', '=', table)
        .orderBy('number')
        .execute()
      return rows.map(({ cells }) => cells?.['name'] ?? null)
    }
    await team.asHost((trx) => eraseMember(trx, short))
    expect(await left()).toEqual([null, 'Juan Xolotl', 'Zo "Z" Paz'])
    const mails = await db.owner
      .selectFrom('captured_mails')
      .select('text')
      .where('workspace_id', '=', workspace_id)
      .where('subject', '=', 'x')
      .execute()
    expect(mails.map(({ text }) => text).toSorted()).toEqual([
      'Juana Xolotl invited you',
      'Write to max@acme.example',
    ])
    await team.asHost((trx) => eraseMember(trx, quoted))
    expect(await left()).toEqual([null, 'Juan Xolotl', null])
  })
})
