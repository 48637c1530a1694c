import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createTestDatabase, testEngines } from '@plantel/db/testing'
import express from 'express'
import { afterEach, describe, expect, it } from 'vitest'

import { answerStarting, createHealth } from './health.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function statusesOf(handler: Parameters<typeof createServer>[1]): Promise<number[]> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const answers = ['/livez', '/readyz'].map((path) => fetch(`http://127.0.0.1:${port}${path}`))
  return Promise.all(answers.map(async (answer) => (await answer).status))
}

describe.each(testEngines)('health on %s', (engine) => {
  it('is ready only between start and stop, and only while the database answers', async () => {
    const db = await createTestDatabase(engine)
    const health = createHealth(db)
    const app = express().use(health.router)
    expect(await statusesOf(app)).toEqual([200, 503])
    health.phase = 'ready'
    expect(await statusesOf(app)).toEqual([200, 200])
    health.phase = 'stopping'
    expect(await statusesOf(app)).toEqual([200, 503])
    health.phase = 'ready'
    await db.close()
    expect(await statusesOf(app)).toEqual([200, 503])
  })
})

it('is alive and not ready while there is no database yet', async () => {
  expect(await statusesOf(answerStarting)).toEqual([200, 503])
})
