/** What provisioning clients send, by the rows of the collection of their habits. */
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  createGroup,
  createUser,
  findIds,
  freshName,
  memberIds,
  patch,
  urns,
} from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const deactivations: readonly [row: string, operation: unknown][] = [
  ['1 Entra: capitalised op, "False" as text', { op: 'Replace', path: 'active', value: 'False' }],
  [
    '2 Entra: a value wrapped in an array',
    { op: 'Replace', path: 'active', value: [{ $ref: null, value: 'False' }] },
  ],
  ['29 Okta: without path', { op: 'replace', value: { active: false } }],
  ['44 SailPoint: add for replace', { op: 'add', value: { active: false } }],
]

const managers: readonly [row: string, operation: unknown][] = [
  ['6 Entra: a plain string', { op: 'Add', path: `${urns.enterprise}:manager`, value: 'm-271' }],
  [
    '7 Entra: an array and an unqualified path',
    { op: 'Add', path: 'manager', value: [{ $ref: '..', value: 'm-271' }] },
  ],
  ['7 Entra: an object', { op: 'Replace', path: 'manager', value: { value: 'm-271' } }],
]

const removals: readonly [row: string, operation: (id: string) => unknown][] = [
  [
    '14 Entra: remove with a value list',
    (id) => ({ op: 'Remove', path: 'members', value: [{ $ref: null, value: id }] }),
  ],
  ['15 Okta: remove by filter', (id) => ({ op: 'remove', path: `members[value eq "${id}"]` })],
  [
    '42 JumpCloud: remove with a value list',
    (id) => ({ op: 'remove', path: 'members', value: [{ value: id }] }),
  ],
]

const additions: readonly [row: string, operation: (id: string) => unknown][] = [
  [
    '16 Entra: add with $ref null',
    (id) => ({ op: 'Add', path: 'members', value: [{ $ref: null, value: id }] }),
  ],
  ['49 WSO2: add without path', (id) => ({ op: 'add', value: { members: [{ value: id }] } })],
  [
    '33 Okta: add with display',
    (id) => ({ op: 'add', path: 'members', value: [{ value: id, display: 'x@y' }] }),
  ],
]

