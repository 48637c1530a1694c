import { createId } from '@plantel/db'
import { type TestDatabase, testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  type Answer,
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
  type TestWorkspace,
} from '../testing/test-installation.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Values that nothing else has; each is looked for on its own. */
const person = {
  userName: 'zelda.userxqvzk@quux.example',
  otherUserName: 'zelda.renamedxqvzk@quux.example',
  email: 'zelda.workxqvzk@quux.example',
  homeEmail: 'zelda.homexqvzk@quux.example',
  laterEmail: 'zelda.laterxqvzk@quux.example',
  externalId: 'extxqvzk-88412',
  displayName: 'Zéldaxqvzk Display',
  laterName: 'Zéldaxqvzk Later',
  givenName: 'Givenxqvzk',
  familyName: 'Familyxqvzk',
  middleName: 'Middlexqvzk',
  honorific: 'Prefixxqvzk',
  nickName: 'Nickxqvzk',
  profileUrl: 'https://profilexqvzk.example/me',
  photo: 'https://photoxqvzk.example/me.png',
  phone: '+52 55 7777 4422',
  mobile: '+52 55 9191 3737',
  im: 'imxqvzk-handle',
  street: 'Streetxqvzk 12',
  city: 'Cityxqvzk',
  title: 'Titlexqvzk',
  employeeNumber: 'employeexqvzk-7',
  costCenter: 'costxqvzk',
  filterOnly: 'lookupxqvzk@quux.example',
  certificate: Buffer.from('certificatexqvzk').toString('base64'),
  unknownAttribute: 'unknownxqvzk',
  hostUserId: 'hostuserxqvzk-5',
  signature: 'Signaturexqvzk',
  ssoSubject: 'subjectxqvzk-3',
  loginHint: 'zelda.hintxqvzk@quux.example',
  password: 'Passwordxqvzk!1234567',
} as const

/** Named in requests only, or replaced before anybody was told. */
const neverStored = new Set(['userName', 'filterOnly', 'unknownAttribute', 'password'])

/** The same for somebody who was invited, and for somebody of an imported table. */
const invited = {
  email: 'yolanda.workwjpzq@quux.example',
  displayName: 'Yolandawjpzq Invited',
  acceptedName: 'Yolandawjpzq Accepted',
  givenName: 'Givenwjpzq',
  familyName: 'Familywjpzq',
  phone: '+52 55 6161 2828',
  jobTitle: 'Jobwjpzq',
  importedTitle: 'Latertitlewjpzq',
  hostUserId: 'hostwjpzq-9',
  password: 'Passwordwjpzq!7654321',
} as const
const imported = {
  email: 'xenia.workwjpzq@quux.example',
  displayName: 'Xeniawjpzq Imported',
  phone: '+52 55 4343 9696',
  jobTitle: 'Importedjobwjpzq',
} as const

const filter = (text: string): string => `/Users?filter=${encodeURIComponent(text)}`

