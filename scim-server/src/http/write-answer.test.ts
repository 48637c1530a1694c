import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import express from 'express'
import { afterEach, expect, test } from 'vitest'

import type { RouteAnswer } from './route.ts'
import { writeAnswer } from './write-answer.ts'

let server: Server | undefined
afterEach(() => server?.close())

async function serve(answer: RouteAnswer): Promise<{ url: string; outcome: Promise<unknown> }> {
  const app = express()
  const outcome = Promise.withResolvers<unknown>()
  app.get('/', (_request, response) => {
    writeAnswer(response, answer).then(outcome.resolve, (error: unknown) => outcome.resolve(error))
  })
  server = createServer(app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, outcome: outcome.promise }
}

async function* pieces(failsAfter: number): AsyncGenerator<string> {
  for (let index = 0; index < 3; index++) {
    if (index === failsAfter) throw new Error('lost the database')
    yield `${index}`.repeat(100_000)
  }
}

test('a body in pieces arrives whole', async () => {
  const { url } = await serve({ status: 200, json: pieces(99) })
  const response = await fetch(url)
  expect(response.headers.get('content-type')).toBe('application/scim+json')
  expect(await response.text()).toHaveLength(300_000)
})

test('a body that breaks off ends the connection, so that nobody takes half of it for all', async () => {
  const { url, outcome } = await serve({ status: 200, json: pieces(2) })
  const response = await fetch(url)
  await expect(response.text()).rejects.toThrow('terminated')
  expect(await outcome).toEqual(new Error('lost the database'))
})

test('a client that hangs up stops the reading', async () => {
  let isClosed = false
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) yield 'x'.repeat(100_000)
    } finally {
      isClosed = true
    }
  }
  const { url, outcome } = await serve({ status: 200, json: endless() })
  const abort = new AbortController()
  const response = await fetch(url, { signal: abort.signal })
  abort.abort()
  await expect(response.text()).rejects.toThrow('aborted')
  expect(await outcome).toBeInstanceOf(Error)
  expect(isClosed).toBe(true)
})
