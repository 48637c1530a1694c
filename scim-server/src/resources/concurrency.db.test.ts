import { setTimeout as delay } from 'node:timers/promises'

import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  deleteScimConnection,
  updateScimConnection,
} from '../connections/scim-connection-commands.ts'
import {
  createGroup,
  createUser,
  freshName,
  memberIds,
  patch,
  urns,
} from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const rounds = process.env['TEST_DEPTH'] === 'deep' ? 50 : 2
const removalRounds = process.env['TEST_DEPTH'] === 'deep' ? 50 : 5

describe.each(testEngines)('requests at the same time on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient
  let userIds: string[]

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
    userIds = []
    for (let index = 0; index < 40; index++) userIds.push((await createUser(client)).id)
  })
  afterAll(() => scim.close())

  /** Every other request goes to the other replica. */
  function spread<Item>(
    items: readonly Item[],
    send: (client: ScimClient, item: Item) => Promise<ScimResponse>,
  ): Promise<ScimResponse[]> {
    return Promise.all(
      items.map((item, index) => send(index % 2 === 0 ? client : client.otherReplica, item)),
    )
  }

  test('40 additions to one group keep 40 members', async () => {
    for (let round = 0; round < rounds; round++) {
      const { id } = await createGroup(client)
      const answers = await spread(userIds, (replica, value) =>
        patch(replica, `/Groups/${id}`, { op: 'add', path: 'members', value: [{ value }] }),
      )
      expect(answers.map(({ status }) => status)).toEqual(userIds.map(() => 204))
      expect(await memberIds(client, id)).toEqual(userIds)
      const { headers } = await client.request('GET', `/Groups/${id}`)
      expect(headers.get('etag')).toBe('W/"41"')
    }
  })

  test('the same members in opposite orders, to two groups, end well', async () => {
    for (let round = 0; round < rounds; round++) {
      const groups = [await createGroup(client), await createGroup(client)]
      const orders = Array.from({ length: 8 }, (_, index) =>
        index % 2 === 0 ? userIds : userIds.toReversed(),
      )
      const answers = await spread(
        orders.flatMap((order) => groups.map((group) => ({ order, group }))),
        (replica, { order, group }) =>
          patch(replica, `/Groups/${group.id}`, {
            op: 'add',
            path: 'members',
            value: order.map((value) => ({ value })),
          }),
      )
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204))
      for (const group of groups) expect(await memberIds(client, group.id)).toEqual(userIds)
    }
  })

  test('of 20 creations of one userName exactly one succeeds', async () => {
    for (let round = 0; round < rounds; round++) {
      const userName = `${freshName('race')}@acme.example`
      const names = Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? userName : userName.toUpperCase(),
      )
      const answers = await spread(names, (replica, name) =>
        replica.request('POST', '/Users', { schemas: [urns.user], userName: name }),
      )
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
      expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)])
    }
  })

  test('of two PUTs with one If-Match one is done and the other is 412', async () => {
    const { id: memberId } = await createUser(client)
    for (let round = 0; round < rounds; round++) {
      const user = await createUser(client)
      const group = await createGroup(client, [memberId])
      for (const [path, { body, headers }] of [
        [`/Users/${user.id}`, user],
        [`/Groups/${group.id}`, group],
      ] as const) {
        const condition = { 'if-match': headers.get('etag') ?? '' }
        const names = ['one', 'other'].map((name) => freshName(name))
        const answers = await spread(names, (replica, displayName) =>
          replica.request('PUT', path, { ...body, displayName }, condition),
        )
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]))
        const winner = names[answers.findIndex(({ status }) => status === 200)]
        const read = await client.request('GET', path)
        expect(read.body).toMatchObject({ displayName: winner, meta: { version: 'W/"2"' } })
      }
    }
  })

  test('changes of different attributes of one user are all kept', async () => {
    const { id } = await createUser(client)
    const names = ['title', 'nickName', 'userType', 'locale', 'timezone', 'displayName']
    await spread(names, (replica, path) =>
      patch(replica, `/Users/${id}`, { op: 'replace', path, value: path }),
    )
    const { body } = await client.request('GET', `/Users/${id}`)
    expect(body).toMatchObject(Object.fromEntries(names.map((name) => [name, name])))
    expect(body).toMatchObject({ meta: { version: 'W/"7"' } })
  })

  test('people who come together are each answered for themselves, and each is written down once', async () => {
    const mine = await scim.connect()
    const [present, former, changed, suspended, ...moving] = await Promise.all(
      Array.from({ length: 8 }, () => createUser(mine)),
    )
    const address = `${freshName('address')}@acme.example`
    await patch(mine, `/Users/${former?.id}`, { op: 'replace', path: 'active', value: false })
    const post = (userName: unknown): Promise<ScimResponse> =>
      mine.request('POST', '/Users', { schemas: [urns.user], userName })
    const change = (id: string | undefined, path: string, value: unknown): Promise<ScimResponse> =>
      patch(mine, `/Users/${id}`, { op: 'replace', path, value })
    const before = new Set(await writtenDown(mine))
    const answers = await Promise.all([
      ...Array.from({ length: 12 }, () => post(`${freshName('new')}@acme.example`)),
      post(present?.body['userName']),
      post(former?.body['userName']),
      change(changed?.id, 'title', 'Lead'),
      change(changed?.id, 'nickName', 'Chief'),
      change(suspended?.id, 'active', false),
      ...moving.map(({ id }) => change(id, 'emails', [{ value: address, primary: true }])),
      change(createId(), 'title', 'Nobody'),
      change(present?.id, 'noSuchAttribute', 'x'),
      mine.request('PUT', `/Users/${present?.id}`, present?.body, { 'if-match': 'W/"7"' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 12 }, () => 201),
      409,
      201,
      ...Array.from({ length: 3 + moving.length }, () => 200),
      404,
      400,
      412,
    ])
    const both = await mine.request('GET', `/Users/${changed?.id}`)
    expect(both.body).toMatchObject({
      title: 'Lead',
      nickName: 'Chief',
      meta: { version: 'W/"3"' },
    })
    const entries = (await writtenDown(mine)).filter((id) => !before.has(id))
    expect(entries.toSorted()).toEqual(
      answers.map(({ headers }) => headers.get('x-request-id') ?? '').toSorted(),
    )
    const created = await mine.inWorkspace((trx) =>
      trx.query
        .selectFrom('audit_entries')
        .select('subject_id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('action', '=', 'directory_user.created')
        .execute(),
    )
    const ids = created.map(({ subject_id: id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(8 + 12)
    const known = await mine.inWorkspace((trx) =>
      trx.query
        .selectFrom('members')
        .select('id')
        .where('workspace_id', '=', trx.workspaceId)
        .where('email_key', '=', address)
        .execute(),
    )
    expect(known).toHaveLength(1)
  })

  test.runIf(engine === 'postgres')(
    'somebody who is being written is waited for, and nobody else waits with them',
    async () => {
      const mine = await scim.connect()
      const [one, two, ...others] = await Promise.all(
        Array.from({ length: 7 }, () => createUser(mine)),
      )
      const held = [one, two].flatMap((user) => user ?? [])
      const order: string[] = []
      const suspend = async ({ id }: ScimResponse): Promise<number> => {
        const { status } = await patch(mine, `/Users/${id}`, {
          op: 'replace',
          path: 'active',
          value: false,
        })
        order.push(id)
        return status
      }
      const waiting = await mine.inWorkspace(async (trx) => {
        await sql`
          select id from members
          where workspace_id = ${trx.workspaceId} and directory_user_id = any(${held.map(({ id }) => id)}) for update`.execute(
          trx.query,
        )
        // One after the other, so that each waits by itself.
        const waits = held.map(async (user, index) => {
          await delay(index * 20)
          return suspend(user)
        })
        await delay(100)
        expect(await Promise.all(others.map((user) => suspend(user)))).toEqual(
          others.map(() => 200),
        )
        expect(order).toHaveLength(others.length)
        return waits
      })
      expect(await Promise.all(waiting)).toEqual([200, 200])
    },
  )

  test('deleting users and changing their groups, in opposite orders, never wait for each other', async () => {
    const before = await deadlocks()
    for (let round = 0; round < removalRounds; round++) {
      const doomed = await Promise.all(Array.from({ length: 4 }, () => createUser(client)))
      const ids = doomed.map(({ id }) => id)
      const groups = [await createGroup(client, ids), await createGroup(client, ids)]
      const requests = [...groups, ...groups.toReversed()].flatMap((group, index) => [
        { path: `/Groups/${group.id}`, ids: index % 2 === 0 ? ids : ids.toReversed() },
        { path: `/Users/${ids[index]}`, ids: [] },
      ])
      const answers = await spread(requests, (replica, { path, ids: members }) =>
        members.length === 0
          ? replica.request('DELETE', path)
          : patch(
              replica,
              path,
              { op: 'remove', path: 'members', value: members.map((value) => ({ value })) },
              { op: 'add', path: 'members', value: members.map((value) => ({ value })) },
            ),
      )
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204))
      for (const group of groups) expect(await memberIds(client, group.id)).toEqual([])
    }
    expect(await deadlocks()).toBe(before)
  })

  test('somebody created while the default role changes gets the new one', async () => {
    const before = await deadlocks()
    const another = await scim.connect()
    // Whoever holds the role keeps the change waiting in its middle.
    const held = Promise.withResolvers<void>()
    const holding = another.inWorkspace(async (trx) => {
      await sql`
        select id from roles where workspace_id = ${trx.workspaceId} and key = 'agent' for update`.execute(
        trx.query,
      )
      held.resolve()
      await delay(600)
    })
    await held.promise
    const changing = another.inWorkspace((trx) =>
      updateScimConnection(trx, another.connectionId, { defaultRole: 'agent' }),
    )
    await delay(200)
    await Promise.all([createUser(another.otherReplica), changing, holding])
    const roles = await another.inWorkspace(async (trx) => {
      const { rows } = await sql<{ key: string | null }>`
        select r.key from members m left join roles r on r.workspace_id = m.workspace_id and r.id = m.role_id
        where m.workspace_id = ${trx.workspaceId} and m.source = 'directory'`.execute(trx.query)
      return rows
    })
    expect(roles).toEqual([{ key: 'agent' }])
    expect(await deadlocks()).toBe(before)
  })

  test('a connection is deleted while its people and groups are written', async () => {
    const before = await deadlocks()
    for (let round = 0; round < removalRounds; round++) {
      const gone = await scim.connect()
      const ids = await Promise.all(
        Array.from({ length: 8 }, async () => (await createUser(gone)).id),
      )
      const groups = [await createGroup(gone), await createGroup(gone)]
      const writing = Array.from({ length: 12 }, (_, index) => {
        const replica = index % 2 === 0 ? gone : gone.otherReplica
        const value = ids.map((id) => ({ value: id }))
        const [user = ''] = ids.slice(index % 8)
        const name = freshName('late')
        if (index % 4 === 0) {
          return replica.request('POST', '/Users', { schemas: [urns.user], userName: name })
        }
        if (index % 4 === 1) {
          return replica.request('POST', '/Groups', { schemas: [urns.group], displayName: name })
        }
        return index % 4 === 2
          ? patch(replica, `/Groups/${groups[index % 2]?.id}`, {
              op: 'add',
              path: 'members',
              value,
            })
          : patch(replica, `/Users/${user}`, { op: 'replace', path: 'active', value: false })
      })
      const [answers] = await Promise.all([
        Promise.all(writing),
        gone.inWorkspace((trx) => deleteScimConnection(trx, gone.connectionId)),
      ])
      // Of a connection that is gone the limiter lends nothing.
      const done = new Set([200, 201, 204, 401, 404, 429])
      expect(answers.filter(({ status }) => !done.has(status))).toEqual([])
    }
    expect(await deadlocks()).toBe(before)
  })

  test('a change after another is later, whatever the clock says', async () => {
    const [user, group] = [await createUser(client), await createGroup(client)]
    const tomorrow = new Date(Date.now() + 86_400_000)
    for (const [table, { id }] of [
      ['directory_users', user],
      ['directory_groups', group],
    ] as const) {
      await client.inWorkspace((trx) =>
        trx.query
          .updateTable(table)
          .set({ last_modified_at: tomorrow })
          .where('workspace_id', '=', trx.workspaceId)
          .where('id', '=', id)
          .execute(),
      )
      const path = `/${table === 'directory_users' ? 'Users' : 'Groups'}/${id}`
      const later = new Date(tomorrow.getTime() + 1).toISOString()
      const changed = await patch(client, `${path}?attributes=meta`, {
        op: 'replace',
        path: 'displayName',
        value: freshName('Later'),
      })
      expect(changed.body).toMatchObject({ meta: { lastModified: later } })
      expect((await client.request('GET', path)).body).toMatchObject({
        meta: { lastModified: later },
      })
    }
    const joined = await patch(client, `/Groups/${group.id}`, {
      op: 'add',
      path: 'members',
      value: [{ value: user.id }],
    })
    expect(joined.status).toBe(204)
    await client.request('DELETE', `/Users/${user.id}`)
    expect((await client.request('GET', `/Groups/${group.id}`)).body).toMatchObject({
      meta: { lastModified: new Date(tomorrow.getTime() + 3).toISOString() },
    })
  })

  /** How many deadlocks the database had to resolve so far. */
  async function deadlocks(): Promise<number> {
    await sql`select pg_stat_clear_snapshot()`.execute(scim.db.owner)
    const { rows } = await sql<{ deadlocks: string }>`
      select deadlocks from pg_stat_database where datname = current_database()`.execute(
      scim.db.owner,
    )
    return Number(rows[0]?.deadlocks)
  }

  test('deleting users while groups change leaves no 5xx and no ghost', async () => {
    const doomed = await Promise.all(Array.from({ length: 8 }, () => createUser(client)))
    const groups = [await createGroup(client), await createGroup(client)]
    const value = doomed.map(({ id }) => ({ value: id }))
    const answers = await spread([...groups, ...doomed, ...groups], (replica, { id, body }) =>
      'userName' in body
        ? replica.request('DELETE', `/Users/${id}`)
        : patch(replica, `/Groups/${id}`, { op: 'add', path: 'members', value }),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204))
    for (const group of groups) expect(await memberIds(client, group.id)).toEqual([])
  })
})

/** The requests of the connection's log that wrote something or were refused. */
async function writtenDown(connected: ScimClient): Promise<string[]> {
  const entries = await connected.inWorkspace((trx) =>
    trx.query
      .selectFrom('scim_requests')
      .select('id')
      .where('workspace_id', '=', trx.workspaceId)
      .where('connection_id', '=', connected.connectionId)
      .execute(),
  )
  return entries.map(({ id }) => id)
}
