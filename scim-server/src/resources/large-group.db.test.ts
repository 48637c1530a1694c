import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { gzipSync } from 'node:zlib'

import { createId } from '@plantel/db'
import { analyzeTables, testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGroup, memberIds, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

describe.each(testEngines)('groups larger than an ordinary body on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient
  let ids: string[]
  /** More than one statement adds at once. */
  let some: string[]

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
    ids = Array.from({ length: 20_000 }, () => createId())
    some = ids.slice(0, 6_000)
    await client.inWorkspace(async (trx) => {
      await sql`
        insert into directory_users (workspace_id, connection_id, id, user_name, user_name_key, active, resource)
        select ${trx.workspaceId}, ${client.connectionId}, id, id::text, id::text, true,
          jsonb_build_object('userName', id::text, 'active', true)
        from unnest(${ids}::uuid[]) as made(id)`.execute(trx.query)
    })
    await analyzeTables(scim.db)
  })
  afterAll(() => scim.close())

  test('a group of 20,000 is sent whole by PUT and PATCH, changed a little, and read back', async () => {
    const { id } = await createGroup(client)
    const members = ids.map((value) => ({ value, $ref: `${client.baseUrl}/Users/${value}` }))
    const path = `/Groups/${id}?excludedAttributes=members`
    const put = (list: readonly object[]): Promise<ScimResponse> =>
      client.request('PUT', path, { schemas: [urns.group], displayName: id, members: list })
    expect(JSON.stringify(members).length).toBeGreaterThan(1_048_576)
    expect((await put(members.slice(100))).status).toBe(200)
    expect(await memberIds(client, id)).toEqual(ids.slice(100))
    // A hundred changes, in another order, one of them twice.
    const changed = [...members.slice(0, -50), ...members.slice(0, 1)].toReversed()
    const answer = await put(changed)
    expect(answer).toMatchObject({ status: 200, body: { meta: { version: 'W/"3"' } } })
    expect(await memberIds(client, id)).toEqual(ids.slice(0, -50))
    expect((await put(changed)).headers.get('etag')).toBe('W/"3"')

    const operations = [
      { op: 'remove', path: 'members', value: members.slice(0, 10_000) },
      { op: 'add', path: 'members', value: members.slice(9_000) },
      { op: 'replace', value: { displayName: `${id} renamed`, members: members.slice(5_000) } },
      { value: members.slice(5_000, 8_000), op: 'Remove', path: 'Members' },
    ]
    expect(await patch(client, `/Groups/${id}`, ...operations)).toMatchObject({ status: 204 })
    expect(await memberIds(client, id)).toEqual(ids.slice(8_000))
    const { body } = await client.request('GET', path)
    expect(body).toMatchObject({ displayName: `${id} renamed`, meta: { version: 'W/"4"' } })
  })

  test('removing and adding the same many again in one request changes nothing', async () => {
    const { id } = await createGroup(client)
    const value = some.map((each) => ({ value: each }))
    await patch(client, `/Groups/${id}`, { op: 'add', path: 'members', value })
    const answer = await patch(
      client,
      `/Groups/${id}`,
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value },
    )
    expect(answer.headers.get('etag')).toBe('W/"2"')
    expect(await memberIds(client, id)).toEqual(some)
  })

  test('of a long list whoever is known is added, and kept or removed with the groups that it names', async () => {
    const { id } = await createGroup(client)
    const [child, other] = [await createGroup(client), await createGroup(client)]
    const strangers = [createId(), createId()]
    const put = async (list: readonly string[]): Promise<ScimResponse> =>
      client.request('PUT', `/Groups/${id}?excludedAttributes=members`, {
        schemas: [urns.group],
        displayName: id,
        members: list.map((value) => ({ value })),
      })
    await put([...some.slice(0, 10), other.id])
    const answer = await put([...some.toReversed(), ...strangers, child.id, ...some.slice(0, 5)])
    expect(answer.status).toBe(200)
    expect((await memberIds(client, id)).toSorted()).toEqual([...some, child.id].toSorted())
    const { group, request } = await client.inWorkspace(async (trx) => ({
      group: await trx.query
        .selectFrom('directory_groups')
        .select('member_count')
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow(),
      request: await trx.query
        .selectFrom('scim_requests')
        .select(['warnings', 'details'])
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', answer.headers.get('x-request-id') ?? '')
        .executeTakeFirstOrThrow(),
    }))
    expect(group.member_count).toBe(some.length)
    expect(request.warnings.map(({ subject }) => subject).toSorted()).toEqual(strangers.toSorted())
    expect(request.details.members).toEqual({ added: some.length - 10 + 1, removed: 1 })
    await put(some)
    expect(await memberIds(client, id)).toEqual(some)
  })

  test('a large body is judged as a small one is', async () => {
    const strict = await scim.connect({ profile: 'rfc' })
    const { id } = await createGroup(strict)
    const fine = some.map((value) => ({ value }))
    const many = (element: unknown): unknown[] => [...fine, element]
    const send = (operation: object): Promise<ScimResponse> =>
      patch(strict, `/Groups/${id}`, operation)
    expect(await send({ op: 'add', path: 'members', value: many({}) })).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
    expect(await send({ op: 'add', path: 'members', value: many('text') })).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
    expect(await send({ op: 'replace', path: 'displayName', value: many('x') })).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
    expect(await send({ op: 'add', value: many('x') })).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
    const single = { op: 'add', path: 'members[value eq "x"]', value: many('x') }
    expect(await send(single)).toMatchObject({ status: 400 })
    expect(await memberIds(strict, id)).toEqual([])
  })

  test('a body that was compressed, is broken off or is no JSON is taken or refused', async () => {
    const { id } = await createGroup(client)
    const text = JSON.stringify({
      schemas: [urns.group],
      displayName: id,
      members: some.map((value) => ({ value })),
    })
    const send = (body: Buffer<ArrayBuffer> | string, encoding?: string): Promise<Response> =>
      fetch(client.urlOf(`/Groups/${id}`), {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${client.token}`,
          'content-type': 'application/scim+json',
          ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
        },
        body,
      })
    expect((await send(gzipSync(text), 'gzip')).status).toBe(200)
    expect(await memberIds(client, id)).toEqual(some)
    expect((await send(gzipSync(text).subarray(0, 1_000), 'gzip')).status).toBe(400)
    expect((await send(text, 'gzip')).status).toBe(400)
    expect((await send(text, 'zstd')).status).toBe(415)
    expect((await send(text.slice(0, -3))).status).toBe(400)
    expect((await send(text.replace('},{', '}{'))).status).toBe(400)
    // Sixteen bytes become more than is taken.
    const bomb = gzipSync(`{"members":[${'1,'.repeat(34_000_000)}1]}`)
    expect((await send(bomb, 'gzip')).status).toBe(413)
    expect(await memberIds(client, id)).toEqual(some)
  })

  test('without its members a body has at most 1 MiB', async () => {
    const large = { schemas: [urns.group], displayName: 'x'.repeat(1_048_576) }
    expect(await client.request('POST', '/Groups', large)).toMatchObject({ status: 413 })
    const user = await client.request('POST', '/Users', { userName: 'x'.repeat(1_048_576) })
    expect(user).toMatchObject({ status: 413 })
  })

  test('a reader who pauses holds no connection: others are served meanwhile', async () => {
    const { id } = await createGroup(client)
    const value = ids.map((each) => ({ value: each }))
    await patch(client, `/Groups/${id}`, { op: 'add', path: 'members', value })
    const headers = { authorization: `Bearer ${client.token}` }
    // More readers than there are connections to the database.
    const readers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const sent = request(client.urlOf(`/Groups/${id}`), { headers }).end()
        const [response] = (await once(sent, 'response')) as [IncomingMessage]
        return response
      }),
    )
    for (const each of ids.slice(0, 20)) {
      expect((await client.request('GET', `/Users/${each}`)).status).toBe(200)
    }
    const another = { op: 'remove', path: `members[value eq "${ids.at(-1)}"]` }
    expect((await patch(client, `/Groups/${id}`, another)).status).toBe(204)
    const texts = await Promise.all(
      readers.map(async (response) => (await response.setEncoding('utf8').toArray()).join('')),
    )
    for (const text of texts) {
      const { members } = JSON.parse(text) as { members: { value: string }[] }
      expect(members.length).toBeGreaterThanOrEqual(ids.length - 1)
    }
  })
})
