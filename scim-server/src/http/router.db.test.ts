import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGroup, createUser, freshName, patch, urns } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'

const missing = createId()

/** Refusals: what is sent, and the status and keyword that come back. */
const refusals: readonly [
  title: string,
  request: (client: ScimClient) => Promise<{ status: number }>,
  status: number,
  scimType: string | undefined,
][] = [
  ['malformed JSON', (c) => c.request('POST', '/Users', '{"userName":'), 400, 'invalidSyntax'],
  ['no body', (c) => c.request('POST', '/Users'), 400, 'invalidSyntax'],
  ['a body that is a list', (c) => c.request('POST', '/Users', []), 400, 'invalidSyntax'],
  [
    'a body nested too deep',
    (c) => c.request('POST', '/Users', '['.repeat(50_000) + ']'.repeat(50_000)),
    400,
    'invalidSyntax',
  ],
  [
    'a user without userName',
    (c) => c.request('POST', '/Users', { schemas: [urns.user] }),
    400,
    'invalidValue',
  ],
  [
    'an unknown filter attribute',
    (c) => c.request('GET', '/Users?filter=shoeSize%20eq%20%2243%22'),
    400,
    'invalidFilter',
  ],
  ['an empty filter', (c) => c.request('GET', '/Users?filter='), 400, 'invalidFilter'],
  [
    'a filter with an unfinished string',
    (c) => c.request('GET', '/Users?filter=userName%20eq%20%22a%0A%0A%0A'),
    400,
    'invalidFilter',
  ],
  [
    'a filter with a null character',
    (c) => c.request('GET', '/Users?filter=userName%20eq%20%22%5Cu0000%22'),
    400,
    'invalidFilter',
  ],
  ['a count that is no integer', (c) => c.request('GET', '/Users?count=ten'), 400, 'invalidValue'],
  ['a cursor that is none', (c) => c.request('GET', '/Users?cursor=x'), 400, 'invalidCursor'],
  [
    'a cursor and a startIndex',
    (c) => c.request('GET', '/Users?cursor=&startIndex=1'),
    400,
    'invalidValue',
  ],
  [
    'too large a count with a cursor',
    (c) => c.request('GET', '/Users?cursor=&count=201'),
    400,
    'invalidCount',
  ],
  [
    'both attributes and excludedAttributes',
    (c) => c.request('GET', '/Users?attributes=userName&excludedAttributes=name'),
    400,
    'invalidValue',
  ],
  ['an unknown sortBy', (c) => c.request('GET', '/Users?sortBy=shoeSize'), 400, 'invalidValue'],
  ['a remove without path', async (c) => patchUser(c, { op: 'remove' }), 400, 'noTarget'],
  [
    'an unknown op',
    async (c) => patchUser(c, { op: 'move', path: 'title', value: 'x' }),
    400,
    'invalidSyntax',
  ],
  [
    'an unparsable path',
    async (c) => patchUser(c, { op: 'replace', path: 'a b', value: 'x' }),
    400,
    'invalidPath',
  ],
  [
    'a change of the id',
    async (c) => patchUser(c, { op: 'replace', path: 'id', value: missing }),
    400,
    'mutability',
  ],
  [
    'removing userName',
    async (c) => patchUser(c, { op: 'remove', path: 'userName' }),
    400,
    'mutability',
  ],
  [
    'a number of the wrong type',
    async (c) => patchUser(c, { op: 'replace', path: 'active', value: 'maybe' }),
    400,
    'invalidValue',
  ],
  [
    'a prototype as path',
    async (c) => patchUser(c, { op: 'add', path: '__proto__.x', value: 1 }),
    400,
    'invalidPath',
  ],
  ['an unknown user', (c) => c.request('GET', `/Users/${missing}`), 404, undefined],
  ['an id that is none', (c) => c.request('GET', '/Users/anna%40acme.example'), 404, undefined],
  [
    'a PUT of an unknown user',
    (c) => c.request('PUT', `/Users/${missing}`, user()),
    404,
    undefined,
  ],
  ['an unknown group', (c) => c.request('DELETE', `/Groups/${missing}`), 404, undefined],
  ['a malformed path', (c) => c.request('GET', '/Users/%E0%A4%A'), 400, 'invalidSyntax'],
  ['an unknown path', (c) => c.request('GET', '/Printers'), 404, undefined],
  ['an unknown schema', (c) => c.request('GET', '/Schemas/urn:x'), 404, undefined],
  ['a filter on discovery', (c) => c.request('GET', '/Schemas?filter=id%20pr'), 403, undefined],
  ['a method that the path lacks', (c) => c.request('DELETE', '/Users'), 405, undefined],
  [
    'a body of another type',
    (c) => c.request('POST', '/Users', '<user/>', { 'content-type': 'text/xml' }),
    415,
    undefined,
  ],
  [
    'a body in another charset',
    (c) =>
      c.request('POST', '/Users', '{}', { 'content-type': 'application/json; charset=latin1' }),
    415,
    undefined,
  ],
  [
    'an answer of another type',
    (c) => c.request('GET', '/Users', undefined, { accept: 'text/html' }),
    406,
    undefined,
  ],
  [
    'a body over 1 MiB',
    (c) => c.request('POST', '/Users', { ...user(), title: 'x'.repeat(1_048_576) }),
    413,
    undefined,
  ],
  [
    'a stale If-Match',
    async (c) => {
      const { id } = await createUser(c)
      return c.request('PUT', `/Users/${id}`, user(), { 'if-match': 'W/"7"' })
    },
    412,
    undefined,
  ],
  ['/Me', (c) => c.request('GET', '/Me'), 501, undefined],
  ['no token', (c) => c.request('GET', '/Users', undefined, { authorization: '' }), 401, undefined],
  [
    'a wrong token',
    (c) => c.request('GET', '/Users', undefined, { authorization: 'Bearer non-token' }),
    401,
    undefined,
  ],
]

