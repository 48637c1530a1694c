import { setTimeout as delay } from 'node:timers/promises'

import { testEngines } from '@plantel/db/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type ScimClient,
  type ScimInstallation,
  type ScimResponse,
  startScimInstallation,
} from '../testing/scim-installation.ts'
import { createRateLimiter } from './rate-limit.ts'

const get = (client: ScimClient, headers: Record<string, string> = {}): Promise<ScimResponse> =>
  client.request('GET', '/Users?count=0', undefined, headers)

const countOf = (responses: readonly ScimResponse[], status: number): number =>
  responses.filter((response) => response.status === status).length

describe.each(testEngines)('the rate limit on %s', (engine) => {
  let scim: ScimInstallation

  beforeAll(async () => {
    scim = await startScimInstallation(engine)
  })
  afterAll(() => scim.close())

  test('of 400 requests over two replicas exactly the allowed number pass', async () => {
    const client = await scim.connect({ rateLimit: { requestsPerMinute: 1, burst: 150 } })
    const responses = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        get(index % 2 === 0 ? client : client.otherReplica),
      ),
    )
    expect(countOf(responses, 200)).toBe(150)
    const refused = responses.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(250)
    for (const { headers, body } of refused) {
      const seconds = Number(headers.get('retry-after'))
      expect(seconds).toBeGreaterThanOrEqual(1)
      expect(seconds).toBeLessThanOrEqual(30)
      expect(headers.get('content-type')).toBe('application/scim+json')
      expect(body).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '429',
        detail: expect.any(String),
      })
    }
  })

  test('one connection does not use up the requests of another', async () => {
    const busy = await scim.connect({ rateLimit: { requestsPerMinute: 1, burst: 1 } })
    const calm = await scim.connect({ rateLimit: { requestsPerMinute: 1, burst: 1 } })
    expect((await get(busy)).status).toBe(200)
    expect((await get(busy)).status).toBe(429)
    expect((await get(calm)).status).toBe(200)
  })

  test('what one replica took and did not use serves the other a second later', async () => {
    const client = await scim.connect({ rateLimit: { requestsPerMinute: 1, burst: 80 } })
    expect((await get(client)).status).toBe(200)
    const left = async (): Promise<number> => {
      const { rows } = await sql<{ left: number }>`
        select available::float8 as left from rate_buckets where id = ${client.connectionId}`.execute(
        scim.db.owner,
      )
      return rows[0]?.left ?? 0
    }
    await expect.poll(left).toBeGreaterThanOrEqual(79)
    const responses = await Promise.all(Array.from({ length: 80 }, () => get(client.otherReplica)))
    expect(countOf(responses, 200)).toBe(79)
  })

  test('after the seconds of Retry-After a request passes again', async () => {
    const client = await scim.connect({ rateLimit: { requestsPerMinute: 20, burst: 1 } })
    expect((await get(client)).status).toBe(200)
    const refused = await get(client)
    expect(refused.status).toBe(429)
    await delay(Number(refused.headers.get('retry-after')) * 1_000 + 20)
    expect((await get(client)).status).toBe(200)
  })

  test('a request that is refused for its rate leaves no row in the request log', async () => {
    const client = await scim.connect({ rateLimit: { requestsPerMinute: 1, burst: 1 } })
    await Promise.all(Array.from({ length: 20 }, () => get(client)))
    const { count } = await client.inWorkspace((trx) =>
      trx.query
        .selectFrom('scim_requests')
        .select((eb) => eb.fn.countAll().as('count'))
        .where('workspace_id', '=', trx.workspaceId)
        .where('status', '=', 429)
        .executeTakeFirstOrThrow(),
    )
    expect(Number(count)).toBe(0)
  })

  test('a request that cost more than one leaves a debt', async () => {
    const client = await scim.connect({ rateLimit: { requestsPerMinute: 1, burst: 20 } })
    const limiter = createRateLimiter(scim.db)
    expect(await limiter.admit(client.connectionId)).toEqual({ admitted: true, remaining: 19 })
    limiter.charge(client.connectionId, 500)
    expect(await limiter.admit(client.connectionId)).toEqual({
      admitted: false,
      retryAfterSeconds: 30,
    })
    expect((await get(client)).status).toBe(429)
  })

  test('ten wrong tokens in a minute close the way from that address to that connection', async () => {
    const [attacked, other] = [await scim.connect(), await scim.connect()]
    const wrong = { authorization: 'Bearer plt_scim_0' }
    for (let attempt = 0; attempt < 10; attempt++) {
      expect((await get(attacked, wrong)).status).toBe(401)
    }
    const blocked = await get(attacked, wrong)
    expect(blocked.status).toBe(429)
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await get(attacked)).status).toBe(429)
    expect((await get(other)).status).toBe(200)
  })
})
