/** Values that would cost the server an internal error, its time or its word. */
import { randomBytes } from 'node:crypto'

import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { cpuMsOf, leastCpuMs } from '../testing/cpu-time.ts'
import { createGroup, createUser, freshName, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

/** Random, because PostgreSQL compresses what repeats before it measures it. */
function randomHan(length: number): string {
  return Array.from({ length }, () =>
    String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000)),
  ).join('')
}

/** One code point that NFKC turns into eighteen, after random ones. */
function randomLigatures(): string {
  return randomHan(100) + '\uFDFA'.repeat(100)
}

/** A third of what a person may have, and a little more. */
function photo(letter: string): object {
  return { value: `data:image/png;base64,${letter.repeat(90_000)}`, type: letter }
}

const longValues: readonly [where: string, collection: string, body: (text: string) => object][] = [
  ['userName', '/Users', (userName) => ({ userName })],
  ['displayName', '/Users', (displayName) => ({ userName: freshName('u'), displayName })],
  ['externalId', '/Users', (externalId) => ({ userName: freshName('u'), externalId })],
  ['name.givenName', '/Users', (givenName) => ({ userName: freshName('u'), name: { givenName } })],
  [
    'emails.value',
    '/Users',
    (value) => ({ userName: freshName('u'), emails: [{ value, type: 'work' }] }),
  ],
  [
    'emails.type',
    '/Users',
    (type) => ({ userName: freshName('u'), emails: [{ value: 'a@x.example', type }] }),
  ],
  ['displayName', '/Groups', (displayName) => ({ displayName })],
  ['externalId', '/Groups', (externalId) => ({ displayName: freshName('g'), externalId })],
]

const invalidValue = { status: 400, body: { scimType: 'invalidValue' } }

