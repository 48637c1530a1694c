import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { createGuard } from './guard.ts'

let server: Server
let url: string

beforeAll(async () => {
  const app = express()
  server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  app.use(createGuard(url))
  app.use((_request, response) => {
    response.send('in')
  })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** `fetch` would not let a test name another host. */
async function send(method: string, headers: Record<string, string>): Promise<number | undefined> {
  const sent = request(url, { method, headers }).end()
  const [response] = (await once(sent, 'response')) as [{ statusCode?: number; resume: () => void }]
  response.resume()
  return response.statusCode
}

describe('the guard', () => {
  it('lets programs and its own pages in', async () => {
    expect(await send('POST', {})).toBe(200)
    expect(await send('POST', { 'sec-fetch-site': 'same-origin' })).toBe(200)
    expect(await send('POST', { origin: url })).toBe(200)
    expect(await send('GET', { 'sec-fetch-site': 'cross-site' })).toBe(200)
  })

  it('refuses forms that another site sends', async () => {
    expect(await send('POST', { 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await send('POST', { 'sec-fetch-site': 'same-site', origin: url })).toBe(403)
    expect(await send('POST', { origin: 'http://evil.example' })).toBe(403)
  })

  it('refuses another name for this machine, but leads from localhost to the right one', async () => {
    expect(await send('GET', { host: 'evil.example' })).toBe(421)
    expect(await send('GET', { host: new URL(url).host.replace('127.0.0.1', 'localhost') })).toBe(
      302,
    )
    expect(await send('POST', { host: 'localhost' })).toBe(421)
  })
})
