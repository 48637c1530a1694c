import { inWorkspace, type WorkspacePolicies, type WorkspaceTransaction } from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createDirectoryGroup } from '../directory/directory-group-commands.ts'
import {
  lockDirectoryUser,
  provisionDirectoryUser,
  writeDirectoryUser,
} from '../directory/directory-user-commands.ts'
import { saveMappingRules } from '../mapping/mapping-rule-commands.ts'
import {
  createDirectoryFixture,
  type DirectoryFixture,
  draftGroup,
  draftUser,
  inGroup,
} from '../testing/directory-fixture.ts'
import { editMember, type MemberEdit } from './edit-member.ts'
import { readMemberAccess } from './member-access-queries.ts'
import { reactivateMember, removeMember, suspendMember } from './member-status-commands.ts'

const soporteByRule = (extra: object) => [
  { ...inGroup({ displayName: 'Team' }), role: 'manager', departments: ['Soporte'], ...extra },
  { ...inGroup({ displayName: 'Others' }), departments: ['Ventas'] },
]

describe.each(testEngines)('people whom a directory manages on %s', (engine) => {
  let db: TestDatabase
  let acme: DirectoryFixture
  let memberId: string
  let userId: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
    acme = await createDirectoryFixture(db)
    const { user } = await acme.asDirectory((trx) =>
      provisionDirectoryUser(trx, acme.connectionId, draftUser('ana')),
    )
    userId = user.id
    const row = await db.owner
      .selectFrom('members')
      .select('id')
      .where('directory_user_id', '=', userId)
      .executeTakeFirstOrThrow()
    memberId = row.id
    await acme.asDirectory(async (trx) => {
      await createDirectoryGroup(trx, acme.connectionId, draftGroup('Team'), [userId])
      await createDirectoryGroup(trx, acme.connectionId, draftGroup('Others'), [])
      await saveMappingRules(trx, acme.connectionId, [
        { ...inGroup({ displayName: 'Team' }), role: 'agent' },
        { ...inGroup({ displayName: 'Others' }), departments: ['Ventas'], channels: ['whatsapp'] },
      ])
    })
  })
  afterAll(() => db.close())

  const asHost = <T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> =>
    inWorkspace(db, acme.workspace.id, { kind: 'host', id: null, requestId: 'request-host' }, work)
  const edit = (change: MemberEdit): Promise<void> =>
    asHost((trx) => editMember(trx, memberId, change))
  const access = () => asHost((trx) => readMemberAccess(trx, memberId))
  const grants = () =>
    db.owner
      .selectFrom('grants')
      .select(['kind', 'source', 'effective'])
      .where('member_id', '=', memberId)
      .orderBy('kind')
      .orderBy('source')
      .execute()

  async function setPolicy(policies: Partial<WorkspacePolicies>): Promise<void> {
    const { policies: now } = await db.owner
      .selectFrom('workspaces')
      .select('policies')
      .where('id', '=', acme.workspace.id)
      .executeTakeFirstOrThrow()
    await db.owner
      .updateTable('workspaces')
      .set({ policies: JSON.stringify({ ...now, ...policies }) })
      .where('id', '=', acme.workspace.id)
      .execute()
  }

  it('get no role from people while the policy locks roles, and say who decides', async () => {
    await expect(edit({ role: 'manager' })).rejects.toMatchObject({
      code: 'managed-by-directory',
      subject: 'Gerente',
    })
    expect(await access()).toMatchObject({ role: { key: 'agent' } })
  })

  it('take the role that the directory gives without a grant of its own', async () => {
    await edit({ role: 'agent' })
    expect(await grants()).toEqual([{ kind: 'role', source: 'mapping_rule', effective: true }])
  })

  it('can be made owners and be given back to the directory', async () => {
    await edit({ role: 'owner' })
    expect(await access()).toMatchObject({ role: { key: 'owner' } })
    await edit({ role: 'agent' })
    expect(await access()).toMatchObject({ role: { key: 'agent' } })
    expect(await grants()).toEqual([{ kind: 'role', source: 'mapping_rule', effective: true }])
  })

  it('get a higher role from people where the policy adds roles, and a lower one never', async () => {
    await setPolicy({ localRoles: 'additive' })
    await edit({ role: 'manager' })
    expect(await access()).toMatchObject({ role: { key: 'manager' } })
    await edit({ role: 'agent' })
    expect(await grants()).toEqual([{ kind: 'role', source: 'mapping_rule', effective: true }])
    await acme.asDirectory((trx) =>
      saveMappingRules(trx, acme.connectionId, [
        { ...inGroup({ displayName: 'Team' }), role: 'manager' },
        { ...inGroup({ displayName: 'Others' }), departments: ['Ventas'], channels: ['whatsapp'] },
      ]),
    )
    await expect(edit({ role: 'agent' })).rejects.toMatchObject({
      code: 'managed-by-directory',
      subject: 'Agente',
    })
    await setPolicy({ localRoles: 'locked' })
  })

  it('get departments that no rule gives, and none that a rule gives, to them or to others', async () => {
    await edit({ departments: ['Soporte'], supervisor: true })
    expect(await access()).toMatchObject({
      departments: [{ name: 'Soporte' }],
      conversationAccess: 'all',
    })
    await expect(edit({ departments: ['Soporte', 'Ventas'] })).rejects.toMatchObject({
      code: 'managed-by-directory',
      subject: 'Ventas',
    })
    await expect(edit({ channels: ['whatsapp'] })).rejects.toMatchObject({
      code: 'managed-by-directory',
      subject: 'WhatsApp',
    })
    await edit({ departments: [], supervisor: false })
    expect(await access()).toMatchObject({ departments: [] })
  })

  it('keep what a rule gives them: nobody takes it', async () => {
    await acme.asDirectory((trx) =>
      saveMappingRules(trx, acme.connectionId, soporteByRule({ supervisor: true })),
    )
    await expect(edit({ departments: [] })).rejects.toMatchObject({ subject: 'Soporte' })
    await expect(edit({ supervisor: false })).rejects.toMatchObject({ subject: 'supervisor' })
    await edit({ departments: ['Soporte'], supervisor: true })
    await acme.asDirectory((trx) => saveMappingRules(trx, acme.connectionId, soporteByRule({})))
  })

  it('have the directory’s profile and a signature of their own', async () => {
    await expect(edit({ profile: { displayName: 'Other' } })).rejects.toMatchObject({
      code: 'managed-by-directory',
      subject: 'displayName',
    })
    await edit({ profile: { signatureName: 'Anita' } })
    await asDirectoryActive(true, 'Ana María')
    const row = await db.owner
      .selectFrom('members')
      .select(['signature_name', 'display_name'])
      .where('id', '=', memberId)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ signature_name: 'Anita', display_name: 'Ana María' })
  })

  async function asDirectoryActive(active: boolean, displayName = 'ana'): Promise<void> {
    await acme.asDirectory(async (trx) => {
      const current = await lockDirectoryUser(trx, acme.connectionId, userId)
      if (current === undefined) throw new Error('no such user')
      await writeDirectoryUser(trx, current, draftUser('ana', { active, displayName }))
    })
  }

  it('stay suspended by an administrator whatever the directory says', async () => {
    await asHost((trx) => suspendMember(trx, memberId))
    await asDirectoryActive(false)
    await asDirectoryActive(true)
    expect(await access()).toMatchObject({ state: 'suspended' })
    await asHost((trx) => reactivateMember(trx, memberId))
    expect(await access()).toMatchObject({ state: 'active' })
  })

  it('stay suspended by the directory whatever an administrator says', async () => {
    await asDirectoryActive(false)
    await expect(asHost((trx) => reactivateMember(trx, memberId))).rejects.toMatchObject({
      code: 'managed-by-directory',
    })
    await asHost((trx) => suspendMember(trx, memberId))
    await asHost((trx) => reactivateMember(trx, memberId))
    expect(await access()).toMatchObject({ state: 'suspended' })
    await asDirectoryActive(true)
    expect(await access()).toMatchObject({ state: 'active' })
  })

  it('are not removed while the directory has them', async () => {
    await expect(asHost((trx) => removeMember(trx, memberId))).rejects.toMatchObject({
      code: 'managed-by-directory',
    })
  })
})