describe.each(testEngines)('bad input on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  const warningsOf = async (answer: ScimResponse): Promise<unknown> => {
    const { warnings } = await client.inWorkspace((trx) =>
      trx.query
        .selectFrom('scim_requests')
        .select('warnings')
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', answer.headers.get('x-request-id') ?? '')
        .executeTakeFirstOrThrow(),
    )
    return warnings
  }

  test.each(['a\0b', 'a\uD800', `${'x'.repeat(199)}\u{1F600}`])(
    'an unknown key that no database stores is named by replacement (%j)',
    async (key) => {
      const answer = await client.request('POST', '/Users', {
        schemas: [urns.user, `urn:x\0`],
        userName: freshName('user'),
        [key]: 1,
      })
      expect(answer.status).toBe(201)
      expect(JSON.stringify(await warningsOf(answer))).toContain('\uFFFD')
      const patched = await patch(client, `/Users/${answer.id}`, {
        op: 'add',
        value: { 'urn:x\0': 1 },
      })
      expect(patched.status).toBe(200)
    },
  )

  test.each(longValues)('%s of %s keeps to what an index holds', async (_, collection, body) => {
    const schemas = [collection === '/Users' ? urns.user : urns.group]
    const send = (text: string): Promise<ScimResponse> =>
      client.request('POST', collection, { schemas, ...body(text) })
    for (const text of [randomHan(1000), randomLigatures()]) {
      expect(await send(text)).toMatchObject(invalidValue)
    }
    expect(await send(randomHan(340))).toMatchObject({ status: 201 })
  })

  test('the longest names and addresses together still fit their indexes', async () => {
    const answer = await client.request('POST', '/Users', {
      schemas: [urns.user],
      userName: freshName('user'),
      name: { givenName: randomHan(340), familyName: randomHan(340) },
      emails: [{ value: randomHan(340), type: randomHan(340) }],
    })
    expect(answer.status).toBe(201)
  })

  test('a multi-valued attribute has at most 100 values, whatever the verb', async () => {
    const many = Array.from({ length: 9_400 }, (_, index) => ({ value: `${index}@x.example` }))
    const userName = freshName('user')
    const body = { schemas: [urns.user], userName, emails: many }
    expect(await client.request('POST', '/Users', body)).toMatchObject(invalidValue)
    const allowed = many.slice(0, 100)
    const { id } = await createUser(client, { emails: allowed })
    const path = `/Users/${id}`
    expect(await client.request('PUT', path, body)).toMatchObject(invalidValue)
    const replace = { op: 'replace', path: 'emails', value: many }
    expect(await patch(client, path, replace)).toMatchObject(invalidValue)
    const add = { op: 'add', path: 'emails', value: [{ value: 'one-more@x.example' }] }
    expect(await patch(client, path, add)).toMatchObject(invalidValue)
    const create = { op: 'add', path: 'emails[type eq "home"].value', value: 'h@x.example' }
    expect(await patch(client, path, create)).toMatchObject(invalidValue)
    const read = await client.request('GET', path)
    expect(read.body['emails']).toHaveLength(100)
  })

  test('a PATCH of a thousand value paths is over at once', async () => {
    const emails = Array.from({ length: 100 }, (_, index) => ({ value: `${index}@x.example` }))
    const { id } = await createUser(client, { emails })
    const operations = Array.from({ length: 1_000 }, (_, index) => ({
      op: 'replace',
      path: `emails[value eq "${index % 100}@x.example"].type`,
      value: index < 900 ? 'home' : 'work',
    }))
    const send = async (): Promise<void> => {
      expect((await patch(client, `/Users/${id}`, ...operations)).status).toBe(200)
    }
    expect(await leastCpuMs(500, () => cpuMsOf(send))).toBeLessThan(500)
  })

  test('nobody outgrows what can be sent back, whatever the verb', async () => {
    const { id } = await createUser(client, { photos: [photo('a'), photo('b')] })
    const path = `/Users/${id}`
    const whole = (await client.request('GET', path)).body
    const photos = [photo('a'), photo('b'), photo('c')]
    const add = { op: 'add', path: 'photos', value: [photo('c')] }
    expect(await patch(client, path, add)).toMatchObject(invalidValue)
    expect(await client.request('PUT', path, { ...whole, photos })).toMatchObject(invalidValue)
    const body = { schemas: [urns.user], userName: freshName('user'), photos }
    expect(await client.request('POST', '/Users', body)).toMatchObject(invalidValue)
    expect(await client.request('PUT', path, whole)).toMatchObject({ status: 200 })
  })

  test('a page of large people comes whole', async () => {
    const many = await scim.connect()
    const value = `data:image/png;base64,${'A'.repeat(200_000)}`
    const ids: string[] = []
    for (let index = 0; index < 12; index += 1) {
      ids.push((await createUser(many, { photos: [{ value, type: 'photo' }] })).id)
    }
    const { body, text } = await many.request('GET', '/Users?startIndex=1&count=200')
    expect(text.length).toBeGreaterThan(2_400_000)
    expect(body).toMatchObject({ totalResults: 12, itemsPerPage: 12 })
    expect((body['Resources'] as { id: string }[]).map((each) => each.id)).toEqual(ids)
  })

  test('people too large for one page come on several, by index, by cursor and in a search', async () => {
    const many = await scim.connect()
    const people = Array.from({ length: 60 }, () => createId())
    await many.inWorkspace((trx) =>
      trx.query
        .insertInto('directory_users')
        .values(
          people.map((id) => ({
            workspace_id: trx.workspaceId,
            connection_id: many.connectionId,
            id,
            user_name: id,
            user_name_key: id,
            active: true,
            // What can't be compressed is as long in the table.
            resource: JSON.stringify({
              userName: id,
              photos: [{ value: randomBytes(180_000).toString('base64'), type: 'photo' }],
            }),
          })),
        )
        .execute(),
    )
    const largestPage = 9_000_000
    const idsOf = ({ body, text }: ScimResponse): string[] => {
      expect(text.length).toBeLessThan(largestPage)
      const ids = (body['Resources'] as { id: string }[]).map(({ id }) => id)
      expect(body).toMatchObject({ totalResults: 60, itemsPerPage: ids.length })
      return ids
    }
    const byIndex: string[] = []
    while (byIndex.length < people.length) {
      const page = await many.request('GET', `/Users?startIndex=${byIndex.length + 1}&count=200`)
      byIndex.push(...idsOf(page))
    }
    expect(byIndex).toEqual(people)

    const byCursor: string[] = []
    for (let cursor: unknown = ''; typeof cursor === 'string';) {
      const page = await many.request('GET', `/Users?cursor=${cursor}&count=200`)
      byCursor.push(...idsOf(page))
      cursor = page.body['nextCursor']
    }
    expect(byCursor).toEqual(people)

    const { id: group } = await createGroup(many)
    const found: string[] = []
    while (found.length < 61) {
      const search = { schemas: [urns.search], startIndex: found.length + 1, count: 200 }
      const { body } = await many.request('POST', '/.search', search)
      found.push(...(body['Resources'] as { id: string }[]).map(({ id }) => id))
    }
    expect(found).toEqual([...people, group])
    const names = await many.request('GET', '/Users?count=200&sortBy=userName')
    expect(idsOf(names)).toEqual(people.slice(0, idsOf(names).length))
  })

  test.each([
    { op: 'remove', path: 'roles', value: [{ value: 'x' }] },
    { op: 'remove', path: 'emails', value: [{ value: 'nobody@x.example' }] },
    { op: 'remove', path: 'emails[type eq "home"]' },
  ])('to remove what is not there leaves a remark (%j)', async (operation) => {
    const { id } = await createUser(client, { emails: [{ value: 'a@x.example', type: 'work' }] })
    const answer = await patch(client, `/Users/${id}`, operation)
    expect(answer.status).toBe(200)
    expect(await warningsOf(answer)).toEqual([
      { code: 'no-match-ignored', subject: operation.path.replace(/\[.*/, '') },
    ])
  })

  test('and so does to remove a member who is none', async () => {
    const [member, other] = [await createUser(client), await createUser(client)]
    const group = await createGroup(client, [member.id])
    const removals = [
      { op: 'remove', path: 'members', value: [{ value: 'nobody' }] },
      { op: 'remove', path: 'members', value: [{ value: other.id }, { value: member.id }] },
      { op: 'remove', path: `members[value eq "${member.id}"]` },
    ]
    for (const removal of removals) {
      const answer = await patch(client, `/Groups/${group.id}`, removal)
      expect(answer.status).toBe(204)
      expect(await warningsOf(answer)).toEqual([{ code: 'no-match-ignored', subject: 'members' }])
    }
    await patch(client, `/Groups/${group.id}`, {
      op: 'add',
      path: 'members',
      value: [{ value: member.id }],
    })
    const answer = await patch(client, `/Groups/${group.id}`, {
      op: 'remove',
      path: 'members',
      value: [{ value: member.id }],
    })
    expect(await warningsOf(answer)).toEqual([])
  })

  test('values that became equal are one at the end, with a remark', async () => {
    const { id } = await createUser(client, {
      emails: [
        { value: 'a@x.example', type: 'work' },
        { value: 'b@x.example', type: 'work', primary: true },
      ],
    })
    const answer = await patch(client, `/Users/${id}`, {
      op: 'replace',
      path: 'emails[type eq "work"].value',
      value: 'c@x.example',
    })
    expect(answer.body['emails']).toEqual([{ value: 'c@x.example', type: 'work', primary: true }])
    expect(await warningsOf(answer)).toContainEqual({ code: 'duplicate-merged', subject: 'emails' })
  })

  test.each([
    { op: 'replace', path: 'active', value: null },
    { op: 'replace', path: 'active', value: '' },
    { op: 'add', path: 'active', value: [{ value: null }] },
    { op: 'remove', path: 'active' },
    { op: 'replace', value: { active: null } },
  ])('$op of active to nothing gives nobody access', async (operation) => {
    const { id } = await createUser(client, { active: false })
    const answer = await patch(client, `/Users/${id}`, operation)
    expect(answer).toMatchObject({ status: 200, body: { active: false } })
    expect(await warningsOf(answer)).toContainEqual({
      code: 'unassignment-ignored',
      subject: 'active',
    })
    expect((await client.request('GET', `/Users/${id}`)).body['active']).toBe(false)
  })

  test('unassigning active is refused where the RFC is the law', async () => {
    const strict = await scim.connect({ profile: 'rfc' })
    const { id } = await createUser(strict, { active: false })
    const path = `/Users/${id}`
    const set = await patch(strict, path, { op: 'replace', path: 'active', value: null })
    expect(set).toMatchObject(invalidValue)
    const removed = await patch(strict, path, { op: 'remove', path: 'active' })
    expect(removed).toMatchObject({ status: 400, body: { scimType: 'mutability' } })
  })

  test('an answer that shows other resources is never 304', async () => {
    const { id } = await createUser(client, { displayName: 'Anna' })
    const known = async (path: string): Promise<number> => {
      const { headers } = await client.request('GET', path)
      const condition = { 'if-none-match': headers.get('etag') ?? '' }
      return (await client.request('GET', path, undefined, condition)).status
    }
    expect(await known(`/Users/${id}`)).toBe(200)
    expect(await known(`/Users/${id}?excludedAttributes=groups`)).toBe(304)
    const group = await createGroup(client, [id])
    expect(await known(`/Groups/${group.id}`)).toBe(200)
    expect(await known(`/Groups/${group.id}?excludedAttributes=members`)).toBe(304)
    const report = await createUser(client, { [urns.enterprise]: { manager: { value: id } } })
    expect(await known(`/Users/${report.id}?excludedAttributes=groups`)).toBe(200)
  })

  test('only a short https address becomes the picture of a member', async () => {
    const avatarOf = async (userId: string): Promise<string | null> =>
      client.inWorkspace(async (trx) => {
        const row = await trx.query
          .selectFrom('members')
          .select('avatar_url')
          .where('workspace_id', '=', trx.workspaceId)
          .where('directory_user_id', '=', userId)
          .executeTakeFirstOrThrow()
        return row.avatar_url
      })
    const picture = `data:image/png;base64,${'A'.repeat(200_000)}`
    for (const value of [
      picture,
      'http://x.example/p.png',
      `https://x.example/${'p'.repeat(2048)}`,
    ]) {
      const { id } = await createUser(client, { photos: [{ value, type: 'photo' }] })
      expect(await avatarOf(id)).toBeNull()
      const { body } = await client.request('GET', `/Users/${id}`)
      expect(body['photos']).toEqual([{ value, type: 'photo' }])
    }
    const value = 'https://x.example/p.png'
    const { id } = await createUser(client, {
      photos: [
        { value: picture, type: 'photo', primary: true },
        { value, type: 'thumbnail' },
      ],
    })
    expect(await avatarOf(id)).toBe(value)
  })

  test('an extension that is not offered leaves a warning, or is refused by its profile', async () => {
    const extension = 'urn:example:params:scim:schemas:extension:payroll:2.0:User'
    const operation = { op: 'replace', path: `${extension}:departments`, value: ['Sales'] }
    const { id } = await createUser(client)
    const answer = await patch(client, `/Users/${id}`, operation)
    expect(answer.status).toBe(200)
    expect(await warningsOf(answer)).toEqual([
      { code: 'unknown-schema-ignored', subject: `${extension}:departments` },
    ])
    const body = { schemas: [urns.user], userName: freshName('u'), [extension]: { channels: [] } }
    expect(await warningsOf(await client.request('POST', '/Users', body))).toEqual([
      { code: 'unknown-schema-ignored', subject: extension },
    ])
    for (const [profile, scimType] of [
      ['rfc', 'invalidPath'],
      ['interop', 'invalidSyntax'],
    ] as const) {
      const strict = await scim.connect({ profile })
      const user = await createUser(strict)
      expect(await patch(strict, `/Users/${user.id}`, operation)).toMatchObject({
        status: 400,
        body: { scimType },
      })
    }
    const { text } = await client.request('GET', '/Schemas')
    expect(text).not.toContain('payroll:2.0')
  })

  test('in interop an externalId belongs to one user, and to one group, of the connection', async () => {
    const strict = await scim.connect({ profile: 'interop' })
    const externalId = freshName('x')
    const taken = { status: 409, body: { scimType: 'uniqueness' } }
    const [first, second] = await Promise.all(
      [strict, strict.otherReplica].map((replica) =>
        replica.request('POST', '/Users', {
          schemas: [urns.user],
          userName: freshName('user'),
          externalId,
        }),
      ),
    )
    expect(new Set([first?.status, second?.status])).toEqual(new Set([201, 409]))
    const other = await createUser(strict)
    const claim = { op: 'add', path: 'externalId', value: externalId }
    expect(await patch(strict, `/Users/${other.id}`, claim)).toMatchObject(taken)
    const group = await createGroup(strict, [], { externalId })
    const again = { schemas: [urns.group], displayName: freshName('g'), externalId }
    expect(await strict.request('POST', '/Groups', again)).toMatchObject(taken)
    await strict.request('DELETE', `/Groups/${group.id}`)
    expect(await strict.request('POST', '/Groups', again)).toMatchObject({ status: 201 })
  })
})
