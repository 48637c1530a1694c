/** Every error that the server answers, with status, scimType and body. RFC 7644 §3.12, RFC 9865 §2.1. */
import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { parseListQuery } from '../protocol/list-query.ts'
import type { PlainErrorStatus, ScimErrorType } from '../protocol/scim-error.ts'
import { pageLimits } from '../resources/list-query.ts'
import { createPageCursors } from '../resources/page-cursor.ts'
import { createGroup, createUser, freshName, patch, urns } from '../testing/scim-bodies.ts'
import {
  installationSecret,
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'

interface Case {
  readonly status: number
  readonly send: (client: ScimClient, scim: ScimInstallation) => Promise<ScimResponse>
  /** Headers that must come with it. */
  readonly headers?: Readonly<Record<string, RegExp>>
}

const get = (client: ScimClient, path: string, headers = {}): Promise<ScimResponse> =>
  client.request('GET', path, undefined, headers)

/** PATCHes a user of their own. */
async function change(client: ScimClient, operation: object): Promise<ScimResponse> {
  const { id } = await createUser(client, { title: 'T' })
  return patch(client, `/Users/${id}`, operation)
}

/** The table of users is something else while a request comes. */
async function sabotaged(
  { db }: ScimInstallation,
  view: string,
  send: () => Promise<ScimResponse>,
): Promise<ScimResponse> {
  await db.owner.schema.alterTable('directory_users').renameTo('all_users').execute()
  await sql.raw(view).execute(db.owner)
  await sql`grant select on directory_users to plantel_app`.execute(db.owner)
  try {
    return await send()
  } finally {
    await db.owner.schema.dropView('directory_users').execute()
    await db.owner.schema.alterTable('all_users').renameTo('directory_users').execute()
  }
}

/** A keyword or a status without one: the compiler asks for a case of each. */
const cases: Readonly<Record<ScimErrorType | `${PlainErrorStatus}`, Case>> = {
  invalidSyntax: {
    status: 400,
    send: (client) => client.request('POST', '/Users', '{"schemas":['),
  },
  invalidFilter: { status: 400, send: (client) => get(client, '/Users?filter=userName') },
  invalidPath: {
    status: 400,
    send: (client) => change(client, { op: 'add', path: 'a b', value: 1 }),
  },
  noTarget: { status: 400, send: (client) => change(client, { op: 'remove' }) },
  invalidValue: {
    status: 400,
    send: (client) => change(client, { op: 'add', path: 'name', value: [1, 2] }),
  },
  mutability: {
    status: 400,
    send: (client) => change(client, { op: 'remove', path: 'userName' }),
  },
  tooMany: {
    status: 400,
    async send(client, scim) {
      const view = `create view directory_users as select * from all_users
        where ${slowly(scim)}`
      return sabotaged(scim, view, () => get(client, '/Users?filter=not%20(title%20co%20%22x%22)'))
    },
  },
  invalidVers: { status: 400, send: (client) => get(client, '/../../v3/Users') },
  invalidCursor: { status: 400, send: (client) => get(client, '/Users?cursor=nonsense') },
  expiredCursor: {
    status: 400,
    async send(client) {
      const anHourAgo = createPageCursors(installationSecret, () => Date.now() - 3_601_000)
      const cursor = anHourAgo.seal(
        { count: 1, after: { type: 'User', id: client.connectionId, key: null }, total: 2 },
        {
          workspaceId: client.workspace.id,
          connectionId: client.connectionId,
          endpoint: '/Users',
          query: parseListQuery({ cursor: '' }, pageLimits),
        },
      )
      return get(client, `/Users?cursor=${cursor}`)
    },
  },
  invalidCount: { status: 400, send: (client) => get(client, '/Users?cursor=&count=201') },
  uniqueness: {
    status: 409,
    async send(client) {
      const { body } = await createUser(client)
      const again = { schemas: [urns.user], userName: body['userName'] }
      return client.request('POST', '/Users', again)
    },
  },
  401: {
    status: 401,
    send: (client) => get(client, '/Users', { authorization: 'Bearer non-token' }),
    headers: { 'www-authenticate': /^Bearer realm="SCIM", error="invalid_token"$/ },
  },
  403: { status: 403, send: (client) => get(client, '/Schemas?filter=id%20pr') },
  404: { status: 404, send: (client) => get(client, '/Users/nobody') },
  405: {
    status: 405,
    send: (client) => client.request('DELETE', '/Users'),
    headers: { allow: /\bGET\b.*\bPOST\b/ },
  },
  406: { status: 406, send: (client) => get(client, '/Users', { accept: 'text/html' }) },
  409: {
    status: 409,
    async send(client) {
      const data = {
        schemas: [urns.group],
        displayName: freshName('g'),
        members: [{ value: 'bulkId:nobody' }],
      }
      const operation = { method: 'POST', path: '/Groups', bulkId: 'g', data }
      const body = { schemas: [urns.bulk], Operations: [operation] }
      const answer = await client.request('POST', '/Bulk', body)
      // Of a bulk request every operation has an answer of its own.
      const [outcome] = answer.body['Operations'] as { status: string; response: object }[]
      const response = outcome?.response as Record<string, unknown>
      return { ...answer, status: Number(outcome?.status), body: response }
    },
  },
  412: {
    status: 412,
    async send(client) {
      const { id } = await createGroup(client)
      return client.request('DELETE', `/Groups/${id}`, undefined, { 'if-match': 'W/"9"' })
    },
  },
  413: {
    status: 413,
    send: (client) => client.request('POST', '/Users', { title: 'x'.repeat(1_048_576) }),
  },
  415: {
    status: 415,
    send: (client) => client.request('POST', '/Users', '<x/>', { 'content-type': 'text/xml' }),
  },
  429: {
    status: 429,
    async send(_, scim) {
      const hasty = await scim.connect({ rateLimit: { requestsPerMinute: 1, burst: 1 } })
      await get(hasty, '/Users')
      return get(hasty, '/Users')
    },
    headers: { 'retry-after': /^\d+$/ },
  },
  500: {
    status: 500,
    send: (client, scim) =>
      sabotaged(scim, 'create view directory_users as select 1 as nothing', () =>
        get(client, '/Users/00000000-0000-7000-8000-000000000000'),
      ),
  },
  501: { status: 501, send: (client) => get(client, '/Me') },
  503: {
    status: 503,
    async send(client, scim) {
      await sql`create or replace function lose() returns boolean language plpgsql as
        $$ begin raise serialization_failure; end $$`.execute(scim.db.owner)
      const view = 'create view directory_users as select * from all_users where lose()'
      return sabotaged(scim, view, () => get(client, '/Users?count=1'))
    },
    headers: { 'retry-after': /^\d+$/ },
  },
}

/** A condition that takes longer than a list may; PGlite knows no timeout, so that it raises one. */
function slowly({ db }: ScimInstallation): string {
  return db.options.engine === 'postgres' ? "pg_sleep(6)::text = ''" : 'cancel_query()'
}

const named = Object.entries(cases).map(([name, each]) => ({ name, ...each }))

describe.each(testEngines)('errors on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
    await createUser(client)
    await sql`create function cancel_query() returns boolean language plpgsql as
      $$ begin raise query_canceled; end $$`.execute(scim.db.owner)
  })
  afterAll(() => scim.close())

  test.each(named)('$name is answered $status', async ({ name, status, send, headers = {} }) => {
    const answer = await send(client, scim)
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: {
        schemas: [urns.error],
        status: String(status),
        ...(/^\d+$/.test(name) ? {} : { scimType: name }),
        // What the database says is nobody's business.
        detail: expect.not.stringMatching(/select |relation|column|constraint|\.ts:/i),
      },
    })
    expect(answer.headers.get('content-type')).toBe('application/scim+json')
    for (const [header, pattern] of Object.entries(headers)) {
      expect(answer.headers.get(header)).toMatch(pattern)
    }
  })
})
