import { createId } from '@plantel/db'
import { createTestDatabase, testEngines } from '@plantel/db/testing'
import express, { type Response } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import {
  callJson,
  newWorkspace,
  openTestInstallation,
  type TestHost,
  type TestInstallation,
} from '../testing/test-installation.ts'
import { createRequestLimit } from './request-limit.ts'

/** A response that only has headers. */
function newResponse(): Response {
  const { response } = express()
  return Object.assign(Object.create(response) as Response, {
    headers: new Map<string, string>(),
    set(this: { headers: Map<string, string> }, name: string, value: string) {
      this.headers.set(name, value)
      return this
    },
  })
}

describe.each(testEngines)('the limit on requests on %s', (engine) => {
  let plantel: TestInstallation
  let host: TestHost

  beforeAll(async () => {
    plantel = await openTestInstallation(engine, {
      PLANTEL_HOST_REQUESTS_PER_MINUTE: '30',
      PLANTEL_MEMBER_REQUESTS_PER_MINUTE: '5',
    })
    host = await plantel.newHost('Inbox')
  })
  afterAll(() => plantel.close())

  it('lets exactly as many pass over two replicas as it says', async () => {
    const db = await createTestDatabase(engine)
    const [one, other] = [createRequestLimit(db, 100), createRequestLimit(db, 100)]
    const bucketId = createId()
    const started = performance.now()
    const results = await Promise.allSettled(
      Array.from({ length: 300 }, (_, index) =>
        (index % 2 === 0 ? one : other).admit(bucketId, newResponse()),
      ),
    )
    const refilled = Math.ceil(((performance.now() - started) / 60_000) * 100)
    const passed = results.filter(({ status }) => status === 'fulfilled').length
    expect(passed).toBeGreaterThanOrEqual(100)
    expect(passed).toBeLessThanOrEqual(100 + refilled)
    await db.close()
  })

  it('tells a host what is left, and when to come again', async () => {
    const first = await host.call('GET', '/webhook-endpoints')
    expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=30;w=60')
    expect(first.headers.get('ratelimit')).toMatch(/^"requests";r=29;t=\d+$/)
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => host.call('GET', '/webhook-endpoints')),
    )
    const refused = answers.find(({ status }) => status === 429)
    expect(refused).toMatchObject({ body: { code: 'rate-limited' } })
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(refused?.headers.get('ratelimit')).toMatch(/^"requests";r=0;t=60$/)
    expect(refused?.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  })

  it('counts each key and each member by themselves', async () => {
    const other = await plantel.newHost('Other inbox')
    const acme = await newWorkspace(plantel, other, 'acme')
    const { memberId } = await acme.hire('ana@acme.example')
    const [owner, ana] = [await acme.widgetToken(acme.ownerId), await acme.widgetToken(memberId)]
    const look = async (token: string): Promise<number> =>
      (await callJson(`${plantel.url}/team/v1/workspace`, { token })).status
    const statuses = await Promise.all(Array.from({ length: 8 }, () => look(owner)))
    expect(statuses).toContain(429)
    expect(await look(ana)).toBe(200)
  })

  it('counts nobody who is not known', async () => {
    const { status, headers } = await callJson(`${plantel.url}/host/v1/keys`, { token: 'nobody' })
    expect(status).toBe(401)
    expect(headers.get('ratelimit')).toBe(null)
  })
})
