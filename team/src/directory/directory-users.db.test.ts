import { createId, type Database, inWorkspace, readInWorkspace } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { loadRuleSet } from '../mapping/rule-set-store.ts'
import { readMemberAccess } from '../members/member-access-queries.ts'
import { mayEnter } from '../members/member-access.ts'
import { listMembers } from '../members/member-queries.ts'
import { sendNewMember } from '../members/new-member.ts'
import { draftUser } from '../testing/directory-fixture.ts'
import { createDirectory, type Directory } from '../testing/directory.ts'
import { lockDirectoryUser, provisionDirectoryUser } from './directory-user-commands.ts'
import { sendNewUser } from './directory-user-store.ts'

describe.each(testEngines)('people of a directory on %s', (engine) => {
  let db: Database
  let directory: Directory

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    directory = await createDirectory(db)
  })

  test('a new person is a member without access until a rule gives them some', async () => {
    await directory.provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    expect(await directory.memberNamed('Ana García')).toMatchObject({
      state: 'active',
      role: null,
      noRoleReason: 'no_grant',
      email: 'ana@acme.example',
      managedBy: { kind: 'directory', name: 'Okta' },
      source: 'directory',
    })
    expect(await directory.eventTypes()).toEqual([
      'workspace.created',
      'member.activated',
      'member.activated',
    ])
  })

  test('whoever adds somebody of whom nothing is known holds the rules', async () => {
    const held = await directory.asDirectory(async (trx) => {
      await provisionDirectoryUser(trx, directory.connectionId, draftUser('nobody@acme.example'))
      const { rows } = await sql<{ mode: string }>`
        select mode from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`.execute(
        trx.query,
      )
      return rows
    })
    expect(held).toEqual([{ mode: 'ShareLock' }])
  })

  test('a new person whose default role was deleted meanwhile is written again without it', async () => {
    const roles: (string | null)[] = [createId(), null]
    const draft = draftUser('late@acme.example', { displayName: 'Late' })
    await directory.asDirectory(async (trx) => {
      const rules = await loadRuleSet(trx)
      const user = sendNewUser(trx, directory.connectionId, draft)
      const connection = { defaultRoleId: roles.shift() ?? null, locksRoles: false }
      sendNewMember(trx, { user, draft, rules, connection })
    })
    expect(roles).toEqual([])
    expect(await directory.memberNamed('Late')).toMatchObject({ role: null })
  })

  test('a deactivation suspends at once and ends what was issued before; reactivation revives nothing', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const { group } = await directory.createGroup('Ventas-MX', [user.id])
    await directory.map(group.id)
    const memberId = (await directory.memberNamed('Ana García'))?.id ?? ''
    const access = async () => {
      const found = await readInWorkspace(db, directory.workspace.id, directory.actor, (trx) =>
        readMemberAccess(trx, memberId),
      )
      if (found === undefined) throw new Error('no such member')
      return found
    }
    const issuedAt = new Date()
    expect(mayEnter(await access(), issuedAt)).toBe('yes')

    await directory.write(
      user.id,
      draftUser('ana@acme.example', { displayName: 'Ana García', active: false }),
    )
    expect(mayEnter(await access(), issuedAt)).toBe('suspended')
    expect(await directory.memberNamed('Ana García')).toMatchObject({ role: { name: 'Agente' } })

    await directory.write(user.id, draftUser('ana@acme.example', { displayName: 'Ana García' }))
    expect(mayEnter(await access(), issuedAt)).toBe('access-ended')
    expect(mayEnter(await access(), new Date(Date.now() + 1_000))).toBe('yes')
    expect((await directory.eventTypes()).slice(-2)).toEqual([
      'member.suspended',
      'member.reactivated',
    ])
  })

  test('what was issued while a deactivation was being written does not live again', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const memberId = (await directory.memberNamed('Ana García'))?.id ?? ''
    const validFrom = async (): Promise<Date> =>
      (await directory.asDirectory((trx) => readMemberAccess(trx, memberId)))?.accessValidFrom ??
      new Date(0)
    await directory.write(
      user.id,
      draftUser('ana@acme.example', { displayName: 'Ana García', active: false }),
    )
    const suspended = await validFrom()
    await directory.write(user.id, draftUser('ana@acme.example', { displayName: 'Ana García' }))
    expect((await validFrom()).getTime()).toBeGreaterThan(suspended.getTime())
  })

  test('saying the same again changes neither version nor history', async () => {
    const draft = draftUser('ana@acme.example', { displayName: 'Ana García' })
    const { user } = await directory.provision(draft)
    const again = await directory.write(user.id, draft)
    expect(again.version).toBe(user.version)
    expect(again.last_modified_at).toEqual(user.last_modified_at)
    const { group } = await directory.createGroup('Ventas-MX', [user.id])
    const { changed } = await directory.changeMembers(
      group,
      { kind: 'remove', members: [user.id] },
      { kind: 'add', members: [user.id] },
    )
    expect(changed).toBe(false)
    expect(await directory.eventTypes()).toEqual([
      'workspace.created',
      'member.activated',
      'member.activated',
    ])
  })

  test('a second person of the same userName is refused, a deactivated one is restored', async () => {
    const { user } = await directory.provision(draftUser('ana@acme.example'))
    await expect(directory.provision(draftUser('ANA@acme.example'))).rejects.toMatchObject({
      code: 'user-name-taken',
      subject: 'ANA@acme.example',
    })
    await directory.write(user.id, draftUser('ana@acme.example', { active: false }))
    await expect(
      directory.provision(draftUser('ana@acme.example', { externalId: 'somebody else' })),
    ).rejects.toMatchObject({ code: 'user-name-taken' })
    const restored = await directory.provision(draftUser('ana@acme.example', { externalId: null }))
    expect(restored).toMatchObject({ outcome: 'restored', user: { id: user.id, active: true } })
  })

  test('a name of any length and any number of emails fit through lists and pages', async () => {
    const emails = Array.from({ length: 20_000 }, (_, index) => ({
      type: null,
      value: `${index}@acme.example`,
      valueKey: `${index}@acme.example`,
      isPrimary: false,
    }))
    await directory.provision(draftUser('many', { displayName: `A${'a'.repeat(900)}`, emails }))
    await directory.provision(draftUser('ana@acme.example', { displayName: 'Ana García' }))
    const first = await directory.asDirectory((trx) => listMembers(trx, { limit: 1 }))
    expect(first.nextCursor?.length).toBeLessThan(100)
    const second = await directory.asDirectory((trx) =>
      listMembers(trx, { limit: 1, cursor: first.nextCursor ?? '' }),
    )
    expect(second.members).toMatchObject([{ displayName: 'Ana García' }])
  })

  test('search finds parts of names and emails as they are written, and pages join without a gap', async () => {
    for (const name of ['Zoë 100%', 'Ángel', 'Beatriz', 'beto_1', 'Carla']) {
      await directory.provision(draftUser(`${fold(name)}@acme.example`, { displayName: name }))
    }
    const search = (text: string): Promise<string[]> =>
      directory.asDirectory(async (trx) =>
        (await listMembers(trx, { search: text, limit: 10 })).members.map((m) => m.displayName),
      )
    expect(await search('BE')).toEqual(['Beatriz', 'beto_1'])
    expect(await search('00%')).toEqual(['Zoë 100%'])
    expect(await search('o_1')).toEqual(['beto_1'])
    expect(await search('carla@acme')).toEqual(['Carla'])
    expect(await search('angel')).toEqual(['Ángel'])
    expect(await search('ÁNGEL')).toEqual(['Ángel'])

    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await directory.asDirectory((trx) =>
        listMembers(trx, { limit: 2, cursor: cursor ?? undefined }),
      )
      expect(page.total).toBe(6)
      seen.push(...page.members.map((member) => member.displayName))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(['Ángel', 'Beatriz', 'beto_1', 'Carla', 'Lucía Fernández', 'Zoë 100%'])
    await expect(
      directory.asDirectory((trx) => listMembers(trx, { limit: 2, cursor: 'nonsense' })),
    ).rejects.toMatchObject({ code: 'invalid-cursor' })
  })

  test('an email that another member has is not taken over by a change either', async () => {
    await directory.provision(draftUser('ana@acme.example', { displayName: 'Ana' }))
    const { user } = await directory.provision(
      draftUser('bea@acme.example', { displayName: 'Bea' }),
    )
    const changed = draftUser('bea@acme.example', {
      displayName: 'Bea B.',
      emails: draftUser('ana@acme.example').emails,
      resource: { emails: ['another'] },
    })
    await directory.write(user.id, changed)
    expect(await directory.memberNamed('Bea B.')).toMatchObject({ email: 'bea@acme.example' })
  })

  test('an adoption that waits ends when the directory says another email', async () => {
    const { user } = await directory.provision(
      draftUser('lucia@acme.example', { displayName: 'Lucía Otra' }),
    )
    expect(await directory.memberNamed('Lucía Otra')).toBeUndefined()
    await directory.write(
      user.id,
      draftUser('lucia2@acme.example', { displayName: 'Lucía Otra', active: false }),
    )
    expect(await directory.memberNamed('Lucía Otra')).toMatchObject({ state: 'suspended' })
  })

  test('a sign-in email is never taken over', async () => {
    await directory.provision(draftUser('ana@acme.example', { displayName: 'Ana' }))
    const second = await directory.provision(
      draftUser('ana2', { displayName: 'Ana 2', emails: draftUser('ana@acme.example').emails }),
    )
    expect(second.warnings).toMatchObject([{ code: 'email_taken' }])
    expect(await directory.memberNamed('Ana 2')).toMatchObject({ email: null, userName: 'ana2' })
  })

  test('an existing member of the same email is linked by review, or at once where policy says so in a proved domain', async () => {
    const reviewed = await directory.provision(
      draftUser('lucia@acme.example', { displayName: 'Lucía F.' }),
    )
    expect(reviewed.warnings).toMatchObject([{ code: 'adoption_pending' }])
    expect(await directory.memberNamed('Lucía F.')).toBeUndefined()

    directory = await createDirectory(db, { adoption: 'auto' })
    const unproved = await directory.provision(
      draftUser('lucia@acme.example', { displayName: 'Lucía F.' }),
    )
    expect(unproved.warnings).toMatchObject([{ code: 'adoption_pending' }])

    directory = await createDirectory(db, { adoption: 'auto', verified: true })
    const linked = await directory.provision(
      draftUser('lucia@acme.example', { displayName: 'Lucía F.' }),
    )
    expect(linked.warnings).toEqual([])
    expect(await directory.memberNamed('Lucía F.')).toMatchObject({
      id: directory.workspace.ownerMemberId,
      isOwner: true,
      role: { name: 'Propietario' },
    })
  })

  test('one workspace neither sees nor changes another', async () => {
    const { user } = await directory.provision(
      draftUser('ana@acme.example', { displayName: 'Ana García' }),
    )
    const other = await createDirectory(db)
    await inWorkspace(db, other.workspace.id, other.actor, async (trx) => {
      expect(await lockDirectoryUser(trx, directory.connectionId, user.id)).toBeUndefined()
      const rows = await trx.query.selectFrom('directory_users').selectAll().execute()
      expect(rows).toEqual([])
      const { members } = await listMembers(trx, { limit: 10, search: 'ana' })
      expect(members).toEqual([])
    })
  })
})

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
}