function user(): Record<string, unknown> {
  return { schemas: [urns.user], userName: freshName('user') }
}

async function patchUser(client: ScimClient, operation: unknown): Promise<{ status: number }> {
  const { id } = await createUser(client)
  return patch(client, `/Users/${id}`, operation)
}

describe.each(testEngines)('the SCIM server on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  test.each(refusals)('RFC7644-3.12 refuses %s', async (_, send, status, scimType) => {
    const answer = await send(client)
    expect(answer).toMatchObject({ status })
    expect(answer).toHaveProperty('body', {
      schemas: [urns.error],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      detail: expect.any(String),
    })
    const { headers } = answer as unknown as { headers: Headers }
    expect(headers.get('content-type')).toBe('application/scim+json')
  })

  test('a 401 says how to authenticate and a 405 what is allowed', async () => {
    const unauthorized = await client.request('GET', '/Users', undefined, { authorization: '' })
    expect(unauthorized.headers.get('www-authenticate')).toBe('Bearer realm="SCIM"')
    const wrong = await client.request('PUT', '/Groups')
    expect(wrong.headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS')
    const options = await client.request('OPTIONS', '/Users/x')
    expect(options.status).toBe(204)
    expect(options.headers.get('allow')).toBe('GET, PUT, PATCH, DELETE, HEAD, OPTIONS')
  })

  test('takes plain JSON with a charset, and answers HEAD without a body', async () => {
    const created = await client.request('POST', '/Users', user(), {
      'content-type': 'application/json; charset=UTF-8',
      accept: 'application/json',
    })
    expect(created.status).toBe(201)
    const head = await client.request('HEAD', `/Users/${created.id}`)
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers.get('etag')).toBe('W/"1"')
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100)
  })

  test('RFC7644-3.14 versions make conditional requests', async () => {
    const { id } = await createUser(client)
    const path = `/Users/${id}?excludedAttributes=groups`
    const current = { 'if-none-match': 'W/"1"' }
    const unchanged = await client.request('GET', path, undefined, current)
    expect(unchanged).toMatchObject({ status: 304, text: '' })
    const replaced = await client.request('PUT', path, user(), { 'if-match': 'W/"1"' })
    expect(replaced.headers.get('etag')).toBe('W/"2"')
    expect((await client.request('GET', path, undefined, current)).status).toBe(200)
    const stale = await client.request('DELETE', path, undefined, { 'if-match': 'W/"1"' })
    expect(stale.status).toBe(412)
    const { status } = await client.request('DELETE', path, undefined, { 'if-match': '*' })
    expect(status).toBe(204)
  })

  test('a PATCH answers 204 where the connection or the client says so', async () => {
    const quiet = await scim.connect({ patchResponse: 'no-content' })
    const { id } = await createUser(quiet)
    const rename = { op: 'replace', path: 'title', value: 'T' }
    expect(await patch(quiet, `/Users/${id}`, rename)).toMatchObject({ status: 204, text: '' })
    const asked = await patch(quiet, `/Users/${id}?attributes=title`, rename)
    expect(asked).toMatchObject({ status: 200, body: { title: 'T' } })
    for (const [patchResponse, status] of [
      ['no-content', 204],
      ['resource', 200],
    ] as const) {
      const strict = await scim.connect({ profile: 'rfc', patchResponse })
      const group = await createGroup(strict)
      const named = { op: 'replace', path: 'displayName', value: freshName('g') }
      expect(await patch(strict, `/Groups/${group.id}`, named)).toMatchObject({ status })
    }
    const other = await createUser(client)
    const body = { schemas: [urns.patch], Operations: [rename] }
    const minimal = { prefer: 'return=minimal' }
    const answer = await client.request('PATCH', `/Users/${other.id}`, body, minimal)
    expect(answer).toMatchObject({ status: 204, text: '' })
  })

  test('an error of the database is a 503 or a 500 that says nothing of it', async () => {
    await scim.db.owner.schema.alterTable('directory_users').renameTo('elsewhere').execute()
    try {
      const answer = await client.request('GET', `/Users/${missing}`)
      expect(answer.status).toBe(500)
      expect(answer.body).toEqual({
        schemas: [urns.error],
        status: '500',
        detail: 'The request failed for an internal reason.',
      })
      expect(scim.log.at(-1)).toMatchObject({ status: 500, error: expect.any(Error) })
    } finally {
      await scim.db.owner.schema.alterTable('elsewhere').renameTo('directory_users').execute()
    }
  })

  test('every answer has a request id under which writes and refusals are logged', async () => {
    const { id } = await createUser(client)
    const refused = await patch(client, `/Users/${id}`, { op: 'remove', path: 'userName' })
    const unknown = await client.request('GET', '/Users/anna%40acme.example')
    await client.request('GET', `/Users/${id}?filter=secret`)
    const entries = await client.inWorkspace((trx) =>
      trx.query
        .selectFrom('scim_requests')
        .select(['id', 'method', 'path', 'status', 'scim_type'])
        .where('workspace_id', '=', trx.workspaceId)
        .where('connection_id', '=', client.connectionId)
        .orderBy('id', 'desc')
        .limit(3)
        .execute(),
    )
    expect(entries).toEqual([
      {
        id: unknown.headers.get('x-request-id'),
        method: 'GET',
        path: '/Users/:id',
        status: 404,
        scim_type: null,
      },
      {
        id: refused.headers.get('x-request-id'),
        method: 'PATCH',
        path: `/Users/${id}`,
        status: 400,
        scim_type: 'mutability',
      },
      {
        id: expect.any(String),
        method: 'POST',
        path: '/Users',
        status: 201,
        scim_type: null,
      },
    ])
  })

  test('RFC7644-4 discovery is public and says what is there', async () => {
    const anonymous = { authorization: '' }
    const config = await client.request('GET', '/ServiceProviderConfig', undefined, anonymous)
    expect(config).toMatchObject({
      status: 200,
      body: {
        patch: { supported: true },
        bulk: { supported: true, maxOperations: 1_000, maxPayloadSize: 1_048_576 },
        filter: { supported: true, maxResults: 200 },
        changePassword: { supported: false },
        sort: { supported: true },
        etag: { supported: true },
        pagination: { cursor: true, index: true, cursorTimeout: 3_600 },
        authenticationSchemes: [
          { type: 'oauthbearertoken', primary: true },
          { type: 'oauth2', primary: false },
        ],
      },
    })
    const types = await client.request('GET', '/ResourceTypes', undefined, anonymous)
    expect(types.body).toMatchObject({
      totalResults: 3,
      Resources: [
        { id: 'User' },
        { id: 'Group', endpoint: '/Groups' },
        { id: 'Role', endpoint: '/Roles' },
      ],
    })
    const type = await client.request('GET', '/ResourceTypes/User', undefined, anonymous)
    expect(type.body).toMatchObject({
      schema: urns.user,
      schemaExtensions: [
        { schema: urns.enterprise, required: false },
        { schema: 'urn:ietf:params:scim:schemas:extension:plantel:2.0:User', required: false },
      ],
      meta: { location: `${client.baseUrl}/ResourceTypes/User` },
    })
    const schemas = await client.request('GET', '/Schemas', undefined, anonymous)
    expect(schemas.body).toMatchObject({ totalResults: 6 })
    expect(schemas.text).not.toContain('null')
    const schema = await client.request('GET', `/Schemas/${urns.group}`, undefined, anonymous)
    expect(schema.body).toMatchObject({ id: urns.group, name: 'Group' })
  })
})
