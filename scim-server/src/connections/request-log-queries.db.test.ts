import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { createGroup, createUser, patch } from '../testing/scim-bodies.ts'
import {
  type ScimClient,
  type ScimInstallation,
  startScimInstallation,
} from '../testing/scim-installation.ts'
import { listScimRequests, type ScimRequestQuery } from './request-log-queries.ts'
import { recordScimRequest } from './request-log.ts'

describe.each(testEngines)('the request log on %s', (engine) => {
  let scim: ScimInstallation
  let client: ScimClient

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
    client = await scim.connect()
  })
  afterAll(() => scim.close())

  async function record(status: number, warning?: string): Promise<string> {
    const id = createId()
    await client.inWorkspace((trx) =>
      recordScimRequest(trx, client.connectionId, {
        id,
        method: 'PATCH',
        path: '/Users/:id',
        status,
        scimType: null,
        warnings: warning === undefined ? [] : [{ code: warning, subject: 'emails' }],
        durationMs: 1,
      }),
    )
    return id
  }

  async function readPages(query: Omit<ScimRequestQuery, 'cursor'>): Promise<string[][]> {
    const pages: string[][] = []
    for (let cursor: string | undefined; ;) {
      const { requests, nextCursor } = await client.inWorkspace((trx) =>
        listScimRequests(trx, client.connectionId, { ...query, cursor }),
      )
      pages.push(requests.map(({ id }) => id))
      if (nextCursor === null) return pages
      cursor = nextCursor
    }
  }

  test('is read page by page, the newest first, and by warnings or errors', async () => {
    const [fine, warned, refused] = [
      await record(200),
      await record(200, 'unknown_attribute'),
      await record(409),
    ]
    expect(await readPages({ limit: 2 })).toEqual([[refused, warned], [fine]])
    expect(await readPages({ limit: 3 })).toEqual([[refused, warned, fine]])
    expect(await readPages({ limit: 50, only: 'warnings' })).toEqual([[warned]])
    expect(await readPages({ limit: 50, only: 'errors' })).toEqual([[refused]])
  })

  test('tells what was asked for and what it changed, and no values', async () => {
    const own = await scim.connect()
    const { id, headers } = await createUser(own, {
      name: { givenName: 'Anna', familyName: 'Secret' },
      emails: [{ value: 'secret@acme.example', type: 'work' }],
    })
    const group = await createGroup(own, [id])
    const patched = [
      await patch(
        own,
        `/Users/${id}`,
        { op: 'Replace', path: 'emails[value eq "secret@acme.example"].type', value: 'home' },
        { op: 'replace', value: { active: false, 'name.givenName': 'Secret', title: 'Secret' } },
        { op: 'remove', path: 'name.familyName' },
      ),
      await patch(own, `/Groups/${group.id}`, { op: 'remove', path: `members[value eq "${id}"]` }),
      await patch(own, `/Users/${id}`, { op: 'replace', path: 'active', value: false }),
    ]
    const { requests } = await own.inWorkspace((trx) =>
      listScimRequests(trx, own.connectionId, { limit: 50 }),
    )
    expect(JSON.stringify(requests)).not.toMatch(/secret|anna/i)
    const detailsOf = (answer: { headers: Headers }): unknown =>
      requests.find((each) => each.id === answer.headers.get('x-request-id'))?.details
    expect(detailsOf({ headers })).toEqual({
      resourceId: id,
      changes: [
        { path: 'userName', before: null, after: '…' },
        { path: 'name.familyName', before: null, after: '…' },
        { path: 'name.givenName', before: null, after: '…' },
        { path: 'active', before: null, after: true },
        { path: 'emails', before: null, after: '…' },
      ],
    })
    expect(detailsOf(group)).toMatchObject({ members: { added: 1, removed: 0 } })
    expect(patched.map(detailsOf)).toEqual([
      {
        operations: [
          { op: 'replace', path: 'emails[value eq "…"].type' },
          { op: 'replace', path: 'active' },
          { op: 'replace', path: 'name.givenName' },
          { op: 'replace', path: 'title' },
          { op: 'remove', path: 'name.familyName' },
        ],
        changes: [
          { path: 'name.familyName', before: '…', after: null },
          { path: 'name.givenName', before: '…', after: '…' },
          { path: 'title', before: null, after: '…' },
          { path: 'active', before: true, after: false },
          { path: 'emails', before: '…', after: '…' },
        ],
      },
      {
        operations: [{ op: 'remove', path: 'members[value eq "…"]' }],
        changes: [],
        members: { added: 0, removed: 1 },
      },
      { operations: [{ op: 'replace', path: 'active' }], changes: [] },
    ])
  })

  test('is refused for a foreign connection and for a cursor that no list gave', async () => {
    const other = await scim.connect()
    const read = (connectionId: string, cursor?: string): Promise<unknown> =>
      client.inWorkspace((trx) => listScimRequests(trx, connectionId, { limit: 1, cursor }))
    await expect(read(other.connectionId)).rejects.toMatchObject({ code: 'connection-not-found' })
    await expect(read(client.connectionId, 'x')).rejects.toMatchObject({ code: 'invalid-cursor' })
  })
})
