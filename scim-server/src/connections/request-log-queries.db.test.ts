import { createId } from '@plantel/db'
import { testEngines } from '@plantel/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

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

  test('is refused for a foreign connection and for a cursor that no list gave', async () => {
    const other = await scim.connect()
    const read = (connectionId: string, cursor?: string): Promise<unknown> =>
      client.inWorkspace((trx) => listScimRequests(trx, connectionId, { limit: 1, cursor }))
    await expect(read(other.connectionId)).rejects.toMatchObject({ code: 'connection-not-found' })
    await expect(read(client.connectionId, 'x')).rejects.toMatchObject({ code: 'invalid-cursor' })
  })
})
