import {
  createId,
  type Database,
  inWorkspace,
  openDatabase,
  type WorkspaceTransaction,
} from '@plantel/db'
import { createTestDatabase, type TestDatabase, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { editDepartment } from '../departments/department-commands.ts'
import { provisionDirectoryUser } from '../directory/directory-user-commands.ts'
import { editMember } from '../members/edit-member.ts'
import { readMemberAccess } from '../members/member-access-queries.ts'
import { removeMember, suspendMember } from '../members/member-status-commands.ts'
import { createRole } from '../roles/role-commands.ts'
import { draftUser, verifyDomain } from '../testing/directory-fixture.ts'
import { createTeamFixture, type TeamFixture } from '../testing/team-fixture.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { createMember, requirePasswordPolicy } from './create-member.ts'
import { sweepExpiredInvitations } from './expire-invitations.ts'
import { readInvitationActions } from './invitation-actions.ts'
import {
  cancelInvitation,
  type InvitedPerson,
  inviteMembers,
  resendInvitation,
  revealInvitation,
} from './invitation-commands.ts'
import { readInvitationToSend, recordInvitationDelivery } from './invitation-delivery.ts'
import {
  findOpenInvitation,
  listInvitations,
  readInvitation,
  readInvitationsOfMembers,
} from './invitation-queries.ts'
import type { PersonDraft } from './person-plan.ts'

type Invited = Extract<InvitedPerson, { outcome: 'invited' }>

/** What became of each: the refusal's code, or `invited`. */
function outcomes(people: readonly InvitedPerson[]): string[] {
  return people.map((person) => (person.outcome === 'refused' ? person.code : person.outcome))
}

describe.each(testEngines)('invitations on %s', (engine) => {
  let db: TestDatabase
  let team: TeamFixture
  let ownerId: string

  beforeAll(async () => {
    db = await createTestDatabase(engine)
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    await use({})
  })

  async function use(options: Parameters<typeof createTeamFixture>[1]): Promise<void> {
    team = await createTeamFixture(db, options)
    ownerId = team.workspace.ownerMemberId
  }

  async function inviteOne(draft: PersonDraft, message?: string): Promise<Invited> {
    const [person] = await team.asMember(ownerId, (trx) => inviteMembers(trx, [draft], { message }))
    if (person?.outcome !== 'invited') throw new Error(`refused: ${JSON.stringify(person)}`)
    return person
  }

  const inviteAll = (drafts: readonly PersonDraft[], by = ownerId): Promise<InvitedPerson[]> =>
    team.asMember(by, (trx) => inviteMembers(trx, drafts))
  const access = (memberId: string): ReturnType<typeof readMemberAccess> =>
    team.asHost((trx) => readMemberAccess(trx, memberId))
  const departmentsOf = async (memberId: string): Promise<string[] | undefined> =>
    (await access(memberId))?.departments.map(({ name }) => name)
  const accept = (id: string, generation = 1): Promise<string> =>
    team.asHost((trx) => acceptInvitation(trx, { id, generation }))
  const page = (id: string, generation = 1): ReturnType<typeof readInvitation> =>
    readInvitation(db, { id, generation })

  const setSeats = (seats: number): Promise<unknown> =>
    db.owner.updateTable('workspaces').set({ seats }).where('id', '=', team.workspace.id).execute()

  const onThis = <T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> =>
    team.asMember(ownerId, work)
  const toSend = (memberId: string): ReturnType<typeof readInvitationToSend> =>
    team.asHost((trx) => readInvitationToSend(trx, memberId))

  const letExpire = (invitationId: string): Promise<unknown> =>
    db.owner
      .updateTable('invitations')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('id', '=', invitationId)
      .execute()

  async function eventsOf(memberId: string): Promise<string[]> {
    const rows = await db.owner
      .selectFrom('outbox')
      .select('type')
      .where('member_id', '=', memberId)
      .orderBy('id')
      .execute()
    return rows.map(({ type }) => type)
  }

  describe('asking somebody in', () => {
    it('makes a member who is invited, with what the inviter gives and nothing to come in with', async () => {
      const { memberId } = await inviteOne({
        email: 'Ana@Acme.example',
        displayName: 'Ana García',
        role: 'agent',
        departments: ['sales', team.departmentId('Support')],
        channels: ['wa'],
        supervisor: true,
        phone: '+52 1',
        jobTitle: 'Ventas',
        language: 'es',
      })
      expect(await access(memberId)).toMatchObject({
        displayName: 'Ana García',
        email: 'Ana@Acme.example',
        language: 'es',
        state: 'invited',
        role: { key: 'agent' },
        departments: [{ name: 'Sales' }, { name: 'Support' }],
        channels: [{ key: 'wa' }],
        conversationAccess: 'all',
      })
      expect(await eventsOf(memberId)).toEqual(['member.invited'])
    })

    it('puts whom nothing else is said of into the default department, where there is one', async () => {
      const before = await inviteOne({ email: 'before@x.example', role: 'agent' })
      await onThis((trx) => editDepartment(trx, team.departmentId('Support'), { isDefault: true }))
      const drafts: Record<string, PersonDraft> = {
        unsaid: { email: 'unsaid@x.example', role: 'agent' },
        said: { email: 'said@x.example', role: 'agent', departments: ['Sales'] },
        none: { email: 'none@x.example', role: 'agent', departments: [] },
      }
      const found: Record<string, unknown> = {}
      for (const [name, draft] of Object.entries(drafts)) {
        found[name] = await departmentsOf((await inviteOne(draft)).memberId)
      }
      const made = await team.asHost((trx) =>
        createMember(trx, { email: 'made@x.example', role: 'agent' }),
      )
      expect({ ...found, made: await departmentsOf(made) }).toEqual({
        unsaid: ['Support'],
        said: ['Sales'],
        none: [],
        made: ['Support'],
      })
      expect(await departmentsOf(before.memberId)).toEqual([])
    })

    it('calls somebody by their address until they say their name', async () => {
      const { memberId } = await inviteOne({ email: 'bo@acme.example', role: 'agent' })
      expect((await access(memberId))?.displayName).toBe('bo@acme.example')
    })

    it('answers for each in the order given, and holds nobody up for another', async () => {
      const here = await team.join('here', 'agent')
      await inviteOne({ email: 'twice@acme.example', role: 'agent' })
      const people = await inviteAll([
        { email: 'one@acme.example', role: 'agent' },
        { email: 'not an address', role: 'agent' },
        { email: 'ONE@acme.example', role: 'agent' },
        { email: 'here@acme.example', role: 'agent' },
        { email: 'Twice@acme.example', role: 'agent' },
        { email: 'a@acme.example', role: 'king' },
        { email: 'b@acme.example', role: 'agent', departments: ['Nowhere'] },
        { email: 'c@acme.example', role: 'agent', channels: ['sms'] },
        { email: 'd@acme.example' },
        { email: 'last@acme.example', role: 'manager' },
      ])
      expect(outcomes(people)).toEqual([
        'invited',
        'email-invalid',
        'email-repeated',
        'already-member',
        'already-invited',
        'role-unknown',
        'department-unknown',
        'channel-unknown',
        'field-missing',
        'invited',
      ])
      expect(people[6]).toMatchObject({ subject: 'Nowhere' })
      expect(await access(here)).toMatchObject({ state: 'active' })
    })

    it('invites a thousand in one go', async () => {
      const drafts = Array.from({ length: 1_000 }, (_, index) => ({
        email: `person-${index}@acme.example`,
        role: 'agent',
        departments: ['Sales', 'Support'],
      }))
      const people = await inviteAll(drafts)
      expect(new Set(outcomes(people))).toEqual(new Set(['invited']))
      expect(people.map(({ email }) => email)).toEqual(drafts.map(({ email }) => email))
    })

    it('refuses beyond the seats there are: who comes first is seated', async () => {
      await setSeats(3)
      const people = await inviteAll(
        ['a', 'b', 'c'].map((name) => ({ email: `${name}@acme.example`, role: 'agent' })),
      )
      expect(outcomes(people)).toEqual(['invited', 'invited', 'seats-exceeded'])
    })

    it('lets people give only roles that theirs lets them give', async () => {
      const manager = await team.join('manager', 'manager')
      const people = await inviteAll(
        [
          { email: 'a@acme.example', role: 'manager' },
          { email: 'b@acme.example', role: 'owner' },
          { email: 'c@acme.example', role: 'agent' },
        ],
        manager,
      )
      expect(outcomes(people)).toEqual(['role-not-grantable', 'role-not-grantable', 'invited'])
    })

    it('is for those who may manage members', async () => {
      const agent = await team.join('agent', 'agent')
      await expect(
        inviteAll([{ email: 'a@acme.example', role: 'agent' }], agent),
      ).rejects.toMatchObject({ code: 'permission-missing' })
    })

    it('knows the ids of the host, and gives none to two people', async () => {
      const [first, second, third] = await team.asHost((trx) =>
        inviteMembers(trx, [
          { email: 'a@acme.example', role: 'agent', hostUserId: 'u1' },
          { email: 'b@acme.example', role: 'agent', hostUserId: 'u1' },
          { email: 'c@acme.example', role: 'agent', hostUserId: 'u2' },
        ]),
      )
      expect(outcomes([first, second, third] as InvitedPerson[])).toEqual([
        'invited',
        'host-user-taken',
        'invited',
      ])
      const again = await team.asHost((trx) =>
        inviteMembers(trx, [{ email: 'd@acme.example', role: 'agent', hostUserId: 'u2' }]),
      )
      expect(outcomes(again)).toEqual(['host-user-taken'])
    })

    it('leaves to the directory whom a directory knows', async () => {
      const id = await team.join('known', 'agent')
      await provision('known@acme.example')
      await team.asHost((trx) => removeMember(trx, id))
      const people = await inviteAll([{ email: 'Known@acme.example', role: 'agent' }])
      expect(outcomes(people)).toEqual(['managed-by-directory'])
    })

    it('lets somebody who left come back under their id, with nothing of what they had', async () => {
      const id = await team.join('bea', 'manager')
      await team.asHost((trx) => editMember(trx, id, { departments: ['Billing'] }))
      await team.asHost((trx) => removeMember(trx, id))
      const back = await inviteOne({ email: 'bea@acme.example', role: 'agent' })
      expect(back).toMatchObject({ memberId: id, cameBack: true })
      expect(await access(id)).toMatchObject({
        displayName: 'bea',
        state: 'invited',
        role: { key: 'agent' },
        departments: [],
      })
      await accept(back.invitationId)
      expect(await access(id)).toMatchObject({ state: 'active' })
      expect(await eventsOf(id)).toEqual([
        'member.activated',
        'member.access_changed',
        'member.removed',
        'member.access_changed',
        'member.invited',
        'member.access_changed',
        'member.activated',
      ])
    })
  })

  describe('the form of each inbox', () => {
    it.each<[string, PersonDraft, object]>([
      [
        'wati',
        {
          email: 'ana@acme.example',
          givenName: 'Ana',
          familyName: 'García',
          jobTitle: 'Ventas',
          departments: ['Sales'],
          role: 'agent',
        },
        { role: { key: 'agent' }, displayName: 'Ana García', departments: [{ name: 'Sales' }] },
      ],
      [
        'respond',
        { email: 'ana@acme.example', role: 'agent' },
        { role: { key: 'agent' }, displayName: 'ana@acme.example' },
      ],
      [
        'umnico',
        { email: 'ana@acme.example', channels: ['wa', 'ig'], supervisor: true },
        {
          role: { key: 'operator' },
          conversationAccess: 'all',
          channels: [{ key: 'ig' }, { key: 'wa' }],
        },
      ],
      [
        'whaticket',
        {
          email: 'ana@acme.example',
          displayName: 'Ana',
          role: 'user',
          departments: ['Sales', 'Support'],
        },
        { role: { key: 'user' }, departments: [{ name: 'Sales' }, { name: 'Support' }] },
      ],
    ])('%s: has everything that its article asks for', async (preset, draft, expected) => {
      await use({ preset })
      const { memberId } = await inviteOne(draft)
      expect(await access(memberId)).toMatchObject(expected)
    })

    it.each([
      ['wati', 'field-missing'],
      ['respond', 'field-missing'],
      ['whaticket', 'field-missing'],
      ['umnico', 'invited'],
    ])('%s: without a role: %s', async (preset, outcome) => {
      await use({ preset })
      expect(outcomes(await inviteAll([{ email: 'a@acme.example' }]))).toEqual([outcome])
    })

    it.each([
      ['wati', {}, ['givenName', 'familyName']],
      ['wati', { givenName: 'Ana', familyName: 'García' }, []],
      ['respond', {}, ['displayName']],
      ['umnico', { displayName: 'Ana' }, ['displayName']],
      ['whaticket', { displayName: 'Ana' }, []],
      ['whaticket', {}, ['displayName']],
    ])('%s: of somebody with %j the page asks for %j', async (preset, known, wanted) => {
      await use({ preset })
      const role = preset === 'whaticket' ? 'user' : preset === 'umnico' ? 'operator' : 'agent'
      const { invitationId } = await inviteOne({ email: 'a@acme.example', role, ...known })
      expect((await page(invitationId))?.wanted).toEqual(wanted)
    })
  })

  describe('a link', () => {
    it('leads to what the page shows', async () => {
      const { invitationId, memberId } = await inviteOne(
        { email: 'ana@acme.example', role: 'agent', language: 'es' },
        'Te esperamos el lunes.',
      )
      expect(await page(invitationId)).toMatchObject({
        workspaceId: team.workspace.id,
        memberId,
        state: 'open',
        workspace: { name: 'Acme', brand: null, locale: 'en', preset: 'respond' },
        inviterName: 'Olga',
        email: 'ana@acme.example',
        language: 'es',
        roleName: 'Agent',
        message: 'Te esperamos el lunes.',
        signIn: 'password',
      })
    })

    it('leads nowhere when there is no such invitation', async () => {
      expect(await page(createId())).toBeUndefined()
    })

    it('says that people come in by single sign-on where the workspace demands it', async () => {
      await use({ policies: { ssoRequired: true } })
      const { invitationId } = await inviteOne({ email: 'ana@acme.example', role: 'agent' })
      expect((await page(invitationId))?.signIn).toBe('sso')
    })

    it('lasts as long as the workspace says', async () => {
      await use({ policies: { invitationDays: 2 } })
      const { invitationId } = await inviteOne({ email: 'ana@acme.example', role: 'agent' })
      const expiresAt = (await page(invitationId))?.expiresAt.getTime() ?? 0
      expect(expiresAt - Date.now()).toBeGreaterThan(47 * 3_600_000)
      expect(expiresAt - Date.now()).toBeLessThanOrEqual(48 * 3_600_000)
    })

    it('lets the person in once, with the name that they give', async () => {
      const { invitationId, memberId } = await inviteOne({
        email: 'ana@acme.example',
        role: 'agent',
      })
      const accepted = await team.asHost((trx) =>
        acceptInvitation(trx, {
          id: invitationId,
          generation: 1,
          profile: { displayName: 'Ána', phone: '+52', language: 'es', timeZone: 'UTC' },
        }),
      )
      expect(accepted).toBe(memberId)
      expect(await access(memberId)).toMatchObject({
        state: 'active',
        displayName: 'Ána',
        language: 'es',
      })
      expect(await eventsOf(memberId)).toEqual(['member.invited', 'member.activated'])
      expect((await page(invitationId))?.state).toBe('accepted')
      await expect(accept(invitationId)).rejects.toMatchObject({
        code: 'invitation-closed',
        subject: 'accepted',
      })
    })

    it('of another workspace lets nobody in', async () => {
      const { invitationId } = await inviteOne({ email: 'ana@acme.example', role: 'agent' })
      await use({})
      await expect(accept(invitationId)).rejects.toMatchObject({ code: 'invitation-not-found' })
    })

    it('is dead once a new one was sent', async () => {
      const { invitationId, memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      const renewed = await team.asHost((trx) => resendInvitation(trx, memberId))
      expect(renewed).toMatchObject({ id: invitationId, generation: 2 })
      expect((await page(invitationId, 1))?.state).toBe('superseded')
      expect((await page(invitationId, 2))?.state).toBe('open')
      await expect(accept(invitationId, 1)).rejects.toMatchObject({
        code: 'invitation-closed',
        subject: 'superseded',
      })
      expect(await accept(invitationId, 2)).toBe(memberId)
      expect(await eventsOf(memberId)).toEqual([
        'member.invited',
        'member.invited',
        'member.activated',
      ])
    })

    it('is dead once the invitation was taken back', async () => {
      const { invitationId, memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await team.asMember(ownerId, (trx) => cancelInvitation(trx, memberId))
      expect((await page(invitationId))?.state).toBe('cancelled')
      expect((await access(memberId))?.state).toBe('removed')
      await expect(accept(invitationId)).rejects.toMatchObject({
        code: 'invitation-closed',
        subject: 'cancelled',
      })
      await expect(
        team.asMember(ownerId, (trx) => resendInvitation(trx, memberId)),
      ).rejects.toMatchObject({ code: 'member-not-found' })
    })

    it('is dead once the person was removed like any other member', async () => {
      const { invitationId, memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await team.asHost((trx) => removeMember(trx, memberId))
      expect((await page(invitationId))?.state).toBe('cancelled')
    })

    it('lets nobody in while they are suspended', async () => {
      const { invitationId, memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await team.asHost((trx) => suspendMember(trx, memberId))
      await expect(accept(invitationId)).rejects.toMatchObject({ code: 'member-not-active' })
    })

    it('is over at its end, before anybody has swept it', async () => {
      const { invitationId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await letExpire(invitationId)
      expect((await page(invitationId))?.state).toBe('expired')
      await expect(accept(invitationId)).rejects.toMatchObject({
        code: 'invitation-closed',
        subject: 'expired',
      })
    })

    it('is found by whoever proves the address in another way', async () => {
      const { invitationId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      expect(await team.asHost((trx) => findOpenInvitation(trx, 'A@acme.example'))).toEqual({
        id: invitationId,
        generation: 1,
      })
      await accept(invitationId)
      expect(await team.asHost((trx) => findOpenInvitation(trx, 'a@acme.example'))).toBeUndefined()
    })

    it('is handed out to whoever may send it, on record and without itself on it', async () => {
      const { invitationId, memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      const agent = await team.join('agent', 'agent')
      await expect(
        team.asMember(agent, (trx) => revealInvitation(trx, memberId)),
      ).rejects.toMatchObject({ code: 'permission-missing' })
      expect(await team.asMember(ownerId, (trx) => revealInvitation(trx, memberId))).toMatchObject({
        id: invitationId,
        generation: 1,
      })
      const entries = await db.owner
        .selectFrom('audit_entries')
        .select(['action', 'after'])
        .where('subject_id', '=', memberId)
        .where('action', 'like', 'invitation.%')
        .execute()
      expect(entries).toEqual([{ action: 'invitation.link_revealed', after: { invitationId } }])
    })
  })

  describe('an invitation that ran out', () => {
    it('ends the membership, stays visible and can be sent again with what it gave', async () => {
      await setSeats(2)
      const { invitationId, memberId } = await inviteOne({
        email: 'a@acme.example',
        role: 'agent',
        departments: ['Sales'],
        channels: ['wa'],
      })
      await letExpire(invitationId)
      await sweepExpiredInvitations(db)
      expect((await access(memberId))?.state).toBe('removed')
      const { invitations } = await team.asHost((trx) => listInvitations(trx, { limit: 10 }))
      expect(invitations).toMatchObject([{ id: invitationId, memberId, state: 'expired' }])

      const renewed = await team.asMember(ownerId, (trx) => resendInvitation(trx, memberId))
      expect(renewed).toMatchObject({ id: invitationId, generation: 2 })
      expect(await access(memberId)).toMatchObject({
        state: 'invited',
        role: { key: 'agent' },
        departments: [{ name: 'Sales' }],
        channels: [{ key: 'wa' }],
      })
      expect(await accept(invitationId, 2)).toBe(memberId)
    })

    it('is not sent again when its seat was given to somebody else', async () => {
      await setSeats(2)
      const { invitationId, memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await letExpire(invitationId)
      await sweepExpiredInvitations(db)
      await inviteOne({ email: 'b@acme.example', role: 'agent' })
      await expect(
        team.asMember(ownerId, (trx) => resendInvitation(trx, memberId)),
      ).rejects.toMatchObject({ code: 'seats-exceeded' })
    })

    it('is not sent again by those who may not give what it gave', async () => {
      const { invitationId, memberId } = await inviteOne({
        email: 'a@acme.example',
        role: 'manager',
      })
      const manager = await team.join('manager', 'manager')
      await letExpire(invitationId)
      await sweepExpiredInvitations(db)
      await expect(
        team.asMember(manager, (trx) => resendInvitation(trx, memberId)),
      ).rejects.toMatchObject({ code: 'role-not-grantable' })
    })

    it('is not sent again with a supervisor right by those who have none themselves', async () => {
      await team.asMember(ownerId, (trx) =>
        createRole(trx, {
          key: 'inviter',
          name: 'Inviter',
          cloneOf: 'manager',
          permissions: ['members:manage'],
          grantable: ['agent'],
          conversationAccess: 'own',
        }),
      )
      const inviter = await team.join('inviter', 'agent')
      await team.asMember(ownerId, (trx) => editMember(trx, inviter, { role: 'inviter' }))
      const person = { email: 'a@acme.example', role: 'agent', supervisor: true }
      const { invitationId, memberId } = await inviteOne(person)
      await letExpire(invitationId)
      await sweepExpiredInvitations(db)
      const actionsFor = (by: string): Promise<unknown> =>
        team.asMember(by, async (trx) => {
          const { invitations } = await listInvitations(trx, { limit: 10 })
          return (await readInvitationActions(trx, invitations)).get(invitationId)
        })
      expect(await actionsFor(inviter)).toEqual([])
      expect(await actionsFor(ownerId)).toEqual(['resend'])
      await expect(
        team.asMember(inviter, (trx) => resendInvitation(trx, memberId)),
      ).rejects.toMatchObject({ code: 'permission-missing' })
      await team.asMember(ownerId, (trx) => resendInvitation(trx, memberId))
      expect(await access(memberId)).toMatchObject({ conversationAccess: 'all' })
    })

    it('gives again what people gave, with effect or without, and no more', async () => {
      const { invitationId, memberId } = await inviteOne({
        email: 'a@acme.example',
        role: 'agent',
        departments: ['Sales'],
      })
      const channels = await db.owner
        .selectFrom('channels')
        .select('id')
        .where('workspace_id', '=', team.workspace.id)
        .execute()
      // What a department brings along, and what waits for a seat.
      await db.owner
        .insertInto('grants')
        .values(
          channels.map(({ id }) => ({
            workspace_id: team.workspace.id,
            id: createId(),
            member_id: memberId,
            kind: 'channel' as const,
            channel_id: id,
            source: 'department' as const,
            source_id: team.departmentId('Sales'),
            effective: true,
            request_id: 'department',
          })),
        )
        .execute()
      await db.owner
        .updateTable('grants')
        .set({ effective: false })
        .where('member_id', '=', memberId)
        .where('source', '=', 'invitation')
        .execute()
      await letExpire(invitationId)
      await sweepExpiredInvitations(db)
      await team.asMember(ownerId, (trx) => resendInvitation(trx, memberId))
      expect(await access(memberId)).toMatchObject({
        role: { key: 'agent' },
        departments: [{ name: 'Sales' }],
        channels: [],
      })
    })

    it('is replaced by a new one for the same person', async () => {
      const { invitationId, memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await letExpire(invitationId)
      await sweepExpiredInvitations(db)
      const again = await inviteOne({ email: 'a@acme.example', role: 'manager' })
      expect(again).toMatchObject({ memberId, cameBack: true })
      expect((await access(memberId))?.role?.key).toBe('manager')
      const { invitations } = await team.asHost((trx) => listInvitations(trx, { limit: 10 }))
      expect(invitations.map(({ id }) => id)).toEqual([again.invitationId])
    })

    it('is swept once by two replicas', async () => {
      const people = await inviteAll(
        ['a', 'b', 'c'].map((name) => ({ email: `${name}@acme.example`, role: 'agent' })),
      )
      for (const person of people as Invited[]) await letExpire(person.invitationId)
      const swept = await Promise.all([sweepExpiredInvitations(db), sweepExpiredInvitations(db)])
      expect(swept[0] + swept[1]).toBe(3)
      expect(await eventsOf((people[0] as Invited).memberId)).toEqual([
        'member.invited',
        'member.removed',
        'member.access_changed',
      ])
    })
  })

  async function makeOld(memberId: string): Promise<void> {
    const past = new Date(Date.now() - 61_000)
    await db.owner
      .updateTable('invitations')
      .set({ created_at: past })
      .where('member_id', '=', memberId)
      .execute()
    await db.owner
      .updateTable('audit_entries')
      .set({ occurred_at: past })
      .where('subject_id', '=', memberId)
      .execute()
  }

  describe('the pace of invitations', () => {
    it('lets people send one again once a minute, and hosts at once', async () => {
      const { memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      const resend = async (): Promise<number> =>
        (await team.asMember(ownerId, (trx) => resendInvitation(trx, memberId))).generation
      await expect(resend()).rejects.toMatchObject({ code: 'invitation-just-sent' })
      await makeOld(memberId)
      expect(await resend()).toBe(2)
      await expect(resend()).rejects.toMatchObject({ code: 'invitation-just-sent' })
      expect(await team.asHost((trx) => resendInvitation(trx, memberId))).toMatchObject({
        generation: 3,
      })
      await makeOld(memberId)
      expect(await resend()).toBe(4)
    })

    it('ends at 5,000 a day, sent again or for the first time', async () => {
      const { memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      const again = await inviteOne({ email: 'b@acme.example', role: 'agent' })
      await team.asHost((trx) => resendInvitation(trx, again.memberId))
      await sql`
        insert into invitations
          (workspace_id, id, member_id, state, closed_at, expires_at, created_at)
        select ${team.workspace.id}::uuid, gen_random_uuid(), ${again.memberId}::uuid,
          'cancelled', now(), now(), case when n <= 4996 then now() else now() - interval '25 hours' end
        from generate_series(1, 5500) as n`.execute(db.owner)
      const people = await inviteAll(
        ['c', 'd'].map((name) => ({ email: `${name}@acme.example`, role: 'agent' })),
      )
      expect(people).toMatchObject([
        { outcome: 'invited' },
        { outcome: 'refused', code: 'invitation-quota' },
      ])
      await makeOld(memberId)
      await sql`
        insert into invitations
          (workspace_id, id, member_id, state, closed_at, expires_at)
        select ${team.workspace.id}::uuid, gen_random_uuid(), ${again.memberId}::uuid,
          'cancelled', now(), now() from generate_series(1, 2)`.execute(db.owner)
      await expect(
        team.asMember(ownerId, (trx) => resendInvitation(trx, memberId)),
      ).rejects.toMatchObject({ code: 'invitation-quota' })
      // A host answers for whom it invites.
      await team.asHost((trx) => resendInvitation(trx, memberId))
    })
  })

  describe('the list of invitations', () => {
    it('has the newest first, page by page, each with who invited and how its mail fares', async () => {
      const first = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      const second = await inviteOne({ email: 'b@acme.example', role: 'agent' })
      await team.asHost((trx) =>
        recordInvitationDelivery(
          trx,
          { id: first.invitationId, generation: 1 },
          { state: 'failed', error: 'recipient-refused' },
        ),
      )
      const one = await team.asHost((trx) => listInvitations(trx, { limit: 1 }))
      expect(one).toMatchObject({
        invitations: [
          {
            id: second.invitationId,
            email: 'b@acme.example',
            invitedBy: { id: ownerId, displayName: 'Olga' },
            delivery: { state: 'queued', error: null, sentAt: null },
          },
        ],
        nextCursor: second.invitationId,
      })
      const two = await team.asHost((trx) =>
        listInvitations(trx, { limit: 1, cursor: one.nextCursor ?? undefined }),
      )
      expect(two).toMatchObject({
        invitations: [{ delivery: { state: 'failed', error: 'recipient-refused' } }],
        nextCursor: null,
      })
    })

    it('can be asked for by state, and for the people of a page', async () => {
      const open = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      const accepted = await inviteOne({ email: 'b@acme.example', role: 'agent' })
      await accept(accepted.invitationId)
      const late = await inviteOne({ email: 'c@acme.example', role: 'agent' })
      await letExpire(late.invitationId)
      const idsOf = async (
        state: 'open' | 'accepted' | 'expired' | 'cancelled',
      ): Promise<string[]> => {
        const { invitations } = await team.asHost((trx) =>
          listInvitations(trx, { state, limit: 9 }),
        )
        return invitations.map(({ id }) => id)
      }
      expect(await idsOf('open')).toEqual([open.invitationId])
      expect(await idsOf('accepted')).toEqual([accepted.invitationId])
      expect(await idsOf('expired')).toEqual([late.invitationId])
      expect(await idsOf('cancelled')).toEqual([])
      const byMember = await team.asHost((trx) =>
        readInvitationsOfMembers(trx, [open.memberId, accepted.memberId]),
      )
      expect([...byMember.keys()]).toEqual([open.memberId])
    })
  })

  describe('the mail', () => {
    it('waits to be sent once for each link', async () => {
      const { memberId, invitationId } = await inviteOne({
        email: 'a@acme.example',
        displayName: 'Ana',
        role: 'agent',
        departments: ['Sales'],
      })
      expect(await toSend(memberId)).toMatchObject({
        id: invitationId,
        generation: 1,
        recipient: 'a@acme.example',
        name: 'Ana',
        inviterName: 'Olga',
        departments: ['Sales'],
      })
      await team.asHost((trx) =>
        recordInvitationDelivery(
          trx,
          { id: invitationId, generation: 1 },
          { state: 'sent', error: null },
        ),
      )
      expect(await toSend(memberId)).toBeUndefined()
      await team.asHost((trx) => resendInvitation(trx, memberId))
      expect(await toSend(memberId)).toMatchObject({ generation: 2 })
    })

    it('with an older link says nothing about the new one', async () => {
      const { memberId, invitationId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await team.asHost((trx) => resendInvitation(trx, memberId))
      await team.asHost((trx) =>
        recordInvitationDelivery(
          trx,
          { id: invitationId, generation: 1 },
          { state: 'sent', error: null },
        ),
      )
      expect(await toSend(memberId)).toMatchObject({ generation: 2 })
    })

    it('is not sent to somebody who has come in or is gone', async () => {
      const { memberId, invitationId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await accept(invitationId)
      expect(await toSend(memberId)).toBeUndefined()
    })
  })

  describe('a member made by hand', () => {
    it('may come in at once, where administrators set passwords', async () => {
      await use({ preset: 'whaticket' })
      const id = await team.asMember(ownerId, (trx) =>
        createMember(trx, { email: 'a@acme.example', displayName: 'Ana', role: 'user' }),
      )
      expect(await access(id)).toMatchObject({ state: 'active', role: { key: 'user' } })
      expect(await eventsOf(id)).toEqual(['member.activated'])
      await team.asMember(ownerId, (trx) => requirePasswordPolicy(trx))
    })

    it('is made by a host anywhere, by people only where the policy says so', async () => {
      const draft = { email: 'a@acme.example', role: 'agent' }
      await expect(team.asMember(ownerId, (trx) => createMember(trx, draft))).rejects.toMatchObject(
        { code: 'creation-not-allowed' },
      )
      const id = await team.asHost((trx) => createMember(trx, draft))
      expect((await access(id))?.state).toBe('active')
    })

    it('gets no password from outside where people set their own, or sign in once for all', async () => {
      await expect(
        team.asMember(ownerId, (trx) => requirePasswordPolicy(trx)),
      ).rejects.toMatchObject({ code: 'password-not-allowed' })
      await use({ preset: 'whaticket', policies: { ssoRequired: true } })
      await expect(
        team.asMember(ownerId, (trx) => requirePasswordPolicy(trx)),
      ).rejects.toMatchObject({ code: 'password-not-allowed' })
    })

    it('is refused as an invitation would be', async () => {
      await team.join('here', 'agent')
      await expect(
        team.asHost((trx) => createMember(trx, { email: 'here@acme.example', role: 'agent' })),
      ).rejects.toMatchObject({ code: 'already-member' })
    })
  })

  it('keeps no link in any table', async () => {
    const { invitationId, memberId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
    await team.asHost((trx) => resendInvitation(trx, memberId))
    const { rows } = await sql<{ text: string }>`
      select coalesce(string_agg(t.text, ' '), '') as text from (
        select row_to_json(e)::text as text from outbox e where e.workspace_id = ${team.workspace.id}
        union all select row_to_json(a)::text from audit_entries a where a.workspace_id = ${team.workspace.id}
        union all select row_to_json(i)::text from invitations i where i.workspace_id = ${team.workspace.id}
      ) t`.execute(db.owner)
    // A link begins with the sixteen bytes of the id.
    expect(rows[0]?.text).not.toContain(invitationId.replaceAll('-', ''))
    expect(rows[0]?.text).toContain(invitationId)
  })

  describe('whom a directory provisions', () => {
    it('need no link any more in a domain that is proved', async () => {
      await team.asHost((trx) => verifyDomain(trx, 'acme.example'))
      const { memberId, invitationId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await provision('a@acme.example')
      expect((await access(memberId))?.state).toBe('active')
      expect((await page(invitationId))?.state).toBe('accepted')
      await expect(accept(invitationId)).rejects.toMatchObject({ code: 'invitation-closed' })
      expect(await eventsOf(memberId)).toContain('member.activated')
    })

    it('come in by their link where no domain is', async () => {
      const { memberId, invitationId } = await inviteOne({ email: 'a@acme.example', role: 'agent' })
      await provision('a@acme.example')
      expect((await access(memberId))?.state).toBe('invited')
      expect(await accept(invitationId)).toBe(memberId)
    })
  })

  describe('two at once, on two replicas', () => {
    let other: Database

    beforeAll(async () => {
      other = engine === 'postgres' ? await openDatabase(db.options) : db
    })
    afterAll(async () => {
      if (other !== db) await other.close()
    })

    const onOther = <T>(work: (trx: WorkspaceTransaction) => Promise<T>): Promise<T> =>
      team.asMember(ownerId, work, other)

    it('accepting: exactly one comes in', async () => {
      for (let round = 0; round < 5; round++) {
        const { invitationId: id } = await inviteOne({
          email: `race-${round}@acme.example`,
          role: 'agent',
        })
        const settled = await Promise.allSettled([
          onThis((trx) => acceptInvitation(trx, { id, generation: 1 })),
          onOther((trx) => acceptInvitation(trx, { id, generation: 1 })),
        ])
        expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
        const lost = settled.find((result) => result.status === 'rejected')
        expect(lost?.reason).toMatchObject({ code: 'invitation-closed', subject: 'accepted' })
      }
    })

    it('inviting the same people in both orders: everybody once', async () => {
      const drafts = Array.from({ length: 20 }, (_, index) => ({
        email: `both-${index}@acme.example`,
        role: 'agent',
      }))
      const [left, right] = await Promise.all([
        onThis((trx) => inviteMembers(trx, drafts)),
        onOther((trx) => inviteMembers(trx, drafts.toReversed())),
      ])
      expect([...outcomes(left), ...outcomes(right)].toSorted()).toEqual([
        ...drafts.map(() => 'already-invited'),
        ...drafts.map(() => 'invited'),
      ])
    })

    it('inviting for the last seat: one is seated', async () => {
      await setSeats(2)
      const [left, right] = await Promise.all([
        onThis((trx) => inviteMembers(trx, [{ email: 'l@acme.example', role: 'agent' }])),
        onOther((trx) => inviteMembers(trx, [{ email: 'r@acme.example', role: 'agent' }])),
      ])
      expect([...outcomes(left), ...outcomes(right)].toSorted()).toEqual([
        'invited',
        'seats-exceeded',
      ])
    })

    it('accepting and taking back: either the person is in or they are not', async () => {
      for (let round = 0; round < 5; round++) {
        const { invitationId: id, memberId } = await inviteOne({
          email: `either-${round}@acme.example`,
          role: 'agent',
        })
        await Promise.allSettled([
          onThis((trx) => acceptInvitation(trx, { id, generation: 1 })),
          onOther((trx) => cancelInvitation(trx, memberId)),
        ])
        const pair = [(await access(memberId))?.state, (await page(id))?.state]
        expect([
          ['active', 'accepted'],
          ['removed', 'cancelled'],
        ]).toContainEqual(pair)
      }
    })
  })

  /** As the workspace's directory does it. */
  async function provision(email: string): Promise<void> {
    const connectionId = createId()
    await db.owner
      .insertInto('scim_connections')
      .values({
        workspace_id: team.workspace.id,
        id: connectionId,
        name: 'Okta',
        idp: 'okta',
        profile: 'compat',
        patch_response: 'resource',
        state: 'active',
      })
      .execute()
    const actor = { kind: 'directory', id: connectionId, requestId: 'request-directory' } as const
    await inWorkspace(db, team.workspace.id, actor, (trx) =>
      provisionDirectoryUser(trx, connectionId, draftUser(email)),
    )
  }
})