describe.each(testEngines)('clients of a compat connection on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  test.each(deactivations)('row %s deactivates a user who stays readable', async (_, operation) => {
    const { id } = await createUser(client, { externalId: freshName('x') })
    const answer = await patch(client, `/Users/${id}`, operation)
    expect(answer.status).toBe(200)
    expect(answer.body['active']).toBe(false)
    expect((await client.request('GET', `/Users/${id}`)).body['active']).toBe(false)
    expect(await findIds(client, '/Users', `id eq "${id}" and active eq false`)).toEqual([id])
  })

  test('row 3 Entra: dotted and URN keys without path become nested attributes', async () => {
    const { id } = await createUser(client)
    const answer = await patch(client, `/Users/${id}`, {
      op: 'replace',
      value: {
        displayName: 'B',
        'name.givenName': 'K',
        [`${urns.enterprise}:employeeNumber`]: 'A1',
      },
    })
    expect(answer.body).toMatchObject({
      schemas: [urns.user, urns.enterprise],
      displayName: 'B',
      name: { givenName: 'K' },
      [urns.enterprise]: { employeeNumber: 'A1' },
    })
    expect(answer.body).not.toHaveProperty(['name.givenName'])
  })

  test('row 4 Entra: an unknown query parameter is ignored', async () => {
    const { id, body } = await createUser(client)
    const filter = encodeURIComponent(`userName eq "${String(body['userName'])}"`)
    const list = await client.request('GET', `/Users?aadOptscim062020&filter=${filter}`)
    expect(list.body).toMatchObject({ totalResults: 1, Resources: [{ id }] })
  })

  test('row 5 Entra: a filtered path creates the element that is not there', async () => {
    const { id } = await createUser(client)
    const answer = await patch(
      client,
      `/Users/${id}`,
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'n@x.example' },
      { op: 'Replace', path: 'addresses[type eq "work"].postalCode', value: '01' },
      { op: 'Replace', path: 'addresses[type eq "work"].locality', value: 'Lima' },
    )
    expect(answer.body).toMatchObject({
      emails: [{ type: 'work', value: 'n@x.example' }],
      addresses: [{ type: 'work', postalCode: '01', locality: 'Lima' }],
    })
    const updated = await patch(client, `/Users/${id}`, {
      op: 'Replace',
      path: 'emails[type eq "work"].value',
      value: 'new@x.example',
    })
    expect(updated.body['emails']).toEqual([{ type: 'work', value: 'new@x.example' }])
    expect(
      await findIds(client, '/Users', 'emails[type eq "work"].value eq "NEW@x.example"'),
    ).toEqual([id])
  })

  test.each(managers)('row %s sets the manager', async (_, operation) => {
    const { id } = await createUser(client)
    const answer = await patch(client, `/Users/${id}`, operation)
    expect(answer.body[urns.enterprise]).toEqual({ manager: { value: 'm-271' } })
  })

  test('row 6 Entra: a POST with the manager as a string', async () => {
    const { body } = await createUser(client, { [urns.enterprise]: { manager: '271' } })
    expect(body[urns.enterprise]).toEqual({ manager: { value: '271' } })
  })

  test('row 8 Entra: an empty manager unassigns', async () => {
    const { id } = await createUser(client, { [urns.enterprise]: { manager: { value: '271' } } })
    const operation = { op: 'Replace', path: `${urns.enterprise}:manager`, value: '' }
    const answer = await patch(client, `/Users/${id}`, operation)
    expect(answer.body).not.toHaveProperty([urns.enterprise])
  })

  test('row 9 Entra: asks whether a user has a manager', async () => {
    const { id } = await createUser(client, { [urns.enterprise]: { manager: { value: 'M1' } } })
    expect(await findIds(client, '/Users', `id eq "${id}" and manager eq "M1"`)).toEqual([id])
    expect(await findIds(client, '/Users', `id eq "${id}" and manager eq "M2"`)).toEqual([])
  })

  test('row 10 Entra: roles[primary eq "True"].value replaces the primary role', async () => {
    const { id, body } = await createUser(client, { roles: [{ primary: 'True', value: 'Admin' }] })
    expect(body['roles']).toEqual([{ primary: true, value: 'Admin' }])
    const operation = { op: 'Replace', path: 'roles[primary eq "True"].value', value: 'Agent' }
    const answer = await patch(client, `/Users/${id}`, operation)
    expect(answer.body['roles']).toEqual([{ primary: true, value: 'Agent' }])
  })

  test('row 11 Entra: a role as JSON inside a string', async () => {
    const { id } = await createUser(client)
    const inner = JSON.stringify({ id: '..', value: '25', displayName: 'R' })
    const operation = { op: 'Add', path: 'roles', value: [{ value: inner }] }
    const answer = await patch(client, `/Users/${id}`, operation)
    expect(answer.body['roles']).toEqual([{ value: '25', display: 'R' }])
  })

  test('row 12 Entra: nulls are unassigned and extras ignored in a POST', async () => {
    const { body } = await createUser(client, {
      addresses: null,
      title: null,
      manager: null,
      roles: [],
      shoeSize: 43,
      meta: { resourceType: 'User' },
    })
    for (const name of ['addresses', 'title', 'roles', 'shoeSize']) {
      expect(body).not.toHaveProperty(name)
    }
  })

  test('row 13 Entra: an unknown schema URN of a group is ignored and logged', async () => {
    const urn = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'
    const { headers } = await createGroup(client, [], { schemas: [urns.group, urn] })
    expect(await warningsOf(client, headers)).toEqual([
      { code: 'unknown-schema-ignored', subject: urn.toLowerCase() },
    ])
  })

  test.each(removals)('row %s removes just that member', async (_, operation) => {
    const [one, two] = [await createUser(client), await createUser(client)]
    const group = await createGroup(client, [one.id, two.id])
    const answer = await patch(client, `/Groups/${group.id}`, operation(one.id))
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect(await memberIds(client, group.id)).toEqual([two.id])
    expect((await patch(client, `/Groups/${group.id}`, operation(one.id))).status).toBe(204)
    expect(await memberIds(client, group.id)).toEqual([two.id])
  })

  test.each(additions)('row %s adds and keeps the others', async (_, operation) => {
    const [one, two] = [await createUser(client), await createUser(client)]
    const group = await createGroup(client, [one.id])
    expect((await patch(client, `/Groups/${group.id}`, operation(two.id))).status).toBe(204)
    expect(await memberIds(client, group.id)).toEqual([one.id, two.id])
  })

  test('row 18 Entra: excludedAttributes=members leaves no members key', async () => {
    const user = await createUser(client)
    const { id, body } = await createGroup(client, [user.id])
    const read = await client.request('GET', `/Groups/${id}?excludedAttributes=members`)
    expect(read.body).not.toHaveProperty('members')
    const filter = encodeURIComponent(`displayName eq "${String(body['displayName'])}"`)
    const list = await client.request('GET', `/Groups?excludedAttributes=members&filter=${filter}`)
    expect(list.body).toMatchObject({ totalResults: 1, Resources: [{ id }] })
    expect(list.text).not.toContain('"members"')
  })

  test('row 19 Entra: Test Connection finds nobody and gets an empty list', async () => {
    const filter = encodeURIComponent(`userName eq "${freshName('nobody')}"`)
    const list = await client.request('GET', `/Users?filter=${filter}`)
    expect(list.status).toBe(200)
    expect(list.body).toEqual({
      schemas: [urns.list],
      totalResults: 0,
      itemsPerPage: 0,
      startIndex: 1,
      Resources: [],
    })
  })

  test('row 20 Entra: matches by externalId exactly and by userName in any case', async () => {
    const externalId = freshName('Ext')
    const { id, body } = await createUser(client, { externalId })
    const userName = String(body['userName']).toUpperCase()
    expect(await findIds(client, '/Users', `userName eq "${userName}"`)).toEqual([id])
    expect(await findIds(client, '/Users', `externalId eq "${externalId}"`)).toEqual([id])
    expect(await findIds(client, '/Users', `externalId eq "${externalId.toUpperCase()}"`)).toEqual(
      [],
    )
  })

  test('row 21 Entra: after DELETE a POST with the same userName is a new user', async () => {
    const { id, body } = await createUser(client)
    expect((await client.request('DELETE', `/Users/${id}`)).status).toBe(204)
    const again = await createUser(client, { userName: body['userName'] })
    expect(again.id).not.toBe(id)
  })

  test('row 22 Entra: duplicates of users and groups are refused', async () => {
    const user = await createUser(client)
    const { userName } = user.body
    const again = await client.request('POST', '/Users', { schemas: [urns.user], userName })
    expect(again).toMatchObject({ status: 409, body: { scimType: 'uniqueness', status: '409' } })
    const group = await createGroup(client)
    const { displayName } = group.body
    const twin = await client.request('POST', '/Groups', { schemas: [urns.group], displayName })
    expect(twin).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
  })

  test('row 24 Entra validator: several operations on one attribute apply in order', async () => {
    const { id } = await createUser(client, { title: 'a' })
    const answer = await patch(
      client,
      `/Users/${id}`,
      { op: 'remove', path: 'title' },
      { op: 'add', path: 'title', value: 'b' },
      { op: 'replace', path: 'title', value: 'c' },
    )
    expect(answer.body).toMatchObject({ title: 'c', meta: { version: 'W/"2"' } })
  })

  test.each([[''], [null]])(
    'row 24 Entra validator: %j clears every mapped attribute',
    async (nothing) => {
      const work = { type: 'work', value: 'a@b.example' }
      const { id, body } = await createUser(client, {
        displayName: 'A',
        title: 'T',
        preferredLanguage: 'es',
        name: { givenName: 'A', familyName: 'B', formatted: 'A B' },
        emails: [work],
        phoneNumbers: [{ type: 'mobile', value: '+1 555' }],
        addresses: [{ type: 'work', locality: 'Lima', country: 'PE' }],
        [urns.enterprise]: { department: 'D', employeeNumber: '7', manager: { value: 'm' } },
      })
      const paths = [
        'displayName',
        'title',
        'preferredLanguage',
        'name.givenName',
        'name.familyName',
        'name.formatted',
        'emails[type eq "work"].value',
        'phoneNumbers[type eq "mobile"].value',
        'addresses[type eq "work"].locality',
        'addresses[type eq "work"].country',
        `${urns.enterprise}:department`,
        `${urns.enterprise}:employeeNumber`,
        `${urns.enterprise}:manager`,
      ]
      const operations = paths.map((path) => ({ op: 'Replace', path, value: nothing }))
      const answer = await patch(client, `/Users/${id}`, ...operations)
      expect(answer.status).toBe(200)
      const { schemas, userName, active, meta } = answer.body
      expect(answer.body).toEqual({ schemas, id, userName, active, meta })
      expect(userName).toBe(body['userName'])
    },
  )

  test('row 25 Entra validator: an empty list of operations changes nothing', async () => {
    const { id } = await createUser(client)
    const answer = await patch(client, `/Users/${id}`)
    expect(answer).toMatchObject({ status: 200, body: { meta: { version: 'W/"1"' } } })
  })

  test('row 27 Okta: looks a user up with startIndex and count and gets integers', async () => {
    const { id } = await createUser(client, { userName: `a+${freshName('o')}@b.example` })
    const { body } = await client.request('GET', `/Users/${id}`)
    const name = encodeURIComponent(String(body['userName']))
    const list = await client.request(
      'GET',
      `/Users?filter=userName+eq+%22${name}%22&startIndex=1&count=100`,
    )
    expect(list.body).toMatchObject({ totalResults: 1, startIndex: 1, itemsPerPage: 1 })
  })

  test('row 28 Okta: groups and password of a POST are not kept', async () => {
    const { id, text } = await createUser(client, {
      groups: [],
      password: 'hunter2-hunter2',
      locale: 'en-US',
      externalId: freshName('00u'),
    })
    expect(text).not.toContain('hunter2')
    const rows = await client.inWorkspace((trx) =>
      trx.query
        .selectFrom('directory_users')
        .select('resource')
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', id)
        .execute(),
    )
    expect(JSON.stringify(rows)).not.toContain('hunter2')
  })

  test('row 30 Okta: the body of a GET, edited, is accepted as PUT', async () => {
    const user = await createUser(client, {
      name: { givenName: 'A', familyName: 'B' },
      emails: [{ value: 'a@b.example', type: 'work', primary: true }],
    })
    await createGroup(client, [user.id])
    const { body } = await client.request('GET', `/Users/${user.id}`)
    expect(body['groups']).toHaveLength(1)
    const answer = await client.request('PUT', `/Users/${user.id}`, {
      ...body,
      name: { givenName: 'A', familyName: 'C', middleName: '' },
      emails: [{ value: 'a@b.example', type: 'work', primary: true, display: 'a' }],
      unknown: 1,
    })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      name: { givenName: 'A', familyName: 'C' },
      groups: body['groups'],
      emails: body['emails'],
    })
  })

  test('row 31 Okta AIW: PUT of a group replaces its members', async () => {
    const [one, two] = [await createUser(client), await createUser(client)]
    const { id, body } = await createGroup(client, [one.id])
    const answer = await client.request('PUT', `/Groups/${id}`, {
      ...body,
      members: [{ value: two.id, display: 'two' }],
    })
    expect(answer.status).toBe(200)
    expect(await memberIds(client, id)).toEqual([two.id])
    const renamed = await client.request('PUT', `/Groups/${id}`, {
      schemas: [urns.group],
      displayName: freshName('Renamed'),
    })
    expect(renamed.status).toBe(200)
    expect(await memberIds(client, id)).toEqual([two.id])
  })

  test('row 32 Okta: a rename that carries the id leaves the members alone', async () => {
    const user = await createUser(client)
    const { id } = await createGroup(client, [user.id])
    const displayName = freshName('New')
    const operation = { op: 'replace', value: { id, displayName } }
    expect((await patch(client, `/Groups/${id}`, operation)).status).toBe(204)
    const { body } = await client.request('GET', `/Groups/${id}`)
    expect(body).toMatchObject({ displayName, members: [{ value: user.id, type: 'User' }] })
  })

  test('row 33 Okta: a removal and an addition in one PATCH', async () => {
    const [one, two] = [await createUser(client), await createUser(client)]
    const { id } = await createGroup(client, [one.id])
    await patch(
      client,
      `/Groups/${id}`,
      { op: 'remove', path: `members[value eq "${one.id}"]` },
      { op: 'add', path: 'members', value: [{ value: two.id, display: 'x' }] },
    )
    expect(await memberIds(client, id)).toEqual([two.id])
  })

  test('row 34 Okta: a full push replaces all members, an empty one removes them', async () => {
    const [one, two] = [await createUser(client), await createUser(client)]
    const { id, body } = await createGroup(client, [one.id])
    const push = { op: 'replace', path: 'members', value: [{ value: two.id }] }
    await patch(client, `/Groups/${id}`, push)
    expect(await memberIds(client, id)).toEqual([two.id])
    const { displayName } = body
    await patch(client, `/Groups/${id}`, { op: 'replace', value: { members: [], id, displayName } })
    expect(await memberIds(client, id)).toEqual([])
  })

  test('row 35 Okta: one stale id does not cost the others, and the log names it', async () => {
    const [one, stale] = [await createUser(client), await createUser(client)]
    await client.request('DELETE', `/Users/${stale.id}`)
    const { id } = await createGroup(client)
    const value = [{ value: stale.id }, { value: one.id }]
    const answer = await patch(client, `/Groups/${id}`, { op: 'add', path: 'members', value })
    expect(answer.status).toBe(204)
    expect(await memberIds(client, id)).toEqual([one.id])
    const logged = await client.inWorkspace((trx) =>
      trx.query
        .selectFrom('scim_requests')
        .select(['method', 'path', 'status', 'warnings'])
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', answer.headers.get('x-request-id') ?? '')
        .executeTakeFirst(),
    )
    expect(logged).toEqual({
      method: 'PATCH',
      path: `/Groups/${id}`,
      status: 204,
      warnings: [{ code: 'unknown-member', subject: stale.id }],
    })
  })

  test('row 39 OneLogin: legacy URNs, plain JSON and an empty query', async () => {
    const created = await client.request(
      'POST',
      '/Users',
      {
        schemas: ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0'],
        userName: freshName('one'),
      },
      { 'content-type': 'application/json', 'user-agent': '' },
    )
    expect(created.status).toBe(201)
    const { userName } = created.body
    const replaced = await client.request('PUT', `/Users/${created.id}?`, {
      schemas: ['urn:scim:schemas:core:1.0'],
      userName,
      title: 'T',
    })
    expect(replaced).toMatchObject({ status: 200, body: { title: 'T' } })
  })

  test('row 41 JumpCloud: repeats adds of the same member', async () => {
    const user = await createUser(client)
    const { id } = await createGroup(client)
    const operation = { op: 'add', path: 'members', value: [{ value: user.id }] }
    for (let round = 0; round < 3; round++) {
      expect((await patch(client, `/Groups/${id}`, operation)).status).toBe(204)
    }
    const { body } = await client.request('GET', `/Groups/${id}`)
    expect(body).toMatchObject({ members: [{ value: user.id }], meta: { version: 'W/"2"' } })
  })

  test('row 43 Ping: looks up by emails eq', async () => {
    const value = `${freshName('p')}@b.example`
    const { id } = await createUser(client, { emails: [{ value, type: 'work' }] })
    expect(await findIds(client, '/Users', `emails eq "${value}"`)).toEqual([id])
  })

  test('row 43 Ping: of two primary emails the first stays, and the log says so', async () => {
    const answer = await createUser(client, {
      emails: [
        { value: 'a@b.example', type: 'work', primary: true },
        { value: 'c@b.example', type: 'home', primary: true },
      ],
    })
    expect(answer.body['emails']).toMatchObject([{ primary: true }, { primary: false }])
    const put = await client.request('PUT', `/Users/${answer.id}`, {
      ...answer.body,
      phoneNumbers: [
        { value: '1', type: 'work', primary: true },
        { value: '2', type: 'home', primary: true },
      ],
    })
    expect(put.body['phoneNumbers']).toMatchObject([{ primary: true }, { primary: false }])
    const emails = [
      { value: 'd@b.example', type: 'work', primary: 'true' },
      { value: 'e@b.example', type: 'home', primary: 'True' },
    ]
    const patches = [
      { op: 'replace', path: 'emails', value: emails },
      { op: 'replace', value: { emails } },
    ]
    const patched = await Promise.all(
      patches.map(async (each) => patch(client, `/Users/${(await createUser(client)).id}`, each)),
    )
    for (const { body } of [...patched, await createUser(client, { emails })]) {
      expect(body['emails']).toMatchObject([{ primary: true }, { primary: false }])
    }
    for (const { headers } of [answer, put, ...patched]) {
      expect(await warningsOf(client, headers)).toContainEqual({
        code: 'quirk-rewritten',
        subject: 'ping/several-primaries',
      })
    }
  })

  test('row 46 Rippling: the duplicate that a retried POST made is findable', async () => {
    const { id, body } = await createUser(client)
    const { userName } = body
    const retry = await client.request('POST', '/Users', { schemas: [urns.user], userName })
    expect(retry.status).toBe(409)
    expect(await findIds(client, '/Users', `userName eq "${String(userName)}"`)).toEqual([id])
  })

  test('row 47 Google: deletes a user who is still active', async () => {
    const { id } = await createUser(client, { active: true })
    expect((await client.request('DELETE', `/Users/${id}`)).status).toBe(204)
  })

  test("row 51 all: names with ', +, @ and unicode are found, and an e-mail is shared", async () => {
    const userName = `o'hara+${freshName('ünï')}`
    const emails = [{ value: 'shared@acme.example', type: 'work' }]
    const one = await createUser(client, { userName, emails })
    const two = await createUser(client, { emails })
    expect(await findIds(client, '/Users', `userName eq "${userName}"`)).toEqual([one.id])
    expect(await findIds(client, '/Users', 'emails.value eq "shared@acme.example"')).toEqual([
      one.id,
      two.id,
    ])
  })

  test('row 52 all: adding what is there leaves version and lastModified alone', async () => {
    const { id, body } = await createUser(client, {
      title: 'T',
      emails: [{ value: 'a@b.example' }],
    })
    const answer = await patch(
      client,
      `/Users/${id}`,
      { op: 'add', path: 'title', value: 'T' },
      { op: 'add', path: 'emails', value: [{ value: 'a@b.example' }] },
    )
    expect(answer.body['meta']).toEqual(body['meta'])
  })

  test('row 53 all: people whom the directory did not provision are not shown', async () => {
    const other = await scim.connect()
    const { body } = await other.request('GET', '/Users')
    expect(body['totalResults']).toBe(0)
  })
})

async function warningsOf(client: ScimClient, headers: Headers): Promise<readonly unknown[]> {
  const row = await client.inWorkspace((trx) =>
    trx.query
      .selectFrom('scim_requests')
      .select('warnings')
      .where('workspace_id', '=', trx.workspaceId)
      .where('id', '=', headers.get('x-request-id') ?? '')
      .executeTakeFirstOrThrow(),
  )
  return row.warnings
}
