import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createUser, findIds, freshName, memberIds, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

interface OperationAnswer {
  readonly method?: string
  readonly bulkId?: string
  readonly location?: string
  readonly version?: string
  readonly status: string
  readonly response?: Record<string, unknown>
}

const post = (bulkId: string, data: object, path = '/Users'): object => ({
  method: 'POST',
  path,
  bulkId,
  data: { schemas: [path === '/Users' ? urns.user : urns.group], ...data },
})
const user = (bulkId: string, data: object = {}): object =>
  post(bulkId, { userName: freshName('user'), ...data })
const group = (bulkId: string, data: object): object =>
  post(bulkId, { displayName: freshName('Group'), ...data }, '/Groups')
const manager = (value: string): object => ({ [urns.enterprise]: { manager: { value } } })
const idOf = (answer: OperationAnswer | undefined): string =>
  answer?.location?.split('/').at(-1) ?? ''

describe.each(testEngines)('RFC7644-3.7 bulk on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  /** Something that happens in the database when a row is inserted; then the connection may be paused. */
  async function onInsert(
    table: string,
    when: string,
    what: string,
    state: 'active' | 'paused' = 'active',
  ): Promise<void> {
    const name = sql.id(freshName('trigger'))
    await sql`
      create function ${name}() returns trigger language plpgsql as ${sql.lit(`begin
        perform ${what};
        update scim_connections set state = '${state}' where workspace_id = new.workspace_id;
        return new;
      end`)}`.execute(scim.db.owner)
    await sql`
      create trigger ${name} before insert on ${sql.table(table)} for each row when (${sql.raw(when)})
      execute function ${name}()`.execute(scim.db.owner)
  }

  const send = (operations: readonly unknown[], rest: object = {}): Promise<ScimResponse> =>
    client.request('POST', '/Bulk', { schemas: [urns.bulk], Operations: operations, ...rest })
  const run = async (...operations: readonly unknown[]): Promise<readonly OperationAnswer[]> => {
    const answer = await send(operations)
    expect(answer.status).toBe(200)
    return answer.body['Operations'] as readonly OperationAnswer[]
  }

  test('creates, changes and deletes, and answers each as a request of its own', async () => {
    const existing = await createUser(client)
    const path = `/Users/${existing.id}`
    const answers = await run(
      user('a'),
      {
        method: 'PATCH',
        path,
        data: { schemas: [urns.patch], Operations: [{ op: 'add', path: 'title', value: 'T' }] },
      },
      { method: 'PUT', path, data: { schemas: [urns.user], userName: freshName('renamed') } },
      { method: 'DELETE', path },
    )
    const location = `${client.baseUrl}${path}`
    expect(answers).toEqual([
      {
        method: 'POST',
        bulkId: 'a',
        location: expect.stringMatching(/\/Users\/[\da-f-]{36}$/),
        version: 'W/"1"',
        status: '201',
      },
      { method: 'PATCH', location, version: 'W/"2"', status: '200' },
      { method: 'PUT', location, version: 'W/"3"', status: '200' },
      { method: 'DELETE', location, status: '204' },
    ])
    expect(await client.request('GET', path)).toMatchObject({ status: 404 })
    expect(await client.request('GET', `/Users/${idOf(answers[0])}`)).toMatchObject({ status: 200 })
  })

  test('resolves references to what comes later, in members, paths, filters and $ref', async () => {
    const answers = await run(
      group('g', { members: [{ value: 'bulkId:a' }, { $ref: '../Users/bulkId:b' }] }),
      user('a', { title: 'bulkId:b' }),
      user('b', manager('bulkId:a')),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:g',
        data: {
          schemas: [urns.patch],
          Operations: [{ op: 'remove', path: 'members[value eq "bulkId:a"]' }],
        },
      },
      {
        method: 'PATCH',
        path: '/Users/bulkId:a',
        data: {
          schemas: [urns.patch],
          Operations: [{ op: 'add', path: `${urns.enterprise}:manager`, value: 'bulkId:b' }],
        },
      },
    )
    expect(answers.map(({ status }) => status)).toEqual(['201', '201', '201', '200', '200'])
    const [g, a, b] = answers.map((each) => idOf(each))
    expect(await memberIds(client, g ?? '')).toEqual([b])
    expect((await client.request('GET', `/Users/${a}`)).body).toMatchObject({
      title: 'bulkId:b',
      ...manager(b ?? ''),
    })
    expect((await client.request('GET', `/Users/${b}`)).body).toMatchObject(manager(a ?? ''))
  })

  test('makes a cycle whole', async () => {
    const answers = await run(
      user('a', manager('bulkId:b')),
      user('b', manager('bulkId:c')),
      user('c', manager('bulkId:a')),
    )
    expect(answers.map(({ status }) => status)).toEqual(['201', '201', '201'])
    const ids = answers.map((each) => idOf(each))
    for (const [index, id] of ids.entries()) {
      const { body, headers } = await client.request('GET', `/Users/${id}`)
      expect(body).toMatchObject(manager(ids[(index + 1) % 3] ?? ''))
      expect(answers[index]?.version).toBe(headers.get('etag'))
    }
  })

  test('makes nothing of a cycle of which one part fails', async () => {
    const taken = await createUser(client)
    const fresh = freshName('user')
    const answers = await run(
      user('a', { ...manager('bulkId:b'), userName: fresh }),
      user('b', { ...manager('bulkId:a'), userName: taken.body['userName'] }),
      user('c', manager('bulkId:c')),
    )
    expect(answers).toMatchObject([
      { status: '409', response: { status: '409' } },
      { status: '409', response: { scimType: 'uniqueness' } },
      { status: '400', response: { scimType: 'invalidValue' } },
    ])
    expect(answers.map(({ location }) => location)).toEqual([undefined, undefined, undefined])
    expect(await findIds(client, '/Users', `userName eq "${fresh}"`)).toEqual([])
  })

  test('a failure undoes nothing else, and what refers to it is 409', async () => {
    const missing = createId()
    const answers = await run(
      user('bad', { userName: '' }),
      group('g', { members: [{ value: 'bulkId:bad' }] }),
      { method: 'DELETE', path: `/Users/${missing}` },
      { method: 'DELETE', path: '/Users/bulkId:nobody' },
      user('good'),
    )
    expect(answers).toMatchObject([
      {
        bulkId: 'bad',
        status: '400',
        response: { schemas: [urns.error], scimType: 'invalidValue' },
      },
      { bulkId: 'g', status: '409', response: { detail: expect.stringContaining('bad') } },
      {
        status: '404',
        location: `${client.baseUrl}/Users/${missing}`,
        response: { status: '404' },
      },
      { status: '409', response: { detail: expect.stringContaining('nobody') } },
      { bulkId: 'good', status: '201' },
    ])
    expect(answers[4]).not.toHaveProperty('response')
  })

  test('stops after as many errors as it was told, and names what was not tried', async () => {
    const bad = (bulkId: string): object => user(bulkId, { userName: '' })
    const operations = [bad('a'), user('b'), bad('c'), user('d')]
    const stopped = await send(operations, { failOnErrors: 2 })
    expect(stopped.body['Operations']).toMatchObject([
      { bulkId: 'a', status: '400' },
      { bulkId: 'b', status: '201' },
      { bulkId: 'c', status: '400' },
    ])
    const { warnings } = await client.inWorkspace((trx) =>
      trx.query
        .selectFrom('scim_requests')
        .select('warnings')
        .where('workspace_id', '=', trx.workspaceId)
        .where('id', '=', stopped.headers.get('x-request-id') ?? '')
        .executeTakeFirstOrThrow(),
    )
    expect(warnings).toEqual([
      { code: 'operation-refused', subject: '1: POST /Users 400 invalidValue' },
      { code: 'operation-refused', subject: '3: POST /Users 400 invalidValue' },
      { code: 'operation-not-tried', subject: '4' },
    ])
    for (const failOnErrors of [0, null]) {
      const { body } = await send([bad('a'), user('b')], { failOnErrors })
      expect(body['Operations']).toHaveLength(2)
    }
  })

  test('version is the condition of an operation', async () => {
    const { id } = await createUser(client)
    const operation = (version: string): object => ({
      method: 'DELETE',
      path: `/Users/${id}`,
      version,
    })
    const answers = await run(operation('W/"7"'), operation('W/"1"'))
    expect(answers.map(({ status }) => status)).toEqual(['412', '204'])
  })

  test.each<readonly [string, unknown]>([
    ['GET', { method: 'GET', path: '/Users' }],
    ['a bulk request', { method: 'POST', path: '/Bulk', bulkId: 'x', data: {} }],
    ['POST without bulkId', { method: 'POST', path: '/Users', data: {} }],
    ['POST to a resource', { method: 'POST', path: '/Users/x', bulkId: 'x', data: {} }],
    ['DELETE of a collection', { method: 'DELETE', path: '/Users' }],
    ['PUT without data', { method: 'PUT', path: '/Users/x' }],
    ['a list', []],
  ])('%s inside is refused, and only that', async (_, operation) => {
    const answers = await run(operation, user('a'), user('a'))
    expect(answers).toMatchObject([
      { status: '400', response: { scimType: 'invalidSyntax' } },
      { status: '201' },
      { status: '400', response: { scimType: 'invalidSyntax' } },
    ])
  })

  test('what is too much or no bulk request is refused as a whole', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => user(String(index)))
    const tooMany = await send(many)
    expect(tooMany).toMatchObject({ status: 413 })
    expect(tooMany.body['detail']).toContain('1000')
    const large = await send([user('a', { title: 'x'.repeat(1_048_576) })])
    expect(large).toMatchObject({ status: 413 })
    expect(large.body['detail']).toContain('1048576')
    const invalidSyntax = { status: 400, body: { scimType: 'invalidSyntax' } }
    expect(await client.request('POST', '/Bulk', {})).toMatchObject(invalidSyntax)
    expect(await send([], { Operations: {} })).toMatchObject(invalidSyntax)
    const wrong = await send([], { failOnErrors: 'all' })
    expect(wrong).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } })
  })

  test('what ends between two operations ends the rest of the request', async () => {
    const paused = await scim.connect()
    // Longer than a replica remembers a token.
    await onInsert('directory_users', `new.user_name = 'last'`, `pg_sleep(1.1)`, 'paused')
    const answer = await paused.request('POST', '/Bulk', {
      schemas: [urns.bulk],
      Operations: [user('a', { userName: 'last' }), user('b')],
    })
    const forbidden = { status: '403', response: { status: '403' } }
    expect(answer.body['Operations']).toMatchObject([{ status: '201' }, forbidden])
  })

  test('what was done is told even where its entry in the log can not be written', async () => {
    await onInsert('scim_requests', `new.path = '/Bulk'`, `1 / 0`)
    expect(await run(user('a'))).toMatchObject([{ status: '201' }])
    expect(scim.log.filter(({ error }) => error !== undefined)).toMatchObject([{ path: '/Bulk' }])
  })

  test('operations count against the rate limit', async () => {
    const limited = await scim.connect({ rateLimit: { requestsPerMinute: 1, burst: 5 } })
    const request = {
      schemas: [urns.bulk],
      Operations: Array.from({ length: 20 }, (_, index) => user(`u${index}`)),
    }
    expect(await limited.request('POST', '/Bulk', request)).toMatchObject({ status: 200 })
    expect(await limited.request('GET', '/Users')).toMatchObject({ status: 429 })
  })
})