describe.each(testEngines)('an erasure over the Host API on %s', (engine) => {
  let installation: TestInstallation
  let host: TestHost
  let acme: TestWorkspace

  beforeAll(async () => {
    installation = await openTestInstallation(engine)
    host = await installation.newHost('Erasing inbox')
    acme = await newWorkspace(installation, host, 'erasing', { defaultRole: 'manager' })
  })
  afterAll(() => installation.close())

  /** Everything by which a corporate directory can say who somebody is. */
  async function provision(): Promise<{ userId: string; memberId: string }> {
    const { status, body } = await acme.scim('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
      userName: person.userName,
      externalId: person.externalId,
      displayName: person.displayName,
      nickName: person.nickName,
      profileUrl: person.profileUrl,
      title: person.title,
      password: person.password,
      userUnknown: person.unknownAttribute,
      name: {
        formatted: `${person.honorific} ${person.givenName} ${person.familyName}`,
        givenName: person.givenName,
        familyName: person.familyName,
        middleName: person.middleName,
        honorificPrefix: person.honorific,
      },
      emails: [
        { value: person.email, type: 'work', primary: true },
        { value: person.homeEmail, type: 'home' },
      ],
      phoneNumbers: [
        { value: person.phone, type: 'work' },
        { value: person.mobile, type: 'mobile' },
      ],
      ims: [{ value: person.im, type: 'xmpp' }],
      photos: [{ value: person.photo, type: 'photo' }],
      addresses: [
        { streetAddress: person.street, locality: person.city, type: 'work', country: 'MX' },
      ],
      x509Certificates: [{ value: person.certificate }],
      [enterprise]: { employeeNumber: person.employeeNumber, costCenter: person.costCenter },
      active: true,
    })
    expect(status).toBe(201)
    const userId = String(body['id'])
    const { id } = await installation.db.owner
      .selectFrom('members')
      .select('id')
      .where('directory_user_id', '=', userId)
      .executeTakeFirstOrThrow()
    return { userId, memberId: id }
  }

  it('leaves nothing of the person in any table, and a history that can be read', async () => {
    const { db } = installation
    const { userId, memberId } = await provision()
    await waitForWelcome(db)

    // The directory looks for them and changes them, in every way.
    await acme.scim('GET', filter(`userName eq "${person.userName}"`))
    await acme.scim('GET', filter(`emails[type eq "work" and value eq "${person.filterOnly}"]`))
    await acme.scim('GET', filter(`name.familyName sw ${person.familyName} and`))
    const refused = await acme.scim('GET', filter(`active co "${person.userName}"`))
    expect(refused.status).toBe(400)
    await acme.scim('GET', `/Users/${person.externalId}`)
    await acme.scim('GET', `/Unknown/${person.userName}`)
    await acme.scim('POST', '/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: `externalId eq "${person.externalId}"`,
    })
    const patch = (operations: unknown[]): ReturnType<typeof acme.scim> =>
      acme.scim('PATCH', `/Users/${userId}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: operations,
      })
    await patch([
      { op: 'replace', path: 'userName', value: person.otherUserName },
      { op: 'replace', path: 'displayName', value: person.laterName },
      { op: 'replace', path: `emails[value eq "${person.email}"].value`, value: person.laterEmail },
    ])
    await patch([{ op: 'remove', path: `emails[value eq "${person.filterOnly}"]` }])
    const report = await acme.hire('report@quux.example')
    await acme.scim('PATCH', `/Users/${report.userId}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [
        {
          op: 'add',
          path: `${enterprise}:manager`,
          value: { value: userId, displayName: person.laterName },
        },
      ],
    })

    // The host and the person write what is theirs.
    const members = `/workspaces/${acme.id}/members`
    const edited = await host.call('PATCH', `${members}/${memberId}`, {
      hostUserId: person.hostUserId,
      profile: { signatureName: person.signature },
      departments: ['Ventas-MX'],
    })
    expect(edited.status).toBe(204)
    const token = await acme.widgetToken(memberId)
    await callJson(`${installation.url}/team/v1/members?search=${person.givenName}`, { token })
    await signIn(db, acme, memberId)
    await captureMailAboutThem(db, acme)

    // What is not there before could not tell whether it was erased.
    const before = (await dump(db)).join('\n')
    expect(Object.entries(person).filter(([, value]) => !before.includes(value))).toEqual(
      Object.entries(person).filter(([name]) => neverStored.has(name)),
    )

    const erase = `${members}/${memberId}/erase`
    expect(await host.call('POST', erase)).toMatchObject({
      status: 409,
      body: { reason: 'still-in-directory' },
    })
    expect((await acme.scim('DELETE', `/Users/${userId}`)).status).toBe(204)
    expect((await host.call('POST', erase)).status).toBe(204)
    expect((await host.call('POST', erase)).status).toBe(204)

    const after = await dump(db)
    const values = Object.values(person)
    expect(after.filter((row) => values.some((value) => row.includes(value)))).toEqual([])
    // Nor any part of a value, nor another spelling of it.
    expect(after.filter((row) => /xqvzk|zelda|zélda/i.test(row))).toEqual([])

    const history = await db.owner
      .selectFrom('audit_entries')
      .select(['action', 'actor_kind'])
      .where('subject_id', 'in', [memberId, userId])
      .orderBy('id')
      .execute()
    // Their conversations are handed over in the system's own time.
    const told = history.filter(({ actor_kind }) => actor_kind !== 'system')
    expect(told.map(({ action, actor_kind }) => `${actor_kind} ${action}`)).toEqual([
      'directory directory_user.created',
      'directory member.activated',
      'directory directory_user.changed',
      'directory member.changed',
      'host member.access_changed',
      'directory directory_user.deleted',
      'directory member.removed',
      'directory member.access_changed',
      'host member.erased',
    ])
    const requests = await db.owner.selectFrom('scim_requests').select('path').execute()
    expect(requests.map(({ path }) => path)).toContain('/Users?filter=active co "…"')
    expect((await acme.scim('GET', `/Users/${userId}`)).status).toBe(404)
    // The other one is as they were.
    const { body: other } = await acme.scim('GET', `/Users/${report.userId}`)
    expect(other).toMatchObject({ userName: 'report@quux.example' })
    expect(other[enterprise]).toBeUndefined()
  })

  it('leaves nothing of who was invited or imported, was to own the workspace and handed over', async () => {
    const { db } = installation
    const path = `/workspaces/${acme.id}`
    const call = async (method: string, at: string, body?: unknown): Promise<Answer['body']> => {
      const answer = await host.call(method, `${path}${at}`, body)
      expect([method, at, answer.status]).toEqual([
        method,
        at,
        expect.toBeOneOf([200, 201, 202, 204]),
      ])
      return answer.body
    }
    const isMailed = async (text: string): Promise<boolean> =>
      (await dump(db)).some((row) => row.startsWith('captured_mails') && row.includes(text))

    // Asked in by a mail that calls them by their name, and in by its link.
    const { email, displayName, givenName, familyName, phone, jobTitle, hostUserId } = invited
    const { invited: people } = await call('POST', '/invitations', {
      people: [
        { email, displayName, givenName, familyName, phone, jobTitle, hostUserId, role: 'manager' },
      ],
      message: `Welcome, ${displayName}`,
    })
    const [{ memberId }] = people as [{ memberId: string }]
    await expect.poll(() => isMailed(email)).toBe(true)
    const { url } = await call('POST', `/members/${memberId}/invitation/link`)
    const accepted = await fetch(String(url), {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: new URL(String(url)).origin },
      body: new URLSearchParams({
        displayName: invited.acceptedName,
        givenName,
        familyName,
        password: invited.password,
      }),
    })
    expect(accepted.status).toBe(303)

    // One table changes them and brings somebody else; another one is only looked at.
    const table = [
      'Email,Name,Phone,Job title,Role',
      `${email},,,${invited.importedTitle},manager`,
      `${imported.email},${imported.displayName},${imported.phone},${imported.jobTitle},agent`,
      `${imported.email},${imported.displayName},,,agent`,
      'bystander@quux.example,Bystander,,,no such role',
    ].join('\n')
    const { id: importId, hash } = await importTable(table)
    await call('POST', `/member-imports/${importId}/start`, { hash })
    await expect
      .poll(async () => {
        const { job } = await call('GET', `/member-imports/${importId}`)
        return (job as { state: string } | null)?.state
      })
      .toBe('done')
    await importTable(table)
    const importedId = await memberOf(db, imported.email)

    // They were to own the workspace, which both were written; and were revoked with their conversations.
    await call('PATCH', `/members/${memberId}`, { departments: ['Soporte'] })
    await call('POST', '/ownership-transfers', { to: memberId })
    await expect.poll(() => isMailed(invited.acceptedName)).toBe(true)
    const handover = await call('POST', `/members/${importedId}/revoke`, {
      to: { kind: 'member', memberId },
    })
    expect(handover['member']).toMatchObject({ displayName: imported.displayName })
    await call('POST', `/members/${memberId}/revoke`, { to: { kind: 'unassigned' } })

    const values = [...Object.values(invited), ...Object.values(imported)]
    const before = (await dump(db)).join('\n')
    // The table has put another one in the place of the first.
    const gone = [invited.jobTitle, invited.password]
    expect(values.filter((value) => !before.includes(value))).toEqual(gone)

    for (const id of [memberId, importedId]) await call('POST', `/members/${id}/erase`)
    const after = await dump(db)
    expect(after.filter((row) => values.some((value) => row.includes(value)))).toEqual([])
    expect(after.filter((row) => /wjpzq|yolanda|xenia/i.test(row))).toEqual([])

    // What was done is still told, and the row of somebody else is still there to be mended.
    const history = await db.owner
      .selectFrom('audit_entries')
      .select('action')
      .where('subject_id', '=', memberId)
      .orderBy('id')
      .execute()
    expect(history.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'member.invited',
        'member.activated',
        'member.removed',
        'member.erased',
      ]),
    )
    expect(after.some((row) => row.includes('bystander@quux.example'))).toBe(true)
  })

  /** Sends a table and waits until it has been looked at. */
  async function importTable(text: string): Promise<{ id: string; hash: string }> {
    const answer = await fetch(
      `${installation.url}/host/v1/workspaces/${acme.id}/member-imports?way=create`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${host.key}`, 'content-type': 'text/csv' },
        body: text,
      },
    )
    expect(answer.status).toBe(201)
    const { import: sent } = (await answer.json()) as { import: { id: string } }
    let hash: string | null = null
    await expect
      .poll(async () => {
        const { body } = await host.call('GET', `/workspaces/${acme.id}/member-imports/${sent.id}`)
        hash = body['hash'] as string | null
        return hash
      })
      .not.toBe(null)
    return { id: sent.id, hash: String(hash) }
  }
})

async function memberOf(db: TestDatabase, email: string): Promise<string> {
  const { id } = await db.owner
    .selectFrom('members')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  return id
}

/** What a sign-in leaves, from its beginning at the identity provider to the host's tokens. */
async function signIn(db: TestDatabase, { id }: TestWorkspace, memberId: string): Promise<void> {
  const connection = createId()
  const soon = new Date(Date.now() + 600_000)
  await db.owner
    .insertInto('sso_connections')
    .values({
      workspace_id: id,
      id: connection,
      name: 'Company',
      kind: 'oidc',
      state: 'active',
      issuer: 'https://idp.example',
      client_id: 'plantel',
      sealed_client_secret: 'sealed',
      id_token_algorithm: 'RS256',
      binding_claim: 'sub',
      binding_attribute: 'externalId',
    })
    .execute()
  await db.owner
    .insertInto('sso_links')
    .values({
      workspace_id: id,
      connection_id: connection,
      issuer: 'https://idp.example',
      subject: person.ssoSubject,
      member_id: memberId,
    })
    .execute()
  await db.owner
    .insertInto('sign_in_flows')
    .values({
      workspace_id: id,
      id: createId(),
      connection_id: connection,
      cookie_hash: Buffer.from('cookie'),
      nonce: 'nonce',
      sealed_code_verifier: 'sealed',
      return_to: '/sso/finish',
      state: 'verified',
      sso_profile: JSON.stringify({
        protocol: 'oidc',
        connectionId: connection,
        issuer: 'https://idp.example',
        subject: person.ssoSubject,
        bindingValue: person.externalId,
      }),
      expires_at: soon,
    })
    .execute()
  await db.owner
    .insertInto('sessions')
    .values({
      workspace_id: id,
      id_hash: Buffer.from('session'),
      member_id: memberId,
      connection_id: connection,
      data: JSON.stringify({ agent: person.laterName }),
      last_seen_at: new Date(),
      idle_expires_at: soon,
      absolute_expires_at: soon,
    })
    .execute()
  await db.owner
    .insertInto('provider_artifacts')
    .values([
      {
        model: 'Session',
        id_hash: Buffer.from('provider session'),
        payload: JSON.stringify({ accountId: memberId, name: person.laterName }),
        account_id: memberId,
      },
      {
        model: 'Interaction',
        id_hash: Buffer.from('interaction'),
        payload: JSON.stringify({
          session: { accountId: memberId },
          params: { login_hint: person.loginHint },
        }),
      },
    ])
    .execute()
}

/** The welcome that the demo's mailbox catches: to the address that they have when it is sent. */
async function waitForWelcome(db: TestDatabase): Promise<void> {
  const isWelcomed = async (): Promise<boolean> => {
    const rows = await dump(db)
    return rows.some((row) => row.startsWith('captured_mails') && row.includes(person.email))
  }
  await expect.poll(isWelcomed, { timeout: 20_000 }).toBe(true)
}

/** A mail to somebody else that names them. */
async function captureMailAboutThem(db: TestDatabase, { id }: TestWorkspace): Promise<void> {
  await db.owner
    .insertInto('captured_mails')
    .values({
      workspace_id: id,
      recipient: 'somebody@quux.example',
      subject: `${person.laterName} invited you`,
      text: `${person.laterName} invited you`,
      html: `<p>${person.laterName} invited you</p>`,
    })
    .execute()
}

/** Every row of every table as text. */
async function dump(db: TestDatabase): Promise<string[]> {
  const tables = await db.owner.introspection.getTables()
  const found: string[] = []
  for (const { name } of tables.filter((table) => !table.isView)) {
    const rows = await db.owner
      .selectFrom(name as 'members')
      .selectAll()
      .execute()
    found.push(...rows.map((row) => `${name} ${JSON.stringify(row, bytesAsText)}`))
  }
  return found
}

function bytesAsText(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key]
  return Buffer.isBuffer(original) ? original.toString('latin1') : value
}
